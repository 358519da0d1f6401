"""The demo that counts parameters: a dense layer against a convolution on the same image."""

import math

import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo
from course_utils.widgets.picture import BLUE, LINE, ORANGE, SOFT, Picture


class Parameters(Demo, module="parameters"):
    """How many parameters do a dense layer and a convolution need for an image of any size?

    The image has ``width`` by ``height`` pixels of ``channels`` numbers; the dense layer has
    ``units`` units; the convolution has ``filters`` filters of ``kernel`` by ``kernel``, each with
    a bias. The demo opens on an MNIST digit, 512 units, and the 32 filters of 3×3 of the book's
    network.
    """

    width = traitlets.Int(28, min=8, max=4096).tag(sync=True)
    height = traitlets.Int(28, min=8, max=4096).tag(sync=True)
    channels = traitlets.Int(1, min=1, max=4).tag(sync=True)
    units = traitlets.Int(512, min=1, max=4096).tag(sync=True)
    filters = traitlets.Int(32, min=1, max=512).tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=11).tag(sync=True)

    @property
    def counts(self) -> tuple[int, int]:
        """Parameters of the dense layer and of the convolution."""
        inputs = self.width * self.height * self.channels
        return (
            reference.dense_parameters(inputs, self.units),
            reference.conv_parameters(self.channels, self.filters, self.kernel),
        )

    def describe(self) -> str:
        """Return both counts in one sentence."""
        dense, convolution = self.counts
        return (
            f"On an image of {self.width}×{self.height}×{self.channels}, a dense layer of "
            f"{self.units:,} units has {dense:,} parameters; a convolution with {self.filters} "
            f"filters of {self.kernel}×{self.kernel} has {convolution:,}."
        )

    def picture(self) -> str:
        """Return both counts as bars on a logarithmic scale."""
        picture = Picture(self.describe())
        left, decade = 118, 34
        for power in range(0, 12, 3):
            x = left + power * decade
            picture.line(x, 6, x, 108)
            word = ("1", "1 thousand", "1 million", "1 billion")[power // 3]
            picture.text(x, 124, word, size=12, anchor="middle", fill=SOFT)
        names = (f"dense, {self.units:,}", f"{self.filters} filters {self.kernel}×{self.kernel}")
        for y, name, count, colour in zip(
            (12, 62), names, self.counts, (ORANGE, BLUE), strict=True
        ):
            length = math.log10(count) * decade
            picture.text(0, y + 22, name)
            picture.box(left, y, length, 36, stroke=colour, thick=2, fill=colour, fill_opacity=0.3)
            picture.text(left + length + 8, y + 22, f"{count:,}", weight=600)
        picture.line(left, 108, left + 11.2 * decade, 108, stroke=LINE)
        return picture.svg()
