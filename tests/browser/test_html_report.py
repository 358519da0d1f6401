"""The report of an assignment: its numbers, and the page as a teacher's browser shows it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils.grading.marks import Mark
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import Recorded

EVIL = "<script>alert(1)</script>&\"'"


def mark(score, *misconceptions, points=4):
    return Mark(points, score, list(misconceptions))


def result(student, status="ok", seconds=1.0, message="", **marks):
    scored = status not in ("unreadable", "missing")
    score = sum(each.score or 0 for each in marks.values()) if scored else None
    return Recorded(student, score, 10, status, message, seconds, marks)


@pytest.fixture(scope="module")
def results():
    """A class with each status, two misconceptions, a name that is HTML, a very long name."""
    return [
        result("ann", size=mark(4), conv=mark(6, points=6)),
        result("bob", size=mark(0, "no-floor"), conv=mark(3, "kernel-flipped", points=6)),
        result(EVIL, size=mark(0, "no-floor"), conv=mark(None, points=6)),
        result("x" * 120, "repaired", message="a deleted cell was put back", size=mark(4)),
        result("eve", "stopped", 61.3, "question 2 ran out of time", size=mark(2)),
        result("dan", "unreadable", 0.1, "the file is empty: ask for it again"),
        result("fay", "missing", None, "no notebook called convolution.ipynb"),
    ]


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "new" / "report.html"
    explain = {
        "no-floor": ("no rounding", "Sizes are whole.", "https://b.example/m.html#m-no-floor")
    }
    return write_report(results, path, "convolution", explain)


@pytest.fixture(scope="module", params=["light", "dark"])
def page(report, browser, request):
    """The report in a browser, in both colour schemes; every request is noted."""
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("dialog", lambda dialog: page.said.append(dialog.message) or dialog.dismiss())
    page.goto(report.as_uri())
    yield page
    context.close()


def rows(page, section):
    """The table under a heading, as lists of its cells' texts."""
    return page.eval_on_selector_all(
        f"[aria-labelledby={section}] tbody tr",
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))",
    )


def test_the_numbers_of_the_questions(page):
    """Does each question show its mean success, and who had all, some, none of its points?"""
    assert rows(page, "questions") == [
        ["size", "4", "50 %", "2", "1", "2", "0"],
        ["conv", "6", "75 %", "1", "1", "0", "1"],
    ]


def test_the_misconceptions_with_who_had_them(page):
    """Is each misconception counted once a student, the most frequent first, linked and named?"""
    first, second = rows(page, "misconceptions")
    assert first == ["no rounding\nSizes are whole.", "size", "2", f"{EVIL}, bob"]
    assert second == ["kernel flipped", "conv", "1", "bob"]
    assert page.get_attribute("a", "href") == "https://b.example/m.html#m-no-floor"


def test_every_submission_is_listed_those_in_need_first(page):
    """Has each submission its status, score (or none), time and sentence, trouble at the top?"""
    listed = rows(page, "submissions")
    assert [row[1] for row in listed] == [
        *["unreadable", "missing", "stopped", "repaired", "ok", "ok", "ok"]
    ]
    assert listed[0] == ["dan", "unreadable", "none", "0.1", "the file is empty: ask for it again"]
    assert listed[1][2:4] == ["none", ""]
    assert listed[2] == ["eve", "stopped", "2 / 10", "61.3", "question 2 ran out of time"]
    assert [(row[0], row[4]) for row in listed[4:] if row[4]] == [(EVIL, "to be marked: conv")]


def test_the_distribution_is_a_picture_with_words(page):
    """Does the histogram say in words what it shows, without those that have no score?"""
    assert page.inner_html("#bars-text") == (
        "0 to 10 per cent: 1; 20 to 30 per cent: 1; 30 to 40 per cent: 1; "
        "40 to 50 per cent: 1; 90 to 100 per cent: 1."
    )


def test_a_name_is_text_not_html(page):
    """Is a folder name that holds HTML shown as its letters, and nothing in it run?"""
    assert EVIL in page.inner_text("main")
    assert page.locator("script").count() == 0
    assert page.said == []


def test_the_page_needs_nothing_else(page):
    """Does the page make no request but for itself?"""
    assert page.asked == [page.url]


def test_the_page_passes_axe(page):
    """Has axe nothing to complain of, in this colour scheme, on a phone?"""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_need_not_scroll_sideways(page):
    """Does the page itself stay within 360 pixels (wide tables scroll in their own box)?"""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_prints(page):
    """Does printing give a PDF with every student in it?"""
    from io import BytesIO

    from pypdf import PdfReader

    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    for student in ("ann", "bob", "eve", "dan", "fay"):
        assert re.search(rf"\b{student}\b", text)


def test_an_empty_class_is_a_page_too(tmp_path, browser):
    """Is a class in which nobody handed anything in reported without a crash?"""
    page = browser.new_page()
    page.goto(write_report([], tmp_path / "report.html", "pooling").as_uri())
    assert "Nobody handed anything in." in page.inner_text("main")
    assert "No submission has a score." in page.inner_html("#bars-text")
    page.close()
