"""The demo in which a small network learns from 2,000 digits while the reader watches."""

import json
from itertools import pairwise
from pathlib import Path

import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo
from course_utils.widgets.learner import POOLED, UNITS
from course_utils.widgets.picture import BLUE, INK, ORANGE, SOFT, Picture
from course_utils.widgets.training_digits import packed

RECORD = Path(__file__).with_suffix(".json")  # made by scripts/record_training.py
EPOCHS = 20
RUNS = {
    "convolution": {"kind": "convolution"},
    "convolution, pixels shuffled": {"kind": "convolution", "shuffled": True},
    "dense": {"kind": "dense"},
    "dense, pixels shuffled": {"kind": "dense", "shuffled": True},
}
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
BATCHES = [1, 8, 32, 128]
FLOOR = 0.5  # the lowest share that the plot shows


def recorded() -> dict[str, list[float]]:
    """Return for each of RUNS the share of new digits read right, at the start and per epoch."""
    return json.loads(RECORD.read_text(encoding="utf-8"))["runs"]


class Training(Demo, module="training"):
    """Let a small network learn from 2,000 digits, and compare it with others.

    ``kind``: "convolution" (``filters`` kernels of 3×3, ReLU, 2×2 max pooling, a dense layer) or
    "dense" (64 units instead). ``rate``: the learning rate; ``batch``: digits in one step.
    ``shuffled``: the pixels of all images are in another order, the same for all. ``alike``: all
    filters (or units) start with the same weights. ``seed``: the seed of the random numbers.
    """

    kind = traitlets.Enum(["convolution", "dense"], "convolution").tag(sync=True)
    filters = traitlets.Int(8, min=1, max=16).tag(sync=True)
    rate = traitlets.Enum(RATES, 0.1).tag(sync=True)
    batch = traitlets.Enum(BATCHES, 8).tag(sync=True)
    shuffled = traitlets.Bool(False).tag(sync=True)
    alike = traitlets.Bool(False).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=999).tag(sync=True)
    # In Jupyter the page has no folder to load from; the book's page loads the file at "Train".
    _packed = traitlets.Bytes().tag(sync=True)

    @traitlets.default("_packed")
    def _digits(self) -> bytes:
        return packed()

    def parameters(self) -> int:
        """Return the number of parameters, which training changes."""
        if self.kind == "dense":
            layers = [(784, UNITS), (UNITS, 10)]
            return sum(reference.dense_parameters(*layer) for layer in layers)
        head = reference.dense_parameters(POOLED * POOLED * self.filters, 10)
        return reference.conv_parameters(1, self.filters, 3) + head

    def describe(self) -> str:
        """Return what the network learns, and what four networks reach, in two sentences."""
        ends = {name: f"{run[-1]:.0%}" for name, run in recorded().items()}
        return (
            f"A {self.kind} network with {self.parameters():,} parameters learns from 2,000 digits "
            f"in the page. After {EPOCHS} epochs a convolutional one reads {ends['convolution']} "
            f"of 500 new digits and a dense one {ends['dense']}; with all pixels shuffled it is "
            f"{ends['convolution, pixels shuffled']} and {ends['dense, pixels shuffled']}."
        )

    def picture(self) -> str:
        """Return the recorded curves of four networks."""
        picture = Picture(self.describe())
        left, top, wide, tall = 46, 24, 360, 190

        def height(share: float) -> float:
            return top + tall * (1 - (max(share, FLOOR) - FLOOR) / (1 - FLOOR))

        picture.text(0, 12, "new digits that are read right", size=13, fill=SOFT)
        for percent in range(50, 101, 10):
            y = height(percent / 100)
            picture.line(left, y, left + wide, y, thick=0.4)
            picture.text(left - 6, y + 4, f"{percent} %", size=12, fill=SOFT, anchor="end")
        for epoch in range(0, EPOCHS + 1, 5):
            x = left + wide * epoch / EPOCHS
            picture.text(x, top + tall + 18, str(epoch), size=12, fill=SOFT, anchor="middle")
        picture.text(left + wide, top + tall + 34, "epochs", size=12, fill=SOFT, anchor="end")
        lowest = 0.0  # the names at the right ends must not overlap
        for name, run in sorted(recorded().items(), key=lambda item: -item[1][-1]):
            colour = BLUE if "convolution" in name else ORANGE
            thick = 1.2 if "shuffled" in name else 2.4
            spots = [(left + wide * i / EPOCHS, height(share)) for i, share in enumerate(run)]
            for (x1, y1), (x2, y2) in pairwise(spots):
                picture.line(x1, y1, x2, y2, stroke=colour, thick=thick)
            lowest = max(lowest + 16, spots[-1][1] + 4)
            picture.text(left + wide + 8, lowest, f"{name}, {run[-1]:.0%}", size=12, fill=INK)
        return picture.svg()
