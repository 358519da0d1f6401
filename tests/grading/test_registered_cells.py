"""After a question is added or dropped, students keep all marks of the other questions."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import MissingEntry

from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.registered_cells import complete_submissions, meet_new_cells


def released(*names: str):
    """A notebook with one graded cell of 2 points for each of ``names``."""
    return new_notebook(
        cells=[
            new_code_cell(
                "",
                metadata={
                    "nbgrader": {
                        "grade_id": name,
                        "grade": True,
                        "locked": True,
                        "solution": False,
                        "points": 2,
                    }
                },
            )
            for name in names
        ]
    )


@pytest.fixture
def book(tmp_path):
    """A gradebook with questions a and b, and ann's marks for them: 1, and 2 from a person."""
    with open_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as made:
        made.add_assignment("x")
        made.add_notebook("x", "x")
        for name in ("a", "b"):
            made.add_grade_cell(name, "x", "x", max_score=2, cell_type="code")
        made.add_student("ann")
        made.add_submission("x", "ann")
        made.find_grade("a", "x", "x", "ann").auto_score = 1
        made.find_grade("b", "x", "x", "ann").manual_score = 2
        made.db.commit()
        yield made


def test_a_dropped_question_goes_and_a_new_one_comes(book):
    """Is b's mark kept, a gone, and c there for ann with no mark yet?"""
    meet_new_cells(book, "x", "x", released("b", "c"))
    complete_submissions(book, "x")
    names = {cell.name for cell in book.find_notebook("x", "x").grade_cells}
    assert names == {"b", "c"}
    assert book.find_grade("b", "x", "x", "ann").manual_score == 2
    assert book.find_grade("c", "x", "x", "ann").auto_score is None
    with pytest.raises(MissingEntry):
        book.find_grade("a", "x", "x", "ann")
    complete_submissions(book, "x")  # again: no second place for the same cell
    assert len(book.find_submission("x", "ann").notebooks[0].grades) == 2


def test_what_nobody_handed_in_is_left_to_nbgrader(book):
    """Is a notebook that is not registered, or without submissions, not touched?"""
    meet_new_cells(book, "x", "another", released("c"))
    book.add_notebook("another", "x")
    meet_new_cells(book, "x", "another", released("c"))
    assert list(book.find_notebook("another", "x").grade_cells) == []


def test_a_submission_of_before_the_assignment_was_known_is_completed(book):
    """Has who got an extension before the first run, or before a second notebook, all places?"""
    book.add_notebook("second", "x")
    book.add_grade_cell("c", "second", "x", max_score=2, cell_type="code")
    complete_submissions(book, "x")
    complete_submissions(book, "x")  # again: no second place
    assert len(book.find_submission("x", "ann").notebooks) == 2
    assert book.find_grade("c", "second", "x", "ann").auto_score is None
    assert book.find_grade("a", "x", "x", "ann").auto_score == 1
