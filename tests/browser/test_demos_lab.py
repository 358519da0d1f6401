"""The demos as widgets, in a real JupyterLab and a real Notebook 7 on loopback."""

import contextlib
import json
import re

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.jupyter import jupyter_lab

CELLS = [
    """import ipywidgets
from course_utils.widgets import Convolution
demo = Convolution(predict=False)
box = ipywidgets.IntSlider(min=1, max=4)
link = ipywidgets.link((demo, "stride"), (box, "value"))
seen = []
demo.observe(lambda change: seen.append(change.new), "padding")
demo""",
    "demo.stride = 2; demo.image = [[1] * 8] * 7; print('set')",
    "print(f'padding {demo.padding}, kernel {demo.kernel[0][0]}, box {box.value}, seen {seen}')",
    "from course_utils.widgets import Digit\npad = Digit(); pad",
    "print('read as', pad.layers()[-1].argmax())",
]


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """Address of a JupyterLab in an empty folder of its own, with two notebooks of ``CELLS``."""
    folder = tmp_path_factory.mktemp("jupyter")
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    for name in ("lab", "notebook"):
        nbformat.write(notebook, folder / f"{name}.ipynb")
    with jupyter_lab(folder) as url:
        yield url


@pytest.mark.parametrize("path", ["lab/tree/lab.ipynb", "notebooks/notebook.ipynb"])
def test_traits_sync_with_python(jupyter, browser, path):
    """Do changes in Python reach the demo, and changes in the demo reach Python, in {path}?"""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(120_000)
    outside = []
    page.on(
        "request",
        lambda r: (
            r.url.startswith(("http", "ws")) and jupyter[7:] not in r.url and outside.append(r.url)
        ),
    )
    page.goto(f"{jupyter}/{path}")
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    cells.nth(2).wait_for()

    def run(index: int, until: str) -> None:
        prompt = cells.nth(index).locator(".jp-InputPrompt")
        for _ in range(20):  # a notebook that still waits for its kernel lets the key go by
            cells.nth(index).locator(".cm-content").click()
            page.keyboard.press("Control+Enter")
            with contextlib.suppress(AssertionError):
                expect(prompt).not_to_have_text("[ ]:", timeout=5000)
                break
        cells.nth(index).get_by_text(re.compile(until)).last.wait_for()

    run(0, "A kernel slides over an image")
    demo = page.locator(".cnn-demo")
    demo.get_by_text("Output 3×3").wait_for()
    run(1, "^set")
    demo.get_by_text("Image 7×8").wait_for()  # Python's image has come, and its stride:
    demo.get_by_text("columns: ⌊(8 + 2·0 − 1·(3 − 1) − 1) / 2⌋").wait_for()

    demo.get_by_role("slider", name="Padding").focus()
    page.keyboard.press("ArrowRight")
    demo.get_by_text("Output 4×4").wait_for()
    kernel = demo.get_by_role("grid", name="Kernel").get_by_role("gridcell").first
    kernel.click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    run(2, "padding 1, kernel 5")
    said = cells.nth(2).locator(".jp-OutputArea-output").inner_text().strip()
    assert said == "padding 1, kernel 5, box 2, seen [1]"

    run(3, "Draw a digit, and watch")  # its network comes over a trait
    digit = cells.nth(3).locator(".cnn-demo")
    digit.get_by_text("The network says 7").wait_for()
    digit.get_by_role("button", name="Sample: a 4", exact=True).click()
    digit.get_by_text("The network says 4").wait_for()
    run(4, "^read as 4")
    assert not outside, json.dumps(outside)
    page.close()
