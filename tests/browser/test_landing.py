"""A link to a section lands on its heading, although demos above it wake and the page grows."""

import pytest
from playwright.sync_api import TimeoutError as Late

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
MOVING, STILL = "no-preference", "reduce"

HEADINGS = """[...document.querySelectorAll('article section[id] > :is(h2, h3)')]
  .map((heading) => heading.parentElement.id)"""
CLICK = """id => {
  window.still = 0;
  [...document.querySelectorAll('.here a')]
    .find((link) => decodeURIComponent(link.hash.slice(1)) === id).click();
}"""
# it stays there while whatever is on the screen wakes up; the last sections cannot reach the top
LANDED = """id => {
  const { top, bottom } = document.getElementById(id).firstElementChild.getBoundingClientRect();
  const at_end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const good = top >= 0 && (top < 160 || (at_end && bottom <= innerHeight));
  window.still = good ? (window.still ?? 0) + 1 : 0;
  return window.still > 25;
}"""


@pytest.fixture
def missed(site, names):
    """A function (page, clicks) -> the headings that it did not land on, of all pages."""

    def visit(page, clicks):
        wrong, count = [], 0
        for name in names:
            page.goto(f"{site}/{name}")
            headings = page.evaluate(HEADINGS)
            if clicks and not page.locator(".here").count():
                continue  # a page with a single heading has no list of them
            # the last first: on the way to it all that is above still sleeps
            for heading in reversed(headings):
                if clicks:
                    page.evaluate(CLICK, heading)
                else:
                    page.goto("about:blank")
                    page.goto(f"{site}/{name}#{heading}")
                count += 1
                try:
                    page.wait_for_function(LANDED, arg=heading, polling="raf", timeout=15_000)
                except Late:
                    wrong.append(f"{name}#{heading}")
        assert count > 100
        return wrong

    return visit


@pytest.mark.parametrize(("size", "motion"), [(PHONE, MOVING)])
def test_every_heading_is_where_its_address_lands(browser, missed, size, motion):
    """Does each heading of each page come to the top and stay, on a page that was just opened?"""
    page = browser.new_page(viewport=size, reduced_motion=motion)
    assert missed(page, clicks=False) == []
    page.close()


@pytest.mark.parametrize(("size", "motion"), [(LAPTOP, STILL)])
def test_every_heading_is_where_a_click_lands(browser, missed, size, motion):
    """Does each entry of "On this page" lead to its heading, with the demos above still asleep?"""
    page = browser.new_page(viewport=size, reduced_motion=motion)
    assert missed(page, clicks=True) == []
    page.close()
