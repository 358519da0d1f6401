"""The demo that moves a picture: its arithmetic against the reference, its controls."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import TraitError

from course_utils.widgets import Shift
from course_utils.widgets.shift import DIGIT
from tests.browser.reading import place, says

LOOK = """async cases => {
  const { lookAtShift } = await import("/demos/shift.js");
  return cases.map(lookAtShift);
}"""


def _along(x: np.ndarray, down: int, right: int) -> np.ndarray:
    """A map moved, with zeros coming in."""
    out = np.zeros_like(x)
    for r, c in np.ndindex(x.shape):
        if 0 <= r - down < x.shape[0] and 0 <= c - right < x.shape[1]:
            out[r, c] = x[r - down, c - right]
    return out


def test_javascript_agrees_with_the_reference(open_demos, root):
    """Do the maps before and after, and all that is compared, agree with reference.py?"""
    cases = json.loads((root / "tests/widgets/cases/shift.json").read_text())
    shown = open_demos(Shift()).evaluate(LOOK, cases)
    compared = 0
    for case, stages in zip(cases, shown, strict=True):
        demo = Shift(**case)
        step = [1, 1, 1 / case["window"]] if case["follow"] else [0, 0, 0]
        pairs = zip(demo.maps(moved=False), demo.maps(moved=True), step, strict=True)
        for (before, after, cells), stage in zip(pairs, stages, strict=True):
            np.testing.assert_allclose(np.reshape(stage["before"], before.shape), before)
            np.testing.assert_allclose(np.reshape(stage["after"], after.shape), after)
            shift = [case["down"] * cells, case["right"] * cells]
            if not before.size or any(n % 1 for n in shift):
                assert stage["difference"] is None, case
                continue
            base = _along(before, *map(int, shift))
            np.testing.assert_allclose(stage["difference"], after - base, atol=1e-12)
            assert stage["differ"] == np.sum(np.abs(after - base) > 1e-9), case
            change = np.linalg.norm(after - base) / (np.linalg.norm(base) or 1)
            assert stage["percent"] == pytest.approx(100 * change, abs=0.5), case
            compared += 1
    assert compared > len(cases)


def test_the_digit_is_the_one_it_says(mnist_npz):
    """Is the picture image 15 of MNIST's training set, moved up by 3 and in ten shades?"""
    with np.load(mnist_npz) as mnist:
        image, label = np.rint(mnist["x_train"][15] / 255 * 9), mnist["y_train"][15]
    assert label == 7
    np.testing.assert_array_equal(DIGIT, np.vstack([image[3:], np.zeros((3, 28))]))


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Shift(predict=False)).locator(".cnn-demo")


def test_the_opening_numbers_are_the_pythons(demo):
    """Does the page show the changes that the reference gives, as the picture on paper does?"""
    found, pooled = (f"{100 * change:.0f} %" for change in Shift().changes[1:])
    says(demo, f"Feature map changes by {found}, pooled map changes by {pooled}.")
    assert f"changed by {pooled}" in Shift().picture()


def test_predict_first_then_see(open_demos):
    """Are the maps covered until a prediction, and does every question accept its answer?"""
    demo = open_demos(Shift()).locator(".cnn-demo")
    pooled = demo.get_by_role("img", name="Pooled map after the move").locator("canvas")
    inked = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
    assert not pooled.evaluate(inked)
    demo.get_by_role("textbox").fill("0")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✗ Not 0, but 57. Less, as maxima may move").wait_for()
    says(demo, "pooled map changes by 57 %.")
    assert pooled.evaluate(inked)
    answers = {
        "0": "Each maximum moved within its window",
        "2": "The maxima left their windows",
        "0 ": "The map of the moved picture is the moved map",
        "0  ": "The largest number is still somewhere",
    }
    for answer, why in answers.items():
        demo.get_by_role("button", name="Ask me another").click()
        demo.get_by_role("textbox").fill(answer.strip())
        demo.get_by_role("textbox").press("Enter")
        demo.get_by_text(f"✓ Yes. {why}").wait_for()
    demo.get_by_role("button", name="Ask me another").click()
    demo.get_by_role("textbox").fill("60")
    demo.get_by_role("textbox").press("Enter")
    demo.get_by_text("✓ Yes. Less").wait_for()


def test_moving_by_keyboard(demo):
    """Do arrows, Home and End on the picture and on the sliders move it, up to four pixels?"""
    picture = demo.get_by_role("application")
    picture.press("ArrowUp")
    says(demo, "The picture has moved 1 to the right and 1 up.")
    for _ in range(6):
        picture.press("ArrowLeft")
    says(demo, "The picture has moved 4 to the left and 1 up.")
    picture.press("End")
    says(demo, "The picture has moved 4 to the right and 1 up.")
    picture.press("Home")
    says(demo, "The picture has moved 4 to the left and 1 up.")
    demo.get_by_role("slider", name="To the right").press("ArrowRight")
    says(demo, "The picture has moved 3 to the left and 1 up.")
    demo.get_by_role("slider", name="Down").press("End")
    says(demo, "The picture has moved 3 to the left and 4 down.")
    demo.get_by_role("button", name="Reset").click()
    says(demo, "The picture has moved 1 to the right.")


def test_moving_by_mouse(demo):
    """Does dragging move the picture by as many pixels of its own, unless the page is scrolled?

    And does only the first button drag?
    """
    picture = demo.get_by_role("application")
    box = place(picture)
    pixel = box["width"] / 28
    mouse = demo.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 60)
    mouse.down()
    mouse.move(box["x"] + 60 - 3 * pixel, box["y"] + 60 + 2 * pixel, steps=4)
    mouse.up()
    says(demo, "The picture has moved 2 to the left and 2 down.")
    mouse.move(box["x"] + 10, box["y"] + 10)
    says(demo, "The picture has moved 2 to the left and 2 down.")
    mouse.down()
    mouse.move(box["x"] + 10, box["y"] + 10 - pixel)
    says(demo, "The picture has moved 2 to the left and 1 down.")
    picture.dispatch_event("pointercancel")  # what a finger's drag becomes when it scrolls the page
    mouse.up()
    says(demo, "The picture has moved 2 to the left and 2 down.")
    mouse.down(button="right")
    mouse.move(box["x"] + 10 + 3 * pixel, box["y"] + 10)
    mouse.up(button="right")
    slider = demo.get_by_role("slider", name="Down")
    slider.press("ArrowLeft")
    says(demo, "The picture has moved 2 to the left and 1 down.")
    slider.press("ArrowRight")
    slider = demo.get_by_role("slider", name="To the right")
    width = slider.bounding_box()["width"]
    slider.click(position={"x": width - 2, "y": 10})
    says(demo, "The picture has moved 4 to the right and 2 down.")


def test_a_small_shift_may_change_nothing(demo):
    """Is a line's pooled map the same within the windows, and another one pixel further?"""
    demo.get_by_role("combobox", name="Picture").select_option("line")
    demo.get_by_text("Not one pooled number changed").wait_for()
    says(demo, "pooled map changes by 0 %.")
    demo.get_by_role("slider", name="To the right").press("ArrowRight")
    demo.get_by_text("Neither map is invariant").wait_for()
    demo.get_by_role("slider", name="To the right").press("Home")
    demo.get_by_role("combobox", name="Picture").select_option("digit")
    demo.get_by_role("slider", name="Max pooling").press("End")
    says(demo, "pooled map changes by 0 %.")
    assert demo.get_by_text("26×26", exact=True).is_visible()


def test_the_map_moves_along(demo):
    """Is the moved map that of the moved picture, and the pooled one for whole windows?"""
    demo.get_by_label("Move “before” along").check()
    demo.get_by_text("would have to move by part of a cell, which it cannot").wait_for()
    demo.get_by_role("img", name="Feature map before, moved along").wait_for()
    expect(demo.get_by_role("img", name="Pooled map before, moved along")).to_be_hidden()
    says(demo, "Feature map changes by 0 %, pooled map cannot be compared.")
    demo.get_by_role("slider", name="To the right").press("ArrowRight")
    demo.get_by_text("So is the pooled map: the shift is a whole number of windows.").wait_for()
    says(demo, "Feature map changes by 0 %, pooled map changes by 0 %.")
    demo.get_by_role("slider", name="To the right").fill("0")
    demo.get_by_text("Nothing has moved yet.").wait_for()


def test_what_the_border_cuts_off_is_said(open_demos):
    """Does a picture that leaves at the border get its explanation, and a large window its own?"""
    full = Shift(image=np.arange(64).reshape(8, 8) % 5, follow=True, predict=False)
    demo = open_demos(full).locator(".cnn-demo")
    demo.get_by_text("Something was cut off at the border").wait_for()
    demo.get_by_role("slider", name="Max pooling").fill("7")
    demo.get_by_text("No 7×7 window fits on the feature map of 6×6.").wait_for()


def test_any_picture_can_be_set_from_python():
    """Does an array of shades become the picture, and is a wrong shape refused in one line?"""
    demo = Shift(image=np.linspace(0, 1, 35).reshape(5, 7))
    assert len(demo.state()["image"]) == 5
    with pytest.raises(TraitError, match=r"Shift.image takes 5 to 32 rows .*got 2 rows of 2"):
        demo.image = [[1, 2], [3, 4]]
    with pytest.raises(TraitError, match="right"):
        demo.right = 5
