"""Read a zip of hand-ins from Moodle or Canvas: who handed in which file.

The forms of the names come from the systems' source code. Moodle: a folder (or the beginning of a
file's name) ``Full Name_4200_assignsubmission_file``, where 4200 is the number of the participant
in this one assignment; before Moodle 4.1 it had one more underscore. Canvas:
``lovelaceada_LATE_101_9001_convolution.ipynb``, where 101 is the person and 9001 the file;
``LATE_`` is there only for late work.
"""

import re
import stat
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from course_utils.errors import CourseError
from course_utils.grading.intake.names import oddity, shown

MAX_FILE_BYTES = 64 * 2**20
MAX_PATH = 1000  # bytes
MAX_BYTES = 8 * 2**30  # the whole zip, unpacked
_MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_|$)")
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?:(?P<late>late)_)?(?P<number>\d+)_(?P<file>\d+)_(?P<title>.+)", re.I | re.S
)
_NUMBERS = re.compile(r"_(?=(?:late_)?(\d+)_(\d+)_.)", re.I)  # of the person and of the file
_CANVAS_OTHER = re.compile(r".+?_(?:late_)?\d+_(?P<kind>text|link)\.html", re.I)
_CANVAS_ANONYMOUS = re.compile(r"(?:late_)?anon_", re.I)
_LEFT_BEHIND = ("__MACOSX", ".DS_Store", "Thumbs.db")


@dataclass
class HandIn:
    """What one person handed in.

    ``number``: the person's number in the file names (Moodle: the participant's in this
    assignment). ``files``: path → entry of the zip. ``origin``: the system's own names, which are
    needed to give feedback back (Moodle: the folder; Canvas: path → the file's whole name).
    ``newest``: the highest number of a file (Canvas), else 0.
    """

    number: str
    name: str
    late: bool = False
    newest: int = 0
    files: dict[str, ZipInfo] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)


@dataclass
class Download:
    """A zip: its system ("moodle" or "canvas"), who handed in, and which files are not taken."""

    system: str
    people: list[HandIn]
    not_taken: list[tuple[str, str]]


def open_zip(path: Path) -> ZipFile:
    """The zip file at ``path``. Raises CourseError where there is none, or it is damaged."""
    try:
        return ZipFile(path)
    except FileNotFoundError:
        raise CourseError(f"no file {path}: give the zip that your system downloaded") from None
    except IsADirectoryError:
        raise CourseError(f"{path} is a folder: give the zip itself, not unpacked") from None
    except (BadZipFile, LargeZipFile, OSError) as error:
        raise CourseError(f"{path} cannot be read as a zip ({error}): download it again") from None


def read_download(opened: ZipFile, notebooks: Collection[str]) -> Download:
    """Find out from the names in the zip who handed in which files; nothing is unpacked.

    ``notebooks``: the names of the author's notebooks, without .ipynb. Canvas adds "-1" and so on
    to a name that a student hands in again; only for these names is that taken away. Raises
    CourseError when fewer than half of the names in the zip are of Moodle's or Canvas's form.
    """
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise CourseError("the zip holds more than 8 GB: download the class in groups")
    paths = [unicodedata.normalize("NFC", entry.filename.replace("\\", "/")) for entry in entries]
    usable = [
        path for entry, path in zip(entries, paths, strict=True) if not _unusable(entry, path)
    ]
    of_moodle = sum(_moodle_parts(path) is not None for path in usable)
    of_canvas = sum(_is_canvas(PurePosixPath(path).name) for path in usable)
    is_moodle = of_moodle >= of_canvas  # one student's name may look like the other system's
    if 2 * max(of_moodle, of_canvas) < max(len(usable), 1):  # of another system, or of none
        seen = ", ".join(shown(path) for path in paths[:3]) or "nothing"
        raise CourseError(
            f"few names in this zip have Moodle's or Canvas's form (it has {seen}): give the zip "
            "of “Download all submissions” (Moodle) or “Download Submissions” (Canvas), unchanged; "
            "for other systems see `nbgrader zip_collect`"
        )
    people: dict[str, HandIn] = {}
    not_taken: list[tuple[str, str]] = []
    digits = _digits(usable)
    for entry, path in zip(entries, paths, strict=True):
        why = _unusable(entry, path)
        if not why and is_moodle:
            why = _moodle(people, entry, path)
        elif not why:
            why = _canvas(people, entry, path, notebooks, digits)
        if why:
            not_taken.append((shown(path), why))
    return Download("moodle" if is_moodle else "canvas", list(people.values()), not_taken)


def _unusable(entry: ZipInfo, path: str) -> str:
    parts = path.split("/")
    if any(part in _LEFT_BEHIND or part.startswith("._") for part in parts):
        return "a program's own file"
    if path.startswith("/") or {".", ".."} & set(parts) or re.match(r"[A-Za-z]:", path):
        return "its path leads out of the folder"
    if any(oddity(part) for part in parts):
        return "its name cannot be used"
    if len(path.encode()) > MAX_PATH:
        return "its path is too long"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link"
    if entry.flag_bits & 1:
        return "it is locked with a password"
    return "it is larger than 64 MB" if entry.file_size > MAX_FILE_BYTES else ""


def _moodle_parts(path: str) -> tuple[re.Match[str], str] | None:
    """The part of ``path`` that names the participant, and the path of the file below it."""
    parts = path.split("/")
    for place, part in enumerate(parts):
        if found := _MOODLE.match(part):
            rest = [part[found.end() :], *parts[place + 1 :]]
            return found, "/".join(each for each in rest if each)
    return None


def _moodle(people: dict[str, HandIn], entry: ZipInfo, path: str) -> str:
    parts = _moodle_parts(path)
    if parts is None or not parts[1]:
        return "its name has no participant's number"
    found, name = parts
    if {".", ".."} & set(name.split("/")):
        return "its path leads out of the folder"
    if found["kind"] != "file":
        return f"it was typed into Moodle ({found['kind']}) and not handed in as a file"
    person = people.setdefault(found["number"], HandIn(found["number"], found["name"].strip()))
    if name.lower().split("/")[0] == "timestamp.txt":
        return "a student's own timestamp.txt says nothing about when it was handed in"
    person.files[name] = entry
    person.origin[name] = found.group().rstrip("_")
    return ""


def _is_canvas(name: str) -> bool:
    return any(each.match(name) for each in (_CANVAS, _CANVAS_OTHER, _CANVAS_ANONYMOUS))


def _readings(name: str) -> list[tuple[str, str]]:
    """Every way to read the numbers of person and file out of a file's name on Canvas.

    Students choose what stands before these numbers (their own name) and behind them (the file's),
    and either may hold such numbers, too. Canvas itself takes the first.
    """
    found = [each.groups() for each in _NUMBERS.finditer(name) if each.start()]
    return [(str(person), str(file)) for person, file in dict.fromkeys(found)]


def _digits(paths: Collection[str]) -> set[tuple[int, int]]:
    """How many digits the numbers of persons and files have, in names with one reading."""
    readings = [_readings(PurePosixPath(path).name) for path in paths]
    return {(len(each[0][0]), len(each[0][1])) for each in readings if len(each) == 1}


def _several(name: str, digits: set[tuple[int, int]]) -> list[str]:
    """The people whose file this may be; "conv_2026_03_05.ipynb" has no other file's digits."""
    first, *others = _readings(name)
    known = digits or {(len(first[0]), len(first[1]))}

    def is_near(person: str, file: str) -> bool:
        return any(abs(len(person) - a) < 2 and abs(len(file) - b) < 2 for a, b in known)

    return list(dict.fromkeys([first[0], *(each[0] for each in others if is_near(*each))]))


def _canvas(
    people: dict[str, HandIn],
    entry: ZipInfo,
    path: str,
    notebooks: Collection[str],
    digits: set[tuple[int, int]],
) -> str:
    name = PurePosixPath(path).name
    if _CANVAS_ANONYMOUS.match(name):
        return "the assignment is marked anonymously, so the file's name does not say whose it is"
    if other := _CANVAS_OTHER.fullmatch(name):
        return f"it was handed in as {'text' if other['kind'] == 'text' else 'a link'}, not a file"
    found = _CANVAS.fullmatch(name)
    if found is None:
        return "its name does not tell the student"
    if len(whose := _several(name, digits)) > 1:
        return f"it may be of person {' or of '.join(whose)}: look on Canvas whose it is"
    if found["title"] in (".", ".."):
        return "its path leads out of the folder"
    person = people.setdefault(found["number"], HandIn(found["number"], found["name"]))
    person.late = person.late or found["late"] is not None
    title, number = found["title"], int(found["file"])
    if title.lower() == "timestamp.txt":
        return "a student's own timestamp.txt says nothing about when it was handed in"
    # where a student hands in the same name again, Canvas writes "convolution-1.ipynb"
    again = re.fullmatch(r"(.+)-\d+\.ipynb", title, re.I)
    if again and again[1] in notebooks and title.removesuffix(".ipynb") not in notebooks:
        title = f"{again[1]}.ipynb"
    person.newest = max(person.newest, number)
    earlier = person.origin.get(title)
    if earlier is not None and _file_number(earlier) > number:
        return "the same student handed in a newer file of this name"
    person.files[title], person.origin[title] = entry, name
    return ""


def _file_number(name: str) -> int:
    found = _CANVAS.fullmatch(name)
    return int(found["file"]) if found else 0
