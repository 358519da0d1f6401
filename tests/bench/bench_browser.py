"""How soon a notebook answers in the reader's browser, beside a JupyterLab on the same machine.

Needs Chromium and Pyodide (``PYODIDE_DIST``, or the cache). The clock starts with the click on the
button, in a fresh profile; the second visit is in the same profile.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from course_utils.book.chromium import chromium_flags, find_chromium
from course_utils.book.lite.site import find_distribution
from tests.bench.gzip_server import serve
from tests.bench.measure import show
from tests.browser.jupyter import jupyter_lab
from tests.browser.notebook import SLOW, run_cell, type_answer, wait_until_idle
from tests.exercises.submissions import author_answers

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
FIRST, AGAIN, TIMES = 20, 8, 5  # targets: seconds, seconds, times as long as in CPython
CHECK = 'check_output_size(output_size, "plain")'
TIMED = f"""import contextlib, io, statistics, time
taken = []
for _ in range(15):
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.perf_counter()
        {CHECK}
        taken.append(time.perf_counter() - began)
print(statistics.median(taken))"""


def first_answer(page: Page, write: bool) -> None:
    """Wait from an opening notebook to the first check's sentence; ``write``: type the answer."""
    wait_until_idle(page)
    run_cell(page, "import numpy as np")
    if write:
        type_answer(page, "def output_size", author_answers("convolution")["output_size"])
    run_cell(page, "def output_size")
    if "right" not in run_cell(page, CHECK):
        raise SystemExit("the first check did not say that a right answer is right")
    page.keyboard.press("Control+s")


def check_seconds(page: Page) -> float:
    """The median time of that check, taken by the notebook's own Python."""
    type_answer(page, "def output_size", TIMED)
    return float(run_cell(page, "import contextlib").strip().splitlines()[-1])


def in_the_book(page: Page, address: str) -> tuple[float, float, float]:
    """The seconds to the first answer, to the first of a second visit, and for the check."""
    taken = []
    for write in (True, False):
        page.goto(f"{address}/09_your_turn.html")
        button = page.get_by_role("link", name="Open here, nothing to install").first
        began = perf_counter()
        button.click()
        first_answer(page, write)
        taken.append(perf_counter() - began)
        page.locator(".cnn-work", has_text="Saved at").wait_for(timeout=SLOW)
    return taken[0], taken[1], check_seconds(page)


def in_jupyterlab(page: Page) -> tuple[float, float]:
    """The same in a running JupyterLab: the seconds to the first answer, and for the check."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copy(ROOT / "exercises/convolution/convolution.ipynb", folder)
        with jupyter_lab(folder) as url:
            began = perf_counter()
            page.goto(f"{url}/notebooks/convolution.ipynb")
            first_answer(page, write=True)
            return perf_counter() - began, check_seconds(page)


def main() -> int:
    """Print the table; return how many targets were missed."""
    found, missing = find_distribution()
    if found is None:
        print(f"the notebooks in the browser: not measured: {missing}")
        return 0
    subprocess.run([ROOT / ".venv" / "bin" / "course", "book"], cwd=ROOT, check=True)
    server, address = serve(HTML)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=chromium_flags()
            )
            view = {"width": 1280, "height": 900}
            first, again, inside = in_the_book(
                browser.new_context(viewport=view).new_page(), address
            )
            lab, outside = in_jupyterlab(browser.new_context(viewport=view).new_page())
    finally:
        server.shutdown()
        server.server_close()
    return show(
        "A notebook in the reader's browser, from the click to the first check's answer",
        [
            ("first visit, nothing cached", f"{first:.1f} s", f"{FIRST} s", first <= FIRST),
            ("second visit", f"{again:.1f} s", f"{AGAIN} s", again <= AGAIN),
            ("a JupyterLab that runs already", f"{lab:.1f} s", "", None),
            (
                "the check itself",
                f"{inside / outside:.1f} × CPython's",
                f"{TIMES} ×",
                inside <= TIMES * outside,
            ),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
