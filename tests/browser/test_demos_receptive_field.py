"""The receptive field demo: its arithmetic against the reference, its controls in a browser."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect
from traitlets import TraitError

from course_utils import reference
from course_utils.widgets import ReceptiveField
from tests.browser.reading import press, says

LOOK = """async cases => {
  const { look } = await import("/demos/fields.js");
  return cases.map(look);
}"""


def _ways(inputs: int, layers: list, unit: int) -> np.ndarray:
    """In how many ways each input leads to a unit: one image for each input, kernels of ones."""
    x = np.eye(inputs)[:, None, :, None]
    for _, kernel, stride, dilation in layers:
        ones = np.ones((1, kernel, 1, 1))
        x = reference.conv2d(x, ones, stride=(1, stride), dilation=(1, dilation))
    return x[:, 0, unit, 0]


def test_javascript_agrees_with_the_reference(open_demos, root):
    """Do units, field, jump, centre and the ways to each input agree with reference.py?"""
    cases = json.loads((root / "tests/widgets/cases/receptive_field.json").read_text())
    shown = open_demos(ReceptiveField()).evaluate(LOOK, cases)
    for case, now in zip(cases, shown, strict=True):
        demo = ReceptiveField(**case)
        level, column = demo.chosen
        assert (now["units"], now["top"], now["at"][1]) == (demo.units, level, column), case
        sizes = [(field["size"], field["jump"], field["centre"]) for field in now["sizes"]]
        assert sizes == [(1, 1, 0), *map(tuple, demo.fields)], case
        for axis, unit in enumerate(now["at"]):
            expected = _ways(case["inputs"], case["layers"][:level], unit)
            np.testing.assert_array_equal(now["ways"][axis][0], expected, err_msg=str(case))
            seen = np.flatnonzero(expected)
            assert seen[-1] - seen[0] + 1 == now["field"]["size"], case


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(ReceptiveField(predict=False)).locator(".cnn-demo")


def _layer(demo, number: int, *expected: str) -> None:
    """Wait until the table shows these units, field and jump for a layer."""
    cells = demo.locator(".cd-layers tr").nth(number).locator("td")
    for cell, text in zip((4, 5, 6), expected, strict=True):
        expect(cells.nth(cell)).to_have_text(text)


def test_predict_first_then_see(open_demos):
    """Does the demo cover the answer until the reader predicts, and answer a typical mistake?"""
    demo = open_demos(ReceptiveField()).locator(".cnn-demo")
    _layer(demo, 3, "3", "?", "?")
    assert not demo.get_by_text("sees 8").is_visible()
    demo.get_by_role("textbox").fill("3")
    demo.get_by_role("textbox").press("Enter")
    demo.get_by_text("Not 3, but 8. It sees 3 units of the layer right below").wait_for()
    _layer(demo, 3, "3", "8", "2")
    demo.get_by_role("button", name="Ask me another").click()
    demo.get_by_role("textbox").fill("4")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✓ Yes. Strides multiply").wait_for()
    demo.get_by_role("button", name="Ask me another").click()
    demo.get_by_role("button", name="Just show me").click()
    says(demo, "Layer 1, unit 3, sees inputs 3 to 7: 5 inputs; with gaps, it reads 3.")
    demo.get_by_role("button", name="Reset").click()
    expect(demo.get_by_role("textbox")).to_be_visible()
    _layer(demo, 3, "3", "?", "?")


def test_an_input_that_is_marked_is_not_asked_about(open_demos):
    """Does the question turn to layer 1 when the reader marks an input, which sees only itself?"""
    demo = open_demos(ReceptiveField(layers=[(5, 1), (3, 1)], level=0)).locator(".cnn-demo")
    expect(demo.locator(".cd-ask")).to_contain_text("does a unit of layer 1 see?")
    demo.get_by_role("textbox").fill("5")
    demo.get_by_role("textbox").press("Enter")
    expect(demo.locator(".cd-said")).to_contain_text("✓ Yes")


def test_units_by_keyboard(demo):
    """Do the arrows walk along a layer and between the layers, and stop at the ends?

    And do Home and End go to these ends, also in a layer whose units were not chosen yet?
    """
    top = demo.get_by_role("application", name="layer 3")
    says(demo, "Layer 3, unit 1, sees inputs 2 to 9: 8 inputs.")
    top.press("ArrowRight")
    says(demo, "Layer 3, unit 2, sees inputs 4 to 11")
    top.press("ArrowRight")
    top.press("ArrowDown")
    says(demo, "Layer 2, unit 3, sees inputs 6 to 9: 4 inputs.")
    below = demo.get_by_role("application", name="layer 2")
    expect(below).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        demo.page.keyboard.press(key)
    says(demo, "Input, unit 8, sees only itself.")
    demo.page.keyboard.press("End")
    says(demo, "Input, unit 11, sees only itself.")
    below.press("Home")
    says(demo, "Layer 2, unit 0, sees inputs 0 to 3: 4 inputs.")


def test_units_by_mouse_and_touch(demo, open_demos):
    """Does pointing at a unit choose it, and does a tap on a touch screen?"""
    strip = demo.get_by_role("application", name="layer 1")
    box = strip.bounding_box()
    strip.hover(position={"x": box["width"] * 0.05, "y": 5})
    says(demo, "Layer 1, unit 0, sees inputs 0 to 2: 3 inputs.")
    phone = open_demos(ReceptiveField(predict=False), width=360, has_touch=True)
    strip = phone.get_by_role("application", name="layer 2")
    box = strip.bounding_box()
    strip.tap(position={"x": box["width"] * 0.95, "y": 5})
    says(phone.locator(".cnn-demo"), "Layer 2, unit 4, sees inputs 8 to 11: 4 inputs.")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_layers_are_added_changed_and_removed(demo):
    """Do the controls of the table change the stack, with size, jump and formula following?"""
    demo.get_by_role("combobox", name="Kernel, layer 3", exact=True).select_option("2")
    demo.get_by_text("field = 1 + (3 − 1)·1 + (2 − 1)·1 + (2 − 1)·2 = 6").wait_for()
    demo.get_by_role("combobox", name="Dilation, layer 3", exact=True).select_option("2")
    demo.get_by_text("+ 2·(2 − 1)·2 = 8").wait_for()
    demo.get_by_role("combobox", name="Stride, layer 1", exact=True).select_option("2")
    _layer(demo, 1, "5", "3", "2")
    demo.get_by_text("Layer 3 has no units: its window spans 3, but layer 2 has only 2").wait_for()
    _layer(demo, 3, "none", "13", "4")
    demo.get_by_role("slider", name="Inputs").focus()
    for _ in range(12):
        demo.page.keyboard.press("ArrowRight")
    _layer(demo, 3, "3", "13", "4")
    demo.get_by_role("button", name="Add a layer on top").press("Enter")
    _layer(demo, 4, "1", "21", "4")
    demo.get_by_role("combobox", name="Kind, layer 4", exact=True).select_option("pool")
    expect(demo.get_by_label("Dilation, layer 4")).to_be_hidden()
    _layer(demo, 4, "1", "17", "8")
    demo.get_by_role("button", name="Remove layer 1").click()
    _layer(demo, 1, "12", "2", "2")
    demo.get_by_role("button", name="Remove layer 3").press("Enter")
    adding = demo.get_by_role("button", name="Add a layer on top")
    expect(adding).to_be_focused()
    for _ in range(12):
        adding.click()
    expect(adding).to_be_disabled()


def test_two_dimensions(demo):
    """Does the two-dimensional view walk by row and column, and say what it sees in both?"""
    demo.get_by_label("In two dimensions").check()
    demo.get_by_text("input, 12×12").wait_for()
    demo.get_by_role("application", name="layer 3").press("ArrowDown")
    says(demo, "Layer 3, row 2, column 1, sees rows 4 to 11, columns 2 to 9 of the input: 8×8.")
    lit = demo.get_by_role("application", name="input").locator("canvas")
    alpha = (
        "c => [...c.getContext('2d').getImageData(0, 0, 12, 12).data].filter((v, i) => i % 4 > 2)"
    )
    seen = np.array(lit.evaluate(alpha)).reshape(12, 12) > 0
    assert seen[4:12, 2:10].all()
    assert seen.sum() == 64
    demo.get_by_role("application", name="layer 3").press("End")
    says(demo, "Layer 3, row 2, column 2, sees rows 4 to 11, columns 4 to 11 of the input: 8×8.")


def test_python_sets_the_stack():
    """Are layers taken as the reference takes them, and is nonsense refused in one clear line?"""
    demo = ReceptiveField(layers=[(3, 1), (2, 2, 1), ("pool", 2, 2)], level=3)
    assert demo.layers == (("conv", 3, 1, 1), ("conv", 2, 2, 1), ("pool", 2, 2, 1))
    assert demo.state()["layers"] == [["conv", 3, 1, 1], ["conv", 2, 2, 1], ["pool", 2, 2, 1]]
    assert "unit 1 of layer 3" in demo.describe()
    for bad in ([], [(3,)], [(0, 1)], [("dense", 3, 1)], [("pool", 2, 2, 2)], [(3, True)], "33", 3):
        with pytest.raises(TraitError, match=r"ReceptiveField.layers takes 1 to 14 layers.*; got"):
            demo.layers = bad
    demo.layers = [(7, 1), (7, 1)]
    assert demo.units == [12, 6]
    assert demo.chosen == (1, 1)
    assert "<svg" in demo.picture()


def test_without_strides_there_are_only_kernels(open_demos):
    """Does a reader who has met neither stride nor pooling see, set and read of kernels alone?"""
    demo = open_demos(ReceptiveField(layers=[(3, 1)] * 3, strides=False)).locator(".cnn-demo")
    demo.get_by_role("textbox").fill("7")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✓ Yes. Each layer adds k − 1 cells.").wait_for()
    expect(demo.get_by_text("field = 1 + (3 − 1) + (3 − 1) + (3 − 1) = 7")).to_be_visible()
    heads = demo.locator(".cd-layers th:visible")
    assert heads.all_inner_texts() == ["Layer", "kernel", "units", "field", "1", "2", "3"]
    assert demo.get_by_role("combobox").count() == 3
    demo.get_by_role("combobox", name="Kernel, layer 2").select_option("5")
    expect(demo.get_by_text("field = 1 + (3 − 1) + (5 − 1) + (3 − 1) = 9")).to_be_visible()
    words = demo.inner_text()
    assert not [term for term in ("stride", "jump", "dilation", "pool") if term in words.lower()]
    demo.get_by_role("button", name="Ask me another").click()
    demo.get_by_role("textbox").fill("11")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✓ Yes.").wait_for()


def test_without_a_pooling_layer_there_is_no_pooling(open_demos):
    """Does a reader who has met strides, not pooling, see, set and read of strides alone?"""
    demo = open_demos(ReceptiveField(layers=[(3, 1), (3, 2), (3, 1)])).locator(".cnn-demo")
    demo.get_by_role("button", name="Just show me").click()
    expect(demo.get_by_label("Kind, layer 2")).to_be_hidden()
    expect(demo.get_by_role("combobox", name="Stride, layer 2", exact=True)).to_be_visible()
    demo.get_by_role("button", name="Ask me another").click()
    expect(demo.get_by_text("two layers, each with stride 2")).to_be_visible()
    assert "pool" not in demo.inner_text().lower()
    demo.get_by_role("textbox").fill("4")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✓ Yes. Strides multiply").wait_for()


def test_as_many_inputs_as_an_imagenet_crop(open_demos):
    """With 224 inputs and seven layers, does the page say what the reference computes?"""
    layers = [("conv", 7, 2), ("pool", 3, 2), *[("conv", 3, 1)] * 4, ("conv", 3, 2)]
    made = ReceptiveField(layers=layers, inputs=224, level=7, column=12, predict=False)
    field = made.fields[-1]
    page = open_demos(made)
    demo = page.locator(".cnn-demo")
    first = 12 * field.jump
    says(demo, f"Layer 7, unit 12, sees inputs {first} to {first + field.size - 1}: {field.size}")
    expect(demo.get_by_role("slider", name="Inputs")).to_have_attribute("aria-valuetext", "224")
    demo.get_by_role("checkbox", name="In two dimensions").check()
    says(demo, f"{field.size}×{field.size}")
    press(page, "Inputs", "Home")
    expect(demo.get_by_role("slider", name="Inputs")).to_have_attribute("aria-valuetext", "4")
    assert len(made.picture()) < 150_000
