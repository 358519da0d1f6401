"""What nbgrader's pages show of a student's code, by the filters of ``nbgrader_config.py``."""

from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.course_paths import open_course
from tests.grading.conftest import make_course

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
    """Colouring takes a second for each 80,000 characters: is it left out where nobody reads?"""
    page = _page(tmp_path, [LINE * 9000, LINE])
    assert '<span class="mi">' not in page
    assert page.count("total = 1  # &lt;script&gt;") == 10_000 // len(LINE) + 1
    assert f"… {9000 * len(LINE) - 10_000} more characters" in page
    assert "<script>alert" not in page
