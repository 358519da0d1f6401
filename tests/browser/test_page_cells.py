"""Cells of a chapter, edited and run in the page, in a real Chromium with the outside cut off."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course_utils.book.lite.site import find_distribution
from tests.browser.notebook import SLOW

STEPS = """progress => {  // keeps each text that it shows
  progress.steps = [];
  new MutationObserver(() => progress.innerText.trim() && progress.steps.push(progress.innerText))
    .observe(progress, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def chapter(browser, book_html, serve, tmp_path_factory):
    """Chapter 3, below a path; at the end nothing was asked of another host."""
    found, missing = find_distribution()
    if found is None:
        pytest.skip(f"no Pyodide for cells that run in the page: {missing}")
    host = tmp_path_factory.mktemp("host")
    (host / "cnn").symlink_to(book_html, target_is_directory=True)
    address = f"{serve(host)}/cnn"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, asked = context.new_page(), []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/03_shared_weights.html")
    yield page
    assert all(url.startswith((address, "blob:", "data:")) for url in asked)
    context.close()


def _gap(page):
    return page.locator(".gap-window + .run")


def _write(place, code: str, run: str = "Run") -> None:
    place.locator("textarea").fill(code)
    place.get_by_role("button", name=run, exact=True).click()


def test_a_gap_is_filled_in_the_page_and_its_mistake_is_named(chapter):
    """Before Run nothing is loaded; then an empty gap, a wrong and a right filling get answers."""
    loaded = "performance.getEntriesByType('resource').filter(e => /lite/.test(e.name)).length"
    assert chapter.evaluate(loaded) == 0
    place = _gap(chapter)
    chapter.get_by_role("button", name="Fill the gaps here").click()
    expect(place.locator(".run-note")).to_contain_text("loads Python into this page, 31 MB")
    place.locator(".run-progress").evaluate(STEPS)
    place.get_by_role("button", name="Run and check").click()
    expect(place.locator(".run-output")).to_have_text("3 gaps (____) are still empty.")
    swapped = "window = picture[0:3, 2:5]\nanswer = np.sum(window * kernel)"
    _write(place, swapped, "Run and check")
    check = place.locator(".run-check")
    expect(check).to_contain_text("rows and columns swapped", timeout=SLOW)
    steps = place.locator(".run-progress").evaluate("progress => progress.steps")
    assert list(dict.fromkeys(s.split()[0] for s in steps)) == ["Loading", "Starting", "Running"]
    link = check.get_by_role("link", name="Read about it").get_attribute("href")
    assert link.endswith("/cnn/misconceptions.html#m-rows-columns-swapped")
    found = Axe().run(chapter, context=".run").response
    assert found["violations"] == []
    assert found["passes"]
    right = swapped.replace("0:3, 2:5", "2:5, 0:3")
    _write(place, right.replace("kernel)", "np.flip(kernel))"), "Run and check")
    expect(check).to_contain_text("flipped", timeout=SLOW)
    _write(place, right, "Run and check")
    expect(check).to_have_text("Right: answer is 6.", timeout=SLOW)


def test_any_cell_is_edited_stopped_and_run_again(chapter):
    """Does a cell see the chapter's names, an endless loop stop, and Python start again?"""
    place = chapter.locator(".cell[class*='py-']", has_text="window * kernel").first
    place.get_by_role("button", name="Edit and run").click()
    place = place.locator(".run")
    _write(place, "print(picture[0:3, 0:3].sum() + kernel[0, 2])")
    expect(place.locator(".run-output")).to_have_text("10", timeout=SLOW)
    _write(place, "while True:\n    pass")
    expect(place.locator(".run-progress")).to_contain_text("Running", timeout=SLOW)
    place.get_by_role("button", name="Stop").click()
    expect(place.locator(".run-output")).to_contain_text("Stopped.")
    _write(place, "kernel[0, 9]")
    expect(place.locator(".run-error")).to_contain_text("line 1: kernel[0, 9]", timeout=SLOW)
    expect(place.locator(".run-error")).to_contain_text("IndexError")
    _write(
        place,
        "def draw():\n    figure, axis = plt.subplots()\n    axis.imshow(picture)\n"
        "    show(figure, alt='the picture')\ndraw()",
    )
    expect(place.get_by_role("img", name="the picture")).to_be_visible(timeout=SLOW)


def test_the_keyboard_does_all_and_the_text_is_kept(chapter):
    """Does Tab indent and after Escape leave; Shift+Enter run; a reload keep what was written?"""
    place = _gap(chapter)
    text = place.locator("textarea")
    text.fill("window = ____")
    text.press("Home")
    text.press("Tab")
    expect(text).to_have_value("    window = ____")
    text.press("Shift+Enter")
    expect(place.locator(".run-output")).to_have_text("One gap (____) is still empty.")
    text.press("Escape")
    text.press("Tab")
    expect(place.get_by_role("button", name="Run and check")).to_be_focused()
    chapter.reload()
    expect(text).to_have_value("    window = ____")
    chapter.once("dialog", lambda dialog: dialog.accept())
    place.get_by_role("button", name="Back to the original").click()
    expect(chapter.locator(".gap-window")).to_be_visible()
    chapter.reload()
    expect(chapter.get_by_role("button", name="Fill the gaps here")).to_be_visible()
