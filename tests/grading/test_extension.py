"""``course extend``: one student is given more time, before or after the work is marked."""

from datetime import datetime

import pytest

from course_utils.cli import main
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.records import recorded
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import NAME


@pytest.fixture
def course(tmp_path):
    """A course whose assignment is due, with ann in the gradebook and ben's folder; none marked."""
    make_course(tmp_path)
    (tmp_path / "submitted" / "ben").mkdir(parents=True)
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.add_assignment(NAME, **{"duedate": "2026-03-05 12:00 UTC"})
        book.add_notebook(NAME, NAME)
        book.add_grade_cell("a", NAME, NAME, max_score=2, cell_type="code")
        book.add_assignment("open")
        book.add_student("ann")
    return tmp_path


def extend(course, *words: str) -> int:
    return main(["--root", str(course), "extend", *words])


def due(course, student: str) -> datetime:
    """When the student's work is due."""
    with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return book.find_submission(NAME, student).duedate


def test_a_later_extension_takes_the_place_of_an_earlier_one(course, capsys):
    """Does a new extension start from the due date, and does none at all take it back?"""
    assert extend(course, NAME, "ann", "--days", "2") == 0
    printed = capsys.readouterr().out
    assert "due at 2026-03-07 12:00 UTC (else 2026-03-05 12:00 UTC)" in printed
    assert extend(course, NAME, "ann", "--days", "1", "--hours", "6") == 0
    assert extend(course, NAME, "ben", "--hours", "1.5") == 0
    assert due(course, "ann") == datetime(2026, 3, 6, 18)
    assert due(course, "ben") == datetime(2026, 3, 5, 13, 30)
    assert extend(course, NAME, "ann") == 0
    assert due(course, "ann") == datetime(2026, 3, 5, 12)


def test_who_has_more_time_has_no_mark_yet(course):
    """Is the student of whom nothing has come missing in exports, and not at 0?"""
    extend(course, NAME, "ann", "--days", "2")
    (ann,) = recorded(open_course(course), NAME)
    assert (ann.student, ann.status, ann.score) == ("ann", "missing", None)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("open", "ann", "--days", "1"), "'open' has no due date"),
        (("another", "ann", "--days", "1"), "'another' has no due date"),
        ((NAME, "nobody", "--days", "1"), "nobody is called 'nobody'"),
        ((NAME, "ann", "--days", "-1"), "0 or more"),
    ],
)
def test_what_cannot_be_is_one_sentence(course, capsys, words, says):
    """Is each wrong request refused with what to do?"""
    assert extend(course, *words) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", ".", "../submitted/ben"])
def test_a_path_is_nobody(course, capsys, name):
    """Is a name that is no folder's refused, and not made a student?"""
    assert extend(course, NAME, name, "--days", "2") == 2
    assert "nobody is called" in capsys.readouterr().err
    with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert [student.id for student in book.students] == ["ann"]
