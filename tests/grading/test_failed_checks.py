"""A mistake in the author's own test gives no student a 0; after a correction all are marked."""

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.results.table import table
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import FULL, NAME, code

pytestmark = pytest.mark.usefixtures("kept_pool")


@pytest.fixture
def course(tmp_path):
    """One right and one wrong answer."""
    root = make_course(tmp_path)
    hand_in(root, "ann", code())
    hand_in(root, "bob", code(total="def total(values):\n    return 0"))
    return root


def _change(root, change) -> None:
    """Change the author's notebook in place."""
    path = root / "_build/source" / NAME / f"{NAME}.ipynb"
    author = nbformat.read(path, as_version=4)
    change(
        {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in author.cells}, author
    )
    nbformat.write(author, path)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("assert totl([1.0]) == 1.0", "total_check: NameError"),
        ("assert total([1.0]) == 2.0", "total_check does not give the author's own answer"),
        ("np.sun([1.0])", "total_check does not give the author's own answer"),
    ],
)
def test_a_test_with_a_mistake_gives_nobody_a_mark(course, line, says):
    """Is the work `failed`, with no score and the test named, at the top of the table; and then?"""
    _change(course, lambda cells, _: cells["total_check"].update(source=line))
    results = grade_class(course, NAME)
    assert {(result.score, result.status) for result in results} == {(None, "failed")}
    assert says in results[0].instructor
    assert "solutions/" in results[0].instructor
    good = "np.testing.assert_allclose(total([1.0, 2.0]), 3.0)"
    _change(course, lambda cells, _: cells["total_check"].update(source=good))
    assert [result.score for result in grade_class(course, NAME)] == [FULL, FULL - 2]


def test_a_name_that_only_a_wrong_answer_meets_is_the_authors_mistake_too(course):
    """Is a slip in a branch that right answers never reach found with the wrong answer?"""
    line = "if total([1.0]) != 1.0:\n    explain_it()\nassert total([1.0]) == 1.0"
    _change(course, lambda cells, _: cells["total_check"].update(source=line))
    ann, bob = grade_class(course, NAME)
    assert ann.score == FULL
    assert (bob.score, bob.status) == (None, "failed")
    first = table([ann, bob]).splitlines()[2]
    assert first.startswith("bob")


def test_a_question_dropped_or_added_later_is_taken_up(course):
    """Do marks by hand stay, dropped questions go, and new ones count for everybody?"""
    grade_class(course, NAME)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("why", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 1.0, False
        gradebook.db.commit()

    def drop(cells, author):
        author.cells.remove(cells["total"])
        author.cells.remove(cells["total_check"])

    _change(course, drop)
    ann, bob = grade_class(course, NAME)
    assert (ann.score, bob.score) == (FULL - 1, FULL - 2)
    assert ann.max_score == FULL - 1

    def add(cells, author):
        more = nbformat.from_dict(assignment.author())
        more = nbformat.reads(nbformat.writes(more), as_version=4)
        found = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in more.cells}
        author.cells[2:2] = [found["total"], found["total_check"]]

    _change(course, add)
    ann, bob = grade_class(course, NAME)
    assert (ann.score, bob.score) == (FULL + 1, FULL - 2)


def test_two_runs_at_once_are_one_sentence(course):
    """Does a second run say that another is at work, and touch nothing?"""
    with (
        only_run(course / "_build/grades"),
        pytest.raises(CourseError, match="another run") as said,
    ):
        grade_class(course, NAME)
    assert "\n" not in str(said.value)
    assert len(grade_class(course, NAME)) == 2
