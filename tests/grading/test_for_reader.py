"""Cells that only draw are not run while work is marked, unless a mark could depend on them."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.cell_roles import TAG, cell_roles
from course_utils.grading.intake.for_reader import NOTE, left_out, names_of, needed_by
from course_utils.grading.intake.notebook_file import student_cell
from course_utils.grading.intake.reassemble import Author, reassemble
from course_utils.grading.marking.job import Job
from course_utils.grading.marking.mark_submission import mark_submission
from tests.grading.corpus.assignment import nbgrader_facts

_DRAWN = "shown = double(2)\nfor axis in [shown]:\n    print(axis)"
_ANSWER = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def _author(check: str = "assert double(3) == 6", drawn: str = _DRAWN):
    facts = nbgrader_facts("double_check", grade=True, locked=True, points=2)
    return new_notebook(
        cells=[
            new_code_cell(_ANSWER, metadata=nbgrader_facts("double", solution=True)),
            new_code_cell(drawn, metadata={"tags": [TAG]}),
            new_code_cell(check, metadata=facts),
        ]
    )


def _submitted(double: str = "return 2 * x", drawn: str = _DRAWN, more: str = ""):
    author = _author()
    author.cells[0].source, author.cells[1].source = f"def double(x):\n    {double}", drawn
    if more:
        author.cells.append(new_code_cell(more))
    return [student_cell(cell) for cell in author.cells]


def _left_out(cells, author=None, modules=None) -> frozenset[int]:
    return left_out(reassemble(Author.of(author or _author()), cells).code_cells, modules or {})


def test_a_cell_that_only_draws_is_not_run_and_says_so():
    """Does the page get one line in place of the picture, and the answer all its points?"""
    for cells, output in [(_submitted(), NOTE), (_submitted(more="shown"), "4\n")]:
        outcome = mark_submission(Job(nbformat.writes(_author()), cells, (), Limits()))
        assert outcome.marks["double_check"].score == 2
        notebook = nbformat.reads(outcome.notebook, as_version=4)
        assert notebook.cells[1].outputs[0].text == output


@pytest.mark.parametrize(
    "more",
    [
        "shown",
        "shown += 1",
        "del shown",
        "def later():\n    return shown",
        "def later():\n    global axis\n    axis += 1",
        "class A:\n    shown = shown",
        "[axis for _ in range(2)]",
        "globals()['sho' + 'wn']",
        "eval('shown')",
        "import __main__",
        "%time shown",
        "%%time\nshown",
        "await shown",
        "not python at all",
        "other = 1\n" * 20_000,
    ],
)
def test_it_runs_where_another_cell_may_read_its_names(more):
    """Is it run if a mark could depend on it, in whatever way its names are read?"""
    assert not _left_out(_submitted(more=more))


@pytest.mark.parametrize(
    "more",
    [
        "def later(axis):\n    shown = axis\n    return shown",
        "[shown for shown in range(2)]",
        "sum([1], start=0)\ndict(axis=1, shown=2)",
        "'shown'",
        "%matplotlib inline\nother = 1",
        "a.shown = 1",
    ],
)
def test_local_names_and_words_do_not_matter(more):
    """Is it left out if a name is a function's own, an argument's, or only text?"""
    assert _left_out(_submitted(more=more)) == {1}


def test_it_runs_where_the_student_changed_it_or_the_answer_reads_it():
    """Is a student's own text in it run, and does an answer find what it reads?"""
    made = reassemble(Author.of(_author()), _submitted(drawn="shown = 1"))
    unrun = left_out(made.code_cells, {})
    run = [cell.source for cell in made.code_cells if cell.index not in unrun]
    assert "shown = 1" in run
    assert not _left_out(_submitted(double="return axis or 2 * x"))
    assert not _left_out(_submitted(), modules={"mine": "import __main__"})


def test_it_runs_where_a_hidden_test_reads_it():
    """Is a name in a hidden test enough, and is the author told?"""
    check = "### BEGIN HIDDEN TESTS\nassert shown == 4\n### END HIDDEN TESTS"
    author = _author(check)
    assert not _left_out(_submitted(), author)
    assert needed_by(1, cell_roles(author)) == {"shown"}
    assert not needed_by(1, cell_roles(_author()))


def test_the_tag_on_an_answer_or_a_test_means_nothing():
    """Is a cell that is asked about run, whatever its tags?"""
    author = _author()
    for cell in author.cells:
        cell.metadata["tags"] = [TAG]
    assert [role.for_reader for role in cell_roles(author)] == [False, True, False]


def test_what_a_cell_reads():
    """Are names in functions found, and those of arguments not; is no Python any name?"""
    assert names_of(["a = b\ndef f(c):\n    return c + d"]) == {"b", "d"}
    assert names_of(["a", "b"]) == {"a", "b"}
    for text in ("def (", "(" * 100_000, "-" * 90_000 + "1", "?" * 90_000, "[" * 900 + "]" * 900):
        assert names_of([text]) is None
