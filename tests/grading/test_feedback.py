"""nbgrader's pages of a student's code, made with the filters of ``nbgrader_config.py``."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.feedback import write_feedback
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, Case, author, handed_in, notebook

pytestmark = pytest.mark.usefixtures("kept_pool")

LINE = "total = 1  # <script>alert(1)</script>\n"


def _page(root, cells: list[str]) -> str:
    config = open_course(make_course(root)).config
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    return HTMLExporter(config=config).from_notebook_node(notebook)[0]


def test_code_is_coloured(tmp_path):
    """Is code of any usual length shown whole and in colours, and as text?"""
    page = _page(tmp_path, [LINE * 500])
    assert page.count('<span class="mi">1</span>') == 500
    assert "<script>alert" not in page


def test_far_too_much_code_is_shown_plain_and_cut(tmp_path):
    """Is colouring, a second for each 80,000 characters, left out for more than anybody reads?"""
    page = _page(tmp_path, [LINE * 9000, LINE])
    assert '<span class="mi">' not in page
    assert page.count("total = 1  # &lt;script&gt;") == 10_000 // len(LINE) + 1
    assert f"… {9000 * len(LINE) - 10_000} more characters" in page
    assert "<script>alert" not in page


def _by_hand(made):
    """The corpus's notebook with a code answer and a task that a person marks."""
    facts = {"schema_version": 3, "locked": False, "task": False, "grade": True, "solution": True}
    plot = facts | {"grade_id": "plot", "points": 3}
    task = facts | {"grade_id": "talk", "points": 2, "task": True, "grade": False}
    task |= {"solution": False, "locked": True}
    made.cells += [
        new_code_cell("print('my own words')", id="plot", metadata={"nbgrader": plot}),
        new_markdown_cell("Talk about it.", id="talk", metadata={"nbgrader": task}),
    ]
    return made


def _points(page: str) -> dict[str, str]:
    """Name → what the list at the top says of its points."""
    listed = re.search(r'<div id="toc">(.*?)</ol>', page, re.DOTALL)
    assert listed is not None
    return dict(re.findall(r'<a href="#(\w+)">\w+</a> \((.*?)\)</li>', listed[1]))


def test_what_nobody_has_read_has_no_points_yet(tmp_path):
    """Is no answer shown as 0 while it waits, in our pages and in those of nbgrader's command?"""
    root = make_course(tmp_path)
    source = root / "_build/source" / NAME / f"{NAME}.ipynb"
    nbformat.write(_by_hand(author()), source)
    hand_in(root, "ann", Case(handed_in(_by_hand(notebook(double="def double(x):\n    return x")))))
    (result,) = grade_class(root, NAME)
    assert result.score == 6.0
    assert set(result.waiting) == {"why", "plot", "talk"}
    course = open_course(root)
    assert write_feedback(course, NAME, [result]) == []
    page = root / "feedback/ann" / NAME / f"{NAME}.html"
    waits = {"why": "not read yet: up to 1.0", "plot": "not read yet: up to 3.0"}
    waits |= {"talk": "not read yet: up to 2.0"}
    marked = {f"{name}_check": "Score: 2.0 / 2.0" for name in ("total", "scale", "mean")}
    for _ in range(2):
        text = page.read_text("utf-8")
        assert _points(text) == waits | marked | {"double_check": "Score: 0.0 / 2.0"}
        assert text.count("not read yet: up to") == 6  # each in the list, and above the answer
        assert "Content-Security-Policy" in text.split("</head>")[0].split("<style")[0]
        assert "my own words" in text
        command = [sys.executable, "-m", "nbgrader", "generate_feedback", NAME, "--force"]
        subprocess.run(command, cwd=root, check=True, capture_output=True)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("plot", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.find_comment("plot", NAME, NAME, "ann").manual_comment = "Well *drawn*."
        gradebook.db.commit()
    (result,) = grade_class(root, NAME)
    assert result.score == 8.5
    assert write_feedback(course, NAME, [result]) == []
    text = page.read_text("utf-8")
    assert _points(text)["plot"] == "Score: 2.5 / 3.0"
    assert "Well <em>drawn</em>." in text
