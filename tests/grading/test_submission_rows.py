"""Rows that are written a table at a time are those that nbgrader's own objects would write."""

from datetime import UTC, datetime

import nbformat
import pytest
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import inspect

from course_utils.grading.course_paths import open_course
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.submission_rows import Marks, add_place, find_place, set_time
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import NAME, author

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def gradebook(tmp_path):
    """A gradebook that knows an assignment, and nobody."""
    with Recorder(open_course(make_course(tmp_path)), NAME) as recorder:
        recorder.register({NAME: nbformat.writes(author())})
        yield recorder._gradebook


def _rows(gradebook, student):
    """All columns of a student's rows, without ids of rows that belong to this student alone."""
    mine = gradebook.find_submission(NAME, student)
    (part,) = mine.notebooks
    rows = [mine, part, *part.grades, *part.comments]
    own = {row.id for row in rows} | {student}
    return sorted(
        sorted(
            (type(row).__name__, column.key, str(value))
            for column in inspect(type(row)).columns
            if (value := getattr(row, column.key)) not in own
        )
        for row in rows
    )


def _place(gradebook, student):
    found = find_place(gradebook.db, NAME, student)
    assert found is not None
    return found


def test_a_new_submission_has_the_rows_that_nbgrader_gives_it(gradebook):
    """Are all rows and their defaults alike, and is there a row for each question?"""
    gradebook.add_student("ann")
    gradebook.add_submission(NAME, "ann", timestamp=NOON)
    add_place(gradebook.db, NAME, "ben", NOON)
    gradebook.db.commit()
    assert _rows(gradebook, "ben") == _rows(gradebook, "ann")
    kinds = {row[0][0] for row in _rows(gradebook, "ben")}
    every = (SubmittedAssignment, SubmittedNotebook, Grade, Comment)
    assert kinds == {kind.__name__ for kind in every}


def test_what_is_there_stays_as_it_is(gradebook):
    """Is a submission that another run has added neither added again nor emptied?"""
    add_place(gradebook.db, NAME, "ben", NOON)
    place = _place(gradebook, "ben")
    marks = Marks(gradebook.db, place, NAME)
    for row in marks.grades.values():
        row["auto_score"], row["needs_manual_grade"] = 1.0, False
    marks.comments["why"]["auto_comment"] = "No response."
    marks.save()
    gradebook.db.commit()
    before = _rows(gradebook, "ben")
    add_place(gradebook.db, NAME, "ben", None)
    gradebook.db.commit()
    assert _place(gradebook, "ben") == place
    assert _rows(gradebook, "ben") == before
    assert gradebook.find_grade("why", NAME, NAME, "ben").auto_score == 1.0
    assert gradebook.find_comment("why", NAME, NAME, "ben").comment == "No response."


def test_the_time_is_kept_without_a_zone(gradebook):
    """Is the time of the hand-in stored as nbgrader stores it, and nobody else's changed?"""
    assert find_place(gradebook.db, NAME, "ben") is None
    for student in ("ann", "ben"):
        add_place(gradebook.db, NAME, student, None)
    set_time(gradebook.db, _place(gradebook, "ben"), NOON)
    gradebook.db.commit()
    assert _place(gradebook, "ben").timestamp == NOON.replace(tzinfo=None)
    assert _place(gradebook, "ann").timestamp is None
