"""The tests of an assignment as Gradescope lists them: titles, numbers, and which are hidden."""

import nbformat
import pytest

from course_utils.grading.gradescope.graded_cells import graded_cells, without_hidden_tests
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import SECRET


@pytest.fixture
def numbered(tmp_path):
    """A folder with the corpus's assignment, its headings numbered, and the notebook's text."""
    made = assignment.author()
    for number, cell in enumerate((c for c in made.cells if c.source.startswith("## ")), 1):
        cell.source = f"## {number}. {cell.source[3:]} (2 points)"
    text = nbformat.writes(made)
    (tmp_path / "small.ipynb").write_text(text)
    return tmp_path, text


def test_titles_and_numbers_come_from_headings(numbered):
    """Is each test called by its heading, with the heading's number and without its points?"""
    folder, text = numbered
    cells = graded_cells(folder, {"small": text})
    assert [(c.number, c.title, c.points) for c in cells] == [
        *[("1", "double", 2), ("2", "total", 2), ("3", "scale", 2), ("4", "mean", 2)],
        ("4", "mean", 1),  # the written answer stands below no heading of its own
    ]
    assert [c.by_hand for c in cells] == [False] * 4 + [True]
    assert all(c.hidden and c.shown for c in cells if not c.by_hand)


def test_a_heading_without_a_number_has_none(tmp_path):
    """Is the number left out where the author gave none (Gradescope then counts by itself)?"""
    text = nbformat.writes(assignment.author())
    (tmp_path / "small.ipynb").write_text(text)
    assert {cell.number for cell in graded_cells(tmp_path, {"small": text})} == {""}


def test_hidden_lines_go_and_answers_stay(numbered):
    """Has the notebook of the first run no line of a hidden test, but all answers and ids?"""
    made = without_hidden_tests(numbered[1])
    assert SECRET in numbered[1]
    assert SECRET not in made
    assert "return 2 * x" in made
    ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in nbformat.reads(made, 4).cells]
    assert ids == [
        c.metadata.get("nbgrader", {}).get("grade_id") for c in nbformat.reads(numbered[1], 4).cells
    ]
