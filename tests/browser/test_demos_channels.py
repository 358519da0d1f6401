"""Every control of the channels demo, by mouse and by keyboard, read from the page."""

import pytest
from playwright.sync_api import expect

from course_utils import reference
from course_utils.widgets import Channels
from tests.browser.reading import cell, cells, click_at, press, question, status


@pytest.fixture
def page(open_demos):
    """The demo as it opens, with its question already put aside."""
    return open_demos(Channels(predict=False))


def shown(demo: Channels, f: int) -> list[list[str]]:
    """The map of one filter as the page should write it."""
    return [[f"{value:g}".replace("-", "−") for value in row] for row in demo.output[:, :, f]]


def test_it_asks_before_it_shows(open_demos):
    """Is 9 for the weights of a filter over two channels recognised as one slice?"""
    page = open_demos(Channels())
    box = question(page)
    expect(page.get_by_role("grid", name="Map 0")).to_be_hidden()
    box.get_by_role("textbox").fill("9")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Not 9, but 18. That is one slice.")
    corner = Channels(channels=3, size=1).output[0, 0, 0]
    for answer, said in (
        ("6", "Not 6, but 2. The products of all channels are added up"),
        ("40", "Not 40, but 112. Each filter has a slice for every channel."),
        (f"{corner:g}", "✓ Yes."),
    ):
        page.keyboard.press("Enter")
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(said)


def test_slices_sums_and_bias_make_the_map(page):
    """Are the sums of the channels and the bias written out, and does the map hold their total?"""
    assert cells(page, "Map 0") == shown(Channels(), 0)
    first = cells(page, "Map 0")[0][0]
    expect(page.locator(".cd-sum")).to_have_text(f"8 + 5 + 1 (bias) = {first}")
    cell(page, "Bias", 0, 0).click()
    page.keyboard.type("-10")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-sum")).to_have_text("8 + 5 + (−10) (bias) = 3")
    cell(page, "Channel 1", 0, 0).focus()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    cell(page, "Slice 1 of filter 0", 0, 0).click()
    expect(page.get_by_label("Slice 1 of filter 0, row 0, column 0")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-sum")).to_have_text("8 + 23 + (−10) (bias) = 21")
    page.get_by_role("button", name="Reset").click()
    assert cells(page, "Map 0") == shown(Channels(), 0)


def test_more_channels_and_filters(page):
    """Do channels, filters and window change maps and parameters as the formula says?"""
    press(page, "Channels in", "ArrowRight")
    press(page, "Filters", "End")
    demo = Channels(channels=3, filters=4)
    for f in range(4):
        assert cells(page, f"Map {f}") == shown(demo, f)
    parameters = reference.conv_parameters(3, 4, 3)
    expect(page.locator(".cd-formula")).to_contain_text(f"3·4·3² + 4 = 108 + 4 = {parameters}")
    expect(page.locator(".cd-formula")).to_contain_text("3×3×4 comes out: 4 filters, 4 maps")
    page.get_by_role("combobox", name="Show filter").select_option("2")
    expect(status(page)).to_contain_text("Filter 2, row 0, column 0")
    cell(page, "Map 3", 2, 1).click()
    expect(status(page)).to_contain_text("Filter 3, row 2, column 1")
    assert cells(page, "Slice 0 of filter 3")
    click_at(page, "Window", 0.02)
    expect(page.locator(".cd-formula")).to_contain_text("3·4·1² + 4 = 12 + 4 = 16")
    assert cells(page, "Map 1") == shown(Channels(channels=3, filters=4, size=1), 1)
    press(page, "Filters", "Home")  # filter 3 is gone: the first is shown
    expect(status(page)).to_contain_text("Filter 0")


def test_steps(page):
    """Do Next, Space, the scrubber and arrows in a map move the window?"""
    page.get_by_role("button", name="Next").click()
    expect(status(page)).to_contain_text("row 0, column 1")
    press(page, "Output cell", "End")
    expect(status(page)).to_contain_text("row 2, column 2")
    cell(page, "Map 0", 2, 2).focus()
    page.keyboard.press("ArrowUp")
    expect(status(page)).to_contain_text("row 1, column 2")
    assert page.locator(".cd-window").count() == 18
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
