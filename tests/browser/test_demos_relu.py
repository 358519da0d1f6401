"""The demo of what stands between two convolutions: its controls, its words, its questions."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from course_utils.widgets import Relu
from tests.browser.reading import cell, cells, question, says


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Relu(predict=False)).locator(".cnn-demo")


def test_by_hand():
    """Do two steps to the right make one of two, and does ReLU or a magnitude break that?"""
    one_right = [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
    image = np.random.default_rng(1).integers(-3, 4, (20, 20))
    kernel = Relu(image=image, first=one_right, second=one_right).kernel
    assert np.argwhere(kernel).tolist() == [[2, 0]]
    for between, missed in (("nothing", 0), ("half", 0), ("relu", 1), ("magnitude", 1)):
        demo = Relu(image=image, first=one_right, second=one_right, between=between)
        assert (demo.missed[0] > 1e-9) == missed
        assert (demo.missed[1] > 1e-9) == missed


def test_the_best_single_kernel_is_least_squares(demo):
    """Does the page's best kernel miss by as much as NumPy's least squares says?"""
    run = """async cases => {
      const { lookAtPair } = await import("/demos/compose.js");
      return cases.map(c => lookAtPair(c).missedAtBest);
    }"""
    demos = [Relu(between=way, second=[[1, 0, 2], [0, -1, 0], [0, 1, 1]]) for way in
             ("nothing", "relu", "half", "magnitude")]  # fmt: skip
    shown = demo.page.evaluate(run, [each.state() for each in demos])
    np.testing.assert_allclose(shown, [each.missed[1] for each in demos], atol=1e-4)


def test_what_stands_between_by_keys(demo):
    """Does the choice by keys change the maps, and what is said of the one kernel?"""
    demo.get_by_text("with this between them, two layers can do no more than one.").wait_for()
    between = demo.get_by_role("combobox", name="Between")
    between.focus()
    between.press("ArrowDown")
    relu = Relu(between="relu")
    own, best = (round(100 * share) for share in relu.missed)
    before, after = relu.maps[:2]
    says(demo, f"ReLU made {(before != after).sum()} of 676 numbers 0.")
    says(demo, f"misses the last map by {own} %")
    demo.get_by_text(f"found by least squares, still by {best} %").wait_for()
    demo.get_by_role("img", name="ReLU: what becomes of each number").wait_for()
    between.press("ArrowDown")
    says(demo, "One 5×5 kernel misses the last map by 0 %.")
    assert cells(demo, "One kernel")[0][:2] == ["0.5", "0.5"]


def test_a_negative_number_is_striped_too(demo):
    """Has a negative cell of a map a stripe, to be seen without colour, and a positive none?"""
    before = Relu().maps[0]
    corner = """(canvas, [row, column]) => Array.from(
      canvas.getContext("2d").getImageData(4 * column, 4 * row, 4, 4).data)"""
    canvas = demo.get_by_role("img", name="first map").locator("canvas")
    for extreme, colour in ((before.argmin(), [207, 106, 30]), (before.argmax(), [47, 127, 209])):
        place = np.unravel_index(extreme, before.shape)
        dots = np.array(canvas.evaluate(corner, [int(n) for n in place])).reshape(4, 4, 4)
        assert dots[0, 0, :3].tolist() == pytest.approx(colour, abs=3)
        pale = dots[..., 3] < dots[0, 0, 3] / 2
        assert pale.tolist() == (np.eye(4)[::-1] * (before.flat[extreme] < 0)).tolist()
    struck = re.findall(r'd="([^"]*)" fill="none" stroke="var\(--cd-cell', Relu().picture())
    shade = np.rint(9 * before / np.abs(before).max())
    assert struck[0].count("M") == (shade < 0).sum()


def test_a_weight_is_edited(demo):
    """Is a clicked weight replaced by what is typed, until a preset or Reset?"""
    cell(demo, "Kernel 1", 1, 1).click()
    demo.page.keyboard.type("4")
    demo.page.keyboard.press("Enter")
    expect(demo.get_by_role("combobox", name="Kernel 1")).to_have_value("your own")
    expected = Relu(first=[[-1, 0, 1], [-1, 4, 1], [-1, 0, 1]]).kernel
    shown = [[float(v.replace("−", "-")) for v in line] for line in cells(demo, "One kernel")]
    np.testing.assert_array_equal(shown, expected)
    demo.get_by_role("combobox", name="Kernel 1").select_option("identity")
    assert cells(demo, "Kernel 1")[1] == ["0", "1", "0"]
    demo.get_by_role("button", name="Reset").click()
    assert cells(demo, "Kernel 1")[1] == ["−1", "0", "1"]


def test_a_weight_is_edited_by_touch(open_demos):
    """Does a tap on a weight open it, on a phone?"""
    page = open_demos(Relu(predict=False), width=360, has_touch=True)
    cell(page, "Kernel 2", 0, 0).tap()
    page.keyboard.type("−3")
    page.keyboard.press("Enter")
    assert cells(page, "Kernel 2")[0][0] == "−3"


def test_predict_first(open_demos):
    """Is the last map covered until a prediction, and does each question know its answer?"""
    demo = open_demos(Relu()).locator(".cnn-demo")
    says(demo, "covered until you predict")
    expect(demo.get_by_role("grid", name="One kernel")).to_be_hidden()
    before, after = Relu(between="relu").maps[:2]
    for i, answer in enumerate([5, (before != after).sum(), 0, 0]):
        if i:
            demo.get_by_role("button", name="Ask me another").click()
        question(demo).get_by_role("textbox").fill(str(answer))
        question(demo).get_by_role("textbox").press("Enter")
        question(demo).get_by_text("✓ Yes").wait_for()
    demo.get_by_text("so nothing was bent").wait_for()
