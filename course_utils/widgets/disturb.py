"""The demo in which the reader changes a digit until the CNN misreads it."""

import numpy as np
import traitlets

from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.chance import chance
from course_utils.widgets.digit import LAYERS, OPENING, PACKED, SAMPLES
from course_utils.widgets.network import activations
from course_utils.widgets.picture import SOFT, Picture

FAR = 10  # pixels that a digit may move


class Disturb(Demo, module="disturb"):
    """Move, turn, scale, erase, invert a digit, mix it with noise, and see what the CNN says.

    ``image`` is 28×28 ink from 0 to 1. It is scaled to ``scale`` per cent, turned clockwise by
    ``turn`` degrees and moved by ``right`` and ``down`` pixels; then ``hole`` × ``hole`` pixels
    around ``row`` and ``column`` are erased; with ``invert`` ink becomes paper; last, ``noise`` per
    cent of each pixel's value is replaced by a random number (other numbers for each ``seed``).
    With ``fit`` the result is fitted to 20×20 and centred before the network reads it. ``along``
    names one of the changes: the plot shows how certain the network is over its whole range.
    """

    image = Grid((SAMPLES[OPENING] / 255).round(3).tolist(), rows=(28, 28), columns=(28, 28))
    right = traitlets.Int(0, min=-FAR, max=FAR).tag(sync=True)
    down = traitlets.Int(0, min=-FAR, max=FAR).tag(sync=True)
    turn = traitlets.Int(0, min=-180, max=180).tag(sync=True)
    scale = traitlets.Int(100, min=50, max=150).tag(sync=True)
    noise = traitlets.Int(0, min=0, max=100).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=999).tag(sync=True)
    hole = traitlets.Int(0, min=0, max=20).tag(sync=True)
    row = traitlets.Int(13, min=0, max=27).tag(sync=True)
    column = traitlets.Int(13, min=0, max=27).tag(sync=True)
    invert = traitlets.Bool(False).tag(sync=True)
    fit = traitlets.Bool(False).tag(sync=True)
    along = traitlets.Enum(["right", "down", "turn", "scale", "noise", "hole"], "right").tag(
        sync=True
    )
    _packed = traitlets.Bytes(PACKED).tag(sync=True)  # see digit.py

    def changed(self) -> np.ndarray:
        """Return the digit with all changes (28, 28), not fitted.

        Each pixel is interpolated between four of the original, weighted by how near they are.
        """
        angle = np.deg2rad(self.turn)
        cos, sin = np.cos(angle) * 100 / self.scale, np.sin(angle) * 100 / self.scale
        y, x = np.mgrid[:28, :28] - 13.5
        y, x = y - self.down, x - self.right
        rows, columns = y * cos - x * sin + 13.5, x * cos + y * sin + 13.5
        top, left = (np.floor(n + 1e-9).astype(int) for n in (rows, columns))
        low, far = rows - top, columns - left
        wide = np.pad(np.array(self.image, float), 1)

        def ink(r: np.ndarray, c: np.ndarray) -> np.ndarray:
            return wide[np.clip(r + 1, 0, 29), np.clip(c + 1, 0, 29)]

        out = (1 - low) * ((1 - far) * ink(top, left) + far * ink(top, left + 1)) + low * (
            (1 - far) * ink(top + 1, left) + far * ink(top + 1, left + 1)
        )
        first = [max(0, n - self.hole // 2) for n in (self.row, self.column)]
        ends = [max(0, n - self.hole // 2 + self.hole) for n in (self.row, self.column)]
        out[first[0] : ends[0], first[1] : ends[1]] = 0
        if self.invert:
            out = 1 - out
        if self.noise:
            out += self.noise / 100 * (chance(self.seed, 784).reshape(28, 28) - out)
        return out

    def shares(self) -> np.ndarray:
        """Return the ten probabilities of the changed digit as it is, not fitted."""
        return activations(LAYERS, self.changed())[-1]

    def describe(self) -> str:
        """Return what the network says before and after, in one sentence."""
        before, after = activations(LAYERS, np.array(self.image))[-1], self.shares()
        return (
            f"A digit that the network reads as {before.argmax()} with {before.max():.0%} is "
            f"changed; now it says {after.argmax()} and is {after.max():.0%} certain."
        )

    def picture(self) -> str:
        """Return the digit before and after, and the ten probabilities of each."""
        picture = Picture(self.describe())
        before = np.array(self.image), activations(LAYERS, np.array(self.image))[-1]
        side = 138
        for name, left, (image, shares) in (
            ("untouched", 0, before),
            ("changed", 350, (self.changed(), self.shares())),
        ):
            picture.text(left, 12, name, size=13, fill=SOFT)
            picture.box(left, 20, side, side, fill="#000")
            picture.pixels(left, 20, image.tolist(), side / 28, side / 28, 1, ink=True)
            picture.answers(left + side + 22, 24, shares.tolist(), longest=110)
        return picture.svg()
