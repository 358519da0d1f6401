"""Names that students chose for files and folders: which can be used, and how to show them."""

import contextlib
import unicodedata
from pathlib import Path

from course_utils.grading.text import is_showable

MAX_NAME = 200  # bytes, so that an ending still fits into what file systems take


def oddity(name: str) -> str:
    """Why a name cannot be used for files and tables (the end of a sentence); "" if it can."""
    if not is_showable(name):
        return "has characters in it that cannot be shown"
    return f"is longer than {MAX_NAME} bytes" if len(name.encode()) > MAX_NAME else ""


def shown(name: str) -> str:
    """A file's name as it may stand in a message: short, on one line, no half characters."""
    return name if is_showable(name) and len(name) <= 80 else ascii(name)[:80]


def compose_names(submitted: Path, marked: Path) -> None:
    """Give each student's folder the composed form (NFC) of its name, as lists of students have it.

    A Mac writes "é" as two characters (NFD), and the gradebook would take that for another person.
    A folder whose student was ``marked`` before under its present name keeps it, and so does one
    whose composed name is another folder's.
    """
    for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
        composed = submitted / unicodedata.normalize("NFC", folder.name)
        kept = composed.name == folder.name or (marked / folder.name).is_dir()
        if not kept and not composed.exists():
            with contextlib.suppress(OSError):  # no permission: the name stays as it is
                folder.rename(composed)
