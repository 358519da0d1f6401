"""The recorded marks as a file for a spreadsheet, for Canvas or for Moodle.

Scores come from nbgrader's gradebook (so marks that a person gave are in), statuses from the table
that the last ``course grade`` wrote. A submission that could not be read, or is not there, has no
score: its cell is empty (Moodle: ``-``), never 0. What each system accepts was read off its own
importer: Canvas's ``lib/gradebook_importer.rb``, Moodle's ``grade/import/csv``.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import CourseError

UNSCORED = ("unreadable", "missing")
FORMATS = ("csv", "canvas", "moodle")


@dataclass(frozen=True)
class Mark:
    """One student's result; ``score`` is None where there is nothing to score."""

    student: str
    score: float | None
    max_score: float
    status: str = ""
    message: str = ""
    unmarked: bool = False  # a written answer still waits for a person
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """ "Last, First" as far as the gradebook knows it, else the student's folder name."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or self.student


def export_grades(
    root: Path,
    assignment: str,
    form: str,
    sample: bool = False,
    output: Path | None = None,
    column: str | None = None,
) -> int:
    """Write the marks of ``assignment`` in one of FORMATS; print what was written; return 0.

    ``output``: default ``_build/exports/<assignment>.<form>.csv``. ``column``: what the score is
    called there (Canvas: ``Title (1234)`` meets its own assignment 1234); default: the assignment.
    Raises CourseError where nothing has been marked yet.
    """
    home = root / "_build" / "sample_class" if sample else root
    grades = (home if sample else root / "_build") / "grades" / f"{assignment}.csv"
    marks = read_marks(home / "gradebook.db", grades, assignment)
    if output is None:
        ending = "csv" if form == "csv" else f"{form}.csv"
        output = grades.parent.with_name("exports") / f"{assignment}.{ending}"
    lines = {"csv": _for_spreadsheet, "canvas": _for_canvas, "moodle": _for_moodle}[form]
    # Excel takes a file for UTF-8 only by its mark; the two importers need none.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding=encoding, newline="") as file:
            # all cells quoted: a spreadsheet set to semicolons must not split a name at one
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows(lines(marks, column or assignment))
    except OSError as error:
        raise CourseError(f"cannot write {output}: {error.strerror}: pass --output FILE") from error
    _say(marks, output, grades)
    return 0


def read_marks(gradebook: Path, grades: Path, assignment: str) -> list[Mark]:
    """Join the gradebook's scores with the statuses of the grades table; sorted by student."""
    from nbgrader.api import Gradebook, MissingEntry

    statuses = _statuses(grades)
    if not gradebook.is_file():
        raise CourseError(
            f"nothing is marked yet ({gradebook} is not there): course grade {assignment}"
        )
    with Gradebook(f"sqlite:///{gradebook}") as book:
        try:
            max_score = book.find_assignment(assignment).max_score
        except MissingEntry:
            known = ", ".join(sorted(each.name for each in book.assignments)) or "none"
            raise CourseError(
                f"no marks of {assignment!r} in {gradebook} (marked there: {known}): "
                f"course grade {assignment}"
            ) from None
        submitted = {each.student_id: each for each in book.assignment_submissions(assignment)}
        people = {student.id: student for student in book.students}
        return [
            _mark(student, submitted.get(student), people.get(student), statuses, max_score)
            for student in sorted({*submitted, *people, *statuses})
        ]


def _mark(student: str, submission, person, statuses, max_score: float) -> Mark:
    status, message = statuses.get(student, ("", ""))
    if submission is None and not status:
        status, message = "missing", "nothing handed in"
    score = None
    if submission is not None and status not in UNSCORED:
        score = max(0.0, submission.score - submission.late_submission_penalty)
    return Mark(
        student,
        score,
        max_score,
        status,
        message,
        unmarked=score is not None and submission.needs_manual_grade,
        first_name=(person and person.first_name) or "",
        last_name=(person and person.last_name) or "",
        email=(person and person.email) or "",
        lms_user_id=(person and person.lms_user_id) or "",
    )


def _statuses(grades: Path) -> dict[str, tuple[str, str]]:
    """student -> (status, message); empty where ``course grade`` has not run (stock nbgrader)."""
    if not grades.is_file():
        return {}
    with grades.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: (row["status"], row["message"]) for row in csv.DictReader(file)}


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"), on one line."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
    return f"'{line}" if line.lstrip()[:1] in tuple("=+-@＝＋－＠") else line


def _number(value: float | None, absent: str = "") -> str:
    """A decimal point, no thousands, no trailing zeros: 7.5, 10, 3.3333."""
    return absent if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _for_spreadsheet(marks: Iterable[Mark], column: str):
    yield [
        *["student", "last_name", "first_name", "email", safe(column), "max_score"],
        *["written_answers", "status", "message"],
    ]
    for mark in marks:
        texts = [mark.student, mark.last_name, mark.first_name, mark.email]
        waiting = "to be marked" if mark.unmarked else ""
        numbers = [_number(mark.score), _number(mark.max_score)]
        yield [*map(safe, texts), *numbers, waiting, safe(mark.status), safe(mark.message)]


def _for_canvas(marks: list[Mark], column: str):
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", safe(column)]
    points = marks[0].max_score if marks else 0
    yield ["    Points Possible", "", "", "", "", _number(points)]
    for mark in marks:
        texts = [mark.name, mark.lms_user_id, "", mark.student, ""]
        yield [*map(safe, texts), _number(mark.score)]


def _for_moodle(marks: Iterable[Mark], column: str):
    yield ["Username", "First name", "Last name", "Email address", "ID number", safe(column)]
    for mark in marks:
        texts = [mark.student, mark.first_name, mark.last_name, mark.email, mark.lms_user_id]
        yield [*map(safe, texts), _number(mark.score, absent="-")]


def _say(marks: list[Mark], output: Path, grades: Path) -> None:
    scored = sum(mark.score is not None for mark in marks)
    print(f"{output}  ({len(marks)} students, {scored} with a score)")
    for mark in marks:
        if mark.score is None:
            print(f"  no score   {safe(mark.student)}: {mark.status}: {safe(mark.message)}")
    waiting = [safe(mark.student) for mark in marks if mark.unmarked]
    if waiting:
        print(f"  not final  written answers to be marked by a person: {', '.join(waiting)}")
    if grades.is_file():
        print(f"  statuses   {grades}")
