"""Moodle's grading worksheet, filled with marks and a comment, otherwise as it came.

Moodle reads it back by the titles ``Identifier``, ``Grade``, ``Last modified (grade)`` and
``Feedback comments`` (``mod/assign/feedback/offline``), and only where the grade was not changed
there since; so no other cell is touched.
"""

import csv
import io
import re
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.exchange_formats.collect import read_collected
from course_utils.grading.results.records import Recorded
from course_utils.grading.results.table import safe
from course_utils.grading.text import points_text

_NEEDED = ("Identifier", "Grade", "Last modified (grade)")


def fill_worksheet(
    course: Course, assignment: str, results: list[Recorded], worksheet: Path
) -> tuple[list[list[str]], list[str]]:
    """The worksheet's lines with grades and comments; and the students who have no line there.

    Raises CourseError for another file, and where Moodle's maximum is not the assignment's.
    """
    try:
        text = worksheet.read_bytes().decode("utf-8-sig")
        header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except OSError as error:
        raise CourseError(f"{worksheet} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise CourseError(f"{worksheet} is not a grading worksheet: download it again") from None
    lacking = [title for title in _NEEDED if title not in header]
    if lacking:
        raise CourseError(
            f"{worksheet} has no column {lacking[0]!r}: switch Moodle to English, download the "
            "grading worksheet of this assignment and give it as it came"
        )
    at = {title.casefold(): number for number, title in enumerate(header)}
    collected = read_collected(course, assignment)
    numbers = {each.number: name for name, each in collected.items() if each.system == "moodle"}
    met: set[str] = set()
    for row in rows:
        row += [""] * (len(header) - len(row))
        record = _whose(row, at, numbers, results)
        if record is None:
            continue
        met.add(record.student)
        if "maximum grade" in at:
            _same_maximum(row[at["maximum grade"]], record.max_score, worksheet)
        if record.score is not None:
            row[at["grade"]] = f"{record.score:.2f}"
        if "feedback comments" in at:
            row[at["feedback comments"]] = _comment(record)
    return [header, *rows], [each.student for each in results if each.student not in met]


def _whose(
    row: list[str], at: dict[str, int], numbers: dict[str, str], results: list[Recorded]
) -> Recorded | None:
    """Whose line it is: by the participant's number, else by a name that is theirs alone."""
    student = numbers.get(re.sub(r"\D", "", row[at["identifier"]]))
    if student:
        return next((each for each in results if each.student == student), None)
    cells = {row[at[title]] for title in ("email address", "username", "id number") if title in at}
    cells -= {""}
    own = [each for each in results if cells & {each.student, each.email, each.lms_user_id}]
    return own[0] if len(own) == 1 else None


def _same_maximum(text: str, most: float, worksheet: Path) -> None:
    try:
        there = float(text.replace(",", "."))
    except ValueError:
        return  # a scale, or nothing: Moodle itself will say what it does not take
    if abs(there - most) > 1e-6:
        raise CourseError(
            f"the maximum in {worksheet} is {points_text(there)}, and here {points_text(most)}: "
            "set the assignment's maximum grade in Moodle, and download the worksheet again"
        )


def _comment(record: Recorded) -> str:
    if record.score is None:
        return "There is no mark yet: see the feedback page."
    parts = [
        f"{name}: {'still to be read' if mark.score is None else points_text(mark.score)}"
        f" of {points_text(mark.points)}"
        for name, mark in record.marks.items()
    ]
    total = f"{points_text(record.score)} of {points_text(record.max_score)} points"
    return safe(". ".join([total, "; ".join(parts)]) if parts else total)
