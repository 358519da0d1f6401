"""A note that a student is being renamed; where a later run finds it, the renaming was cut off.

A process that is killed cannot undo its work: some of the student's things then have the new name,
and some the old one.
"""

import json
import shlex
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.results.store import write_file

_NOTE = "renaming.json"


def note_rename(grades: Path, old: str, new: str) -> None:
    """Note, below ``grades``, that ``old`` is about to become ``new``."""
    write_file(grades / _NOTE, json.dumps([old, new]).encode())


def noted_rename(grades: Path) -> tuple[str, str] | None:
    """The old and the new id of a renaming that began but did not end; None where there is none.

    Raises CourseError where the note cannot be read.
    """
    try:
        old, new = json.loads((grades / _NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise CourseError(
            f"{grades / _NOTE} cannot be read. It notes a `course rename` that was cut off: look "
            "in submitted/ and feedback/ who has which name, then delete it"
        ) from None
    return str(old), str(new)


def forget_rename(grades: Path) -> None:
    """Remove the note: the renaming is complete, or was undone."""
    (grades / _NOTE).unlink(missing_ok=True)


def refuse_cut_off(grades: Path) -> None:
    """Raise CourseError where a renaming was cut off; its message says how to go on."""
    if found := noted_rename(grades):
        words = " ".join(map(shlex.quote, found))
        raise CourseError(
            f"a renaming of {found[0]!r} was cut off in its middle: run `course rename {words}` "
            "again, which completes it"
        )
