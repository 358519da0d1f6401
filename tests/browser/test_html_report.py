"""The report of an assignment: its numbers, and the page as a teacher's browser shows it."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from course_utils.grading.course_paths import open_course
from course_utils.grading.marks import Mark
from course_utils.grading.results.author_questions import AuthorQuestion
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import Recorded
from course_utils.grading.results.report_links import Links
from tests.conftest import ROOT

EVIL = "<script>alert(1)</script>&\"'"
BOB, EVE = "bob (work)", "eve é #1 (work)"


TITLES = {
    "size": AuthorQuestion("1. How large?", "convolution"),
    "conv": AuthorQuestion("2. The layer", "convolution"),
    "conv_hidden": AuthorQuestion("2. The layer", "convolution"),
}


def mark(score, *misconceptions, points=4, called=()):
    return Mark(points, score, list(misconceptions), list(called))


def result(student, status="ok", seconds=1.0, message="", **marks):
    scored = status not in ("unreadable", "missing")
    score = sum(each.score or 0 for each in marks.values()) if scored else None
    return Recorded(student, score, 10, status, message, seconds, marks)


@pytest.fixture(scope="module")
def results():
    """A class with each status, a misconception, two mistakes that a test names, names of HTML."""
    return [
        result("ann", size=mark(4), conv=mark(4), conv_hidden=mark(2, points=2)),
        result(
            "bob",
            size=mark(0, "no-floor"),
            conv=mark(3, called=[EVIL]),
            conv_hidden=mark(0, points=2),
        ),
        result(EVIL, size=mark(0, "no-floor"), conv=mark(None, points=6)),
        result("x" * 120, "repaired", message="a deleted cell was put back", size=mark(4)),
        result(
            "eve é #1",
            "stopped",
            61.3,
            "question 2 ran out of time",
            size=mark(2, called=["the sum"]),
        ),
        result("dan", "unreadable", 0.1, "the file is empty: ask for it again"),
        result("fay", "missing", None, "no notebook called convolution.ipynb"),
    ]


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    root = tmp_path_factory.mktemp("report")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for place, suffix in (("feedback", "html"), ("autograded", "ipynb")):
        for student in ("bob", "eve é #1"):
            file = root / place / student / "convolution" / f"convolution.{suffix}"
            file.parent.mkdir(parents=True)
            file.touch()
    path = root / "_build" / "grades" / "new" / "report.html"
    links = Links(open_course(root), "convolution", path)
    explain = {
        "no-floor": ("no rounding", "Sizes are whole.", "https://b.example/m.html#m-no-floor")
    }
    return write_report(results, path, "convolution", explain, TITLES, links)


@pytest.fixture(scope="module", params=["light", "dark"])
def page(report, browser, request):
    """The report in a browser, in both colour schemes; every request is noted."""
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.asked, page.messages = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("dialog", lambda dialog: page.messages.append(dialog.message) or dialog.dismiss())
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
    """Does each question, whose cells are summed, show its success, and who had all or some?"""
    layer = "2. The layer\nconv 88\xa0%, conv_hidden 50\xa0%"
    assert rows(page, "questions") == [
        ["1. How large?", "4", "50\xa0%", "2", "1", "2", "0", f"{BOB}, {EVIL}, {EVE}"],
        [layer, "6", "75\xa0%", "1", "1", "0", "1", BOB],
    ]


def test_a_phone_shows_each_score_at_first(page):
    """Is the score on a screen of 360 pixels before anything is moved sideways?"""
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 800})
    ends = page.eval_on_selector_all(
        "#rows td:nth-child(3)", "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    page.set_viewport_size(before)
    assert ends
    assert max(ends) <= 360


def test_who_lacks_points_leads_to_the_work_and_the_feedback(page, report):
    """Does a name lead to the question in the student's page, "work" to the marked notebook?"""
    row = page.locator("[aria-labelledby=questions] tbody tr").nth(0)
    links = [unquote(link.get_attribute("href")) for link in row.locator("td a").all()]
    assert links == [
        "../../../feedback/bob/convolution/convolution.html#size",
        "../../../autograded/bob/convolution/convolution.ipynb",
        "../../../feedback/eve é #1/convolution/convolution.html#size",
        "../../../autograded/eve é #1/convolution/convolution.ipynb",
    ]
    for link in row.locator("td a").all():
        address = link.evaluate("link => link.href").partition("#")[0]
        assert Path(unquote(address.removeprefix("file://"))).is_file()


def test_many_names_are_folded_away(tmp_path, browser):
    """Are more than eight students of one question counted, and their names a click away?"""
    page = browser.new_page()
    many = [result(f"student-{n}", size=mark(0)) for n in range(9)]
    page.goto(write_report(many, tmp_path / "report.html", "x").as_uri())
    cell = page.locator("[aria-labelledby=questions] tbody td").last
    assert cell.inner_text().strip() == "9 students"
    cell.locator("summary").click()
    expect(cell).to_contain_text("student-0, student-1, ", use_inner_text=True)
    page.close()


def test_the_misconceptions_with_who_had_them(page):
    """Is each misconception counted once a student, the most frequent first, linked and named?"""
    first, second, third = rows(page, "misconceptions")
    assert first == ["no rounding\nSizes are whole.", "1. How large?", "2", f"{EVIL}, bob"]
    assert second == [EVIL, "2. The layer", "1", "bob"], "what the author's test says"
    assert third == ["the sum", "1. How large?", "1", "eve é #1"]
    link = page.locator("[aria-labelledby=misconceptions] a")
    assert link.get_attribute("href") == "https://b.example/m.html#m-no-floor"


def test_every_submission_is_listed_those_in_need_first(page):
    """Has each submission its status, score (or none), time and sentence, trouble at the top?"""
    listed = rows(page, "submissions")
    assert [row[1] for row in listed] == [
        *["unreadable", "missing", "stopped", "repaired", "ok", "ok", "ok"]
    ]
    assert listed[0] == ["dan", "unreadable", "none", "0.1", "the file is empty: ask for it again"]
    assert listed[1][2:4] == ["none", ""]
    assert listed[2] == [EVE, "stopped", "2 / 10", "61.3", "question 2 ran out of time"]
    assert [(row[0], row[4]) for row in listed[4:] if row[4]] == [
        (EVIL, "to be marked: 2. The layer")
    ]


def test_the_distribution_is_a_picture_with_words(page):
    """Does the histogram say in words what it shows, without those that have no score?"""
    assert page.inner_html("#bars-text") == (
        "0 to 10 per cent: 1; 20 to 30 per cent: 1; 30 to 40 per cent: 1; "
        "40 to 50 per cent: 1; 90 to 100 per cent: 1."
    )


def test_a_name_is_text_not_html(page):
    """Is a folder name that holds HTML shown as its letters, and nothing in it run?"""
    assert EVIL in page.inner_text("main")
    assert page.locator("script").count() == 1, "our own"
    assert page.messages == []


def test_the_page_runs_no_other_script(page):
    """Is a script that got into the page nevertheless refused by its policy?"""
    ran = page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      script.remove();
      const ran = window.ran ?? false;
      return ran;
    }""")
    assert ran is False
    assert any("Content Security Policy" in text for text in page.messages)
    page.messages.clear()


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


def test_the_sentence_above_a_wide_table_fits_a_phone(page):
    """Can each caption be read without scrolling its table, and also when the table is scrolled?"""
    words = """captions => captions.map(caption => {
      const box = caption.closest(".wide"), range = document.createRange();
      range.selectNodeContents(caption);
      return [0, 150].map(moved => {
        box.scrollLeft = moved;
        const {left, right} = range.getBoundingClientRect();
        return [box.scrollLeft, left >= 0, right <= innerWidth];
      });
    })"""
    found = page.eval_on_selector_all("caption", words)
    assert found == [[[0, True, True], [150, True, True]]] * 2, "the list of submissions has none"


def test_it_prints(page):
    """Does printing give a PDF with every student in it?"""
    from io import BytesIO

    from pypdf import PdfReader

    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    for student in ("ann", "bob", "eve", "dan", "fay"):
        assert re.search(rf"\b{student}\b", text)


def test_of_hundreds_who_lack_points_some_are_named_and_all_are_counted(tmp_path):
    """Are 500 named beside the question, and is the reader sent to the list for the others?"""
    many = [result(f"student-{n:03}", size=mark(0, "no-floor")) for n in range(502)]
    page = write_report(many, tmp_path / "report.html", "x").read_text(encoding="utf-8")
    questions, lists = page.split('id="misconceptions"')
    wrong, submissions = lists.split('id="submissions"')
    for text in (questions, wrong):
        assert "502 students" in text
        assert "student-499, and 2 more: choose this above the list" in text
        assert "student-500" not in text
    assert "student-501" in submissions


def test_an_empty_class_is_a_page_too(tmp_path, browser):
    """Is a class in which nobody handed anything in reported without a crash?"""
    page = browser.new_page()
    page.goto(write_report([], tmp_path / "report.html", "pooling").as_uri())
    assert "Nobody handed anything in." in page.inner_text("main")
    assert "No submission has a score." in page.inner_html("#bars-text")
    page.close()
