"""A student's page in a real formgrader: nothing in it is taken for a part of the formgrader."""

import sqlite3

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from course_utils.grading.class_run import grade_class
from tests.browser.jupyter import jupyter_lab
from tests.grading.conftest import LIMITS, hand_in, make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import Case

# the formgrader's own names around a student's text, an input that it would save, and a spy
_FAKE = """
<div class="nbgrader_cell" id="fake"><div class="panel panel-success nbgrader-grade">
<div class="panel-heading"><span class="nbgrader-label">Student's answer</span>
<input class="score tabbable" id="total" type="number" value="40" name="score">
<button class="btn full-credit">Full credit</button><textarea class="comment">well done</textarea>
</div></div></div>
<b class="score" data-id="1" onclick="fetch('/formgrader/api/grade/1')">40 / 40</b>

![pixel](https://track.example/pixel.png) <img src="//track.example/two.png">
<script>window.taken = true</script><iframe src="https://track.example"></iframe>
"""
_PRINTED = """
from IPython.display import HTML, display
display(HTML('<p class="score" id="total" onmouseover="window.taken = true">40</p>'
             '<img src="https://track.example/three.png"><script>window.taken = true</script>'))
"""


# what a formula's \\raise makes, put beside a student's text: is it on top where it is drawn?
_RAISED = """text => {
    const raised = document.createElement("span");
    raised.style = "position: relative; top: -200px; background: white";
    raised.textContent = "Full marks";
    text.after(raised);
    text.scrollIntoView({ block: "center" });
    const { x, y } = raised.getBoundingClientRect();
    return document.elementFromPoint(x + 3, y + 3) === raised;
}"""
# nbgrader's page begins when MathJax, from a public server, says that it has
_MATHJAX = """
window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest(tell) {
    tell('End');
}}}}};
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A marked class of two: ``honest``, and ``mallory``, who fakes the formgrader's parts."""
    root = make_course(tmp_path_factory.mktemp("formgrader"))
    hand_in(root, "honest", assignment.code())
    notebook = assignment.notebook()
    notebook.cells.append(new_markdown_cell(_FAKE))
    answer = next(
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    )
    answer.source += _PRINTED
    text = nbformat.writes(notebook).encode()
    hand_in(root, "mallory", Case({f"{assignment.NAME}.ipynb": text}, 0.0, "ok"))
    grade_class(root, assignment.NAME, limits=LIMITS)
    return root


@pytest.fixture(scope="module")
def formgrader(course, tmp_path_factory):
    """Address of a JupyterLab that runs in the course's folder."""
    with jupyter_lab(tmp_path_factory.mktemp("jupyter"), course) as url:
        yield url


def _rows(course, query):
    with sqlite3.connect(course / "gradebook.db") as book:
        return book.execute(query).fetchall()


def _page_of(course, student) -> str:
    query = (
        "select submitted_notebook.id from submitted_notebook join submitted_assignment "
        "on submitted_notebook.assignment_id = submitted_assignment.id where student_id = '%s'"
    )
    [(found,)] = _rows(course, query % student)
    return f"formgrader/submissions/{found}/"


def _parts(page) -> dict[str, int]:
    """How many of each thing that the formgrader's scripts look for there are."""
    names = (".score", ".comment", ".nbgrader_cell", ".full-credit", "iframe", "[onclick]")
    return {name: page.locator(name).count() for name in names}


def test_a_students_markup_is_no_part_of_the_formgrader(browser, course, formgrader):
    """Does a click into a faked score panel give no point, load nothing and run nothing?"""
    before = _rows(course, "select id, manual_score, extra_credit from grade order by id")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60_000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{formgrader}/{_page_of(course, 'honest')}")
    page.locator(".score").first.wait_for()
    honest = _parts(page)
    page.goto(f"{formgrader}/{_page_of(course, 'mallory')}")
    page.locator(".score").first.wait_for()
    faked = page.get_by_text("40 / 40", exact=True)
    faked.wait_for()  # her text is shown, and is only text
    with_her = _parts(page)
    assert with_her | {".nbgrader_cell": 0} == honest | {".nbgrader_cell": 0}
    assert not faked.evaluate(_RAISED)
    faked.click()
    page.get_by_text("Student's answer").last.click()
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.taken") is None
    outside = [url for url in asked if not url.startswith((formgrader, "data:", "blob:"))]
    assert not any("track.example" in url for url in outside), outside
    page.close()
    after = _rows(course, "select id, manual_score, extra_credit from grade order by id")
    assert after == before


def test_one_questions_answers_are_read_one_after_another(browser, course, formgrader):
    """Does Ctrl+. save the comment, and open the same question of the next student?"""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60_000)
    page.add_init_script(_MATHJAX)
    one, other = sorted(_page_of(course, student) for student in ("honest", "mallory"))
    page.goto(f"{formgrader}/{one}")  # the formgrader's own order is that of its random numbers
    page.wait_for_function("MathJax.loaded && formgrader.comments.loaded")
    comment = page.locator("textarea.comment").last
    comment.fill("See **chapter 3**: the kernel slides.")
    cell = "$(document.activeElement).parents('.nbgrader_cell').find('.comment').attr('id')"
    here = page.evaluate(cell)
    page.keyboard.press("Control+.")
    page.wait_for_url(f"**/{other}*")
    page.wait_for_function("MathJax.loaded && formgrader.comments.loaded")
    assert page.evaluate(cell) == here == "why-comment"
    assert page.evaluate("document.activeElement.matches('.score')")
    page.close()
    given = "select manual_comment from comment where manual_comment is not null"
    assert _rows(course, given) == [("See **chapter 3**: the kernel slides.",)]
