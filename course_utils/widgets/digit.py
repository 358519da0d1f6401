"""The demo in which the reader draws a digit and sees the output of every layer of the CNN."""

import base64
import struct
import zlib

import numpy as np
import traitlets

from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.network import FILE, activations, unpack
from course_utils.widgets.picture import SOFT, Picture

PACKED = FILE.read_bytes()
LAYERS, SAMPLES = unpack(PACKED)
OPENING = 7  # number of the sample on which it opens
NAMES = ("conv 1", "pool 1", "conv 2", "pool 2", "conv 3")
SHOWN = 8  # maps of each layer in the picture for print


class Digit(Demo, module="digit"):
    """Draw a digit, and see the output of each layer of chapter 8's CNN.

    ``drawing`` is 28×28 ink from 0 to 1, like the images of ``load_mnist``: take ``x[0, :, :, 0]``.
    With ``fit`` it is first fitted to 20×20 and centred by its mass, as MNIST's digits were.
    ``level`` opens a layer (1 to 5 the maps, 6 the dense layer, 7 the ten digits; 0 none) and
    ``map``, ``row``, ``column`` choose a cell of it; the terms of its sum are shown. With
    ``moving`` the demo draws samples by itself until the reader touches it. ``predict`` does
    nothing here: the answer is shown while the reader draws.
    """

    drawing = Grid((SAMPLES[OPENING] / 255).round(3).tolist(), rows=(28, 28), columns=(28, 28))
    fit = traitlets.Bool(True).tag(sync=True)
    level = traitlets.Int(0, min=0, max=7).tag(sync=True)
    map = traitlets.Int(0, min=0, max=63).tag(sync=True)
    row = traitlets.Int(0, min=0, max=25).tag(sync=True)
    column = traitlets.Int(0, min=0, max=25).tag(sync=True)
    moving = traitlets.Bool(False).tag(sync=True)
    # In Jupyter the page has no folder to load from, so the trait carries the file. In the book the
    # underscore keeps the trait out of the page, which loads the file when the demo starts.
    _packed = traitlets.Bytes(PACKED).tag(sync=True)

    def layers(self) -> list[np.ndarray]:
        """Return each layer's output for the drawing as it is, not fitted (see network.py)."""
        return activations(LAYERS, np.array(self.drawing))

    def describe(self) -> str:
        """Return the network's answer for the drawing in one sentence."""
        shares = self.layers()[-1]
        return (
            f"A drawn digit goes through the layers of a convolutional network with 93,322 "
            f"parameters, which says {shares.argmax()} and is {shares.max():.0%} certain."
        )

    def picture(self) -> str:
        """Return the drawing, each layer's eight maps with the largest means, and the shares."""
        picture = Picture(self.describe())
        *stages, _, shares = self.layers()
        side, left = 46, 76
        picture.box(left, 0, 3 * side, 3 * side, fill="#000")
        cell = 3 * side / 28
        picture.pixels(left, 0, self.drawing, cell, cell, 1, ink=True)
        picture.answers(left + 3 * side + 34, 4, shares.tolist())
        for level, (name, maps) in enumerate(zip(NAMES, stages, strict=True)):
            y = 3 * side + 16 + level * (side + 6)
            picture.text(0, y + side / 2 - 2, name, size=13)
            size = " × ".join(map(str, maps.shape))
            picture.text(0, y + side / 2 + 12, size, size=10, fill=SOFT)
            busiest = np.sort(np.argsort(-maps.mean(axis=(0, 1)), kind="stable")[:SHOWN])
            for i, channel in enumerate(busiest):
                x = left + i * (side + 4)
                picture.box(x, y, side, side)
                picture.image(x, y, side, side, _png(maps[:, :, channel] / (maps.max() or 1)))
        return picture.svg()


def _png(shades: np.ndarray) -> str:
    """Return shades (rows, columns) from 0 to 1 as the ``data:`` address of a PNG in 16 blues.

    Hundreds of cells as SVG shapes would take many times as many bytes.
    """
    steps = np.rint(15 * np.clip(shades, 0, 1) ** 0.7).astype(np.uint8)
    rows, columns = steps.shape
    lines = b"".join(b"\0" + line.tobytes() for line in steps)
    header = struct.pack(">2I5B", columns, rows, 8, 3, 0, 0, 0)  # 8 bits a cell, by palette
    palette = bytes([47, 127, 209]) * 16
    clear = bytes(17 * step for step in range(16))
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"tRNS", clear),
        (b"IDAT", zlib.compress(lines, 9)),
    )
    chunks = [*parts, (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return "data:image/png;base64," + base64.b64encode(data).decode()
