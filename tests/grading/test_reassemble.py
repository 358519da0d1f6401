"""The author's notebook gets only the student's answers; a sentence says what was put right."""

import random
from dataclasses import replace

import pytest

from course_utils.grading.intake.notebook_file import StudentCell, student_cell
from course_utils.grading.intake.reassemble import ELSEWHERE, Author, reassemble
from tests.grading.corpus import assignment as small

_ANSWERS = small.notebook()


def _handed_in() -> list[StudentCell]:
    return [student_cell(cell) for cell in _ANSWERS.cells]


def _sources(made) -> list[str]:
    return [cell.source for cell in made.notebook.cells]


def _answers(made) -> dict[str, str]:
    """Grade id → text of each answer in code."""
    graded = [cell for cell in made.notebook.cells if "nbgrader" in cell.metadata]
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in graded
        if cell.metadata.nbgrader.solution and cell.cell_type == "code"
    }


def _place_of_answer(cells) -> int:
    """Where the first code answer stands."""
    return next(
        i for i, c in enumerate(cells) if c.nbgrader.get("solution") and c.cell_type == "code"
    )


def test_what_is_as_it_should_be_is_put_together_without_a_word():
    """Is every answer in its place, every other cell the author's, and nothing said?"""
    made = reassemble(Author.of(small.author()), _handed_in())
    assert made.repairs == []
    assert not made.untouched
    assert len(made.notebook.cells) == len(small.author().cells)
    place = _place_of_answer(_handed_in())
    assert made.notebook.cells[place].source == _handed_in()[place].source


def test_an_edited_check_comes_back():
    """Does a grade cell have the author's text, whatever the student wrote into it?"""
    cells = _handed_in()
    place = next(i for i, c in enumerate(cells) if c.nbgrader.get("grade"))
    cells[place] = replace(cells[place], source="pass")
    made = reassemble(Author.of(small.author()), cells)
    assert _sources(made) == _sources(reassemble(Author.of(small.author()), _handed_in()))
    assert any(text.startswith("edited though locked") for text in made.repairs)


@pytest.mark.parametrize("seed", range(5))
def test_cells_in_any_order_and_without_metadata_find_their_place(seed):
    """Do shuffled cells that lost nbgrader's metadata and their ids make the same notebook?"""
    cells = [replace(cell, nbgrader={}, id="") for cell in _handed_in()]
    random.Random(seed).shuffle(cells)
    made = reassemble(Author.of(small.author()), cells)
    right = reassemble(Author.of(small.author()), _handed_in())
    assert _answers(right)
    assert _answers(made) == _answers(right)
    assert made.repairs


def test_an_answer_in_a_cell_of_ones_own_is_not_overridden():
    """Does the given stub stay away where the student defines its name elsewhere?"""
    cells = _handed_in()
    place = _place_of_answer(cells)
    answer = cells.pop(place)
    cells.insert(place, StudentCell("code", answer.source))
    made = reassemble(Author.of(small.author()), cells)
    assert _sources(made).count(answer.source) == 1
    assert "NotImplementedError" not in _sources(made)[place]
    cells = _handed_in()
    released = reassemble(Author.of(small.author()), [])
    stub = released.notebook.cells[place].source
    cells[place] = replace(cells[place], source=stub)
    cells.insert(place, StudentCell("code", answer.source))
    assert ELSEWHERE in _sources(reassemble(Author.of(small.author()), cells))


def test_nothing_filled_in_is_known():
    """Is the notebook as it was handed out untouched, and with one added cell no more?"""
    assert reassemble(Author.of(small.author()), []).untouched
    added = [StudentCell("code", "a = 1")]
    assert not reassemble(Author.of(small.author()), added).untouched


def test_a_module_that_is_starred_a_thousand_times_is_read_once(monkeypatch):
    """Does a large module beside the notebook cost one reading, or does it hold up the class?"""
    from course_utils.grading.intake import match_cells

    read = []
    own = match_cells.syntax
    monkeypatch.setattr(match_cells, "syntax", lambda text: read.append(text) or own(text))
    cells = _handed_in()
    place = _place_of_answer(cells)
    cells[place] = replace(cells[place], source=f"def double(x):\n{small.STUB}")
    cells += [StudentCell("code", "from mine import *\n" * 500)] * 20
    modules = {"mine": small.ANSWERS["double"], "large": "x = 1\n" * 100_000}
    made = reassemble(Author.of(small.author()), cells, modules)
    assert _answers(made)["double"] == ELSEWHERE
    assert read.count(modules["mine"]) == 1
    cells[-1] = StudentCell("code", "from large import *")
    reassemble(Author.of(small.author()), cells, modules)
    assert modules["large"][:1000] not in {text[:1000] for text in read}
