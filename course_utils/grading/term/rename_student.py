"""``course rename``: give one student another id, in all that is kept of the class.

Two students are never merged: where there is anything under the new id, nothing is renamed. If a
step fails, the steps before it are undone. If the command is killed, a note remains, and the same
command completes the work. The same command with the two ids exchanged renames the student back.
"""

import shlex
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import open_course
from course_utils.grading.intake.names import student_oddity
from course_utils.grading.results.cut_off_rename import (
    forget_rename,
    note_rename,
    noted_rename,
    refuse_cut_off,
)
from course_utils.grading.results.gradebook import usable
from course_utils.grading.results.run_lock import only_change, only_run
from course_utils.grading.term.traces import Trace, of_everybody, traces, traces_of_somebody


def rename_student(root: Path, old: str, new: str) -> int:
    """Give the student ``old`` the id ``new``; print what was renamed. Returns 0.

    Raises CourseError where there is nothing of ``old``, where ``new`` is another student or cannot
    be a name, and while a run is marking.
    """
    course = open_course(root)
    new = unicodedata.normalize("NFC", new)
    if why := _unusable(new):
        raise CourseError(f"{new!r} cannot be the name of a student: it {why}")
    if new == old:
        raise CourseError(f"{old!r} has this name already: give another one")
    with only_run(course.grades), usable(course.db_url), only_change(course.db_url):
        if noted_rename(course.grades) == (old, new):
            parts = traces(course, old)  # the rest: what has the new name was renamed before
            print("completing the renaming that was cut off")
        else:
            refuse_cut_off(course.grades)
            parts = traces_of_somebody(course, old)
            if there := traces(course, new):
                raise CourseError(
                    f"there is a student {new!r} already ({there[0].name}), and two students "
                    "cannot be merged: take another name, or first delete that one if it is nobody"
                )
        note_rename(course.grades, old, new)
        _rename_all(course.grades, old, new, parts, lambda: traces(course, new))
        forget_rename(course.grades)
    others = of_everybody(course)
    for path in others:
        print(f"the earlier name is still in  {course.shown(path)}")
    if others:
        print("To get the new name into these files, mark and export again.")
    print(f"the way back  course rename {shlex.quote(new)} {shlex.quote(old)}")
    return 0


def _rename_all(
    grades: Path,
    old: str,
    new: str,
    parts: Sequence[Trace],
    renamed: Callable[[], Sequence[Trace]],
) -> None:
    """Rename each of ``parts``; when one fails, give the renamed ones their old name back."""
    try:
        for part in parts:
            part.rename(new)
            print(f"renamed  {part.name}")
    except BaseException:
        for part in renamed():
            part.rename(old)
        forget_rename(grades)
        print("undone: nothing was renamed")
        raise


def _unusable(name: str) -> str:
    """Why a folder cannot have this name, as the end of a sentence; "" if it can."""
    if not name.strip() or name != name.strip() or name.startswith("."):
        return "is empty, or begins with a dot or a blank, or ends with one"
    if "/" in name or "\\" in name:
        return "cannot be the name of a folder"
    return student_oddity(name)
