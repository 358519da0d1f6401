"""The demo of parameter counts: its arithmetic against the reference, its controls in a browser."""

import json

import pytest
from playwright.sync_api import expect

from course_utils.widgets import Parameters
from tests.browser.reading import says

COMPARE = """async cases => {
  const { compare } = await import("/demos/parameters.js");
  const { memory } = await import("/demos/counts.js");
  const { commas } = await import("/demos/parts.js");
  return [cases.map(compare), [1, 999, 1000, 401920].map(commas), [1, 320, 471859712].map(memory)];
}"""


def test_javascript_agrees_with_the_reference(open_demos, root):
    """Do both counts agree with reference.py, the chapter's 401,920 and 471,859,712 among them?"""
    cases = json.loads((root / "tests/widgets/cases/parameters.json").read_text())
    shown, written, bytes_ = open_demos(Parameters()).evaluate(COMPARE, cases)
    for case, now in zip(cases, shown, strict=True):
        assert (now["dense"], now["convolution"]) == Parameters(**case).counts, case
    assert [now["dense"] for now in shown[:2]] == [401_920, 471_859_712]
    assert written == ["1", "999", "1,000", "401,920"]
    assert bytes_ == ["4 bytes", "1.3 kB", "1.9 GB"]


@pytest.fixture
def demo(open_demos):
    """The live demo, with nothing covered."""
    return open_demos(Parameters(predict=False)).locator(".cnn-demo")


def test_predict_first_then_see(open_demos):
    """Are the counts covered until a prediction, and do all questions accept their answers?"""
    demo = open_demos(Parameters()).locator(".cnn-demo")
    expect(demo).not_to_contain_text("401,920")
    demo.get_by_role("textbox").fill("2")
    demo.get_by_role("button", name="Check").click()
    demo.get_by_text("✗ Not 2, but 4. Four times as many pixels").wait_for()
    expect(demo).to_contain_text("401,920")
    for answer, why in (("320", "The same small kernels"), ("896", "3·3·3 weights and one bias")):
        demo.get_by_role("button", name="Ask me another").click()
        expect(demo).not_to_contain_text("parameters, convolution")
        demo.get_by_role("textbox").fill(answer)
        demo.get_by_role("textbox").press("Enter")
        demo.get_by_text(f"✓ Yes. {why}").wait_for()
    demo.get_by_role("button", name="Reset").click()
    expect(demo.get_by_role("textbox")).to_be_visible()


@pytest.mark.parametrize(
    ("label", "dense", "convolution"),
    [
        ("Width", 32 * 28 * 512 + 512, 320),
        ("Height", 28 * 32 * 512 + 512, 320),
        ("Channels", 2 * 784 * 512 + 512, 608),
        ("Dense units", 784 * 1024 + 1024, 320),
        ("Filters", 784 * 512 + 512, 640),
        ("Kernel", 784 * 512 + 512, 832),
    ],
)
def test_every_slider_by_keyboard(demo, label, dense, convolution):
    """Does one step to the right on each slider give the counts worked out by hand?"""
    demo.get_by_role("slider", name=label).press("ArrowRight")
    says(demo, f"dense {dense:,} parameters, convolution {convolution:,}.")


def test_every_slider_by_mouse(demo):
    """Does a click at the far end of each slider set its largest value?"""
    for label in ("Width", "Height", "Channels", "Dense units", "Filters", "Kernel"):
        slider = demo.get_by_role("slider", name=label)
        box = slider.bounding_box()
        slider.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    dense, convolution = Parameters(
        width=2048, height=2048, channels=4, units=4096, filters=512, kernel=11
    ).counts
    says(demo, f"2048×2048×4: dense {dense:,} parameters, convolution {convolution:,}.")


def test_pictures_by_name(demo):
    """Does the list of images set both sides, and follow when the sliders leave them?"""
    image = demo.get_by_role("combobox", name="Image")
    image.select_option("photo, 1280×720")
    says(demo, "1280×720: dense 471,859,712 parameters, convolution 320.")
    demo.get_by_text("1.9 GB as 32-bit numbers").wait_for()
    demo.get_by_text("= 1280·720·1 · 512 + 512").wait_for()
    demo.get_by_text("It gives 1278×718×32 = 29,363,328 numbers.").wait_for()
    demo.get_by_role("slider", name="Width").press("ArrowLeft")
    says(demo, "1080×720")
    assert image.input_value() == "your own"


def test_extremes_are_explained(open_demos):
    """Are a kernel that does not fit, and a dense layer with fewer weights, told as they are?"""
    small = Parameters(width=8, height=8, kernel=11, units=1, filters=512, predict=False)
    demo = open_demos(small).locator(".cnn-demo")
    demo.get_by_text("But the kernel does not fit on this image.").wait_for()
    demo.get_by_text("it has only 1 unit for the whole image").wait_for()


def test_the_plot_shows_the_counts(demo):
    """Does the dense mark rise with the image while the convolution's stays where it is?"""
    marks = """demo => ["svg", "circle", "rect"]
      .map(mark => demo.querySelector(".cd-plot").querySelector(mark).getBoundingClientRect().top)
      .map((top, i, [plot]) => top - plot)"""
    before = demo.evaluate(marks)
    demo.get_by_role("combobox", name="Image").select_option("photo, 1280×720")
    says(demo, "1280×720")
    after = demo.evaluate(marks)
    assert after[1] < before[1]
    assert after[2] == before[2]
