"""The report's list of a large class, as a teacher works with it: found, filtered, sorted."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from course_utils.grading.results.html_report import write_report
from tests.browser.test_html_report import TITLES, mark, result


@pytest.fixture(scope="module")
def large_report(tmp_path_factory):
    """A class of 250: every tenth is repaired, the score falls with the number, 7 has none."""
    many = [
        result(
            f"student-{n}",
            "repaired" if n % 10 == 0 else "ok",
            n / 10,
            size=mark((250 - n) / 100, *["no-floor"] * (n % 5 == 0)),
        )
        for n in range(250)
        if n != 7
    ]
    many.append(result("student-7", "unreadable", None, "the file is empty"))
    many[3] = replace(many[3], first_name="Björn", last_name="Å")
    return write_report(many, tmp_path_factory.mktemp("large") / "report.html", "x", {}, TITLES)


@pytest.fixture
def large(large_report, browser):
    """That class in a browser, fresh for each test."""
    page = browser.new_page()
    page.goto(large_report.as_uri())
    yield page
    page.close()


def listed(page):
    """The students that one sees in the list, in its order."""
    return page.eval_on_selector_all(
        "#rows tr", "rows => rows.filter(r => r.offsetHeight).map(r => r.cells[0].innerText.trim())"
    )


def test_the_list_is_filtered_by_words_status_and_wrong_answer(large):
    """Does each control leave those it asks for, together too, and is their number announced?"""
    count = large.get_by_role("status")
    find = large.get_by_label("Find a student, a word")
    find.fill("a BJORN")
    expect(count).to_have_text("1 of 250, those that need a look first")
    assert listed(large) == ["student-3\nBjörn Å"]
    find.fill("empty")
    expect(count).to_have_text("1 of 250, those that need a look first")
    assert listed(large) == ["student-7"]
    find.fill("student-2")
    expect(count).to_have_text("61 of 250, those that need a look first")
    large.get_by_label("Status").select_option(label="repaired (25)")
    expect(count).to_have_text("6 of 250, those that need a look first")
    find.fill("")
    large.get_by_label("Points or a wrong answer").select_option(label="1. How large? (249)")
    expect(count).to_have_text("25 of 250, those that need a look first")
    large.get_by_label("Status").select_option(label="any")
    wrong = large.get_by_label("Points or a wrong answer")
    wrong.select_option(label="no floor, 1. How large? (50)")
    expect(count).to_have_text("50 of 250, those that need a look first")
    find.fill("nobody is called so")
    expect(count).to_have_text("0 of 250, those that need a look first")
    assert listed(large) == []


def test_the_list_is_sorted_from_the_keyboard(large):
    """Does a heading's button sort one way and the other, say so, and keep no score at the end?"""
    score = large.get_by_role("button", name="score")
    header = large.get_by_role("columnheader", name="score")
    count = large.get_by_role("status")
    assert listed(large)[:2] == ["student-7", "student-0"]
    score.focus()
    large.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(count).to_have_text("250 of 250, the lowest score first; the first 200 are shown")
    assert listed(large)[:2] == ["student-249", "student-248"]
    large.keyboard.press("Space")
    expect(header).to_have_attribute("aria-sort", "descending")
    assert listed(large)[:3] == ["student-0", "student-1", "student-2"]
    large.get_by_role("button", name="Show all 250").click()
    expect(large.get_by_role("button", name="Show all")).to_be_hidden()
    assert listed(large)[-1] == "student-7"
    score.click()
    large.get_by_role("button", name="Show all 250").click()
    expect(large.get_by_role("button", name="Show all")).to_be_hidden()
    assert listed(large)[-1] == "student-7"
    large.get_by_role("button", name="student").click()
    expect(header).not_to_have_attribute("aria-sort", re.compile("."))
    assert listed(large)[:11] == [*map("student-{}".format, [0, 1, 2]), "student-3\nBjörn Å"] + [
        f"student-{n}" for n in range(4, 11)
    ]


def test_a_large_list_shows_its_first_rows_and_the_rest_on_demand(large):
    """Are 200 rows drawn, then all, with the focus where they went on; and all of them printed?"""
    assert len(listed(large)) == 200
    after = listed(large)[-1]
    large.emulate_media(media="print")
    large.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(listed(large)) == 250
    large.emulate_media(media="screen")
    large.get_by_role("button", name="Show all 250").click()
    expect(large.get_by_role("button", name="Show all")).to_be_hidden()
    everybody = listed(large)
    assert len(everybody) == 250
    focused = large.evaluate("document.activeElement.innerText")
    assert everybody[everybody.index(after) + 1] == focused


def test_the_list_reads_without_scripts(large_report, browser):
    """Without scripts: is everybody there, is no control that does nothing, is the order said?"""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(large_report.as_uri())
    assert page.locator("#rows tr:visible").count() == 250
    expect(page.get_by_label("Find a student")).to_be_hidden()
    assert page.locator("thead button").count() == 0
    expect(page.get_by_text("Those that need a look first")).to_be_visible()
    context.close()
