"""The notebooks in the reader's browser: from a button of the book to points in the gradebook."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course_utils.book.lite.site import find_distribution
from course_utils.grading.class_run import grade_class
from tests.browser.notebook import (
    SLOW,
    code_cell,
    run_cell,
    type_answer,
    wait_until_idle,
    write_answer,
)
from tests.conftest import ROOT
from tests.exercises.submissions import author_answers, author_text
from tests.grading.conftest import course_with

RIGHT = author_answers("convolution")["output_size"]
WRONG = "def same_padding(kernel, dilation=1):\n    return kernel // 2 + 1"


@pytest.fixture(scope="module")
def book(book_html, serve, tmp_path_factory):
    """The address of the served book, below a path; on the same host lies ``/another`` book."""
    found, missing = find_distribution()
    if found is None:
        pytest.skip(f"no Pyodide for the browser's notebooks: {missing}")
    host = tmp_path_factory.mktemp("host")
    for name in ("cnn", "another"):
        (host / name).symlink_to(book_html, target_is_directory=True)
    return f"{serve(host)}/cnn"


@pytest.fixture
def page(browser, book):
    """A page of a fresh profile that may reach the book's own host alone."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.elsewhere, page.looked_up = [], 0
    host = book.split("/")[2]

    def look(request):
        page.looked_up += request.url.endswith("/drive")
        if request.url.startswith("http") and request.url.split("/")[2] != host:
            page.elsewhere.append(request.url)

    context.on("request", look)
    yield page
    assert not page.elsewhere
    context.close()


def _save(page) -> None:
    """Save with the keyboard; the page then says so, as it does where Jupyter has just done it."""
    page.keyboard.press("Control+s")
    expect(page.locator(".cnn-work")).to_contain_text("Saved at", timeout=SLOW)


def _keep(page, book: str, name: str, target: Path):
    """Download the saved notebook as the students' page says; its line in the list."""
    page.goto(f"{book}/09_your_turn.html")
    page.get_by_role("link", name="Your notebooks in this browser").first.click()
    listed = page.locator(".jp-DirListing-item", has_text=f"{name}.ipynb")
    listed.click(timeout=SLOW)
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download").first.click()
    assert download.value.suggested_filename == f"{name}.ipynb"
    target.parent.mkdir(parents=True)
    download.value.save_as(target)
    return listed


def test_an_assignment_from_its_button_to_its_points(page, book, tmp_path):
    """With nothing installed: do checks answer, is the work kept, and does it get points?

    Another book on the same host does not see this work.
    """
    page.goto(f"{book}/09_your_turn.html")
    page.get_by_role("link", name="Open here, nothing to install").first.click()
    wait_until_idle(page)
    assert "Error" not in run_cell(page, "import numpy as np")
    assert 0 < page.looked_up < 50  # Python does not look for its modules among the notebooks
    type_answer(page, "def output_size", RIGHT)
    assert run_cell(page, "def output_size") == ""
    assert "right" in run_cell(page, 'check_output_size(output_size, "plain")')
    type_answer(page, "def same_padding", WRONG)
    run_cell(page, "def same_padding")
    message = run_cell(page, "check_same_padding(same_padding")
    assert "same_padding is not right yet" in message, message
    assert f"{book}/04_stride_and_padding.html" in message, message  # the page beside it
    _save(page)

    page.reload()
    wait_until_idle(page)
    expect(code_cell(page, "def output_size").locator(".cm-content")).to_contain_text("span =")

    found = Axe().run(page, context=".cnn-work").response
    assert found["violations"] == []
    assert found["passes"]
    _start_a_loop(page)
    another = page.context.new_page()
    another.goto(page.url.replace("/cnn/", "/another/"))
    expect(code_cell(another, "def output_size").locator(".cm-content")).to_contain_text(
        "YOUR CODE", timeout=SLOW
    )
    another.close()
    _stop_the_loop(page)
    assert page.get_by_role("link", name="The book").get_attribute("href") == (
        f"{book}/09_your_turn.html"
    )

    write_answer(page, "YOUR ANSWER HERE", "Kernel A answers to edges.")
    handed_in = tmp_path / "submitted" / "ann" / "convolution" / "convolution.ipynb"
    handed_in.parent.mkdir(parents=True)
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("button", name="Download to hand in").click()
    assert download.value.suggested_filename == "convolution.ipynb"
    download.value.save_as(handed_in)
    expect(page.get_by_text("Hand in the file convolution.ipynb")).to_be_visible()

    course_with(tmp_path, "convolution", author_text("convolution"))
    (ann,) = grade_class(tmp_path, "convolution", workers=1)
    given = json.loads((ROOT / "exercises/convolution/convolution.ipynb").read_text("utf-8"))
    ids = [cell["id"] for cell in given["cells"]]
    assert [cell.id for cell in nbformat.read(handed_in, 4).cells] == ids
    assert (ann.status, ann.score) == ("ok", 5.0), ann
    assert "Kernel A answers to edges." in handed_in.read_text("utf-8")

    assert "given" not in nbformat.read(handed_in, 4).metadata
    _renew(page, book)
    page.reload()
    wait_until_idle(page)
    expect(page.get_by_text("a newer version of this notebook")).to_be_visible(timeout=SLOW)
    expect(code_cell(page, "def output_size").locator(".cm-content")).to_contain_text("span =")

    _answer(page, "Keep my work")
    expect(code_cell(page, "def output_size").locator(".cm-content")).to_contain_text("span =")
    _answer(page, "Start again")
    expect(page.get_by_text("This is the original. Your earlier work is in")).to_be_visible(
        timeout=SLOW
    )
    wait_until_idle(page)
    expect(code_cell(page, "def output_size").locator(".cm-content")).to_contain_text("YOUR CODE")
    _move_a_demo(page)
    page.goto(f"{book}/lite/tree/index.html")
    listed = page.locator(".jp-DirListing-item", has_text=re.compile(r"convolution-20\d\d"))
    expect(listed).to_have_count(1, timeout=SLOW)


def _start_a_loop(page) -> None:
    """Let a cell run that never ends, where the wrong answer stands."""
    type_answer(page, "def same_padding", "while True:\n    pass")
    page.keyboard.press("Control+Enter")
    prompt = code_cell(page, "while True").locator(".jp-InputPrompt")
    expect(prompt).to_have_text("[*]:", timeout=SLOW)


def _stop_the_loop(page) -> None:
    """Does the bar say how to stop it, and Python answer again after that?"""
    expect(page.locator(".cnn-work")).to_contain_text("press ■ above", timeout=SLOW)
    page.locator('jp-button[data-command="notebook:interrupt-kernel"]').click()
    page.locator(".jp-Dialog").get_by_role("button", name="Stop it").click()
    type_answer(page, "while True", "print(6 * 7)")
    assert run_cell(page, "print(6 * 7)").strip() == "42"
    type_answer(page, "print(6 * 7)", WRONG)


def _move_a_demo(page) -> None:
    """Does a change in the demo reach Python there, and a change in Python the demo?"""
    made = """from course_utils.widgets import Convolution
d = Convolution(predict=False)
d.observe(lambda change: d.set_trait("stride", 3), "padding")
d"""
    type_answer(page, "def output_size", made)
    run_cell(page, "d = Convolution")
    demo = page.locator(".cnn-demo")
    demo.get_by_text("Output 3×3").wait_for(timeout=SLOW)
    demo.get_by_role("slider", name="Padding").focus()
    page.keyboard.press("ArrowRight")
    demo.get_by_text("Output 2×2").wait_for()


def _renew(page, book: str) -> None:
    """Let the site hand out another version of the assignment from now on."""
    original = json.loads(page.request.get(f"{book}/lite/files/convolution.ipynb").text())
    original["metadata"]["given"]["version"] = "another"
    page.context.route("**/files/convolution.ipynb", lambda route: route.fulfill(json=original))


def _answer(page, choice: str) -> None:
    """Ask to start again, and answer the question that comes."""
    page.get_by_role("button", name="Start again from the original").click()
    page.locator(".jp-Dialog").get_by_role("button", name=choice, exact=True).click()


CHAPTERS = ["03_shared_weights", "06_pooling"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_where_it_is_read(page, book, chapter, tmp_path):
    """Does a chapter's notebook run to its end, with figures and a demo that is alive?

    Read off the file that was saved: cells that are folded or out of view are not in the page.
    """
    page.goto(f"{book}/{chapter}.html")
    page.get_by_role("link", name="Open here").first.click()
    wait_until_idle(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    expect(page.locator(".jp-OutputArea svg").first).to_be_attached(timeout=2 * SLOW)
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle).to_have_count(1, timeout=2 * SLOW)
    _save(page)
    back = page.get_by_role("link", name="The book").get_attribute("href")
    assert back == f"{book}/{chapter}.html"
    kept = tmp_path / "kept" / "chapter.ipynb"
    _keep(page, book, chapter, kept)
    code = [cell for cell in nbformat.read(kept, 4).cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert [o.evalue for o in outputs if o.output_type == "error"] == []
    assert [o.text for o in outputs if o.get("name") == "stderr"] == []
    assert all(cell.execution_count for cell in code)
    shown = [output.data for output in outputs if "data" in output]
    assert any("<svg" in str(data.get("text/html", "")) for data in shown)
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)


def test_only_what_runs_there_has_a_button(book_html, book):
    """Has each page whose notebook needs TensorFlow no button, and each other notebook one?"""
    for path in sorted(book_html.glob("*.html")):
        text = path.read_text("utf-8")
        shown = f"lite/notebooks/index.html?path={path.stem}.ipynb" in text
        there = (book_html / "lite" / "files" / f"{path.stem}.ipynb").is_file()
        assert shown == there, path.stem
    turn = (book_html / "09_your_turn.html").read_text("utf-8")
    assert "path=pooling.ipynb" in turn
    assert "path=cnn.ipynb" not in turn
    assert "This one needs TensorFlow" in turn
    assert Path(book_html / "lite/static/pyodide/pyodide-lock.json").is_file()
