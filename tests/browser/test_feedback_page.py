"""A student's feedback page, as a browser shows it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook

from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.feedback import write_feedback
from tests.grading.conftest import hand_in, kept_pool, make_course
from tests.grading.corpus.assignment import NAME, code

__all__ = ["kept_pool"]  # the fixture
LATE = """
from nbgrader.plugins import BasePlugin


class HalfAPoint(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5


c.AssignLatePenalties.plugin_class = HalfAPoint
"""
ADDED = """import numpy as np
print("a long line, " * 40)
np.arange(6).reshape(2, 3)"""


@pytest.fixture(scope="module")
def file(tmp_path_factory, kept_pool):
    """The page of somebody who was late: code, outputs, a lost point, a comment, a penalty."""
    root = make_course(tmp_path_factory.mktemp("feedback"))
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(LATE)
    hand_in(root, "ann", code(ADDED, double="def double(x):\n    return x  # wrong"))
    (root / "submitted/ann" / NAME / "timestamp.txt").write_text("2026-03-06 09:00:00 UTC\n")
    grade_class(root, NAME)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.update_or_create_assignment(NAME, duedate="2026-03-05 12:00:00 UTC")
        book.find_comment("why", NAME, NAME, "ann").manual_comment = "See `chapter 3`."
        book.db.commit()
    results = grade_class(root, NAME)
    assert results[0].penalty == 0.5
    assert write_feedback(open_course(root), NAME, results) == []
    return root / "feedback/ann" / NAME / f"{NAME}.html"


@pytest.fixture(scope="module", params=["light", "dark"])
def page(file, browser, request):
    """The page on a phone, in both colour schemes."""
    size = {"width": 360, "height": 800}
    context = browser.new_context(color_scheme=request.param, viewport=size)
    page = context.new_page()
    page.goto(file.as_uri())
    page.scheme = request.param
    yield page
    context.close()


def test_the_page_passes_axe(page):
    """Has axe nothing to complain of: contrast, landmarks, language, what a keyboard reaches?"""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_shows_all_of_each_line(page):
    """Does neither the page nor any line of code or output go on to the right of the screen?"""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    widths = page.eval_on_selector_all("pre", "all => all.map(e => e.scrollWidth - e.clientWidth)")
    assert len(widths) > 5
    assert max(widths) <= 0


def test_the_points_stand_in_the_heading_of_their_cell(page):
    """Do points and link stay within the coloured heading, above the answer and not over it?"""
    below = """headings => headings.map(heading => {
      const points = heading.querySelector(".pull-right").getBoundingClientRect();
      return points.bottom - heading.getBoundingClientRect().bottom;
    })"""
    found = page.eval_on_selector_all(".nbgrader_cell .panel-heading", below)
    assert len(found) > 5
    assert max(found) <= 0


def test_a_dark_screen_stays_dark(page):
    """Is the page as dark as the reader asked, and are code and outputs light in both?"""
    luminance = """e => {
      const [r, g, b] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
      return (r + g + b) / 3;
    }"""
    around = page.eval_on_selector("body", luminance)
    assert around < 60 if page.scheme == "dark" else around > 200
    assert page.eval_on_selector(".input_area pre", luminance) > 200
