"""Who defines a name, and what runs where, found from the author's notebook alone."""

import ast

from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.intake import python_syntax
from course_utils.grading.intake.cell_roles import cell_roles
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.reassemble import Author, reassemble


def _cell(source: str, name: str = "", **facts):
    if not name:
        return new_code_cell(source)
    facts = {"grade": False, "solution": False, "locked": True, "task": False} | facts
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, **facts}})


def _roles(*cells):
    return {part.name: part for part in cell_roles(new_notebook(cells=list(cells)))}


ANSWER = "import math\ndef answer(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"


def test_a_name_is_the_students_from_the_solution_cell_until_the_author_binds_it_again():
    """Is ``answer`` a proxy after its cell, and the author's own after a set-up cell's value?"""
    parts = _roles(
        _cell("data = 1", "one"),
        _cell(ANSWER, "answer", solution=True, locked=False),
        _cell("assert answer(data)", "check", grade=True, points=1),
        _cell("answer = None", "over"),
        _cell("assert answer is None", "last", grade=True, points=1),
    )
    assert parts["check"].student_names == {"answer"}
    assert parts["last"].student_names == set()
    assert parts["answer"].outside == "import math"  # what a solution imports is the author's


def test_a_locked_cell_that_uses_an_answer_runs_in_the_sandbox_only():
    """Is a training cell not run a second time beside the checks?"""
    parts = _roles(
        _cell(ANSWER, "answer", solution=True, locked=False),
        _cell("result = answer(3)\nlater = result + 1", "train"),
        _cell("assert later == 4", "check", grade=True, points=1),
    )
    assert (parts["train"].kind, parts["train"].outside) == ("derived", "")
    assert parts["check"].student_names == {"answer", "result", "later"}


def test_the_authors_data_in_such_a_cell_stay_the_authors():
    """Can a student replace test labels that a locked cell loads beside using an answer?"""
    parts = _roles(
        _cell(ANSWER, "answer", solution=True, locked=False),
        _cell("labels = load()\nunused = draw()\nscore = answer(labels)", "train"),
        _cell("assert score == labels", "check", grade=True, points=1),
    )
    assert parts["check"].student_names == {"answer", "score"}
    assert parts["train"].outside == "labels = load()"


def test_only_the_visible_imports_of_a_check_run_in_the_sandbox():
    """Does an import in a hidden test stay outside?"""
    hidden = "import numpy as np\n### BEGIN HIDDEN TESTS\nimport secrets\n### END HIDDEN TESTS"
    part = _roles(_cell(hidden, "check", grade=True, points=1))["check"]
    assert part.inside == "import numpy as np"
    assert "import secrets" in part.outside


def test_magics_and_broken_cells_are_planned_too():
    """Does a cell with a magic, or one that is no Python, keep its part?"""
    parts = _roles(_cell("%matplotlib inline\nx = 1", "magic"), _cell("def (:", "broken"))
    assert {part.kind for part in parts.values()} == {"setup"}
    assert parts["magic"].binds == {"x"}


def test_two_workers_never_parse_at_once(monkeypatch):
    """Is each cell, the author's and a student's, parsed under the lock that Python needs?"""
    parse, held = ast.parse, []
    monkeypatch.setattr(
        python_syntax.ast,
        "parse",
        lambda text: held.append(python_syntax._PARSING.locked()) or parse(text),
    )
    author = new_notebook(cells=[_cell(ANSWER, "answer", solution=True, locked=False)])
    reassemble(Author.of(author), [StudentCell("code", "x = 1")])
    assert len(held) > 2
    assert all(held)
