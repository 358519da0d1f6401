"""The corpus's assignment: four questions of 2 points, one with partial credit; one written."""

import json
from collections.abc import Callable
from typing import NamedTuple

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

NAME = "small"
FULL = 8.0
SECRET = "secret-in-a-hidden-test"  # appears in the author's hidden tests and nowhere else

ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "total": "def total(values):\n    return float(np.sum(values))",
    "scale": "def scale(image, factor):\n    return image * factor",
    "mean": "def mean(values):\n    return sum(values) / len(values)",
    "why": "Because it is so.",
}
STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"

_CHECKS = {
    "double": f"""
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(21) == 42, "{SECRET}"
### END HIDDEN TESTS""",
    "total": f"""
found = total([1.0, 2.0])
assert np.size(found) == 1  # or nothing at all would be close to everything
np.testing.assert_allclose(found, 3.0)
### BEGIN HIDDEN TESTS
np.testing.assert_allclose(total(np.arange(5.0)), 10.0, err_msg="{SECRET}")
### END HIDDEN TESTS""",
    "scale": f"""
image = np.ones((2, 3))
np.testing.assert_array_equal(scale(image, 3.0), np.full((2, 3), 3.0))
### BEGIN HIDDEN TESTS
assert image.sum() == 6, "the argument was changed ({SECRET})"
### END HIDDEN TESTS""",
    "mean": f"""
points = 0.0
### BEGIN HIDDEN TESTS
points += float(mean([1, 2, 3]) == 2)  # {SECRET}
points += float(mean([5]) == 5)
### END HIDDEN TESTS
points""",
}


def nbgrader_facts(name: str, **more) -> dict:
    """The metadata of a cell of nbgrader's."""
    facts = {"grade_id": name, "schema_version": 3, "task": False, "grade": False}
    return {"nbgrader": facts | {"solution": False, "locked": False} | more}


def author():
    """The author's notebook, with answers and hidden tests."""
    locked = nbgrader_facts("setup", locked=True)
    cells = [new_markdown_cell("# Small"), new_code_cell("import numpy as np", metadata=locked)]
    for name, check in _CHECKS.items():
        head, body = ANSWERS[name].split("\n", 1)
        answer = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        facts = nbgrader_facts(f"{name}_check", grade=True, locked=True, points=2)
        cells += [
            new_markdown_cell(f"## {name}"),
            new_code_cell(answer, metadata=nbgrader_facts(name, solution=True)),
            new_code_cell(check.strip(), metadata=facts),
        ]
    facts = nbgrader_facts("why", grade=True, solution=True, points=1)
    cells += [new_markdown_cell("Why?"), new_markdown_cell("The author's words.", metadata=facts)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def released():
    """The notebook that a student receives, as nbgrader makes it."""
    from course_utils.grading.intake.cell_roles import released_cells

    notebook = author()
    notebook.cells = released_cells(notebook)
    return notebook


def notebook(added: str = "", **answers: str):
    """The released notebook with the right answers, some of them replaced by ``answers``.

    ``added``: a code cell of the student's own, before the first question.
    """
    made = released()
    for cell in made.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in ANSWERS:
            cell.source = answers.get(name, ANSWERS[name])
    if added:
        made.cells.insert(2, new_code_cell(added, id="own"))
    return made


def handed_in(made, name=f"{NAME}.ipynb") -> dict[str, bytes]:
    """A folder with that notebook alone."""
    return {name: writes(made).encode()}


def as_json(made) -> dict:
    """The notebook as JSON data, to be damaged."""
    return json.loads(writes(made))


class Case(NamedTuple):
    """One submission: its files, and the result that it must get."""

    files: dict[str, bytes]
    score: float | None = FULL
    status: str = "ok"
    says: str = ""  # in the instructor's message
    after: Callable | None = None  # called with the submission's folder before marking


def code(added: str = "", score=FULL, status="ok", says="", **answers: str) -> Case:
    """A case that is given by the text of its cells."""
    return Case(handed_in(notebook(added, **answers)), score, status, says)
