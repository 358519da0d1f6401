"""The demo of one kernel that slides over one image."""

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.picture import BLUE, ORANGE, SOFT, Picture, bracketed, number

ONE = (
    (0, 1, 2, 0, 0),
    (0, 2, 2, 0, 0),
    (0, 0, 2, 0, 0),
    (0, 0, 2, 0, 0),
    (0, 2, 2, 2, 0),
)
LEFT_EDGES = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))


class Convolution(Demo, module="convolution"):
    """A kernel slides over an image: windows, products, sums, and the size formula.

    ``image`` (1 to 9 rows and columns) and ``kernel`` (1 to 5) are rectangles of numbers; stride,
    padding (per side; with ``same`` it is Keras's "same") and dilation are the same for both axes;
    ``flip`` turns the kernel by 180°, which gives the mathematicians' convolution; ``step`` is the
    output cell that is shown, counted row by row. The demo opens on a small figure 1 and a kernel
    that finds left edges. Without ``settings`` it offers neither stride, padding, dilation and
    sizes nor their formula, for readers who have not met them. Settings that leave no room for a
    window are allowed: the demo says why there is no output.
    """

    image = Grid(ONE, rows=(1, 9), columns=(1, 9))
    kernel = Grid(LEFT_EDGES, rows=(1, 5), columns=(1, 5))
    stride = traitlets.Int(1, min=1, max=4).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=4).tag(sync=True)
    same = traitlets.Bool(False).tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=3).tag(sync=True)
    flip = traitlets.Bool(False).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)
    settings = traitlets.Bool(True).tag(sync=True)

    @property
    def output(self) -> np.ndarray | None:
        """The output (rows, columns) as ``reference.conv2d`` computes it; None if nothing fits."""
        image, kernel = np.array(self.image, float), np.array(self.kernel, float)
        if self.flip:
            kernel = kernel[::-1, ::-1]
        padding = "same" if self.same else self.padding
        settings = {"stride": self.stride, "padding": padding, "dilation": self.dilation}
        try:
            made = reference.conv2d(image[None, :, :, None], kernel[:, :, None, None], **settings)
        except ValueError:
            return None
        return made[0, :, :, 0]

    def _margins(self) -> list[tuple[int, int]]:
        """Cells of padding before and after, along rows and columns."""
        padding = "same" if self.same else self.padding
        sides = zip(np.shape(self.image), np.shape(self.kernel), strict=True)
        return [reference.margins(n, k, self.stride, padding, self.dilation) for n, k in sides]

    def describe(self) -> str:
        """Return the sizes in one sentence."""
        rows, columns = len(self.image), len(self.image[0])
        kernel = f"{len(self.kernel)}×{len(self.kernel[0])}"
        out = self.output
        result = (
            "no output: the kernel does not fit"
            if out is None
            else "a {}×{} output".format(*out.shape)
        )
        padding = "“same”" if self.same else self.padding
        return (
            f"A {kernel} kernel slides over a {rows}×{columns} image with stride {self.stride}, "
            f"padding {padding} and dilation {self.dilation}: {result}."
        )

    def picture(self) -> str:
        """Return image, kernel and output side by side, with one window and its sum."""
        picture = Picture(self.describe())
        real = np.array(self.image, float)
        margins = self._margins()
        image = np.pad(real, margins)
        kernel, out = np.array(self.kernel, float), self.output
        used = kernel[::-1, ::-1] if self.flip else kernel
        row = column = 0
        window = {}  # place in the padded image -> the weight that lies on it
        if out is not None:
            row, column = divmod(min(self.step, out.size - 1), out.shape[1])
            for i, j in np.ndindex(used.shape):
                place = (
                    row * self.stride + i * self.dilation,
                    column * self.stride + j * self.dilation,
                )
                window[place] = used[i, j]

        def border(r: int, c: int) -> bool:
            return not all(
                before <= place < before + n
                for place, n, (before, _) in zip((r, c), real.shape, margins, strict=True)
            )

        x, y = 0, 24
        picture.text(x, 14, "Image", fill=SOFT)
        marks = {"mark": lambda r, c: ORANGE if (r, c) in window else "", "dashed": border}
        width, tallest = picture.grid(x, y, image.tolist(), **marks)
        middle = y + tallest / 2
        x += width + 44
        picture.text(x - 22, middle, "∗", size=24, anchor="middle", fill=SOFT)
        picture.text(x, 14, "Kernel", fill=SOFT)
        width, tall = picture.grid(x, y, kernel.tolist())
        tallest = max(tallest, tall)
        x += width + 44
        picture.text(x - 22, middle, "=", size=24, anchor="middle", fill=SOFT)
        picture.text(x, 14, "Output", fill=SOFT)
        if out is None:
            picture.text(x, y + 20, "none: the kernel does not fit")
            return picture.svg()
        _, tall = picture.grid(
            x, y, out.tolist(), mark=lambda r, c: BLUE if (r, c) == (row, column) else ""
        )
        below = y + max(tallest, tall) + 26
        terms = [
            f"{number(float(image[place]))}·{bracketed(weight)}" for place, weight in window.items()
        ]
        for first in range(0, len(terms), 9):
            line = " + ".join(terms[first : first + 9])
            more = " +" if first + 9 < len(terms) else f" = {number(out[row, column])}"
            picture.text(0, below + 20 * (first // 9), line + more, size=13)
        return picture.svg()
