"""The demo that builds networks: its code against Keras, its controls in a browser."""

import contextlib
import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from course_utils.widgets import Stack
from tests.browser.reading import place, says
from tests.widgets.random_stacks import random_stack

CODES = """async stacks => {
  const { kerasCode } = await import("/demos/layers.js");
  return stacks.map(kerasCode);
}"""
RUN_ALL = """
import json, sys

def build(code):
    names = {}
    try:
        exec(code.replace("model.summary()", ""), names)
    except ValueError:
        return None
    layers = names["model"].layers
    shapes = [list(layer.output.shape[1:]) for layer in layers]
    return shapes, [layer.count_params() for layer in layers]

json.dump([build(code) for code in json.load(sys.stdin)], sys.stdout)
"""
SMALL = [("Conv2D", 4, 3), ("ReLU",), ("MaxPooling2D", 2), ("Flatten",), ("Dense", 10)]
NAMES = ["Picture", "Conv2D", "ReLU", "MaxPooling2D", "Flatten", "Dense"]


def test_keras_builds_what_the_demo_shows(open_demos):
    """Do 48 random stacks' Keras programs give its shapes and counts, and fail where it says so?"""
    stacks = [random_stack(seed) for seed in range(48)]
    codes = open_demos(Stack()).evaluate(CODES, stacks)
    run = subprocess.run(
        [sys.executable, "-c", RUN_ALL],
        input=json.dumps(codes), capture_output=True, text=True, check=True,
    )  # fmt: skip
    fitting = 0
    for stack, code, built in zip(stacks, codes, json.loads(run.stdout), strict=True):
        cards = Stack(**stack).cards
        if len(cards) < len(stack["layers"]):
            assert "# does not fit" in code
            # Keras refuses, or lets a pooling window larger than its map leave maps of size 0
            assert built is None or not all(all(shape) for shape in built[0]), code
            continue
        fitting += 1
        assert built is not None, code
        assert built[0] == [list(card.shape) for card in cards], code
        assert built[1] == [card.parameters for card in cards], code
    assert 24 < fitting < 48


@pytest.fixture
def demo(open_demos):
    """A small stack of five layers, nothing covered, no card open."""
    return open_demos(Stack(layers=SMALL, chosen=-1, predict=False)).locator(".cnn-demo")


def order(demo, *names: str) -> None:
    """Wait until the cards are these, from the picture on."""
    expect(demo.locator(".cd-what b")).to_have_text(list(names))


def face(demo, name: str):
    """The line of the first card of a kind."""
    return demo.locator(".cd-face").filter(has_text=name).first


def test_predict_first_then_see(open_demos):
    """Is the work covered until a prediction, and do both questions answer typical mistakes?"""
    demo = open_demos(Stack()).locator(".cnn-demo")
    expect(demo).to_contain_text("93,322")
    expect(demo).not_to_contain_text("194,688")
    demo.get_by_role("textbox").fill("1")
    demo.get_by_role("textbox").press("Enter")
    demo.get_by_text("Not 1, but 9. Equally many weights, but not equally much work.").wait_for()
    expect(demo).to_contain_text("2,794,240")
    demo.get_by_role("button", name="Ask me another").click()
    demo.get_by_role("textbox").fill("112,896")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("Half as many places along both sides, not one.").wait_for()
    demo.get_by_role("slider", name="Stride").press("ArrowRight")
    demo.get_by_text("= 56,448", exact=True).wait_for()
    demo.get_by_role("button", name="Undo").click()
    demo.get_by_text("= 225,792", exact=True).wait_for()
    demo.get_by_role("button", name="Undo").click()
    says(demo, "12 layers: 10 comes out, 93,322 parameters.")


def test_cards_by_keyboard(demo):
    """Do the arrows walk, Alt with them move, Delete remove and Enter open, the focus following?"""
    page = demo.page
    face(demo, "ReLU").focus()
    page.keyboard.press("Alt+ArrowDown")
    order(demo, "Picture", "Conv2D", "MaxPooling2D", "ReLU", "Flatten", "Dense")
    expect(face(demo, "ReLU")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(face(demo, "MaxPooling2D")).to_be_focused()
    page.keyboard.press("Delete")
    order(demo, "Picture", "Conv2D", "ReLU", "Flatten", "Dense")
    expect(face(demo, "ReLU")).to_be_focused()
    face(demo, "Conv2D").press("Enter")
    expect(face(demo, "Conv2D")).to_have_attribute("aria-expanded", "true")
    demo.get_by_role("slider", name="Kernel").press("ArrowRight")
    demo.get_by_text("parameters = 4·4·1·4 + 4 = 68").wait_for()
    demo.get_by_role("button", name="Undo").press("Enter")
    demo.get_by_text("parameters = 3·3·1·4 + 4 = 40").wait_for()


def test_cards_by_mouse(demo):
    """Do a drag, the buttons of an open card and those that add do what they say?"""
    page = demo.page
    start, end = (place(face(demo, name)) for name in ("MaxPooling2D", "Conv2D"))
    page.mouse.move(start["x"] + 90, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 90, end["y"] + 30, steps=5)
    page.mouse.move(end["x"] + 90, end["y"] + 5, steps=5)
    page.mouse.up()
    order(demo, "Picture", "MaxPooling2D", "Conv2D", "ReLU", "Flatten", "Dense")
    expect(face(demo, "MaxPooling2D")).to_have_attribute("aria-expanded", "false")
    face(demo, "MaxPooling2D").click()
    demo.get_by_role("button", name="Move down").click()
    order(demo, "Picture", "Conv2D", "MaxPooling2D", "ReLU", "Flatten", "Dense")
    demo.get_by_role("button", name="+ AveragePooling2D").click()
    order(demo, *NAMES[:2], "MaxPooling2D", "AveragePooling2D", "ReLU", "Flatten", "Dense")
    demo.get_by_role("button", name="Remove").click()
    order(demo, "Picture", "Conv2D", "MaxPooling2D", "ReLU", "Flatten", "Dense")
    demo.get_by_role("button", name="Reset").click()
    order(demo, *NAMES)


def _tap(card) -> None:
    """Open a card by touch.

    Chromium takes the first tap soon after a drag as the second of a double tap, and shows nothing
    of it; how soon depends on how busy the machine is. A reader taps again, and so do we.
    """
    for _ in range(20):
        card.tap()
        with contextlib.suppress(AssertionError):
            expect(card).to_have_attribute("aria-expanded", "true", timeout=3000)
            return


def test_cards_by_touch(open_demos):
    """Does a finger on the dots carry a card, and a tap open one, on a phone?"""
    page = open_demos(
        Stack(layers=SMALL, chosen=-1, predict=False), width=360, has_touch=True
    )  # fmt: skip
    demo = page.locator(".cnn-demo")
    end = place(face(demo, "Conv2D"))
    grip = place(demo.locator(".cd-grip").nth(1))
    touch = page.context.new_cdp_session(page)
    x, y = grip["x"] + 15, grip["y"] + grip["height"] / 2

    def send(kind: str, *points: dict) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        send("touchMove", {"x": x, "y": y + (end["y"] + 4 - y) * step / 8})
    send("touchEnd")
    order(demo, "Picture", "ReLU", "Conv2D", "MaxPooling2D", "Flatten", "Dense")
    _tap(face(demo, "Dense"))
    expect(face(demo, "Dense")).to_have_attribute("aria-expanded", "true")
    demo.get_by_role("button", name="Remove").tap()
    order(demo, "Picture", "ReLU", "Conv2D", "MaxPooling2D", "Flatten")


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([("MaxPooling2D", 8), ("Conv2D", 4, 5)], "A 5×5 window does not fit on maps of 3×3."),
        ([("Flatten",), ("Conv2D", 4, 3)], "Conv2D needs maps (rows × columns × channels)"),
        ([("Flatten",), ("GlobalAveragePooling2D",)], "one row of 784 numbers"),
        ([("Dense", 7)], "the same 7 units then look at each of the 28·28 places alone"),
        ([("Conv2D", 4, 3), ("Conv2D", 4, 3)], "together they are one in disguise"),
        ([("MaxPooling2D", 3)], "1 row and 1 column at the end of its input"),
    ],
)
def test_what_does_not_fit_explains_itself(open_demos, layers, said):
    """Does the card say why a layer does not fit, or does something else than was meant?"""
    demo = open_demos(Stack(layers=layers, predict=False)).locator(".cnn-demo")
    expect(demo.locator(".cd-remark:visible").last).to_contain_text(said)


def test_large_networks_by_name(demo):
    """Does VGG-16 on photos have the 138,357,544 parameters that Keras's own has?"""
    demo.get_by_role("combobox", name="Start from").select_option("VGG-16, of 2014")
    says(demo, "37 layers: 1,000 comes out, 138,357,544 parameters.")
    demo.get_by_role("slider", name="Channels").press("ArrowLeft")
    says(demo, "138,356,968 parameters.")


def test_the_code_can_be_taken_along(demo):
    """Is the program shown copied, or selected where there is no clipboard?"""
    demo.page.evaluate("delete Clipboard.prototype.writeText")
    demo.get_by_role("button", name="Copy Keras code").click()
    says(demo, "The Keras code is selected")
    taken = demo.page.evaluate("getSelection().toString()")
    assert taken.splitlines()[3:6] == [
        "model = keras.Sequential([",
        "    keras.Input((28, 28, 1)),",
        "    layers.Conv2D(4, 3),",
    ]
