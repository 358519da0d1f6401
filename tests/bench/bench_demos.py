"""How long a demo takes to redraw after a slider or a pen moved, beside ipywidgets and matplotlib.

Measured in headless Chromium: the input event, the demo's arithmetic and drawing, and the browser's
style and layout; the 95th percentile must fit into one frame of a 60 Hz screen. For interact: the
function's arithmetic and figure up to the PNG, in this process; the way from the page to the kernel
and back would come on top.
"""

import contextlib
import io
import sys
import tempfile
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np

import course_utils.widgets as widgets
from course_utils import reference
from course_utils.book.chromium import chromium_flags, find_chromium
from course_utils.widgets.base import MIME
from tests.browser.conftest import PAGE
from tests.conftest import ROOT

FRAME = 1000 / 60
ROUNDS = 200

# Every frame's work is done within the event, so that no waiting for a frame is counted.
_MOVE = """async rounds => {
  window.requestAnimationFrame = draw => (draw(performance.now()), 0);
  const times = {};
  for (const slider of document.querySelectorAll(".cnn-demo input[type=range]")) {
    if (slider.disabled || slider.closest("details:not([open])")) continue;
    const name = slider.getAttribute("aria-label") || slider.previousElementSibling.textContent;
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const opening = slider.value;
    times[name] = [];
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      const place = i % (2 * (high - low) || 1); // up and down again, step by step
      slider.value = low + Math.min(place, 2 * (high - low) - place);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      document.body.getBoundingClientRect();
      times[name].push(performance.now() - start);
    }
    slider.value = opening;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(done => setTimeout(done));
  }
  return times;
}"""


# From a pen's move to all layers drawn: they are when the handler of the Worker's answer returns.
_HEAR = """window.Worker = class extends Worker {
  set onmessage(handle) {
    super.onmessage = event => {
      handle(event);
      document.body.getBoundingClientRect();
      window.drawn?.();
    };
  }
};"""
_STROKE = """async rounds => {
  const pad = document.querySelector(".cd-pad");
  const box = pad.getBoundingClientRect();
  const send = (kind, i) => pad.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, bubbles: true, button: 0,
    clientX: box.left + box.width * (0.5 + 0.3 * Math.sin(i / 9)),
    clientY: box.top + box.height * (0.5 + 0.3 * Math.cos(i / 13)) }));
  pad.setPointerCapture = () => {};
  pad.hasPointerCapture = () => true;
  const clear = [...document.querySelectorAll("button")].find(b => b.textContent === "Clear");
  const times = [];
  for (let i = 0; i < rounds; i++) {
    if (i % 40 === 0) {
      send("pointerup", i);
      clear.click();
      await new Promise(done => setTimeout(done, 100));
      send("pointerdown", i);
      await new Promise(done => setTimeout(done, 100));
    }
    const start = performance.now();
    const answered = new Promise(done => window.drawn = done);
    send("pointermove", i + 1);
    await answered;
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 1000 / 30)); // a pen's moves at 30 a second
  }
  return times;
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def _demos() -> dict[str, widgets.base.Demo]:
    """The demos with sliders in their opening state, and the largest convolution there can be."""
    largest = widgets.Convolution(
        image=np.arange(81).reshape(9, 9) % 7, kernel=np.ones((5, 5)), padding=4, predict=False
    )
    named = {
        name: getattr(widgets, name)(predict=False) for name in widgets.__all__ if name != "Quiz"
    }
    return {**named, "Convolution 9×9, kernel 5×5": largest}


def _in_chromium(folder: Path) -> dict[str, dict[str, list[float]]]:
    """Times in ms of every slider of every demo."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    import demos as extension

    extension.copy_files(folder / "demos")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    times = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=chromium_flags()
        )
        for name, demo in _demos().items():
            slot = extension.slot(demo._repr_mimebundle_()[0][MIME])
            (folder / "page.html").write_text(PAGE.format(slots=slot), encoding="utf-8")
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/page.html")
            page.locator(".cnn-demo").wait_for()
            times[name] = page.evaluate(_MOVE, ROUNDS)
            page.close()
            if name == "Digit":
                page = chromium.new_page(viewport={"width": 1280, "height": 1600})  # all maps
                page.add_init_script(_HEAR)
                page.goto(f"http://127.0.0.1:{server.server_address[1]}/page.html")
                page.locator(".cnn-demo").wait_for()
                times[name] = {"a stroke, 7 layers": page.evaluate(_STROKE, ROUNDS)}
                page.close()
        chromium.close()
    server.shutdown()
    return times


def _with_interact(rounds: int = 40) -> list[float]:
    """Times in ms of the same figure as the convolution demo's, by interact and matplotlib."""
    import ipywidgets
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    demo = widgets.Convolution()
    image = np.array(demo.image, np.float32)[None, :, :, None]
    kernel = np.array(demo.kernel, np.float32)[:, :, None, None]

    def show(stride=1, padding=0, dilation=1):
        out = reference.conv2d(image, kernel, None, stride, padding, dilation)
        figure, axes = plt.subplots(1, 3, figsize=(7, 2.6))
        for axis, x in zip(axes, (image[0], kernel[:, :, 0], out[0]), strict=True):
            axis.imshow(x[:, :, 0])
            for (r, c), value in np.ndenumerate(x[:, :, 0]):
                axis.text(c, r, f"{value:g}", ha="center", va="center")
            axis.axis("off")
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)

    times = []
    with contextlib.redirect_stdout(io.StringIO()):  # outside Jupyter it clears the terminal's line
        made = ipywidgets.interactive(show, stride=(1, 4), padding=(0, 4), dilation=(1, 2))
        slider = made.children[0]
        for i in range(rounds):
            start = time.perf_counter()
            slider.value = 1 + i % 4
            made.update()
            times.append(1000 * (time.perf_counter() - start))
    return times


def main() -> int:
    """Print the table; return how many sliders miss the frame."""
    with tempfile.TemporaryDirectory() as folder:
        times = _in_chromium(Path(folder))
    slow = 0
    print(f"\nRedraw after a slider moved, ms ({ROUNDS} moves each; target: p95 ≤ {FRAME:.1f})")
    print(f"{'demo':<29}{'slider':<20}{'median':>8}{'p95':>8}")
    for name, sliders in times.items():
        for slider, values in sliders.items():
            late = float(np.percentile(values, 95))
            slow += late > FRAME
            mark = "" if late <= FRAME else "  MISSED"
            print(f"{name:<29}{slider:<20}{np.median(values):>8.2f}{late:>8.2f}{mark}")
    other = _with_interact()
    own = [value for values in times["Convolution"].values() for value in values]
    ratio = np.median(other) / np.median(own)
    print(
        f"{'interact and matplotlib':<29}{'stride':<20}{np.median(other):>8.1f}"
        f"{np.percentile(other, 95):>8.1f}  {ratio:.0f} times as long as Convolution"
    )
    return slow


if __name__ == "__main__":
    sys.exit(main())
