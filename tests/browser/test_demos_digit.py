"""The demo in which one draws a digit: by mouse, keys and touch; its layers, and its own pen."""

import numpy as np
import pytest
from playwright.sync_api import expect

from course_utils.widgets import Digit
from tests.browser.reading import place, says

EMPTY = np.zeros((28, 28)).tolist()
# [x, y] in shares of the pad: a seven as people draw it
SEVEN = [[0.25, 0.2], [0.72, 0.2], [0.6, 0.45], [0.45, 0.85]]
INKED = """pad => { const { data } = pad.getContext("2d").getImageData(0, 0, 28, 28);
  return data.filter((v, i) => i % 4 === 3 && v > 0).length; }"""
_DRAWN = f"async pad => {{ await new Promise(requestAnimationFrame); return ({INKED})(pad); }}"


def pad(demo):
    """The pad to draw on."""
    return demo.get_by_role("application", name="Pad to draw on")


def ink(demo) -> int:
    """How many cells of the pad have ink, once the next frame is drawn."""
    return pad(demo).locator("canvas").evaluate(_DRAWN)


def first(demo) -> str:
    """The digit with the longest bar, as it is shown."""
    return demo.locator(".cd-first b").inner_text()


def draw(demo, points, scale=1.0, corner=(0.0, 0.0)) -> None:
    """Draw a line through the points with the mouse, smaller and nearer to a corner if asked."""
    box = place(pad(demo))
    mouse = demo.page.mouse
    places = [
        (
            box["x"] + box["width"] * (corner[0] + scale * x),
            box["y"] + box["height"] * (corner[1] + scale * y),
        )
        for x, y in points
    ]
    mouse.move(*places[0])
    mouse.down()
    for point in places[1:]:
        mouse.move(*point, steps=8)
    mouse.up()


@pytest.fixture
def demo(open_demos):
    """The live demo with an empty pad."""
    return open_demos(Digit(drawing=EMPTY)).locator(".cnn-demo")


def test_it_opens_on_the_pythons_digit(open_demos):
    """Does the page give the opening digit the answer that Python gives it?"""
    opening = Digit()
    demo = open_demos(opening).locator(".cnn-demo")
    share = opening.layers()[-1].max()
    assert f"says 7 and is {share:.0%} certain" in opening.describe()
    says(demo, f"The network says 7 and is {round(100 * share, 1):g} % certain.")
    assert first(demo) == "7"


def test_drawing_by_mouse(demo):
    """Does a drawn seven appear, get read as a 7, and go and come back by Clear and Undo?"""
    says(demo, "The pad is empty")
    draw(demo, SEVEN)
    says(demo, "The network says 7")
    drawn = ink(demo)
    assert drawn > 60
    demo.get_by_role("button", name="Clear").click()
    says(demo, "The pad is empty")
    assert ink(demo) == 0
    demo.get_by_role("button", name="Undo").click()
    says(demo, "The network says 7")
    assert ink(demo) == drawn
    demo.get_by_role("button", name="Undo").click()
    says(demo, "The pad is empty")
    box = place(pad(demo))
    demo.page.mouse.click(box["x"] + 20, box["y"] + 20, button="right")
    assert ink(demo) == 0


def test_a_small_seven_in_a_corner_needs_the_fitting(demo):
    """Is a small seven in a corner read while it is fitted, and lost when it is not?"""
    draw(demo, SEVEN, scale=0.5, corner=(0.5, 0.5))
    says(demo, "The network says 7")
    certain = float(demo.locator(".cd-first .cd-percent").inner_text().split()[0])
    assert certain > 80
    demo.get_by_role("checkbox", name="Fit to 20×20 and centre").uncheck()
    share = demo.locator(".cd-digit").nth(7).locator(".cd-percent")
    expect(share).to_have_text("0 %")


def test_drawing_by_keys(demo):
    """Do arrows move the pen without ink, and with ink after Space, until Space lifts it?"""
    field = pad(demo)
    field.focus()
    for _ in range(8):
        field.press("ArrowUp")
    says(demo, "Pen up at row 6, column 14.")
    assert ink(demo) == 0
    field.press("Space")
    says(demo, "Pen down at row 6, column 14.")
    for _ in range(15):
        field.press("ArrowDown")
    line = ink(demo)
    assert line >= 16
    field.press("Space")
    says(demo, "The network says 1")
    field.press("ArrowRight")
    says(demo, "Pen up at row 21, column 15.")
    assert ink(demo) == line
    assert first(demo) == "1"
    demo.get_by_role("button", name="Undo").click()
    assert ink(demo) == 0


def test_drawing_by_touch_and_scrolling_past(open_demos):
    """Does a finger draw on the pad without moving the page, and scroll it beside the pad?"""
    page = open_demos(
        Digit(drawing=EMPTY), Digit(), width=360, has_touch=True, reduced_motion="reduce"
    )
    demo = page.locator(".cnn-demo").first
    page.evaluate("scrollTo(0, 0)")
    box = place(pad(demo))
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    x = box["x"] + box["width"] / 2
    send("touchStart", {"x": x, "y": box["y"] + 20})
    for step in range(1, 16):
        send("touchMove", {"x": x, "y": box["y"] + 20 + step * (box["height"] - 40) / 15})
    send("touchEnd")
    says(demo, "The network says 1")
    assert page.evaluate("scrollY") == 0
    bars = place(demo.locator(".cd-answers"))
    before = page.evaluate("scrollY")
    middle = {"x": bars["x"] + bars["width"] / 2, "y": bars["y"] + bars["height"] / 2}
    touch.send("Input.synthesizeScrollGesture", {**middle, "yDistance": -150})
    page.wait_for_function("before => scrollY > before + 80", arg=before)


def test_a_thumb_hits_each_bar_on_a_phone(open_demos):
    """At 360 px, is each of the ten bars at least 44 px high and wide, and none over another?"""
    page = open_demos(Digit(), width=360)
    boxes = [bar.bounding_box() for bar in page.locator("button.cd-digit").all()]
    assert len(boxes) == 10
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert len({(round(box["x"]), round(box["y"] / 44)) for box in boxes}) == 10


def test_every_sample_is_read(demo):
    """Is each of the ten plain samples read as what it is, and is the last one misread?"""
    for digit in range(10):
        demo.get_by_role("button", name=f"Sample: a {digit}", exact=True).click()
        says(demo, f"The network says {digit}")
    demo.get_by_role("button", name="Sample: a hard 2").click()
    says(demo, "The network says 9 and is 34.6 % certain.")


def test_a_cell_shows_what_it_sees_and_its_terms(open_demos):
    """Does a click on a map open that cell, with its field on both pictures, and its sum?"""
    demo = open_demos(Digit()).locator(".cnn-demo")
    maps = demo.get_by_role("img", name="conv 2, all 64 maps of 11×11")
    box = place(maps)
    maps.click(position={"x": box["width"] * 5.5 / 32, "y": box["height"] / 4})
    says(demo, "conv 2, map 5, row 5, column 5 is 0; it sees rows 10 to 17 and columns 10 to 17.")
    cell = demo.get_by_role("group", name="One cell")
    expect(cell.get_by_text("sees 8×8")).to_be_visible()
    expect(cell.get_by_text("ReLU: 0.")).to_be_visible()
    for picture in (pad(demo), demo.get_by_role("img", name="What the network sees")):
        assert picture.locator(".cd-reads").get_attribute("d") == "M10 10h8v8h-8z"
    assert maps.locator(".cd-frame").count() == 1
    below = demo.get_by_role("img", name="pool 1, all 32 maps of 13×13")
    assert below.locator(".cd-reads").get_attribute("d").count("M") == 32
    large = cell.get_by_role("application")
    large.press("ArrowDown")
    large.press("End")
    says(demo, "conv 2, map 5, row 6, column 10")
    cell.get_by_role("slider", name="Map", exact=True).press("End")
    says(demo, "conv 2, map 63")
    cell.get_by_role("slider", name="Map below").press("Home")
    cell.get_by_text("window in map 0").wait_for()


@pytest.mark.parametrize(
    ("layer", "words"),
    [("conv 1", "ReLU:"), ("pool 2", "The largest of the four"), ("dense", "all 64 together")],
)
def test_a_layer_opens_at_its_largest_number(open_demos, layer, words):
    """Does a layer's button open its busiest cell, by keyboard too, and close it again?"""
    demo = open_demos(Digit()).locator(".cnn-demo")
    head = demo.get_by_role("button", name=layer)
    head.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "true")
    demo.get_by_role("group", name="One cell").get_by_text(words).wait_for()
    head.press("Enter")
    expect(demo.get_by_role("group", name="One cell")).to_have_count(0)


def test_a_bar_opens_the_sum_behind_it(open_demos):
    """Does a click on a bar show how the dense layer's numbers add up to its probability?"""
    demo = open_demos(Digit()).locator(".cnn-demo")
    demo.get_by_role("button", name="7 100 %").click()
    demo.get_by_text("Softmax turns the ten sums into probabilities: 100 %.").wait_for()


def test_pointing_at_a_map_shows_its_field(open_demos):
    """Does the mouse over a map light up what the cell sees, and leave no trace when it goes?"""
    demo = open_demos(Digit()).locator(".cnn-demo")
    maps = demo.get_by_role("img", name="conv 3, all 64 maps of 3×3")
    maps.hover(position={"x": 2, "y": 2})
    expect(pad(demo).locator(".cd-reads")).to_have_attribute("d", "M0 0h18v18h-18z")
    demo.page.mouse.move(0, 0)
    expect(pad(demo).locator(".cd-reads")).to_have_count(0)
    expect(demo.get_by_role("group", name="One cell")).to_have_count(0)


def test_it_draws_by_itself_until_somebody_takes_over(open_demos):
    """Does a moving demo draw unasked, and give way to the first stroke and to Pause?"""
    demo = open_demos(Digit(drawing=EMPTY, moving=True)).locator(".cnn-demo")
    page = demo.page
    count = f"() => ({INKED})(document.querySelector('.cd-pad canvas'))"
    page.wait_for_function(f"({count})() > 40")
    says(demo, "A sample is being drawn")
    demo.get_by_role("button", name="Pause").click()
    says(demo, "The network says 2")  # the sample is finished first
    held = ink(demo)
    demo.get_by_role("button", name="Watch").click()
    says(demo, "A sample is being drawn")
    page.wait_for_function(f"{held} !== ({count})()")
    draw(demo, [[0.5, 0.15], [0.5, 0.85]])
    says(demo, "The network says 1")
    assert ink(demo) < 120  # nothing of the sample is left
    expect(demo.get_by_role("button", name="Watch")).to_be_visible()


def test_a_sample_runs_through_the_layers(open_demos):
    """Do the layers light up one after the other, and at once where motion is not wanted?"""
    run = """() => [...document.querySelectorAll(".cd-maps canvas")].map(canvas => {
      const [animation] = canvas.getAnimations();
      return animation ? animation.effect.getTiming().delay : null;
    })"""
    for motion, delays in (
        ("no-preference", [0, 90, 180, 270, 360, 450]),
        ("reduce", [None] * 6),
    ):
        page = open_demos(Digit(), reduced_motion=motion)
        press = "document.querySelector('.cd-sample').click()"
        assert page.evaluate(f"{press}, ({run})()") == pytest.approx(delays)


def test_reduced_motion_draws_nothing_by_itself(open_demos):
    """Is a moving demo still, with its answer, for readers who asked for reduced motion?"""
    page = open_demos(Digit(moving=True), reduced_motion="reduce")
    demo = page.locator(".cnn-demo")
    says(demo, "The network says 7")
    before = ink(demo)
    page.evaluate(
        "async () => { for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame); }"
    )
    assert ink(demo) == before
    expect(demo.get_by_role("button", name="Watch")).to_be_hidden()


@pytest.mark.parametrize(
    "refuse",
    [
        "window.Worker = class { constructor() { throw new Error('refused'); } };",
        """window.Worker = class {
          constructor() { setTimeout(() => this.onerror(new Event("error"))); }
          postMessage() {}
          terminate() {}
        };""",
    ],
)
def test_without_a_worker_it_thinks_in_the_page(browser, demo_site, refuse):
    """Where Workers are refused, at once or after a while, does the demo answer all the same?"""
    page = browser.new_page()
    page.add_init_script(refuse)
    page.goto(demo_site(Digit()))
    demo = page.locator(".cnn-demo")
    demo.get_by_role("button", name="Sample: a 4", exact=True).click()
    says(demo, "The network says 4")
    page.close()


def test_the_network_runs_in_a_worker(browser, demo_site):
    """Is there a Worker, made of the module's own text, and does it end with the demo?"""
    page = browser.new_page()
    page.goto(demo_site(Digit()))
    page.locator(".cnn-demo").wait_for()
    assert [worker.url[:5] for worker in page.workers] == ["blob:"]
    page.evaluate(
        """async () => {
          const state = JSON.parse(document.querySelector(".cnn-slot script").textContent);
          const model = { get: k => state[k], set() {}, save_changes() {}, on() {}, off() {} };
          const { default: demo } = await import("/demos/digit.js");
          const el = document.body.appendChild(document.createElement("div"));
          const end = await demo.render({ model, el });
          end();
        }"""
    )
    page.wait_for_function("document.querySelectorAll('.cnn-demo').length === 1")
    assert len(page.workers) == 1
    page.close()


def test_a_network_that_does_not_come_is_said(browser, demo_site):
    """If its file is missing, does the page say so and keep its picture?"""
    page = browser.new_page()
    page.route("**/network.bin", lambda route: route.fulfill(status=404))
    page.goto(demo_site(Digit()))
    page.get_by_text("The network could not be loaded (network.bin: 404).").wait_for()
    expect(page.locator(".cnn-picture")).to_be_visible()
    page.close()
