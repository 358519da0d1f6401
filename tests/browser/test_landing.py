"""Links to a section land on its heading, although demos above it wake; "On this page" marks it."""

from itertools import zip_longest

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
MOVING, STILL = "no-preference", "reduce"

HEADINGS = """[...document.querySelectorAll('article section[id] > :is(h2, h3)')]
  .map((heading) => heading.parentElement.id)"""
CLICK = """id => {
  [...document.querySelectorAll('.here a')]
    .find((link) => decodeURIComponent(link.hash.slice(1)) === id).click();
}"""
# it stays there while whatever is on the screen wakes up; the last sections cannot reach the top
WATCH = """id => {
  window.landed = false;
  let still = 0;
  const look = () => {
    const { top, bottom } = document.getElementById(id).firstElementChild.getBoundingClientRect();
    const at_end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const good = top >= 0 && (top < 160 || (at_end && bottom <= innerHeight));
    still = good ? still + 1 : 0;
    if (still > 25) window.landed = true;
    else requestAnimationFrame(look);
  };
  look();
}"""
TABS = 4  # pages that are looked at side by side: most of the time is waiting for frames


@pytest.fixture
def missed(browser, site, names):
    """A function (clicks, options of a page) -> the headings it did not land on, of all pages."""

    def visit(clicks, **options):
        wrong, rounds = [], []
        tabs = [browser.new_page(**options) for _ in range(TABS)]
        for name in names:
            tabs[0].goto(f"{site}/{name}")
            headings = tabs[0].evaluate(HEADINGS)
            if clicks and not tabs[0].locator(".here").count():
                continue  # a page with a single heading has no list of them
            # the last first: on the way to it all that is above still sleeps
            rounds.append((name, headings[::-1]))
        for chosen in _batches(rounds if clicks else _one_by_one(rounds)):
            for tab, (name, _) in zip(tabs, chosen, strict=False):
                if clicks:
                    tab.goto(f"{site}/{name}")
            for headings in zip_longest(*(headings for _, headings in chosen)):
                begun = []
                for tab, (name, _), heading in zip(tabs, chosen, headings, strict=False):
                    if heading is None:
                        continue  # the page has fewer headings than those beside it
                    if clicks:
                        tab.evaluate(CLICK, heading)
                    else:
                        tab.goto("about:blank")
                        tab.goto(f"{site}/{name}#{heading}")
                    tab.evaluate(WATCH, heading)
                    begun.append((tab, f"{name}#{heading}"))
                for tab, address in begun:
                    try:
                        tab.wait_for_function("window.landed", timeout=60_000)
                    except Late:
                        wrong.append(address)
        for tab in tabs:
            tab.close()
        assert sum(len(headings) for _, headings in rounds) > 100
        return wrong

    return visit


def _one_by_one(rounds):
    return [(name, [heading]) for name, headings in rounds for heading in headings]


def _batches(rounds):
    """As many at a time as there are tabs."""
    return [rounds[first : first + TABS] for first in range(0, len(rounds), TABS)]


@pytest.mark.parametrize(("size", "motion"), [(PHONE, MOVING)])
def test_every_heading_is_where_its_address_lands(missed, size, motion):
    """Does each heading of each page come to the top and stay, on a page that was just opened?"""
    assert missed(clicks=False, viewport=size, reduced_motion=motion) == []


@pytest.mark.parametrize(("size", "motion"), [(LAPTOP, STILL)])
def test_every_heading_is_where_a_click_lands(missed, size, motion):
    """Does each entry of "On this page" lead to its heading, with the demos above still asleep?"""
    assert missed(clicks=True, viewport=size, reduced_motion=motion) == []


def test_the_section_that_is_read_is_marked(open_page):
    """Is the section marked that a click leads to, the last at the end, none above the first?"""
    page = open_page(
        "09_your_turn.html", size={"width": 1280, "height": 1600}, reduced_motion="reduce"
    )
    marked = page.locator(".here [aria-current]")
    page.locator(".here").get_by_role("link", name="How to work").click()
    expect(marked).to_have_text("How to work")
    page.keyboard.press("End")  # on a screen so high the last section cannot come to the top
    expect(marked).to_have_text("How to read your feedback")
    page.set_viewport_size(LAPTOP)
    page.keyboard.press("Home")
    expect(marked).to_have_count(0)
