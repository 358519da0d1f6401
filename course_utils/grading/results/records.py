"""Read what is recorded of an assignment now, for the exports and the report.

Scores come from nbgrader's gradebook, so they include marks that a person gave; statuses,
misconceptions and times come from the results that ``course grade`` keeps (see ``class_run``). Work
that is missing or could not be read has no score; it is never 0.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import MissingEntry

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.marks import Mark
from course_utils.grading.results.author_questions import author_questions
from course_utils.grading.results.gradebook import is_begun, open_gradebook, shown_url, usable
from course_utils.grading.results.sheets import Sheet, sheets
from course_utils.grading.results.status import FOLDER_GONE, NOTHING, look_again
from course_utils.grading.results.store import Result, open_results
from course_utils.grading.text import storable, taken_off

Row = Any  # a row of nbgrader's, whose classes do not give the types of their columns
UNSCORED = ("unreadable", "missing", "failed")


@dataclass(frozen=True)
class Recorded:
    """One student's result. ``score`` is None where there is nothing to score.

    ``marks``: grade id → mark, in the notebook's order; a mark with the score None waits for a
    person. ``again``: the answers that changed after a person marked them. ``message`` is for the
    instructor. ``seconds`` is None where nothing was run. ``wall``: the kind of wall around the
    student's code, or "". ``penalty``: the points that were taken off the score for lateness.
    """

    student: str
    score: float | None
    max_score: float
    status: str = ""
    message: str = ""
    seconds: float | None = None
    marks: dict[str, Mark] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    wall: str = ""
    penalty: float = 0.0
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def waiting(self) -> list[str]:
        """The answers that a person still has to mark."""
        return [name for name, mark in self.marks.items() if mark.score is None]


def row(found: Any) -> Row:
    """``found`` as a row, without types for its columns."""
    return found


def rows(found: Any) -> list[Row]:
    """Rows likewise."""
    return list(found)


def recorded(course: Course, assignment: str) -> list[Recorded]:
    """Everybody's result of ``assignment``, sorted by student.

    Raises CourseError where nothing has been marked yet.
    """
    if not is_begun(course.db_url):
        place = shown_url(course.db_url)
        raise CourseError(f"nothing is marked yet (no {place}): course grade {assignment}")
    with usable(course.db_url), open_gradebook(course.db_url) as book:
        try:
            most = row(book.find_assignment(assignment)).max_score
        except MissingEntry:
            known = ", ".join(sorted(each.name for each in rows(book.assignments))) or "none"
            raise CourseError(
                f"no marks of {assignment!r} (marked: {known}): course grade {assignment}"
            ) from None
        submitted = sheets(book.db, assignment)
        people: dict[str, Row] = {student.id: student for student in rows(book.students)}
        order = list(author_questions(course.source / assignment))
        store = open_results(course, book.db, assignment)
        results = {result.student: result for result in store.current(course.submitted, people)}
        return [
            _record(name, results.get(name), submitted.get(name), people.get(name), most, order)
            for name in sorted({*submitted, *people, *results})
        ]


def _record(
    name: str,
    result: Result | None,
    sheet: Sheet | None,
    person: Row | None,
    most: float,
    order: list[str],
) -> Recorded:
    status, message = (result.status, result.instructor) if result else ("", "")
    if sheet is not None and result is None and not sheet.marked:
        sheet = None  # an extension was given, and nothing came
    if sheet is None and not status:
        status, message = "missing", NOTHING
    scored = sheet is not None and status not in UNSCORED
    scored = scored and (result is None or result.score is not None)  # None: the grader failed
    score: float | None = None
    marks: dict[str, Mark] = {}
    changed: list[str] = []
    if scored and sheet is not None:
        score, changed = sheet.score, sheet.again
        marks = _marks(sheet, result.questions if result else {}, order)
        late = taken_off(sheet.penalty)
        message = "; ".join(filter(None, (message, late, look_again(changed))))
    if result and not result.is_there:
        message = "; ".join(filter(None, (message, FOLDER_GONE)))
    return Recorded(
        storable(name),
        score,
        most,
        status,
        message,
        result.seconds if result and scored else None,
        marks,
        changed,
        result.wall if result and scored else "",
        sheet.penalty if sheet and scored else 0.0,
        first_name=(person and person.first_name) or "",
        last_name=(person and person.last_name) or "",
        email=(person and person.email) or "",
        lms_user_id=(person and person.lms_user_id) or "",
    )


def _marks(sheet: Sheet, questions: dict[str, Mark], order: list[str]) -> dict[str, Mark]:
    """Grade id → mark: the gradebook's score, with the mistakes that were found in the answer."""
    marks: dict[str, Mark] = {}
    for grade in sheet.grades:
        found = questions.get(grade.name)
        marks[grade.name] = Mark(
            grade.max_score,
            None if grade.waits else grade.score,
            found.misconceptions if found else [],
            found.mistakes if found else [],
        )
    place = {name: number for number, name in enumerate(order)}
    return dict(sorted(marks.items(), key=lambda item: (place.get(item[0], len(place)), item[0])))
