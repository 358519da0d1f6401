"""``course export``: write the recorded marks, or the term's total, for a spreadsheet or a system.

The formats are in ``forms``, and Moodle's grading worksheet in ``worksheet``.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course, open_course
from course_utils.grading.exchange_formats.forms import FORMS, MARKED
from course_utils.grading.exchange_formats.term_total import Term, term, term_lines
from course_utils.grading.exchange_formats.worksheet import fill_worksheet
from course_utils.grading.results.records import Recorded, recorded
from course_utils.grading.results.table import safe

FORMATS = (*FORMS, "moodle-worksheet")
# Canvas's importer takes columns with these words for its own sums, wherever they stand in a title
_CANVAS_IGNORES = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")


def export_grades(
    root: Path,
    assignment: str | None,
    form: str,
    sample: bool = False,
    output: Path | None = None,
    column: str | None = None,
    worksheet: Path | None = None,
) -> int:
    """Write the marks of ``assignment`` in one of FORMATS; print what was written.

    ``assignment``: None for the term's total over all of them. ``output``: default
    ``_build/exports/<assignment>.<form>.csv``. ``column``: the title of the score's column
    (default: the assignment); with ``Title (1234)`` Canvas writes the marks into its assignment
    1234. ``worksheet``: the file from Moodle, for "moodle-worksheet". Returns the exit code 0.
    Raises CourseError where nothing has been marked yet, and for a title that Canvas leaves out.
    """
    course = open_course(root, sample)
    if (worksheet is None) == (form == "moodle-worksheet"):
        raise CourseError(
            "--format moodle-worksheet and --worksheet FILE go together: FILE is the grading "
            "worksheet that Moodle gave you"
        )
    if worksheet and assignment is None:
        raise CourseError("a grading worksheet is one assignment's: name it")
    name = assignment or "term"
    title = column or assignment or "total"
    if form == "canvas" and _CANVAS_IGNORES.search(title):
        raise CourseError(
            f"Canvas takes no marks from a column called {title!r}, which it reads as a sum of its "
            "own: pass another --column"
        )
    if output is None:
        ending = "csv" if form == "csv" else f"{form}.csv"
        output = course.grades.with_name("exports") / f"{name}.{ending}"
    if assignment is None:
        total = term(course)
        results = total.results
        rows = term_lines(total) if form == "csv" else FORMS[form](results, title)
        _write(output, rows, form in MARKED)
        _print_summary(course, results, output)
        _print_term(total)
        return 0
    results = recorded(course, assignment)
    if worksheet:
        rows, unmet = fill_worksheet(course, assignment, results, worksheet)
        _write(output, rows, marked=False)
        _print_summary(course, results, output)
        if unmet:
            print(f"  not in the worksheet  {', '.join(map(safe, unmet))}")
        return 0
    _write(output, FORMS[form](results, title), form in MARKED)
    _print_summary(course, results, output)
    return 0


def _write(output: Path, rows: Iterable[list[str]], marked: bool) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
            # quote all cells: a spreadsheet that splits at semicolons must not split a name
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    except OSError as error:
        raise CourseError(f"cannot write {output}: {error.strerror}: pass --output FILE") from error


def _print_summary(course: Course, results: list[Recorded], output: Path) -> None:
    scored = sum(record.score is not None for record in results)
    print(f"{course.shown(output)}  ({len(results)} students, {scored} with a score)")
    for record in results:
        if record.score is None:
            why = filter(None, (safe(record.student), record.status, safe(record.message)))
            print(f"  no score   {': '.join(why)}")
    waiting = [safe(record.student) for record in results if record.waiting]
    if waiting:
        print(f"  not final  written answers to be marked by a person: {', '.join(waiting)}")
    again = [safe(record.student) for record in results if record.again]
    if again:
        print(f"  not final  answers changed since a person marked them: {', '.join(again)}")


def _print_term(total: Term) -> None:
    for student, without in total.without.items():
        if len(without) < len(total.assignments):
            print(f"  partly     {safe(student)}: no score in {', '.join(map(safe, without))}")
