"""The recorded marks as a file for a spreadsheet, for Canvas or for Moodle.

Work that could not be read, or is not there, has an empty cell (Moodle: ``-``), never 0. What each
system accepts was read off its own importer: Canvas's ``lib/gradebook_importer.rb``, Moodle's
``grade/import/csv``.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.records import Recorded, recorded
from course_utils.grading.results.table import safe
from course_utils.grading.text import points_text


def export_grades(
    root: Path,
    assignment: str,
    form: str,
    sample: bool = False,
    output: Path | None = None,
    column: str | None = None,
) -> int:
    """Write the marks of ``assignment`` as "csv", "canvas" or "moodle"; print what was written.

    ``output``: default ``_build/exports/<assignment>.<form>.csv``. ``column``: what the score is
    called there (Canvas: ``Title (1234)`` meets its own assignment 1234); default: the assignment.
    Returns the exit code 0. Raises CourseError where nothing has been marked yet.
    """
    course = open_course(root, sample)
    results = recorded(course, assignment)
    if output is None:
        ending = "csv" if form == "csv" else f"{form}.csv"
        output = course.grades.with_name("exports") / f"{assignment}.{ending}"
    lines = {"csv": _for_spreadsheet, "canvas": _for_canvas, "moodle": _for_moodle}[form]
    # Excel takes a file for UTF-8 only by its mark; the two importers need none.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding=encoding, newline="") as file:
            # all cells quoted: a spreadsheet set to semicolons must not split a name at record
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows(lines(results, column or assignment))
    except OSError as error:
        raise CourseError(f"cannot write {output}: {error.strerror}: pass --output FILE") from error
    near = output.is_relative_to(course.root)
    _print_summary(results, output.relative_to(course.root) if near else output)
    return 0


def _for_spreadsheet(results: Iterable[Recorded], column: str):
    yield [
        *["student", "last_name", "first_name", "email", safe(column), "max_score"],
        *["written_answers", "status", "message"],
    ]
    for record in results:
        texts = [record.student, record.last_name, record.first_name, record.email]
        waiting = "to be marked" if record.waiting else "look again" if record.again else ""
        numbers = [points_text(record.score), points_text(record.max_score)]
        yield [*map(safe, texts), *numbers, waiting, safe(record.status), safe(record.message)]


def _for_canvas(results: list[Recorded], column: str):
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", safe(column)]
    points = results[0].max_score if results else 0
    yield ["    Points Possible", "", "", "", "", points_text(points)]
    for record in results:
        name = (
            ", ".join(part for part in (record.last_name, record.first_name) if part)
            or record.student
        )
        texts = [name, record.lms_user_id, "", record.student, ""]
        yield [*map(safe, texts), points_text(record.score)]


def _for_moodle(results: Iterable[Recorded], column: str):
    yield ["Username", "First name", "Last name", "Email address", "ID number", safe(column)]
    for record in results:
        texts = [
            record.student,
            record.first_name,
            record.last_name,
            record.email,
            record.lms_user_id,
        ]
        yield [*map(safe, texts), points_text(record.score) or "-"]


def _print_summary(results: list[Recorded], output: Path) -> None:
    scored = sum(record.score is not None for record in results)
    print(f"{output}  ({len(results)} students, {scored} with a score)")
    for record in results:
        if record.score is None:
            print(f"  no score   {safe(record.student)}: {record.status}: {safe(record.message)}")
    waiting = [safe(record.student) for record in results if record.waiting]
    if waiting:
        print(f"  not final  written answers to be marked by a person: {', '.join(waiting)}")
    again = [safe(record.student) for record in results if record.again]
    if again:
        print(f"  not final  answers changed since a person marked them: {', '.join(again)}")
