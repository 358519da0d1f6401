"""The list of a class as the system exports it: names, addresses, numbers and the name to go by.

Taken are Canvas's gradebook (``Student, ID, SIS User ID, SIS Login ID``), Moodle's grading
worksheet (``Identifier, Full name, Email address, …``), Moodle's list of participants and any table
with the same titles.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.intake.names import oddity

# what a column is, by its title in small letters
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
_DATES = ("%A, %d %B %Y", "%d %B %Y", "%A, %B %d, %Y")
_TIMES = (*(f"{date}, %I:%M %p" for date in _DATES), "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Person:
    """One row. ``student``: the name of the folder. Texts are "" where the list says nothing."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""  # Canvas's number of the person
    id_number: str = ""
    participant: str = ""  # Moodle's number of the person in this one assignment
    handed_in: datetime | None = None  # UTC, without a zone, as nbgrader keeps times

    @property
    def name(self) -> str:
        """First and last name, as names are compared."""
        return same_name(f"{self.first_name} {self.last_name}")


def same_name(name: str) -> str:
    """A full name as names are compared: composed, small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("_", " ").split())


def read_roster(path: Path) -> list[Person]:
    """The people in ``path``. Raises CourseError for a file that is no such list."""
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
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = {
        kind: title
        for kind, names in _TITLES.items()
        for title in rows.fieldnames or ()
        if title.strip().casefold() in names
    }
    if not columns.keys() & {"login", "email", "number", "id_number", "participant"}:
        raise CourseError(
            f"the roster {path} has no column that tells people apart (Username, Email address, ID "
            "number, Identifier, or Canvas's ID): export Canvas's gradebook or Moodle's grading "
            "worksheet"
        )
    people: list[Person] = []
    for row in rows:
        cells = {kind: (row.get(title) or "").strip() for kind, title in columns.items()}
        if "points possible" not in cells.get("full", "").casefold() and any(cells.values()):
            people.append(_person(cells, path, rows.line_num))
    twice = [name for name, times in Counter(each.student for each in people).items() if times > 1]
    if twice:
        raise CourseError(
            f"the roster {path} has {twice[0]!r} more than once: leave one row for each person"
        )
    return people


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
    if not student or oddity(student) or student.startswith("."):
        raise CourseError(f"line {line} of the roster {path} names nobody: complete or delete it")
    return Person(
        student,
        first,
        last,
        cells.get("email", ""),
        cells.get("number", ""),
        cells.get("id_number", ""),
        participant,
        _time(cells.get("handed_in", "")),
    )


def _time(text: str) -> datetime | None:
    """A worksheet's time, which is in the time zone of this machine; None where it says none."""
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone().astimezone(UTC).replace(tzinfo=None)
        except ValueError:
            continue
    return None
