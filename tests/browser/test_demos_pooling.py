"""Every control of the pooling demo, by mouse and by keyboard, read from the page."""

import pytest
from playwright.sync_api import expect

from course_utils.widgets import Pooling
from tests.browser.reading import cell, cells, flown, press, question, status


@pytest.fixture
def page(open_demos):
    """The demo as it opens, with its question already put aside."""
    return open_demos(Pooling(predict=False))


def test_it_asks_before_it_shows(open_demos):
    """Is the output covered until a prediction, and does each question fit its settings?"""
    page = open_demos(Pooling())
    box = question(page)
    expect(box).to_contain_text("How many numbers come out?")
    expect(page.get_by_role("grid", name="Output")).to_be_hidden()
    box.get_by_role("textbox").fill("9")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("✓ Yes. 3·3 windows")
    for answer, said in (
        ("9", "Not 9, but 4. ⌊(6 − 3)/2⌋ + 1 = 2 along each side"),
        ("3,5", "✓ Yes. (1 + 3 + 2 + 8) / 4."),
        ("4", "Not 4, but 0. None"),
        ("0", "Not 0, but −1. Padded cells are not zeros here"),
    ):
        page.keyboard.press("Enter")
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(said)
    page.get_by_role("button", name="Reset").click()
    expect(box).to_contain_text("The window is 2×2 and moves by 2")


def test_the_winner_is_shown(page):
    """Is the cell that won marked, in sign and in words, and the maximum written out?"""
    assert cells(page, "Output") == [["8", "2", "5"], ["4", "7", "1"], ["5", "4", "9"]]
    expect(page.locator(".cd-sum")).to_have_text("max(1, 3, 2, 8) = 8")
    expect(cell(page, "Map", 1, 1)).to_have_attribute("data-note", "★")
    expect(cell(page, "Map", 5, 5)).to_have_attribute("data-note", "•")
    assert "in the window, the largest" in cell(page, "Map", 1, 1).get_attribute("aria-label")
    expect(
        page.get_by_text("36 numbers in, 9 out: 25 % remain. Weights to learn: 0.")
    ).to_be_visible()
    cell(page, "Output", 1, 1).click()
    expect(cell(page, "Map", 3, 3)).to_have_attribute("data-note", "★")
    cell(page, "Output", 1, 1).focus()
    page.keyboard.press("ArrowDown")
    expect(status(page)).to_have_text("Output row 2, column 1 is 4.")
    page.get_by_role("button", name="Back").click()
    expect(status(page)).to_have_text("Output row 2, column 0 is 5.")
    press(page, "Window", "Home")  # windows of one cell
    press(page, "Stride", "Home")
    assert cells(page, "Output") == cells(page, "Map")


def test_mean_and_padding(page):
    """Does the mean divide by the real cells, and are padded cells shown as ignored?"""
    page.get_by_role("combobox", name="Keep").select_option("average")
    press(page, "Padding", "ArrowRight")
    assert cells(page, "Output")[0][0] == "1"  # the image's corner alone
    expect(page.locator(".cd-sum")).to_have_text("(1) / 1 = 1")
    expect(cell(page, "Map", 0, 0)).to_have_text("–")
    page.get_by_role("combobox", name="Keep").select_option("max")
    expect(cell(page, "Map", 0, 0)).to_have_text("−∞")
    press(page, "Padding", "ArrowRight")
    expect(page.get_by_text("The padding (2) must be smaller than the window (2)")).to_be_visible()
    expect(page.get_by_role("grid", name="Output")).to_be_hidden()
    expect(status(page)).to_have_text("There is no output.")


def test_overlap_and_cells_left_out(page):
    """Does the demo say how far windows overlap, and which cells lie in none?"""
    press(page, "Window", "ArrowRight")
    expect(page.get_by_text("Windows overlap: a cell may lie in up to 4 of them.")).to_be_visible()
    expect(page.get_by_text("Hatched: 11 cells in no window.")).to_be_visible()
    expect(cell(page, "Map", 5, 0)).to_have_class("cd-unread ")
    assert "in 4 windows" in cell(page, "Map", 2, 2).get_attribute("aria-label")
    page.get_by_role("button", name="Stride = window").click()
    expect(page.get_by_text("No two windows overlap.")).to_be_visible()
    assert len(cells(page, "Output")) == 2


def test_numbers_are_edited_and_play_goes_through(page):
    """Does an edited number change the output, and does Play visit the last window?"""
    cell(page, "Map", 0, 5).click()
    page.keyboard.type("-50")
    page.keyboard.press("Enter")
    cell(page, "Map", 1, 4).focus()
    page.keyboard.type("-1")
    page.keyboard.press("Enter")
    assert cells(page, "Output")[0] == ["8", "2", "2"]
    page.get_by_label("Speed").select_option("8 a second")
    page.get_by_role("button", name="Play").click()
    expect(status(page)).to_have_text("Output row 2, column 2 is 9.")


def test_pointing_at_a_cell_shows_the_windows_that_read_it(open_demos):
    """With overlapping windows, are all outputs that read a cell marked, and the window else?"""
    page = open_demos(Pooling(predict=False, window=3, stride=1))
    cell(page, "Map", 1, 1).hover()
    expect(status(page)).to_contain_text("The input at row 1, column 1 is read by 4 windows")
    assert page.locator(".cd-fed").count() == 4
    cell(page, "Output", 1, 0).hover()
    expect(status(page)).to_contain_text("Output row 1, column 0 is")
    assert page.locator(".cd-window").count() == 9


def test_what_a_window_keeps_flies_into_the_output(page):
    """At a step, does the largest number fly, or all that the mean is made of?"""
    assert flown(page) == ["2"]
    page.get_by_role("combobox", name="Keep").select_option("average")
    expect(page.locator(".cd-sum")).to_contain_text("/ 4 =")
    expect(page.locator(".cd-chip")).to_have_count(0)  # a reader who hurries sees none fly
    shown = cells(page, "Map")
    assert flown(page) == [shown[r][c] for r in (0, 1) for c in (4, 5)]
