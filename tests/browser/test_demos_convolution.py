"""Every control of the convolution demo, by mouse and by keyboard, read from the page."""

import re

import pytest
from playwright.sync_api import expect

from course_utils.widgets import Convolution
from tests.browser.reading import cell, cells, click_at, flown, press, question, status

# The opening state: the chapter's figure 1 under the kernel for left edges.
OUTPUT = [[6, -3, -6], [6, -2, -6], [6, 0, -6]]


@pytest.fixture
def page(open_demos):
    """The demo as it opens, with its question already put aside."""
    return open_demos(Convolution(predict=False))


def test_it_asks_before_it_shows(open_demos):
    """Is the output covered until a number is given, and does the answer say what was wrong?"""
    page = open_demos(Convolution())
    box = question(page)
    expect(box).to_contain_text("gives 6. Then it moves on by 1 column. What is the next number?")
    expect(page.get_by_role("grid", name="Output")).to_be_hidden()
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    box.get_by_role("textbox").fill("many")
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("Type a number")
    box.get_by_role("textbox").fill("3")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Not 3, but −3. That is the number of the turned kernel")
    assert cells(page, "Output") == [[str(v).replace("-", "−") for v in row] for row in OUTPUT]

    page.keyboard.press("Enter")  # the focus is on "Ask me another" now
    expect(box).to_contain_text("How many rows will the output have?")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Not 5, but 3")
    expect(box).to_contain_text("wholly inside")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Stride 2")
    expect(page.get_by_role("grid", name="Output")).to_be_hidden()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("✓ Yes")
    assert len(cells(page, "Output")) == 2

    page.get_by_role("button", name="Reset").click()
    expect(box).to_contain_text("What is the next number?")
    box.get_by_role("button", name="Just show me").click()
    assert len(cells(page, "Output")) == 3


def test_without_settings_it_speaks_of_none(open_demos):
    """Does a reader who has met neither stride nor padding see, and get asked, nothing of them?"""
    page = open_demos(Convolution(settings=False))
    box = question(page)
    for number in ("-3", "-1"):  # the kernel of left edges, then that of upper edges
        box.get_by_role("textbox").fill(number)
        page.keyboard.press("Enter")
        expect(box).to_contain_text("✓ Yes")
        words = page.locator(".cnn-demo").inner_text().lower()
        assert not [term for term in ("stride", "padding", "dilation", "size") if term in words]
        assert page.get_by_role("slider").count() == 1  # the player's
        page.keyboard.press("Enter")
    expect(box).to_contain_text("What is the next number?")  # there are two


def test_the_floor_is_named_where_it_was_forgotten(open_demos):
    """Does 3.5 for ⌊5/2⌋ + 1 get the feedback about the floor?"""
    page = open_demos(Convolution(image=[[1] * 8] * 8, stride=2))
    question(page).get_by_role("textbox").fill("3.5")
    page.keyboard.press("Enter")
    expect(question(page)).to_contain_text("The floor drops")


def test_steps_by_mouse(page):
    """Do Next, Back, the scrubber and a click on an output cell move the window?"""
    expect(status(page)).to_contain_text("row 0, column 0 is 6")
    page.get_by_role("button", name="Next").click()
    expect(status(page)).to_contain_text("row 0, column 1 is −3")
    expect(page.locator(".cd-sum")).to_have_text(
        "1·(−1) + 2·0 + 0·1 + 2·(−1) + 2·0 + 0·1 + 0·(−1) + 2·0 + 0·1 = −3"
    )
    page.get_by_role("button", name="Back").click()
    expect(status(page)).to_contain_text("row 0, column 0 is 6")
    cell(page, "Output", 2, 2).click()
    expect(status(page)).to_contain_text("row 2, column 2 is −6")
    assert page.locator(".cd-window").count() == 9
    expect(cell(page, "Image", 4, 4)).to_have_class("cd-window")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    click_at(page, "Output cell", 0.5)
    expect(status(page)).to_contain_text("row 1, column 1 is −2")


def test_steps_by_keyboard(page):
    """Do arrows walk and scrub, does Space play, and does Next, at its end, hand on the focus?"""
    cell(page, "Output", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(status(page)).to_contain_text("row 1, column 2 is −6")
    page.keyboard.press("Home")
    expect(status(page)).to_contain_text("row 1, column 0 is 6")
    press(page, "Output cell", "ArrowRight")
    expect(status(page)).to_contain_text("row 1, column 1 is −2")
    cell(page, "Output", 1, 1).focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_label("Speed").select_option("8 a second")
    expect(status(page)).to_contain_text("row 2, column 2")
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # it stops at the end
    cell(page, "Output", 1, 1).focus()
    page.keyboard.press(" ")  # and starts from the beginning
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    press(page, "Output cell", "End", "ArrowLeft")
    expect(status(page)).to_contain_text("row 2, column 1")  # drawn: at the end, Next is disabled
    page.get_by_role("button", name="Next").press("Enter")
    expect(status(page)).to_contain_text("row 2, column 2 is −6")
    expect(page.get_by_role("slider", name="Output cell")).to_be_focused()


def test_numbers_are_edited_by_mouse(page):
    """Does a click on a cell of image or kernel edit it, and a click elsewhere keep the number?"""
    cell(page, "Image", 0, 0).click()
    page.keyboard.type("7")
    cell(page, "Kernel", 0, 1).click()
    expect(status(page)).to_contain_text("row 0, column 0 is −1")
    page.keyboard.type("0,5")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("row 0, column 0 is −0.5")
    expect(page.get_by_role("combobox", name="Kernel")).to_have_value("your own")


def test_another_question_can_be_undone(page):
    """Does the next question keep what the reader had made, until it is asked for?"""
    back = page.get_by_role("button", name="Back to what I had")
    page.get_by_role("button", name="Ask me another").click()
    page.get_by_role("button", name="Just show me").click()
    expect(back).to_be_hidden()  # the reader has changed nothing that could be lost
    cell(page, "Image", 0, 0).click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    stride = page.get_by_role("slider", name="Stride", exact=True)
    stride.press("ArrowRight")
    mine = stride.input_value()
    page.get_by_role("button", name="Ask me another").click()
    expect(back).to_be_visible()
    assert cells(page, "Image")[0][0] == "0"
    back.press("Enter")
    expect(page.get_by_role("button", name="Just show me")).to_be_hidden()
    assert cells(page, "Image")[0][0] == "7"
    expect(stride).to_have_value(mine)
    expect(back).to_be_hidden()
    expect(page.get_by_role("button", name="Ask me another")).to_be_focused()


def test_numbers_are_edited_by_keyboard(page):
    """Do Enter and typing edit, Escape give up, and wrong text leave the number and say so?"""
    cell(page, "Image", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("−4")
    page.keyboard.press("Enter")
    assert cells(page, "Image")[0] == ["0", "−4", "2", "0", "0"]
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    assert cells(page, "Image")[0][1] == "−4"
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1x")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("“1x” is not a number")
    assert cells(page, "Image")[0][2] == "2"
    expect(cell(page, "Image", 0, 2)).to_be_focused()


def test_settings(page):
    """Do preset, stride, padding, dilation, turn and sizes change the output as they should?"""
    page.get_by_role("combobox", name="Kernel").select_option("identity")
    assert cells(page, "Output") == [["2", "2", "0"], ["0", "2", "0"], ["0", "2", "0"]]
    press(page, "Padding", "ArrowRight")
    assert cells(page, "Output") == [row[1:6] for row in cells(page, "Image")[1:6]]
    expect(cell(page, "Image", 0, 0)).to_have_class("cd-padding cd-window")
    press(page, "Stride", "ArrowRight")
    assert len(cells(page, "Output")) == 3
    expect(page.locator(".cd-formula")).to_contain_text(
        "⌊(5 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = ⌊4 / 2⌋ + 1 = 2 + 1 = 3"
    )
    page.get_by_role("combobox", name="Kernel").select_option("left edges")
    before = cells(page, "Output")
    page.get_by_role("checkbox", name="Turn the kernel").check()
    turned = [
        [n.removeprefix("−") if "−" in n or n == "0" else "−" + n for n in row] for row in before
    ]
    assert cells(page, "Output") == turned
    press(page, "Dilation", "ArrowRight")
    assert len(cells(page, "Output")) == 2
    page.get_by_text("Sizes").click()
    press(page, "Image columns", "End")
    assert len(cells(page, "Image")[0]) == 11
    assert [len(cells(page, "Output")), len(cells(page, "Output")[0])] == [2, 4]
    expect(page.locator(".cd-formula")).to_contain_text("columns: ⌊(9 + 2·1 − 2·(3 − 1) − 1) / 2⌋")
    page.get_by_role("button", name="Reset").click()
    assert cells(page, "Output")[0] == ["6", "−3", "−6"]


def test_what_a_stride_leaves_out_is_marked(page):
    """Are cells that no window reads hatched and named in words?"""
    press(page, "Stride", "End")
    expect(cell(page, "Image", 0, 4)).to_have_class("cd-unread ")
    expect(page.locator(".cd-note")).to_contain_text("rows 3, 4; columns 3, 4")
    assert "never read" in cell(page, "Image", 4, 4).get_attribute("aria-label")


@pytest.mark.parametrize("forced", ["none", "active"])
def test_what_is_hatched_looks_so(open_demos, forced):
    """Does a cell look different once no window reads it, also in the reader's own colours?"""
    demo = Convolution(image=[[0] * 6] * 6, predict=False)
    page = open_demos(demo, forced_colors=forced)
    read, unread = cell(page, "Image", 1, 3), cell(page, "Image", 1, 5)
    before = read.screenshot(), unread.screenshot()
    press(page, "Stride", "ArrowRight")
    expect(page.locator(".cd-note")).to_contain_text("Hatched: never read by any window")
    assert read.screenshot() == before[0]
    assert unread.screenshot() != before[1]


def test_what_does_not_fit_is_explained(page):
    """Does a kernel that is too large leave no output and say why, with the numbers?"""
    press(page, "Dilation", "End")
    expect(page.locator(".cd-note")).to_contain_text("The kernel spans 3·(3 − 1) + 1 = 7 rows")
    expect(page.locator(".cd-note")).to_contain_text("5 + 2·0 = 5")
    expect(page.get_by_role("grid", name="Output")).to_be_hidden()
    expect(status(page)).to_have_text("There is no output.")
    page.keyboard.press("Home")
    expect(page.get_by_role("grid", name="Output")).to_be_visible()


def test_pointing_shows_windows_and_what_a_cell_feeds(page):
    """Does the mouse on an output show its window, and on an input all outputs that read it?"""
    cell(page, "Output", 1, 2).hover()
    expect(status(page)).to_contain_text("Output row 1, column 2 is −6")
    expect(cell(page, "Image", 1, 4)).to_have_class("cd-window")
    cell(page, "Image", 0, 0).hover()
    expect(status(page)).to_contain_text("row 0, column 0 is read by one window, so 1 of 9 outputs")
    cell(page, "Image", 2, 2).hover()
    expect(status(page)).to_contain_text("read by 9 windows, so 9 of 9 outputs depend on it")
    assert page.locator(".cd-fed").count() == 9
    expect(page.locator(".cd-window")).to_have_count(0)
    page.get_by_role("button", name="Reset").hover()
    expect(status(page)).to_contain_text("Output row 0, column 0 is 6")
    assert page.locator(".cd-fed").count() == 0
    press(page, "Stride", "ArrowRight", "ArrowRight")  # 3: only one window is left
    cell(page, "Image", 4, 4).hover()
    expect(status(page)).to_contain_text("read by no window: no output depends on it")


def test_a_tap_shows_what_a_cell_feeds_and_a_second_one_edits(open_demos):
    """By finger, is there a way to both: to the outputs that read a cell, and to its number?"""
    page = open_demos(Convolution(predict=False, padding=1), width=360, has_touch=True)
    cell(page, "Image", 1, 1).tap()
    expect(status(page)).to_have_text(
        "The input at row 1, column 1 is read by 4 windows, so 4 of 25 outputs depend on it. "
        "Tap it again to change it."
    )
    expect(page.locator(".cd-edit")).to_have_count(0)
    cell(page, "Image", 0, 0).tap()  # padding is looked at, and never changed
    expect(status(page)).to_have_text(
        "The padding at row 0, column 0 is read by one window, so 1 of 25 outputs depends on it."
    )
    cell(page, "Image", 0, 0).tap()
    expect(page.locator(".cd-edit")).to_have_count(0)
    cell(page, "Image", 1, 1).tap()
    cell(page, "Image", 1, 1).tap()
    page.keyboard.type("7")
    cell(page, "Output", 2, 2).tap()
    expect(status(page)).to_contain_text("Output row 2, column 2 is")
    assert cells(page, "Image")[1][1] == "7"
    cell(page, "Kernel", 0, 0).tap()  # there is nothing to look at: one tap edits
    expect(page.locator(".cd-edit")).to_have_count(1)


def test_products_fly_into_the_sum_unless_motion_is_unwanted(open_demos):
    """At a step, do the products that are not 0 fly, and none for readers who want no motion?"""
    for motion, expected in (("no-preference", ["−1", "−2"]), ("reduce", [])):
        page = open_demos(Convolution(predict=False), reduced_motion=motion)
        assert flown(page) == expected
        expect(page.locator(".cd-chip")).to_have_count(0)
        expect(cell(page, "Output", 0, 1)).to_have_text("−3")


def test_keys_on_an_input_show_what_it_feeds(page):
    """Do arrows on the image say which outputs read a cell, and does editing go on from there?"""
    cell(page, "Image", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    expect(status(page)).to_contain_text("The input at row 0, column 1 is read by 2 windows")
    expect(cell(page, "Output", 0, 1)).to_have_class(re.compile("cd-fed"))
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert cells(page, "Image")[0][1] == "7"


def test_same_padding(page):
    """Does “same” keep the size at stride 1, round up at 2, and put the odd zero at the end?"""
    page.get_by_role("checkbox", name="Padding “same”").check()
    assert len(cells(page, "Output")) == 5
    expect(page.get_by_role("slider", name="Padding")).to_be_hidden()
    expect(page.get_by_text("⌈5 / 1⌉ = 5, with 1 + 1 of padding")).to_be_visible()
    press(page, "Stride", "ArrowRight")
    assert len(cells(page, "Output")) == 3
    page.get_by_text("Sizes").click()
    press(page, "Image rows", "ArrowRight")
    expect(page.get_by_text("rows: ⌈6 / 2⌉ = 3, with 0 + 1 of padding")).to_be_visible()
    assert len(cells(page, "Image")) == 7
    assert cells(page, "Image")[6] == ["0"] * 7
    cell(page, "Image", 6, 3).hover()
    expect(status(page)).to_contain_text("The padding at row 6, column 3 is read by")


def test_the_output_fills_while_it_plays(open_demos):
    """Are outputs empty until their turn while it plays, and all there when it has ended?"""
    page = open_demos(Convolution(predict=False), reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    expect(cell(page, "Output", 2, 2)).to_have_text("")
    page.get_by_role("button", name="Pause").click()
    expect(cell(page, "Output", 2, 2)).to_have_text("")  # a pause gives nothing away
    page.get_by_role("button", name="Next").click()
    expect(cell(page, "Output", 2, 2)).to_have_text("")
    press(page, "Padding", "ArrowRight")
    expect(cell(page, "Output", 4, 4)).not_to_have_text("")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_label("Speed").select_option("8")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(status(page)).to_contain_text("row 2, column 2 is −6")


@pytest.mark.parametrize(("width", "sizes"), [(640, (3, 5, 7)), (1280, (3, 5, 7, 9, 11))])
def test_padding_keeps_the_output_beside_the_image(open_demos, width, sizes):
    """With padding up to 2, or 4 at a desk, do all three grids stay in one row, no number cut?"""
    page = open_demos(Convolution(predict=False), width=width)
    top = "node => node.getBoundingClientRect().top"
    bottom = "node => node.getBoundingClientRect().bottom"
    image, output = (page.get_by_role("grid", name=name) for name in ("Image", "Output"))
    for size in sizes:
        assert len(cells(page, "Output")) == size
        assert output.evaluate(top) < image.evaluate(bottom)
        assert page.evaluate(
            "[...document.querySelectorAll('.cd-grid [role=gridcell]')]"
            ".every(cell => cell.scrollWidth <= cell.clientWidth + 1)"
        )
        press(page, "Padding", "ArrowRight")
