"""Read a class list as the system exports it: names, addresses, numbers, and folders' names.

It reads Canvas's gradebook (``Student, ID, SIS User ID, SIS Login ID``), Moodle's grading worksheet
(``Identifier, Full name, Email address, …``) in any language, Moodle's list of participants, and
any table with the same titles.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.exchange_formats.worksheet_dates import worksheet_date
from course_utils.grading.intake.names import student_oddity

# meaning of a column → the titles that it may have, in small letters
_TITLES = {
    "login": ("sis login id", "login id", "username", "user name"),
    "number": ("id", "canvas user id"),
    "id_number": ("id number", "sis user id", "orgdefinedid", "student id"),
    "participant": ("identifier",),
    "email": ("email address", "email"),
    "full": ("full name", "student", "student name", "name"),
    "first": ("first name", "firstname"),
    "last": ("last name", "surname", "lastname"),
    "handed_in": ("last modified (submission)",),
}
LONGEST_CELL = 2**24  # in a worksheet are also the texts that students typed into Moodle
_NEVER = ("", "-")  # how a worksheet writes that there is no date
PARTICIPANT = re.compile(r"[^\d@]*[^\d@\s]\s?\d+")  # "Participant 4200", "Teilnehmer/in4200"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Person:
    """One row. ``student``: the name of the folder. A text that is not in the list is ""."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""  # Canvas's number of the person
    id_number: str = ""
    participant: str = ""  # Moodle's number of the person in this one assignment
    handed_in: datetime | None = None  # UTC, without a zone, as nbgrader keeps times
    odd_time: str = ""  # the text in place of a time, where it is not understood

    @property
    def name(self) -> str:
        """First and last name, in the form of ``same_name``."""
        return same_name(f"{self.first_name} {self.last_name}")


def same_name(name: str) -> str:
    """A full name in the form in which names are compared: NFC, small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("_", " ").split())


def read_roster(path: Path) -> list[Person]:
    """The people in ``path``. Raises CourseError for a file that is not such a list."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CourseError(f"the roster {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise CourseError(
            f"the roster {path} is not in UTF-8: give the file as your system exported it"
        ) from None
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines = [{title: row.get(title) or "" for title in row} for row in rows]
    columns = _columns(rows.fieldnames or (), lines)
    if not columns.keys() & {"login", "email", "number", "id_number", "participant"}:
        raise CourseError(
            f"the roster {path} has no column that tells people apart (Username, Email address, ID "
            "number, Identifier, or Canvas's ID): export Canvas's gradebook or Moodle's grading "
            "worksheet"
        )
    people: list[Person] = []
    for number, row in enumerate(lines, 2):
        cells = {kind: (row.get(title) or "").strip() for kind, title in columns.items()}
        if "points possible" not in cells.get("full", "").casefold() and any(cells.values()):
            people.append(_person(cells, path, number))
    twice = [name for name, times in Counter(each.student for each in people).items() if times > 1]
    if twice:
        raise CourseError(
            f"the roster {path} has {twice[0]!r} more than once: leave one row for each person"
        )
    return people


def _columns(titles: Sequence[str], lines: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Meaning of a column → its title. For Moodle's worksheet the contents may tell the meaning.

    A worksheet's titles are in the language of whoever downloaded it. Its columns always have the
    same order: the participant, the name, address and the like, the marks, and the times of the
    submission and of the mark.
    """
    known = _by_titles(titles)
    if known.keys() & {"login", "email", "id_number", "participant"} or not titles or not lines:
        return known
    values = {title: [line[title].strip() for line in lines] for title in titles}
    prefixes = {re.sub(r"\d+$", "", value) for value in values[titles[0]]}
    if len(prefixes) > 1 or not all(map(PARTICIPANT.fullmatch, values[titles[0]])):
        return known
    others = titles[1:]
    times = [title for title in others if _are_times(values[title])]
    addresses = [title for title in others if all(map(ADDRESS.fullmatch, values[title]))]
    found = {"participant": titles[0]}
    if others and others[0] not in (*times, *addresses):
        found["full"] = others[0]
    found |= {"email": addresses[0]} if addresses else {}
    return found | ({"handed_in": times[0]} if times else {})


def _are_times(values: Sequence[str]) -> bool:
    """Whether each of ``values`` is a date, or says that there is no date."""
    return all(value == "-" or worksheet_date(value) for value in values) and {*values} != {"-"}


def _by_titles(titles: Sequence[str]) -> dict[str, str]:
    return {
        kind: title
        for kind, names in _TITLES.items()
        for title in titles
        if title.strip().casefold() in names
    }


def _person(cells: dict[str, str], path: Path, line: int) -> Person:
    first, last, full = (cells.get(key, "") for key in ("first", "last", "full"))
    if full and not (first or last):
        if "," in full:  # Canvas: "Lovelace, Ada"
            last, first = (part.strip() for part in full.split(",", 1))
        else:
            first, _, last = full.rpartition(" ")
    participant = re.sub(r"\D", "", cells.get("participant", ""))
    keys = (cells.get(key, "") for key in ("login", "email", "id_number", "number"))
    student = next(filter(None, keys), f"participant-{participant}" if participant else "")
    student = unicodedata.normalize("NFC", student).replace("/", "-").replace("\\", "-")
    if not student or student_oddity(student) or student.startswith("."):
        raise CourseError(
            f"line {line} of the roster {path} has no name that can be used: complete or delete it"
        )
    time = _time(cells.get("handed_in", ""))
    return Person(
        student,
        first,
        last,
        cells.get("email", ""),
        cells.get("number", ""),
        cells.get("id_number", ""),
        participant,
        time,
        "" if time or cells.get("handed_in", "") in _NEVER else cells["handed_in"],
    )


def _time(text: str) -> datetime | None:
    """A worksheet's time in UTC, read in this machine's time zone; None where it is not a time."""
    found = worksheet_date(text)
    return found.astimezone().astimezone(UTC).replace(tzinfo=None) if found else None
