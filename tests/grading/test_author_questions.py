"""Questions are called by the headings that students see."""

import nbformat

from course_utils.grading.results.author_questions import AuthorQuestion, author_questions
from tests.conftest import ROOT


def test_a_question_has_the_heading_it_stands_below(tmp_path):
    """Is it the last one before the cell, as plain text, without points; else the cell's id?"""
    cells = [
        ("code", "", "alone"),
        ("markdown", "# Title", None),
        (
            "markdown",
            "Text\n\n## 1. How *large* is [`n`](x.html)? (5 points, 2 by a person) ##",
            None,
        ),
        ("code", "# no heading", "size"),
        ("code", "", "size_check"),
        ("markdown", "```\n# a comment in code\n```", None),
        ("markdown", "### 2. Why (not)?", "why"),
    ]
    made = nbformat.v4.new_notebook()
    for kind, source, name in cells:
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(source)
        if name:
            cell.metadata["nbgrader"] = {"grade_id": name}
        made.cells.append(cell)
    nbformat.write(made, tmp_path / "b.ipynb")
    found = author_questions(tmp_path)
    assert list(found) == ["alone", "size", "size_check", "why"]
    assert found["size"] == found["size_check"] == AuthorQuestion("1. How large is n?", "b")
    assert found["alone"].title == "alone"
    assert found["why"].title == "2. Why (not)?"


def test_every_question_of_the_course_has_a_title(tmp_path):
    """Is each graded cell of our own assignments called by its numbered heading?"""
    for path in sorted((ROOT / "exercises").glob("*/*.ipynb")):
        for name, question in author_questions(path.parent).items():
            graded = nbformat.read(path, 4).cells
            points = {c.metadata.get("nbgrader", {}).get("grade_id"): c.metadata for c in graded}
            if points[name].nbgrader.grade:
                assert question.title[0].isdigit(), (path.name, name, question.title)
