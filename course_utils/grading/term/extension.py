"""``course extend``: more time for one student, kept where nbgrader's penalties look for it."""
# pyright: reportUnknownMemberType=false

from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry

from course_utils.errors import CourseError
from course_utils.grading.course_paths import open_course
from course_utils.grading.intake.names import is_one_name
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.gradebook import open_gradebook, usable
from course_utils.grading.results.run_lock import only_machine, only_run


def extend(root: Path, assignment: str, student: str, days: float = 0, hours: float = 0) -> int:
    """Give ``student`` so much longer than the due date; print until when. Returns 0.

    It takes the place of an earlier extension, so no days and no hours take it back. Raises
    CourseError for an assignment without a due date, and for a student whom nobody knows.
    """
    if days < 0 or hours < 0:
        raise CourseError("an extension is longer, not shorter: --days and --hours are 0 or more")
    course = open_course(root)
    refuse_cut_off(course.grades)
    with (
        only_run(course.grades),
        usable(course.db_url),
        only_machine(course.db_url, assignment, "course extend"),
        open_gradebook(course.db_url) as book,
    ):
        try:
            due: Any = book.find_assignment(assignment).duedate
        except MissingEntry:
            due = None
        if due is None:
            raise CourseError(
                f"{assignment!r} has no due date: nbgrader db assignment add {assignment} "
                "--duedate='2026-03-05 23:59 Europe/Berlin'"
            )
        try:
            book.find_student(student)
        except MissingEntry:
            if not (is_one_name(student) and (course.submitted / student).is_dir()):
                raise CourseError(
                    f"nobody is called {student!r}: give the name of the folder in "
                    f"{course.shown(course.submitted)}/, or first nbgrader db student add {student}"
                ) from None
            book.add_student(student)
        book.update_or_create_submission(assignment, student)
        more: Any = {"days": days, "hours": hours}
        book.grant_extension(assignment, student, **more)
        until: Any = book.find_submission(assignment, student).duedate
    print(f"{student}: {assignment} is due at {_text(until)} UTC (else {_text(due)} UTC)")
    print(f"course grade {assignment} counts by it")
    return 0


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
