"""Fill Moodle's grading worksheet with marks and comments, and change nothing else in it.

Moodle finds the columns by the titles ``Identifier``, ``Grade``, ``Last modified (grade)`` and
``Feedback comments`` (``mod/assign/feedback/offline``), and takes a grade only if it was not
changed on Moodle since (a feedback file or a comment is such a change, too); so no other cell may
change. Moodle writes and reads the titles in the
user's language. In a worksheet that is not in English the contents tell which column is which.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.exchange_formats.collect import read_collected
from course_utils.grading.exchange_formats.roster import ADDRESS, LONGEST_CELL, PARTICIPANT
from course_utils.grading.exchange_formats.worksheet_dates import worksheet_date
from course_utils.grading.marks import Mark
from course_utils.grading.results.author_questions import AuthorQuestion, author_questions
from course_utils.grading.results.records import Recorded
from course_utils.grading.results.table import safe
from course_utils.grading.text import points_text, taken_off

_NUMBER = re.compile(r"\d+[.,]?\d*")
_NUMBER_OR_NONE = re.compile(r"(\d+[.,]?\d*)?")
_NEEDED = ("Identifier", "Grade", "Last modified (grade)")


def fill_worksheet(
    course: Course, assignment: str, results: list[Recorded], worksheet: Path
) -> tuple[list[list[str]], list[str]]:
    """The worksheet's lines with grades and comments; and the students who have no line in it.

    Raises CourseError for any other file, and where Moodle's maximum is not the assignment's.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        text = worksheet.read_bytes().decode("utf-8-sig")
        header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except OSError as error:
        raise CourseError(f"{worksheet} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise CourseError(f"{worksheet} is not a grading worksheet: download it again") from None
    if all(title in header for title in _NEEDED):
        at = {title.casefold(): number for number, title in enumerate(header)}
    else:
        at = _by_content(header, rows)
    if "grade" not in at or "identifier" not in at:
        raise CourseError(
            f"{worksheet} has no column that is surely the grade's: download the grading worksheet "
            "of this assignment, in English if need be, and give it as it came"
        )
    collected = read_collected(course, assignment)
    numbers = {each.number: name for name, each in collected.items() if each.system == "moodle"}
    questions = author_questions(course.source / assignment)
    met: set[str] = set()
    for row in rows:
        row += [""] * (len(header) - len(row))
        record = _whose(row, at, numbers, results)
        if record is None:
            continue
        met.add(record.student)
        if "maximum grade" in at:
            _same_maximum(row[at["maximum grade"]], record.max_score, worksheet)
        if record.score is None:
            continue  # a comment alone would be a change on Moodle, which then skips a later mark
        grade = f"{record.score:.2f}"
        comma = "maximum grade" in at and "," in row[at["maximum grade"]]
        row[at["grade"]] = grade.replace(".", ",") if comma else grade
        if "feedback comments" in at:
            row[at["feedback comments"]] = _comment(record, questions)
    return [header, *rows], [each.student for each in results if each.student not in met]


def _by_content(header: list[str], rows: list[list[str]]) -> dict[str, int]:
    """Title → place of the columns of a worksheet in another language, as far as that is sure.

    They are in Moodle's order: the participant comes first, the grade right before its maximum (the
    only column with the same number in every line), and the comments after the time of the mark.
    """
    numbers = range(len(header))
    if any(len(row) != len(header) for row in rows) or not rows or len(header) < 4:
        return {}
    values = [[row[number].strip() for row in rows] for number in numbers]
    found: dict[str, int] = {}
    if all(map(PARTICIPANT.fullmatch, values[0])):
        found["identifier"] = 0
    addresses = [number for number in numbers if all(map(ADDRESS.fullmatch, values[number]))]
    found |= {"email address": addresses[0]} if addresses else {}
    same = [n for n in numbers if len({*values[n]}) == 1 and _NUMBER.fullmatch(values[n][0])]
    most = [n for n in same if n > 1 and all(map(_NUMBER_OR_NONE.fullmatch, values[n - 1]))]
    if len(most) == 1:
        found |= {"maximum grade": most[0], "grade": most[0] - 1}
    if all(map(_is_time, values[-2])) and not any(map(_is_time, values[-1])):
        found["feedback comments"] = numbers[-1]
    return found


def _is_time(text: str) -> bool:
    """Whether ``text`` says when a mark was changed, or that it never was."""
    return text == "-" or worksheet_date(text) is not None


def _whose(
    row: list[str], at: dict[str, int], numbers: dict[str, str], results: list[Recorded]
) -> Recorded | None:
    """Whose line it is: found by the participant's number, else by a name that one student has."""
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
        return  # a scale, or empty: Moodle itself refuses what does not fit
    if abs(there - most) > 1e-6:
        raise CourseError(
            f"the maximum in {worksheet} is {points_text(there)}, and here {points_text(most)}: "
            "set the assignment's maximum grade in Moodle, and download the worksheet again"
        )


def _comment(record: Recorded, questions: Mapping[str, AuthorQuestion]) -> str:
    """What the student reads: the points in all, what lateness took off, and those by question."""
    total = f"{points_text(record.score)} of {points_text(record.max_score)} points"
    by_title: dict[str, list[Mark]] = {}
    for name, mark in record.marks.items():
        title = questions[name].title if name in questions else name
        by_title.setdefault(title, []).append(mark)
    parts = [f"{title}: {_points(marks)}" for title, marks in by_title.items()]
    return safe(". ".join(filter(None, (total, taken_off(record.penalty), "; ".join(parts)))))


def _points(marks: Sequence[Mark]) -> str:
    """The points of one question's cells; those that a person gives may still be open."""
    got = sum(mark.score or 0 for mark in marks)
    unread = sum(mark.points for mark in marks if mark.score is None)
    most = points_text(sum(mark.points for mark in marks))
    still = f", {points_text(unread)} still to be read" if unread else ""
    return f"{points_text(got)} of {most}{still}"
