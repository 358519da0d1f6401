"""Names that students chose for files and folders: which can be used, and how to show them."""

import contextlib
import unicodedata
from pathlib import Path

from course_utils.grading.text import is_showable

MOST_LETTERS = 128  # of a name or an address in nbgrader's gradebook
MAX_NAME = 200  # bytes, so that an ending still fits in the longest name of a file system
_MARKS = set('"<>\\')  # nbgrader's formgrader writes a student's name into scripts as it is


def oddity(name: str) -> str:
    """Why a name cannot be used for files and tables, as the end of a sentence; "" if it can."""
    if not is_showable(name):
        return "has characters in it that cannot be shown"
    return f"is longer than {MAX_NAME} bytes" if len(name.encode()) > MAX_NAME else ""


def student_oddity(name: str) -> str:
    """Why a student cannot have this name, as the end of a sentence; "" if it can."""
    long = f"is longer than {MOST_LETTERS} letters" if len(name) > MOST_LETTERS else ""
    marks = 'has one of the marks " < > \\ in it' if _MARKS & set(name) else ""
    return oddity(name) or long or marks


def is_one_name(name: str) -> bool:
    """Whether ``name`` is a single folder's: not empty, and no path to another place."""
    return name not in ("", ".", "..") and not {"/", "\0"} & set(name)


def shown(name: str) -> str:
    """A file's name for a message: short, on one line, without half characters."""
    return name if is_showable(name) and len(name) <= 80 else ascii(name)[:80]


def compose_names(submitted: Path, marked: Path) -> None:
    """Rename each student's folder to the composed form (NFC) of its name, as class lists have it.

    A Mac writes "é" as two characters (NFD), and the gradebook would take that for another person.
    A folder keeps its name if its student was ``marked`` before under that name, or if another
    folder already has the composed name.
    """
    for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
        composed = submitted / unicodedata.normalize("NFC", folder.name)
        kept = composed.name == folder.name or (marked / folder.name).is_dir()
        if not kept and not composed.exists():
            with contextlib.suppress(OSError):  # no permission: the name stays as it is
                folder.rename(composed)
