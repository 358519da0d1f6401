"""Before the forks, the modules of the author's notebook are imported; TensorFlow only if named."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.marking.needs import needs


def _author(*sources) -> str:
    return _notebook(*map(new_code_cell, sources))


def _notebook(*cells) -> str:
    return nbformat.writes(new_notebook(cells=list(cells)))


def test_what_the_author_imports_is_loaded_on_both_sides():
    """Are the modules of imports there, inside and outside, and no relative ones?"""
    asked = needs(_author("import json\nfrom collections import deque\nfrom . import x"), [])
    for modules in (asked.inside, asked.outside):
        assert {"json", "collections"} <= set(modules)
        assert "" not in modules
    assert not {"keras", "tensorflow"} & {*asked.inside, *asked.outside}


def test_what_runs_in_the_sandbox_alone_is_not_loaded_outside():
    """Is a module outside only if a cell there needs it, and not for a cell that draws?"""
    facts = {"grade_id": "a", "solution": True, "grade": False, "locked": False, "task": False}
    text = "import math\n### BEGIN SOLUTION\na = 1\n### END SOLUTION"
    answer = new_code_cell(text, metadata={"nbgrader": facts})
    asked = needs(_notebook(answer, new_code_cell("import colorsys\nprint(a)")), [])
    assert {"math", "colorsys"} <= set(asked.inside)
    assert "math" in asked.outside
    assert "colorsys" not in asked.outside


def test_tensorflow_is_loaded_only_where_it_is_named():
    """Is TensorFlow imported on both sides for the author's use, for a student's only inside?"""
    author = needs(_author("import keras"), [])
    assert "tensorflow" in author.inside
    assert "tensorflow" in author.outside
    student = needs(_author("a = 1"), [StudentCell("code", "import tensorflow as tf")])
    assert "tensorflow" in student.inside
    assert "tensorflow" not in student.outside


def test_plots_are_loaded_where_anybody_draws():
    """Is Matplotlib there for a student who plots, though the author does not?"""
    assert "matplotlib.pyplot" not in needs(_author("a = 1"), []).inside
    drawn = needs(_author("a = 1"), [StudentCell("code", "plt.plot([1])")])
    assert "matplotlib.pyplot" in drawn.inside


def test_a_cell_that_is_not_python_stops_nothing():
    """Are magics and broken lines no reason to fail?"""
    assert "json" in needs(_author("%matplotlib inline", "import json", "def ("), []).inside
