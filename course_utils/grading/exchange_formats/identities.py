"""Find the folder of each person of the system, and remember it for later hand-ins.

A person keeps the same folder after a change of name, for a second hand-in, and for the next
assignment. Moodle numbers its people anew in each assignment, so without a roster only the name
links two assignments. When two people turn out to have the same name, it is not used as a link
any more. The file is ``downloaded/identities.json``.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.exchange_formats.download import Download, HandIn
from course_utils.grading.exchange_formats.roster import Person, same_name
from course_utils.grading.results.store import write_file

_SEVERAL = "several people have this name: pass --roster with the grading worksheet"
_MOST_BYTES = 120  # of a folder's name that is made from a person's
_SHARED = "shared:"  # the prefix, in the file, of a name that several people have


@dataclass
class Identities:
    """``known``: key of a person (system and number, or name) → name of the folder.

    ``shared``: names that more than one person has (in the form of ``same_name``).
    """

    path: Path
    known: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, path: Path) -> "Identities":
        """The identities in the file ``path``. Raises CourseError where it is damaged."""
        try:
            found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            if not isinstance(found, dict):
                raise ValueError
        except (OSError, ValueError):
            raise CourseError(
                f"{path} cannot be read: put a copy of it back, or move it away (then names are "
                "given anew)"
            ) from None
        known = {str(key): str(name) for key, name in found.items()}
        shared = {key.removeprefix(_SHARED) for key in known if key.startswith(_SHARED)}
        return cls(path, {k: v for k, v in known.items() if not k.startswith(_SHARED)}, shared)

    def has(self, start: str, student: str) -> bool:
        """Whether some key that begins with ``start`` belongs to ``student``."""
        return any(key.startswith(start) and name == student for key, name in self.known.items())

    def is_of_another(self, student: str, row: Person) -> bool:
        """Whether a roster gave the folder ``student`` to another person than ``row``."""
        rows = [key for key, name in self.known.items() if name == student and key[:4] == "row:"]
        return bool(rows) and f"row:{row.student}" not in rows

    def save(self) -> None:
        """Write the file."""
        kept = self.known | {f"{_SHARED}{name}": "" for name in self.shared}
        text = json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)
        write_file(self.path, f"{text}\n".encode())


@dataclass
class WhoIsWho:
    """Whose hand-in is whose.

    ``found``: number in the zip → name of the folder, and row of the roster; ``unknown``: the other
    people, and why. ``by_name``: folders that only the name links to other assignments. ``mixed``:
    folders that were linked by the name alone, which several people turned out to have.
    """

    found: dict[str, tuple[str, Person | None]] = field(default_factory=dict)
    unknown: list[tuple[HandIn, str]] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def who_is_who(
    download: Download,
    assignment: str,
    roster: list[Person],
    identities: Identities,
    folders: Collection[str] = (),
) -> WhoIsWho:
    """The folder of each person in a zip; what is found is added to ``identities``.

    ``folders``: those that are there already, also of people who came from elsewhere.
    """
    who = WhoIsWho()
    if download.system == "moodle":  # on Canvas a person always has the same number
        _find_shared(download, assignment, roster, identities, who)
    for person in download.people:
        row, why = _row(download.system, person, roster)
        key = _number_key(download.system, assignment, person)
        name = same_name(person.name)
        shared = download.system == "moodle" and name in identities.shared
        if row is None and key not in identities.known:
            if not why and download.system == "moodle":
                why = _SEVERAL if shared or name in ("", "participant") else ""
            if why:
                who.unknown.append((person, why))
                continue
        keys = [key, *([f"row:{row.student}"] if row else [])]
        by_name = _name_key(name)
        keys += [by_name] if download.system == "moodle" and name and not shared else []
        of_them = [identities.known[each] for each in keys if each in identities.known]
        if row:  # a roster may have given the folder to somebody else with the same name
            others = {each.student for each in roster if each is not row}
            of_them = [each for each in of_them if not identities.is_of_another(each, row)]
            of_them = [each for each in of_them if each not in others]
        elif of_them and key not in identities.known:
            who.by_name.append(of_them[0])
        student = next(iter(of_them), None)
        if student is None:
            student = _new_name(person, row, identities, folders)
        if student in (each for each, _ in who.found.values()):
            why = f"the folder {student} is another person's in this zip"
            who.unknown.append((person, why))
            continue
        identities.known |= dict.fromkeys(keys, student)
        who.found[person.number] = (student, row)
    return who


def _find_shared(
    download: Download,
    assignment: str,
    roster: list[Person],
    identities: Identities,
    who: WhoIsWho,
) -> None:
    """Learn which names several people have: in this zip, in the roster, or in an earlier zip."""
    zipped = [same_name(each.name) for each in download.people]
    listed = [each.name for each in roster]
    place = _number_key("moodle", assignment)
    for person, name in zip(download.people, zipped, strict=True):
        student = identities.known.get(_name_key(name))
        is_new = _number_key("moodle", assignment, person) not in identities.known
        # in one assignment a person has one number: a second number is a second person
        second = student is not None and is_new and identities.has(place, student)
        if name and (zipped.count(name) > 1 or listed.count(name) > 1 or second):
            identities.shared.add(name)
    for name in identities.shared:
        student = identities.known.pop(_name_key(name), None)
        if student is None or identities.has("row:", student):
            continue
        keys = [key for key, its in identities.known.items() if its == student]
        if len({key.rsplit(":", 1)[0] for key in keys}) > 1:  # from two assignments or more
            who.mixed.append(student)


def _name_key(name: str) -> str:
    return f"moodle:name:{name}"


def _number_key(system: str, assignment: str, person: HandIn | None = None) -> str:
    place = f"{assignment}:" if system == "moodle" else ""  # Moodle numbers anew in each assignment
    return f"{system}:{place}{person.number if person else ''}"


def _row(system: str, person: HandIn, roster: list[Person]) -> tuple[Person | None, str]:
    """The person's row in the roster, or None and why there is none ("" without a roster)."""
    if not roster:
        return None, ""
    if system == "canvas":
        rows = [each for each in roster if each.number == person.number]
        return (rows[0], "") if rows else (None, f"nobody in the roster has the ID {person.number}")
    if any(each.participant for each in roster):
        rows = [each for each in roster if each.participant == person.number]
        if not rows:
            return None, f"the roster has no Participant {person.number}: is it of this assignment?"
        return rows[0], ""
    rows = [each for each in roster if each.name == same_name(person.name)]
    if len(rows) == 1:
        return rows[0], ""
    if rows:
        return None, _SEVERAL
    return None, "nobody in the roster has this name"


def _new_name(
    person: HandIn, row: Person | None, identities: Identities, folders: Collection[str]
) -> str:
    """A name for the person's folder, from the roster or the person's name, that nobody else has.

    A person may have chosen the name of somebody whose work came from elsewhere.
    """
    taken = {*identities.known.values(), *(() if row else folders)}
    words = re.sub(r"[^\w.-]+", "_", same_name(person.name)).encode()[:_MOST_BYTES]
    name = row.student if row else words.decode("utf-8", "ignore").strip("._") or "student"
    endings = ("", *(f"-{person.number}{'-2' * turn}" for turn in range(len(taken) + 1)))
    return next(f"{name}{ending}" for ending in endings if f"{name}{ending}" not in taken)
