"""Read every submission of an assignment from the gradebook, in a few queries.

nbgrader's own objects query the database again for each grade, comment and sum: for a thousand
students that takes a minute, and this a second.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import select

from course_utils.grading.results.own_tables import Session
from course_utils.grading.results.store import Standing

_ASSIGNMENT: Any = Assignment  # as Any: the type checker knows no types of its columns


class Graded(NamedTuple):
    """One grade. ``waits``: for a person; ``again``: a person marked an earlier answer."""

    name: str
    score: float
    max_score: float
    waits: bool
    again: bool


@dataclass(frozen=True)
class Sheet:
    """One submission: when it was handed in, its grades by name, its penalty, comments by name.

    ``marked``: whether work came, or anything was marked; an extension alone makes a submission of
    nbgrader's.
    """

    handed_in: datetime | None
    penalty: float
    grades: list[Graded]
    comments: list[tuple[str, str | None]]
    marked: bool

    @property
    def score(self) -> float:
        """The score that counts: the sum of the grades less the penalty, and never below 0."""
        return max(0.0, math.fsum(grade.score for grade in self.grades) - self.penalty)

    @property
    def again(self) -> list[str]:
        """The answers that a person must look at again."""
        return [grade.name for grade in self.grades if grade.again]

    def standing(self, most: float) -> Standing:
        """The standing that a result keeps of it; ``most``: all points of the assignment."""
        by_hand = [*((grade.name, grade.score) for grade in self.grades), *self.comments]
        return Standing(
            self.score,
            most,
            {grade.name: grade.max_score for grade in self.grades if grade.waits},
            self.again,
            hashlib.sha256(repr(sorted(by_hand, key=repr)).encode()).hexdigest(),
            self.penalty,
        )


def sheets(session: Session, assignment: str, student: str | None = None) -> dict[str, Sheet]:
    """Student → sheet, of all students whose work is recorded, or only of ``student``."""
    session.expire_all()

    def ask(*columns: Any) -> Any:
        """A query for these columns of the assignment's submissions."""
        question = select(whose, *columns).select_from(Assignment)
        question = question.join(SubmittedAssignment).where(_ASSIGNMENT.name == assignment)
        return question if student is None else question.where(whose == student)

    whose: Any = SubmittedAssignment.student_id
    times = dict(session.execute(ask(SubmittedAssignment.timestamp)).all())
    penalties = defaultdict[str, float](float)
    books = ask(SubmittedNotebook.late_submission_penalty).join(SubmittedNotebook)
    for name, penalty in session.execute(books):
        penalties[name] += penalty or 0.0
    most = _points(session, assignment)
    grades = defaultdict[str, list[Graded]](list)
    marked: set[str] = set()
    by_tests: Any = Grade.auto_score
    asked = ask(
        *(BaseCell.name, Grade.cell_id, Grade.score, by_tests, Grade.manual_score),
        Grade.needs_manual_grade,
    )
    for name, cell, cell_id, score, by_test, by_hand, needs in session.execute(
        asked.join(SubmittedNotebook).join(Grade).join(BaseCell).order_by(BaseCell.name)
    ):
        if by_test is not None or by_hand is not None:  # a new place "needs" a mark, too
            marked.add(name)
        waits = bool(needs) and by_hand is None
        again = bool(needs) and by_hand is not None
        grades[name].append(Graded(cell, score or 0.0, most.get(cell_id, 0.0), waits, again))
    comments = defaultdict[str, list[tuple[str, str | None]]](list)
    asked = ask(BaseCell.name, Comment.comment)
    asked = asked.join(SubmittedNotebook).join(Comment).join(BaseCell)
    for name, cell, comment in session.execute(asked.order_by(BaseCell.name)):
        comments[name].append((cell, comment))
    return {
        name: Sheet(
            time, penalties[name], grades[name], comments[name], bool(time) or name in marked
        )
        for name, time in times.items()
    }


def _points(session: Session, assignment: str) -> dict[str, float]:
    """The id of each cell with points → how many."""
    found: dict[str, float] = {}
    for kind in (GradeCell, TaskCell):
        asked = select(kind.id, kind.max_score).join(Notebook).join(Assignment)
        found |= dict(session.execute(asked.where(_ASSIGNMENT.name == assignment)).all())
    return found
