"""The demo in which a digit is changed until it is misread: controls, plot, questions."""

import numpy as np
import pytest
from playwright.sync_api import expect

from course_utils.widgets import Disturb
from course_utils.widgets.digit import LAYERS, SAMPLES
from course_utils.widgets.network import activations
from tests.browser.reading import place, press, question, says

CHANGES = ("To the right", "Down", "Turned", "Size", "Noise", "Erased")


def digit(demo):
    """The digit that can be dragged."""
    return demo.get_by_role("application", name="The digit, drag it")


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Disturb(predict=False)).locator(".cnn-demo")


def test_by_hand():
    """Does a pixel go where a move, a turn or a scaling takes it, and does a hole wipe it?"""
    image = np.zeros((28, 28))
    image[10, 5] = 1
    moved = Disturb(image=image, right=3, down=-2).changed()
    assert np.argwhere(moved > 0).tolist() == [[8, 8]]
    turned = Disturb(image=image, turn=90).changed()
    np.testing.assert_allclose(turned, np.rot90(image, -1), atol=1e-12)
    assert np.argwhere(Disturb(image=image, scale=50).changed() > 0).tolist() == [[12, 9]]
    assert Disturb(image=image, hole=1, row=10, column=5).changed().sum() == 0
    assert Disturb(image=image, hole=1, row=10, column=5, invert=True).changed().min() == 1
    mixed = Disturb(image=image, noise=25).changed()
    assert mixed[10, 5] > 0.75
    assert 0.1 < mixed.mean() < 0.15
    assert Disturb(noise=100).changed().std() == pytest.approx(1 / np.sqrt(12), abs=0.02)
    assert (Disturb(noise=100).changed() != Disturb(noise=100, seed=1).changed()).mean() > 0.99


def test_the_page_answers_as_python_does(open_demos):
    """Do bars, verdict and the line below agree with what Python makes of the same changes?"""
    given = Disturb(right=7, predict=False)
    shares = given.shares()
    demo = open_demos(given).locator(".cnn-demo")
    says(demo, f"The network says {shares.argmax()} and is {round(100 * shares.max(), 1):g} %")
    says(demo, "Untouched, it reads 7.")
    expect(demo.locator(".cd-first b")).to_have_text(str(shares.argmax()))
    expect(demo.get_by_text("✗ Misread, and nearly certain of it")).to_be_visible()
    assert f"now it says {shares.argmax()}" in given.describe()


def test_each_slider_by_keys(demo):
    """Does each change have a slider that keys move, and does the plot then run along it?"""
    for name in CHANGES:
        press(demo.page, name, "ArrowRight")
        expect(demo.get_by_text(f"over all of “{name}”")).to_be_visible()
    demo.get_by_role("application", name="To the right: 1 px. Down: 1 px. Turned: 5°.").wait_for()
    demo.get_by_role("application", name="Size: 105 %. Noise: 5 %. Erased: 1×1 px.").wait_for()
    press(demo.page, "… at row", "Home")
    press(demo.page, "… at column", "End")
    expect(demo.locator(".cd-hole")).to_have_attribute("d", "M27 0h1v1h-1z")
    shown = "document.querySelector('.cd-touched canvas').toDataURL()"
    before = demo.page.evaluate(shown)
    demo.get_by_role("button", name="Another noise").click()
    demo.page.wait_for_function(f"before => {shown} !== before", arg=before)
    demo.get_by_role("button", name="Undo all").click()
    says(demo, "The network says 7 and is")
    expect(demo.get_by_role("slider", name="… at column")).to_be_hidden()
    expect(demo.get_by_role("button", name="Another noise")).to_be_hidden()


def test_moving_by_keys_and_mouse(demo):
    """Do arrows and a drag move the digit by up to ten pixels, and a drag in the hole the hole?"""
    for _ in range(12):
        digit(demo).press("ArrowRight")
    digit(demo).press("ArrowUp")
    demo.get_by_role("application", name="To the right: 10 px. Down: −1 px.").wait_for()
    demo.get_by_role("button", name="Undo all").click()
    mouse = demo.page.mouse

    def drag(start, rows, columns):
        box = place(digit(demo))
        pixel = box["width"] / 28
        x, y = box["x"] + start[1] * pixel, box["y"] + start[0] * pixel
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + columns * pixel, y + rows * pixel, steps=5)
        mouse.up()

    drag((14, 14), 3, -5)
    demo.get_by_role("application", name="To the right: −5 px. Down: 3 px.").wait_for()
    demo.get_by_role("button", name="Undo all").click()
    demo.get_by_role("slider", name="Erased").fill("6")
    expect(demo.locator(".cd-hole")).to_have_count(1)
    drag((13, 13), -4, 6)
    expect(demo.locator(".cd-hole")).to_have_attribute("d", "M16 6h6v6h-6z")
    drag((25, 3), 2, 0)
    demo.get_by_role("application", name="Down: 2 px. Erased: 6×6 px.").wait_for()


def test_by_touch(open_demos):
    """Does a finger drag the digit without moving the page, and set the plot's value?"""
    page = open_demos(Disturb(predict=False), width=360, has_touch=True)
    demo = page.locator(".cnn-demo")
    box = place(digit(demo))
    before = page.evaluate("scrollY")
    pixel = box["width"] / 28
    touch = page.context.new_cdp_session(page)
    at = {"x": box["x"] + 60, "y": box["y"] + 60}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    for step in range(1, 6):
        point = {"x": at["x"], "y": at["y"] - step * pixel}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    demo.get_by_role("application", name="Down: −5 px.").wait_for()
    assert page.evaluate("scrollY") == before
    plot = demo.get_by_role("img", name="over all of “Down”")
    plot.tap(position={"x": place(plot)["width"] - 3, "y": 40})
    demo.get_by_role("application", name="Down: 10 px.").wait_for()


def test_the_plot_says_where_it_is_misread(demo):
    """Does the plot's description name the shifts at which Python's network misreads the 7 too?"""
    lost = [n for n in range(-10, 11) if Disturb(right=n).shares().argmax() != 7]
    words = ", ".join(f"{n} px".replace("-", "−") for n in lost)
    named = f"misread at {len(lost)} of 21 values: {words}."
    demo.get_by_role("img", name=named).wait_for()


def test_centring_brings_a_moved_digit_back(demo):
    """Is a digit moved by 7 pixels misread, and read again when it is centred first?"""
    demo.get_by_role("slider", name="To the right").fill("7")
    demo.get_by_text("✗ Misread").wait_for()
    expect(demo.get_by_text("what the network sees")).to_be_hidden()
    demo.get_by_role("checkbox", name="Fit to 20×20").check()
    demo.get_by_text("✓ Still 7.").wait_for()
    expect(demo.get_by_text("what the network sees")).to_be_visible()
    demo.get_by_role("checkbox", name="Black on white").check()
    demo.get_by_text("✗ Misread").wait_for()


def test_another_sample(demo):
    """Does a sample take the digit's place, with the changes as they are?"""
    demo.get_by_role("slider", name="To the right").fill("7")
    for i, expected in ((3, 3), (8, 8)):
        demo.get_by_role("button", name=f"Sample: a {i}", exact=True).click()
        says(demo, f"Untouched, it reads {expected}.")
        shares = Disturb(image=SAMPLES[i] / 255, right=7).shares()
        says(demo, f"The network says {shares.argmax()} and is")


def test_predict_first(open_demos):
    """Are bars and plot covered until a prediction, and does each question know its answer?"""
    demo = open_demos(Disturb()).locator(".cnn-demo")
    says(demo, "covered until you predict")
    expect(demo.locator(".cd-digit").first).to_be_hidden()
    assert demo.locator(".cd-read").count() == 0
    ask = question(demo)
    shifts = [Disturb(right=n).shares().argmax() for n in range(11)]
    noise = activations(LAYERS, Disturb(noise=100).changed())[-1].max()
    answers = [
        shifts.index(next(d for d in shifts if d != 7)),
        round(100 * noise),
        round(100 * Disturb(right=7).shares().max()),
        Disturb(turn=180).shares().argmax(),
        100,
    ]
    for i, answer in enumerate(answers):
        if i:
            demo.get_by_role("button", name="Ask me another").click()
            expect(ask.get_by_role("textbox")).to_have_value("")
        ask.get_by_role("textbox").fill(str(answer))
        ask.get_by_role("button", name="Check").click()
        ask.get_by_text("✓ Yes").wait_for()
    says(demo, "The network says 7 and is")


def test_a_network_that_does_not_come_is_said(browser, demo_site):
    """If its file is missing, does the page say so and keep its picture?"""
    page = browser.new_page()
    page.route("**/network.bin", lambda route: route.fulfill(status=404))
    page.goto(demo_site(Disturb()))
    page.get_by_text("The network could not be loaded (network.bin: 404).").wait_for()
    expect(page.locator(".cnn-picture")).to_be_visible()
    page.close()
