"""The demo of several input channels and several filters."""

from typing import Any

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo
from course_utils.widgets.picture import BLUE, ORANGE, SOFT, Picture, bracketed, number

MOST = 4  # the most channels, and the most filters
_RANDOM = np.random.default_rng(5)
IMAGE = _RANDOM.integers(0, 4, (5, 5, MOST))
WEIGHTS = _RANDOM.integers(-1, 2, (3, 3, MOST, MOST))
BIAS = np.array([1, 0, -2, 3])


class Numbers(traitlets.TraitType):
    """A synced trait: an array of finite numbers of one fixed shape, kept as nested lists."""

    def __init__(self, default: np.ndarray, **kwargs: Any):
        self._shape = default.shape
        self.limits = {"shape": list(default.shape)}
        super().__init__(default.tolist(), **kwargs)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list:
        """Return ``value`` as nested lists. Raises TraitError, which says what was given."""
        try:
            array = np.array(value)
        except ValueError:
            array = np.array(None)
        if array.dtype.kind not in "biuf" or array.shape != self._shape:
            came = f"shape {array.shape}" if array.dtype.kind in "biuf" else repr(value)[:60]
        elif not np.isfinite(array).all():
            came = "a number that is not finite"
        else:
            return array.tolist()
        raise traitlets.TraitError(
            f"{type(obj).__name__}.{self.name} takes finite numbers of shape {self._shape}; "
            f"got {came}"
        )


class Channels(Demo, module="channels"):
    """Several channels in, a filter with one slice for each, one map for each filter.

    ``image`` (5, 5, 4), ``weights`` (3, 3, 4, 4) and ``bias`` (4,) have Keras's axes and always
    hold numbers for four channels and four filters. The demo uses the first ``channels`` channels,
    the first ``filters`` filters, and the top left ``size`` × ``size`` of each slice. ``filter``
    and ``step`` are the filter and the output cell (row by row) whose sum is written out.
    """

    image = Numbers(IMAGE)
    weights = Numbers(WEIGHTS)
    bias = Numbers(BIAS)
    channels = traitlets.Int(2, min=1, max=MOST).tag(sync=True)
    filters = traitlets.Int(1, min=1, max=MOST).tag(sync=True)
    size = traitlets.Int(3, min=1, max=3).tag(sync=True)
    filter = traitlets.Int(0, min=0, max=MOST - 1).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)

    @property
    def output(self) -> np.ndarray:
        """The maps (rows, columns, filters) as ``reference.conv2d`` computes them."""
        image = np.array(self.image, float)[None, :, :, : self.channels]
        weights = np.array(self.weights, float)
        weights = weights[: self.size, : self.size, : self.channels, : self.filters]
        return reference.conv2d(image, weights, np.array(self.bias, float)[: self.filters])[0]

    def describe(self) -> str:
        """Return shapes and the number of parameters in one sentence."""
        rows, columns, maps = self.output.shape
        parameters = reference.conv_parameters(self.channels, self.filters, self.size)
        return (
            f"A convolution from {self.channels} channels to {self.filters} with {self.size}×"
            f"{self.size} windows: 5×5×{self.channels} goes in, {rows}×{columns}×{maps} comes out, "
            f"{parameters} parameters."
        )

    def picture(self) -> str:
        """Return channels and slices line by line with their sums, and the map of one filter."""
        picture, out = Picture(self.describe()), self.output
        image, weights = np.array(self.image, float), np.array(self.weights, float)
        chosen = min(self.filter, self.filters - 1)
        row, column = divmod(min(self.step, out[..., 0].size - 1), out.shape[1])
        window = (slice(row, row + self.size), slice(column, column + self.size))

        def mark(r: int, c: int) -> str:
            inside = window[0].start <= r < window[0].stop and window[1].start <= c < window[1].stop
            return ORANGE if inside else ""

        y, cell, sums = 20, 24, []
        for c in range(self.channels):
            picture.text(0, y - 6, f"Channel {c}", fill=SOFT, size=12)
            picture.grid(0, y, image[:, :, c].tolist(), cell, mark=mark)
            part = weights[: self.size, : self.size, c, chosen]
            picture.text(5 * cell + 18, y + 60, "∗", size=20, anchor="middle", fill=SOFT)
            picture.text(5 * cell + 36, y - 6, f"Filter {chosen}, slice {c}", fill=SOFT, size=12)
            picture.grid(5 * cell + 36, y + cell, part.tolist(), cell)
            sums.append(float((image[window][:, :, c] * part).sum()))
            picture.text(9 * cell + 24, y + 64, f"= {number(sums[-1])}", weight=600)
            y += 5 * cell + 34
        bias = float(self.bias[chosen])
        total = " + ".join(bracketed(value) for value in [*sums, bias])
        picture.text(0, y, f"{total} (bias) = {number(out[row, column, chosen])}", weight=600)
        x = 9 * cell + 110
        picture.text(x, 14, f"Map {chosen}", fill=SOFT, size=12)
        picture.grid(
            x,
            20,
            out[:, :, chosen].tolist(),
            30,
            mark=lambda r, c: BLUE if (r, c) == (row, column) else "",
        )
        return picture.svg()
