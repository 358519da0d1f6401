"""The demo of kernels on a photograph: painting, colours, the reader's own picture, the camera."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from course_utils.widgets import Photo
from course_utils.widgets.photo import COLUMNS, FILE, ROWS, photograph
from tests.browser.reading import cells, place, question, says

# What a canvas shows, as [red, green, blue, alpha] of its middle
MIDDLE = """canvas => Array.from(canvas.getContext("2d").getImageData(
  canvas.width >> 1, canvas.height >> 1, 1, 1).data)"""


def middle(demo, name: str) -> list[int]:
    """The pixel in the middle of a picture."""
    return demo.get_by_role("img", name=name).locator("canvas").evaluate(MIDDLE)


@pytest.fixture
def demo(open_demos):
    """The live demo with a grey photo, nothing covered."""
    return open_demos(Photo(predict=False)).locator(".cnn-demo")


def test_the_photo_is_small_and_has_a_red_saucer():
    """Is the bundled photo as large as it says, in at most 40 kB, and its saucer red?"""
    assert FILE.stat().st_size <= 40_000
    photo = photograph()
    assert photo.shape == (ROWS, COLUMNS, 3)
    red, green, blue = photo[100, 50]
    assert red > 0.4
    assert max(green, blue) < 0.25


def test_painting_by_mouse(demo):
    """Does a drag across weights write the chosen number into them, and open no box?"""
    demo.get_by_role("radio", name="−2").check()
    row = demo.get_by_role("grid", name="Kernel").get_by_role("row").nth(1)
    first, last = (place(row.get_by_role("gridcell").nth(i)) for i in (0, 2))
    mouse = demo.page.mouse
    mouse.move(first["x"] + 9, first["y"] + 9)
    mouse.down()
    mouse.move(last["x"] + 9, last["y"] + 9, steps=6)
    mouse.up()
    mouse.move(first["x"] + 9, first["y"] - 9)
    assert cells(demo, "Kernel") == [["−1", "0", "1"], ["−2", "−2", "−2"], ["−1", "0", "1"]]
    expect(demo.get_by_role("combobox", name="Kernel")).to_have_value("your own")
    expect(demo.locator(".cd-edit")).to_have_count(0)
    demo.get_by_text("The weights add up to −6.").wait_for()


def test_painting_by_touch(open_demos):
    """Does a finger paint weights without moving the page?"""
    page = open_demos(Photo(predict=False), width=360, has_touch=True)
    grid = page.get_by_role("grid", name="Kernel")
    box = place(grid)
    before = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 12, box["y"] + 12

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        send("touchMove", {"x": x, "y": y + step * (box["height"] - 24) / 8})
    send("touchEnd")
    page.get_by_text("The weights add up to 6").wait_for()
    assert cells(page, "Kernel") == [["1", "0", "1"]] * 3
    assert page.evaluate("scrollY") == before


def test_weights_by_keys(demo):
    """Are weights typed by keyboard, as in the other grids, and can they be made to add up to 1?"""
    demo.get_by_role("combobox", name="Kernel").select_option("identity")
    demo.get_by_role("grid", name="Kernel").get_by_role("gridcell").nth(4).focus()
    demo.page.keyboard.type("4")
    demo.page.keyboard.press("Enter")
    demo.get_by_text("flat places get 4 times as bright").wait_for()
    demo.get_by_role("button", name="Make them add up to 1").click()
    demo.get_by_text("flat places keep their brightness").wait_for()
    assert cells(demo, "Kernel")[1] == ["0", "1", "0"]
    expect(demo.get_by_role("button", name="Make them add up to 1")).to_be_disabled()


def test_a_kernel_grows_and_shrinks_around_its_centre(demo):
    """Does 5×5 put two rings' worth of zeros around the kernel, and 3×3 bring it back?"""
    size = demo.get_by_role("combobox", name="Size")
    size.select_option("5×5")
    says(demo, "240×160×1 in, 236×156×1 out")
    assert cells(demo, "Kernel")[1] == ["0", "−1", "0", "1", "0"]
    size.select_option("3×3")
    says(demo, "238×158×1 out")
    expect(demo.get_by_role("combobox", name="Kernel")).to_have_value("left edges")


def test_colour_gives_one_map(open_demos):
    """Do three channels give one map that finds the saucer, and three only if kept apart?"""
    demo = open_demos(Photo(channels=3, predict=False)).locator(".cnn-demo")
    says(demo, "240×160×3 in, 238×158×1 out")
    demo.get_by_role("combobox", name="Kernel").select_option("red, and not green")
    assert cells(demo, "Slice for green")[1] == ["0", "−1", "0"]
    red, green, _ = photograph()[80, 120]
    kernels = {name: [[0, 0, 0], [0, v, 0], [0, 0, 0]] for name, v in
               (("red", 1), ("green", -1), ("blue", 0))}  # fmt: skip
    total = sum(Photo(channels=3, **kernels).maps(photograph()))
    says(demo, "238×158×1 out")
    expect(demo.get_by_text("coloured ones need not")).to_be_visible()
    shade = middle(demo, "1 map, 238×158")
    assert shade[:3] == pytest.approx([47, 127, 209], abs=6)
    assert shade[3] / 255 == pytest.approx(((red - green) / total.max()) ** 0.7, abs=0.06)
    demo.get_by_role("combobox", name="Kernel").select_option("identity")
    demo.get_by_role("checkbox", name="Keep the three apart").check()
    says(demo, "238×158×3 out")
    demo.get_by_text("Three kernels, three maps").wait_for()
    shown = np.array(middle(demo, "3 maps of 238×158")[:3]) / 255
    np.testing.assert_allclose(shown, photograph()[80, 120], atol=0.03)


def test_ones_own_photo_stays_here(demo):
    """Is a chosen file shown in its own proportions, with no request, and the cup brought back?

    ``open_demos`` fails if a request leaves the host.
    """
    sent = []
    demo.page.on("request", lambda r: r.url.startswith("http") and sent.append(r.url))
    stream = io.BytesIO()
    Image.new("RGB", (300, 600), (255, 0, 0)).save(stream, "PNG")
    chooser = demo.locator("input[type=file]")
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": stream.getvalue()})
    says(demo, "Your photo: 139×277×1 in")
    assert middle(demo, "Your photo")[:3] == [76, 76, 76]  # 0.299 of 255
    expect(demo.get_by_text("Your picture stays on this device")).to_be_visible()
    chooser.set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": b"no picture"})
    says(demo, "“b.png” is no picture that this browser can open.")
    demo.get_by_role("button", name="The cup again").click()
    says(demo, "Photo: 240×160×1 in")
    assert not sent


def test_the_camera_runs_until_it_is_stopped(browser, demo_site):
    """Does the camera's picture go through the kernel until Stop, and is a refusal said?"""
    page = browser.new_page()
    page.add_init_script(
        """navigator.mediaDevices.getUserMedia = async () => {
          if (window.refused) throw new DOMException("", "NotAllowedError");
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [320, 240];
          const context = canvas.getContext("2d");
          setInterval(() => {
            context.fillStyle = `rgb(0, ${Math.round(255 * Math.random())}, 0)`;
            context.fillRect(0, 0, 320, 240);
          }, 30);
          return (window.stream = canvas.captureStream());
        };"""
    )
    page.goto(demo_site(Photo(predict=False)))
    demo = page.locator(".cnn-demo")
    demo.get_by_role("button", name="Camera").click()
    demo.get_by_role("img", name="The camera, 226×170").wait_for()
    page.wait_for_function(
        """([seen]) => {
          const { data } = document.querySelector(".cd-photo canvas").getContext("2d")
            .getImageData(50, 50, 1, 1);
          window.first ??= data[0];
          return data[0] !== window.first;
        }""",
        arg=[0],
    )
    demo.get_by_role("button", name="Stop the camera").click()
    page.wait_for_function("stream.getTracks().every(track => track.readyState === 'ended')")
    demo.get_by_role("button", name="The cup again").click()
    page.evaluate("window.refused = true")
    demo.get_by_role("button", name="Camera").click()
    says(demo, "The camera did not start (NotAllowedError)")
    page.close()


@pytest.mark.parametrize(
    ("channels", "answers"), [(1, ["0", "0.6", "236"]), (3, ["1", "27", "0.5"])]
)
def test_predict_first(open_demos, channels, answers):
    """Is the map covered until a prediction, and does each question know its answer?"""
    demo = open_demos(Photo(channels=channels)).locator(".cnn-demo")
    says(demo, "covered until you predict")
    demo.get_by_role("img", name="What comes out").wait_for()
    expect(demo.get_by_text("its share").first).to_be_hidden()
    covered = demo.locator(".cd-darkroom canvas").nth(1)
    expect(covered).to_have_css("visibility", "hidden")
    for i, answer in enumerate(answers):
        if i:
            demo.get_by_role("button", name="Ask me another").click()
        question(demo).get_by_role("textbox").fill(answer)
        question(demo).get_by_role("textbox").press("Enter")
        question(demo).get_by_text("✓ Yes").wait_for()
        expect(covered).to_have_css("visibility", "visible")
