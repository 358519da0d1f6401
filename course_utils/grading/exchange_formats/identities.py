"""Who is who: the folder's name of each person of the system, remembered over hand-ins.

A name that changes, a second hand-in and the next assignment meet the same folder. What is
remembered lies in ``downloaded/identities.json``.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.exchange_formats.download import Download, HandIn
from course_utils.grading.exchange_formats.roster import Person, same_name

_SEVERAL = "several people have this name: pass --roster with the grading worksheet"


@dataclass
class Identities:
    """``known``: key of a person (system and number, or name) → folder's name."""

    path: Path
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Identities":
        """What is remembered in ``path``. Raises CourseError where the file is damaged."""
        try:
            known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            if not isinstance(known, dict):
                raise ValueError
        except (OSError, ValueError):
            raise CourseError(
                f"{path} cannot be read: put a copy of it back, or move it away (then names are "
                "given anew)"
            ) from None
        return cls(path, {str(key): str(name) for key, name in known.items()})

    def has(self, start: str, student: str) -> bool:
        """Whether a key that begins with ``start`` is this student's."""
        return any(key.startswith(start) and name == student for key, name in self.known.items())

    def save(self) -> None:
        """Write what is known."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.known, indent=1, ensure_ascii=False, sort_keys=True)
        self.path.write_text(f"{text}\n", encoding="utf-8")


def who_is_who(
    download: Download, assignment: str, roster: list[Person], identities: Identities
) -> tuple[dict[str, tuple[str, Person | None]], list[tuple[HandIn, str]]]:
    """Number in the zip → folder's name and row of the roster; and those who stay unknown, and why.

    ``identities`` learns what is found.
    """
    found: dict[str, tuple[str, Person | None]] = {}
    unknown: list[tuple[HandIn, str]] = []
    names = [same_name(each.name) for each in download.people]
    for person in download.people:
        row, why = _row(download.system, person, roster)
        key = _number_key(download.system, assignment, person)
        name = same_name(person.name)
        # a name alone tells nobody apart where two have it; Canvas's numbers are for good
        by_name = f"{download.system}:name:{name}"
        alone = names.count(name) == 1 and sum(each.name == name for each in roster) <= 1
        keys = [key, *([f"row:{row.student}"] if row else [])]
        keys += [by_name] if download.system == "moodle" and alone and name else []
        if row is None and key not in identities.known:
            if why:
                unknown.append((person, why))
                continue
            if download.system == "moodle" and (not alone or not name or name == "participant"):
                unknown.append((person, _SEVERAL))
                continue
        student = next((identities.known[each] for each in keys if each in identities.known), None)
        if row is None and key not in identities.known and student is not None:
            place = _number_key(download.system, assignment)
            if download.system == "moodle" and identities.has(place, student):
                unknown.append((person, _SEVERAL))  # one number for one person in an assignment
                continue
        if student is None:
            student = row.student if row else _new_name(person, identities)
        if student in (each for each, _ in found.values()):
            unknown.append((person, f"the folder {student} is another person's in this zip"))
            continue
        identities.known |= dict.fromkeys(keys, student)
        found[person.number] = (student, row)
    return found, unknown


def _number_key(system: str, assignment: str, person: HandIn | None = None) -> str:
    place = f"{assignment}:" if system == "moodle" else ""  # Moodle numbers anew in each assignment
    return f"{system}:{place}{person.number if person else ''}"


def _row(system: str, person: HandIn, roster: list[Person]) -> tuple[Person | None, str]:
    """The person's row, and why there is none although there is a roster."""
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


def _new_name(person: HandIn, identities: Identities) -> str:
    """A folder's name from the person's name, that nobody else has."""
    name = re.sub(r"[^\w.-]+", "_", same_name(person.name)).strip("._") or "student"
    return f"{name}-{person.number}" if name in identities.known.values() else name
