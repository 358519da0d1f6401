"""The demo of gradients on their way home: its arithmetic by hand, its controls, its questions."""

import numpy as np
import pytest
from playwright.sync_api import expect

from course_utils.widgets import Gradients
from tests.browser.reading import cell, cells, flown, press, question, says, uncover

SHARED = {  # two windows share the 9, the other two the 8
    "layer": "max",
    "image": [[1, 0, 2, 3], [9, 4, 1, 2], [0, 3, 8, 1], [2, 1, 0, 5]],
    "above": [[2, 3], [5, -2]],
    "target": "input",
    "cell": 4,
}


def numbers(shown: list[list[str]]) -> list[list[float]]:
    """What a grid shows, as numbers."""
    return [[float(text.replace("−", "-")) for text in line] for line in shown]


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Gradients(predict=False)).locator(".cnn-demo")


@pytest.fixture
def pooled(open_demos):
    """The live demo of max pooling whose windows overlap."""
    return open_demos(Gradients(predict=False, **SHARED)).locator(".cnn-demo")


def test_by_hand():
    """Are a weight's, a winner's and a mean's gradient those that pen and paper give?"""
    dw, dx, db = Gradients().gradients
    assert dw[0, 1] == 1 * 1 + 2 * 2 - 1 * 0
    assert dx[0, 0] == 1 * -1
    assert db == 1 + 2 - 1
    _, dx, _ = Gradients(**SHARED).gradients
    assert dx[1, 0] == 2 + 5
    assert dx[2, 2] == 3 - 2
    assert np.count_nonzero(dx) == 2
    _, dx, _ = Gradients(**{**SHARED, "layer": "average"}).gradients
    assert dx[0, 0] == pytest.approx(2 / 9)
    assert dx[1, 1] == pytest.approx((2 + 3 + 5 - 2) / 9)


def test_the_picture_writes_out_the_chosen_number():
    """On paper, is the sum that of the number chosen, for each layer?"""
    assert Gradients().terms == [(1, 1), (2, 2)]
    assert "kernel, row 0, column 1: 1·1 + 2·2 = 5" in Gradients().picture()
    turned = Gradients(target="input", cell=24, above=np.diag([1, 2, 3]))
    assert "input, row 4, column 4: 3·1 = 3" in turned.picture()
    pooled = Gradients(**{**SHARED, "target": "kernel"})  # a pooling layer has none
    assert pooled.chosen == ("input", 1, 0)
    assert "input, row 1, column 0: 2 + 5 = 7" in pooled.picture()
    assert "input, row 0, column 0: nothing = 0" in Gradients(**{**SHARED, "cell": 0}).picture()
    for demo in (Gradients(), turned, pooled, Gradients(**{**SHARED, "layer": "average"})):
        target, row, column = demo.chosen
        whole = demo.gradients[target == "input"][row, column]
        assert sum(g * by for g, by in demo.terms) == pytest.approx(whole)


def test_what_comes_from_above_fits_the_output():
    """Is it cut off where it is too large, and 1 where it lacks a number?"""
    grown = Gradients(image=np.eye(5, 6), above=[[7, 8]]).from_above
    np.testing.assert_array_equal(grown, [[7, 8, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]])
    np.testing.assert_array_equal(Gradients(stride=3).from_above, [[1]])


@pytest.mark.parametrize("nudge", [0, 1, 2, 3])
def test_the_finite_difference_of_a_convolution_is_its_gradient(nudge):
    """Is the slope of this loss, which is linear in each number, the gradient for any nudge?"""
    demo = Gradients(image=np.arange(30).reshape(5, 6) % 7, stride=2, nudge=nudge)
    dw, dx, _ = demo.gradients
    for target, gradient in (("kernel", dw), ("input", dx)):
        for (row, column), value in np.ndenumerate(gradient):
            assert demo.slope(target, row, column) == pytest.approx(value, abs=1e-8)


def test_the_page_s_finite_difference_agrees(demo):
    """Are the page's slopes Python's, ties and large nudges included?"""
    run = """async cases => {
      const { slopeOf, NUDGES } = await import("/demos/shares.js");
      return cases.map(([s, key, r, c]) => slopeOf(s, key, r, c, NUDGES[s.nudge]).slope);
    }"""
    tied = [[2, 2, 0, 1], [1, 2, 2, 0], [0, 1, 2, 2], [2, 0, 1, 1]]
    given = [
        (Gradients(**{**SHARED, "image": image, "layer": layer}, nudge=nudge), "input", r, c)
        for image in (SHARED["image"], tied)
        for layer in ("convolution", "max", "average")
        for nudge in range(4)
        for r, c in ((0, 0), (1, 0), (2, 2))
    ]
    expected = [demo.slope(*place) for demo, *place in given]
    shown = demo.page.evaluate(run, [[each.state(), *place] for each, *place in given])
    np.testing.assert_allclose(shown, expected, atol=1e-8)


def test_places_send_one_after_another_both_ways(demo):
    """Do Next and Back add and take away one place's shares, from nothing to the gradient?"""
    press(demo.page, "Places that have sent their share", "Home")
    says(demo, "No place has sent its share yet.")
    assert numbers(cells(demo, "Gradient of the kernel")) == [[0] * 3] * 3
    step = demo.get_by_role("button", name="Next")
    image, above = np.array(Gradients().image), np.array(Gradients().above)
    total = np.zeros((3, 3))
    seen = [total]
    for row, column in np.ndindex(3, 3):
        step.click()
        says(demo, f"The place in row {row}, column {column} sends")
        total = total + above[row, column] * image[row : row + 3, column : column + 3]
        seen.append(total)
        assert numbers(cells(demo, "Gradient of the kernel")) == total.tolist()
    demo.get_by_role("button", name="Back").click()
    assert numbers(cells(demo, "Gradient of the kernel")) == seen[-2].tolist()
    expect(demo.get_by_text("1 place to come")).to_be_visible()
    expect(cell(demo, "From above", 2, 2)).to_have_accessible_name("row 2, column 2: −1")
    step.click()
    step.click()
    says(demo, "All 9 places have sent their shares.")
    dw, dx, _ = Gradients().gradients
    assert numbers(cells(demo, "Gradient of the kernel")) == dw.tolist()
    assert numbers(cells(demo, "Gradient of the input")) == dx.tolist()
    expect(demo.get_by_text("bias: 2")).to_be_visible()


def test_play_fills_the_gradient_from_empty(demo):
    """Does Play, from the end, start over and come to the whole gradient again?"""
    demo.get_by_role("combobox", name="Speed").select_option("8 a second")
    demo.get_by_role("button", name="Play").click()
    says(demo, "The place in row")
    says(demo, "All 9 places have sent their shares.")
    assert numbers(cells(demo, "Gradient of the kernel")) == Gradients().gradients[0].tolist()


def test_numbers_fly_unless_motion_is_unwanted(open_demos):
    """Do a place's shares fly to where they go, and not for readers who want no motion?"""
    for motion, expected in (("no-preference", 4 + 6), ("reduce", 0)):
        page = open_demos(Gradients(predict=False, step=4), reduced_motion=motion)
        # the place in the middle sends 2·window: 4 numbers not 0; and 2·kernel: 6 not 0
        assert len(flown(page)) == expected
        expect(page.locator(".cd-chip")).to_have_count(0)


def test_a_weight_is_chosen_written_out_and_checked(demo):
    """By mouse and keys, is a weight's sum written out, and checked by a finite difference?"""
    written = demo.locator(".cd-sum").first
    expect(written).to_have_text(
        "Gradient of the weight in row 0, column 1: "
        "1·1 + 0·2 + 0·0 + 0·2 + 2·2 + 0·0 + 0·0 + 0·2 + (−1)·0 = 5"
    )
    check = demo.locator(".cd-gradients-check")
    expect(check).to_contain_text("with 0.1 the loss is 8.5, with −0.1 it is 7.5")
    expect(check).to_contain_text("= 5. ✓ The gradient says the same.")
    cell(demo, "Gradient of the kernel", 2, 0).click()
    expect(written).to_contain_text("weight in row 2, column 0")
    demo.page.keyboard.press("ArrowRight")
    expect(written).to_contain_text("weight in row 2, column 1")
    cell(demo, "Gradient of the input", 0, 0).click()
    expect(written).to_have_text("Gradient of the number in row 0, column 0: 1·(−1) = −1")
    expect(demo.get_by_role("combobox", name="Follow it to")).to_have_value("input")
    expect(check).to_contain_text("= −1. ✓ The gradient says the same.")
    press(demo.page, "Check it: move by", "End")
    expect(check).to_contain_text("/ 0.002 = −1. ✓")


def arrows(demo) -> dict[str, int]:
    """How many arrows stand over the demo: those of positive shares, and those of negative ones."""
    return demo.locator(".cd-arrows").evaluate(
        """svg => Object.fromEntries(["more", "less"].map(sign => [sign,
          [...svg.querySelectorAll(`.cd-arrow-${sign}:not(.cd-arrow-head)`)]
            .reduce((sum, path) => sum + path.getAttribute("d").split("Q").length - 1, 0)]))"""
    )


def test_arrows_lead_from_each_share_to_where_it_adds_up(demo):
    """Is there one arrow for each share that is not 0, dashed if negative, none if overwritten?"""
    assert arrows(demo) == {"more": 2, "less": 0}  # 1·1 and 2·2
    demo.get_by_role("checkbox").check()
    expect(demo.locator(".cd-gradients-gone")).to_have_count(8)
    expect(
        demo.get_by_text("✗ The gradient says 0: with = in place of +=, 2 shares got lost.")
    ).to_be_visible()
    assert arrows(demo) == {"more": 0, "less": 0}  # (−1)·0 came last
    cell(demo, "Gradient of the kernel", 2, 0).click()
    expect(demo.get_by_text("✓ The gradient says the same.")).to_be_visible()  # by luck
    assert arrows(demo) == {"more": 0, "less": 1}  # (−1)·2
    dash = demo.locator(".cd-arrow-less:not(.cd-arrow-head)").evaluate(
        "path => getComputedStyle(path).strokeDasharray"
    )
    assert dash != "none"


def test_pointing_answers(demo):
    """Does the mouse over a place show its window and its shares, and leaving put all back?"""
    before = demo.locator(".cd-gradients").inner_text()
    window = cell(demo, "Input", 1, 1)
    expect(window).not_to_have_class("cd-window")
    cell(demo, "From above", 1, 1).hover()
    expect(window).to_have_attribute("data-note", "×2")
    expect(cell(demo, "Gradient of the kernel", 0, 0)).to_have_attribute("data-note", "+4")
    says(demo, "The place in row 1, column 1 sends 2 times its window")
    cell(demo, "Input", 0, 0).hover()
    expect(demo.locator(".cd-sum").first).to_contain_text("number in row 0, column 0: 1·(−1) = −1")
    cell(demo, "Kernel", 2, 2).hover()
    expect(demo.locator(".cd-sum").first).to_contain_text("weight in row 2, column 2:")
    cell(demo, "Gradient of the input", 4, 4).hover()
    expect(demo.locator(".cd-sum").first).to_contain_text("number in row 4, column 4: (−1)·1 = −1")
    demo.get_by_role("button", name="Reset").hover()
    expect(demo.locator(".cd-sum").first).to_contain_text("weight in row 0, column 1")
    assert demo.locator(".cd-gradients").inner_text() == before


def test_a_page_that_moves_under_the_mouse_is_no_pointing(open_demos):
    """After "Just show me", when a place slides under the resting mouse, is all shown at rest?"""
    page = open_demos(Gradients(), width=360)
    button = page.get_by_role("button", name="Just show me")
    place = cell(page, "From above", 0, 0)
    page.evaluate("addEventListener('click', (event) => { window.mouse = event.clientY; }, true)")
    button.click(position={"x": 20, "y": button.bounding_box()["height"] / 2})
    says(page, "All 9 places have sent their shares.")
    page.wait_for_function(
        """(cell) => {
            window.turn = (window.turn ?? 0) + 1; // a browser looks under the mouse when it scrolls
            scrollBy(0, cell.getBoundingClientRect().y + 22 + (turn % 2) - window.mouse);
            return cell.matches(':hover');
        }""",
        arg=place.element_handle(),
        polling=300,
    )
    assert cells(page, "Gradient of the kernel")[0][1] == "5"  # by now all is drawn
    says(page, "All 9 places have sent their shares.")


def test_edited_numbers_give_their_own_gradient(demo):
    """Are input, kernel and what comes from above edited, and do all gradients follow?"""
    for grid, row, column, value in (
        ("Input", 0, 0, 5),
        ("Kernel", 1, 1, -4),
        ("From above", 0, 2, 3),
    ):
        cell(demo, grid, row, column).click()
        demo.page.keyboard.type(str(value))
        demo.page.keyboard.press("Enter")
    image, kernel, above = (
        np.array(x) for x in (Gradients().image, Gradients().kernel, Gradients().above)
    )
    image[0, 0], kernel[1, 1], above[0, 2] = 5, -4, 3
    dw, dx, db = Gradients(image=image, kernel=kernel, above=above).gradients
    assert numbers(cells(demo, "Gradient of the kernel")) == dw.tolist()
    assert numbers(cells(demo, "Gradient of the input")) == dx.tolist()
    expect(demo.get_by_text(f"bias: {db:g}")).to_be_visible()
    expect(demo.get_by_text("✓ The gradient says the same.")).to_be_visible()
    demo.get_by_role("button", name="Reset").click()
    assert numbers(cells(demo, "Gradient of the kernel")) == Gradients().gradients[0].tolist()


def test_the_winner_gets_it_and_overlaps_add(pooled):
    """Does the shared winner get both gradients, and lose one with = in place of +=?"""
    assert numbers(cells(pooled, "Gradient of the input"))[1] == [7, 0, 0, 0]
    expect(pooled.locator(".cd-sum").first).to_contain_text("row 1, column 0: 2 + 5 = 7")
    expect(cell(pooled, "Input", 1, 0)).to_have_attribute("data-note", "•")
    expect(pooled.get_by_text("✓ The gradient says the same.")).to_be_visible()
    pooled.get_by_role("checkbox").check()
    assert numbers(cells(pooled, "Gradient of the input"))[1] == [5, 0, 0, 0]
    expect(pooled.locator(".cd-sum").first).to_contain_text("2, then 5 = 5")
    expect(
        pooled.get_by_text("✗ The gradient says 5: with = in place of +=, 1 share got lost.")
    ).to_be_visible()
    expect(cell(pooled, "Gradient of the input", 1, 0)).to_have_accessible_name(
        "row 1, column 0: 5, 7 if shares added up, written out below"
    )
    pooled.get_by_role("button", name="Back").click()
    expect(cell(pooled, "Input", 2, 2)).to_have_attribute("data-note", "★")
    says(pooled, "The place in row 1, column 1 sends −2 to the largest number of its window.")


def test_a_corner_is_no_mistake(pooled):
    """Where a nudge changes the winner, or two are equal, does the check say so?"""
    press(pooled.page, "Check it: move by", "Home")
    expect(pooled.get_by_text("so large a nudge lets another number win")).to_be_visible()
    press(pooled.page, "Check it: move by", "End")
    expect(pooled.get_by_text("✓ The gradient says the same.")).to_be_visible()
    cell(pooled, "Input", 2, 2).click()
    pooled.page.keyboard.type("9")
    pooled.page.keyboard.press("Enter")
    expect(pooled.get_by_text("has a corner here")).to_be_visible()


def test_window_stride_and_layer(pooled):
    """Do a smaller window, a longer stride and the mean give the reference's gradient?"""
    press(pooled.page, "Window", "Home")
    press(pooled.page, "Stride", "ArrowRight")
    expected = Gradients(**SHARED, window=2, stride=2).gradients[1]
    assert numbers(cells(pooled, "Gradient of the input")) == expected.tolist()
    pooled.get_by_role("combobox", name="Back through").select_option("average")
    assert cells(pooled, "Gradient of the input")[0][:2] == ["0.5", "0.5"]
    expect(pooled.get_by_text("✓ The gradient says the same.")).to_be_visible()


def test_another_layer_brings_its_numbers_unless_they_are_the_reader_s(demo):
    """Does max pooling bring a shared winner, convolution its own, and are the reader's kept?"""
    layer = demo.get_by_role("combobox", name="Back through")
    layer.select_option("max")
    expect(demo.locator(".cd-sum").first).to_contain_text("row 1, column 0: 2 + 5 = 7")
    layer.select_option("convolution")
    assert numbers(cells(demo, "Gradient of the kernel")) == Gradients().gradients[0].tolist()
    cell(demo, "Input", 0, 0).click()
    demo.page.keyboard.type("6")
    demo.page.keyboard.press("Enter")
    layer.select_option("max")
    assert cells(demo, "Input")[0] == ["6", "1", "2", "0", "0"]


def test_by_touch_on_a_phone(open_demos):
    """On a phone: are targets 44 px, does a tap choose and edit, and is the rest out of the way?"""
    page = open_demos(Gradients(predict=False), width=360, has_touch=True, is_mobile=True)
    demo = page.locator(".cnn-demo")
    for target, there, gone in (("input", "input", "kernel"), ("kernel", "kernel", "input")):
        demo.get_by_role("combobox", name="Follow it to").select_option(target)
        expect(demo.get_by_role("grid", name=f"Gradient of the {there}")).to_be_visible()
        expect(demo.get_by_role("grid", name=f"Gradient of the {gone}")).to_be_hidden()
    small = demo.evaluate(
        """demo => [...demo.querySelectorAll("button, select, input, [role=gridcell]")]
          .map(e => e.closest("label") ?? e).filter(e => e.getClientRects().length)
          .map(e => [e.textContent, e.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 43.9).map(([text]) => text)"""
    )
    assert not small, small
    cell(demo, "Gradient of the kernel", 1, 1).tap()
    expect(demo.locator(".cd-sum").first).to_contain_text("weight in row 1, column 1")
    cell(demo, "From above", 0, 1).tap()
    says(demo, "and 0 times the kernel to the input. Tap it again to change it.")
    cell(demo, "From above", 0, 1).tap()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expected = Gradients(above=[[1, 7, 0], [0, 2, 0], [0, 0, -1]]).gradients[0]
    assert numbers(cells(demo, "Gradient of the kernel")) == expected.tolist()


def test_predict_first(open_demos):
    """Are the gradients covered until a prediction, and does each question know its answer?"""
    demo = open_demos(Gradients()).locator(".cnn-demo")
    says(demo, "covered until you predict")
    assert cells(demo, "Gradient of the kernel") == [["?"] * 3] * 3
    expect(demo.get_by_text("bias: ?")).to_be_visible()
    expect(demo.locator(".cd-gradients-check")).to_be_hidden()
    assert arrows(demo) == {"more": 0, "less": 0}
    expect(demo.get_by_role("button", name="Play")).to_be_disabled()
    dw, dx, db = Gradients().gradients
    for i, answer in enumerate([dw[0, 1], dx[0, 0], db, 0]):
        if i:
            demo.get_by_role("button", name="Ask me another").click()
        question(demo).get_by_role("textbox").fill(str(answer))
        question(demo).get_by_role("textbox").press("Enter")
        question(demo).get_by_text("✓ Yes").wait_for()
    demo = open_demos(Gradients(**SHARED)).locator(".cnn-demo")
    expect(question(demo)).to_contain_text(
        "the 9 in row 1, column 0 is the largest number of 2 windows"
    )
    for i, answer in enumerate([7, 2, 0.22, 5]):
        if i:
            demo.get_by_role("button", name="Ask me another").click()
        question(demo).get_by_role("textbox").fill(str(answer))
        question(demo).get_by_role("textbox").press("Enter")
        question(demo).get_by_text("✓ Yes").wait_for()


@pytest.mark.parametrize(
    ("settings", "given", "said"),
    [
        ({}, "0", "= in place of +="),
        ({}, "3", "as many times as its gradient from above says"),
        ({}, "1.6667", "takes no mean"),
        (SHARED, "5", "= in place of +="),
        (SHARED, "2", "Its other windows depend on it, too."),
    ],
)
def test_a_wrong_prediction_is_named(open_demos, settings, given, said):
    """Does each typical mistake get the sentence that explains it?"""
    page = open_demos(Gradients(**settings))
    question(page).get_by_role("textbox").fill(given)
    question(page).get_by_role("textbox").press("Enter")
    expect(question(page)).to_contain_text("✗ Not")
    expect(question(page)).to_contain_text(said)
    uncover(page)
