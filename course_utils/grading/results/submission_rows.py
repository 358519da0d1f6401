"""The rows of one submission in nbgrader's gradebook, read and written a table at a time.

nbgrader's own objects make each grade and each comment one by one, and read each before it changes.
For thirty questions that takes more than twice as long.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from datetime import datetime
from typing import Any, NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, select, update

from course_utils.grading.results.own_tables import Session, insert

# as Any: the type checker knows no types of their columns
_CELL: Any = BaseCell
_NOTEBOOK: Any = Notebook.__table__
_ASSIGNMENT: Any = Assignment.__table__
_STUDENT: Any = Student.__table__
_SUBMITTED: Any = SubmittedAssignment.__table__
_PART: Any = SubmittedNotebook.__table__
_GRADE: Any = Grade.__table__
_COMMENT: Any = Comment.__table__
_GRADES_OF, _COMMENTS_OF = {"GradeCell", "TaskCell"}, {"SolutionCell", "TaskCell"}


class Place(NamedTuple):
    """A submission that is in the gradebook: its id there, and when it was handed in."""

    id: str
    timestamp: datetime | None


def find_place(session: Session, assignment: str, student: str) -> Place | None:
    """The submission of ``student``, or None."""
    asked = select(_SUBMITTED.c.id, _SUBMITTED.c.timestamp).join(_ASSIGNMENT)
    asked = asked.where(_ASSIGNMENT.c.name == assignment, _SUBMITTED.c.student_id == student)
    found = session.execute(asked).first()
    return Place(*found) if found else None


def add_place(session: Session, assignment: str, student: str, handed_in: datetime | None) -> None:
    """Add the student and a submission, with an empty grade or comment for each of its cells.

    Another run may add the same at this moment: what is there stays as it is.
    """
    session.execute(insert(session, _STUDENT).values(id=student).on_conflict_do_nothing())
    mine = select(_ASSIGNMENT.c.id).where(_ASSIGNMENT.c.name == assignment)
    whole = {
        "id": new_uuid(),
        "assignment_id": session.execute(mine).scalar_one(),
        "student_id": student,
        "timestamp": handed_in and parse_utc(handed_in),
    }
    new = insert(session, _SUBMITTED).values(**whole).on_conflict_do_nothing()
    if session.execute(new).rowcount == 0:
        return
    asked = select(_NOTEBOOK.c.id).where(_NOTEBOOK.c.assignment_id == whole["assignment_id"])
    parts = {notebook: new_uuid() for notebook in session.execute(asked).scalars()}
    asked = select(_CELL.id, _CELL.type, _CELL.notebook_id).where(_CELL.notebook_id.in_(parts))
    cells = session.execute(asked).all()
    for table, rows in (
        (
            _PART,
            [
                {"id": part, "notebook_id": notebook, "assignment_id": whole["id"]}
                for notebook, part in parts.items()
            ],
        ),
        (_GRADE, _empty(cells, parts, _GRADES_OF)),
        (_COMMENT, _empty(cells, parts, _COMMENTS_OF)),
    ):
        if rows:
            session.execute(table.insert(), rows)


def _empty(cells: Any, parts: dict[str, str], kinds: set[str]) -> list[dict[str, str]]:
    return [
        {"cell_id": cell.id, "notebook_id": parts[cell.notebook_id]}
        for cell in cells
        if cell.type in kinds
    ]


def set_time(session: Session, place: Place, handed_in: datetime) -> None:
    """Set when the submission was handed in."""
    this = update(_SUBMITTED).where(_SUBMITTED.c.id == place.id)
    session.execute(this.values(timestamp=parse_utc(handed_in)))


class Marks:
    """The grades and comments of one notebook of a submission; change them, then ``save``.

    ``grades`` and ``comments``: a cell's name → its row, as a dict of columns.
    """

    def __init__(self, session: Session, place: Place, notebook: str):
        self._session = session
        of_this = select(_PART.c.id).join(_NOTEBOOK)
        of_this = of_this.where(_PART.c.assignment_id == place.id, _NOTEBOOK.c.name == notebook)
        part = session.execute(of_this).scalar_one()
        columns = ("id", "auto_score", "manual_score", "needs_manual_grade")
        self.grades = self._rows(_GRADE, part, columns)
        self.comments = self._rows(_COMMENT, part, ("id", "auto_comment"))

    def _rows(self, table: Any, part: str, columns: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        asked = select(_CELL.name, *(table.c[name] for name in columns))
        asked = asked.join(table, table.c.cell_id == _CELL.id).where(table.c.notebook_id == part)
        rows = self._session.execute(asked)
        return {name: dict(zip(columns, values, strict=True)) for name, *values in rows}

    def save(self) -> None:
        """Write what may have changed."""
        for table, rows, names in (
            (_GRADE, self.grades, ("auto_score", "needs_manual_grade")),
            (_COMMENT, self.comments, ("auto_comment",)),
        ):
            if rows:
                this = update(table).where(table.c.id == bindparam("row_id"))
                values = [
                    {n: row[n] for n in names} | {"row_id": row["id"]} for row in rows.values()
                ]
                self._session.execute(this.values({n: bindparam(n) for n in names}), values)
