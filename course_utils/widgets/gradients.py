"""The demo of gradients that flow back through a convolution or a pooling layer."""

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.convolution import LEFT_EDGES, ONE
from course_utils.widgets.picture import BLUE, INK, SOFT, Picture, bracketed, number

FROM_ABOVE = ((1, 0, 0), (0, 2, 0), (0, 0, -1))
NUDGES = (3.0, 1.0, 0.1, 0.001)
LAYERS = ("convolution", "max", "average")


class Gradients(Demo, module="gradients"):
    """Each place of an output sends its share of the gradient back, and the shares add up.

    ``layer`` is a "convolution" with a 3×3 ``kernel``, or "max" or "average" pooling with a
    ``window``, with a ``stride`` and no padding, on ``image`` (3 to 6 rows and columns). ``above``
    is the gradient from above, one number for each place of the output: numbers outside of the
    output are cut off, missing ones are 1. The loss is the sum of these numbers times the output's.
    ``step`` places have sent their shares, or all places if there are fewer. ``target`` ("kernel"
    or "input") and ``cell`` (row by row) choose the number whose gradient is written out and
    checked by a finite difference of ±``NUDGES[nudge]``. With ``overwrite`` the shares do not add
    up: each replaces the one before, as = does in place of +=.
    """

    layer = traitlets.Enum(LAYERS, "convolution").tag(sync=True)
    image = Grid(ONE, rows=(3, 6), columns=(3, 6))
    kernel = Grid(LEFT_EDGES, rows=(3, 3), columns=(3, 3))
    above = Grid(FROM_ABOVE, rows=(1, 5), columns=(1, 5))
    window = traitlets.Int(3, min=2, max=3).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=3).tag(sync=True)
    step = traitlets.Int(26, min=0, max=26).tag(sync=True)
    target = traitlets.Enum(("kernel", "input"), "kernel").tag(sync=True)
    cell = traitlets.Int(1, min=0, max=35).tag(sync=True)
    nudge = traitlets.Int(2, min=0, max=len(NUDGES) - 1).tag(sync=True)
    overwrite = traitlets.Bool(False).tag(sync=True)

    def _output(self, image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """The layer's output (rows, columns) for an image and a kernel."""
        x = image[None, :, :, None]
        if self.layer == "convolution":
            return reference.conv2d(x, kernel[:, :, None, None], stride=self.stride)[0, :, :, 0]
        pool = reference.max_pool2d if self.layer == "max" else reference.avg_pool2d
        return pool(x, self.window, self.stride)[0, :, :, 0]

    @property
    def from_above(self) -> np.ndarray:
        """The gradient from above, (rows, columns) of the output."""
        shape = self._output(np.array(self.image, float), np.array(self.kernel, float)).shape
        whole = np.ones(shape)
        part = np.array(self.above, float)[: shape[0], : shape[1]]
        whole[: part.shape[0], : part.shape[1]] = part
        return whole

    @property
    def gradients(self) -> tuple[np.ndarray, np.ndarray, float]:
        """The gradients of kernel (3, 3), input (its shape) and bias, computed by ``reference``.

        A pooling layer has no kernel: its gradient is zeros. The gradient of a convolution's bias
        is the sum of ``above``.
        """
        return self._back(self.from_above)

    def _back(self, gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """The gradients of kernel, input and bias from a gradient (rows, columns) of the output."""
        above = gradient[None, :, :, None]
        image = np.array(self.image, float)[None, :, :, None]
        if self.layer == "convolution":
            kernel = np.array(self.kernel, float)[:, :, None, None]
            dx, dw, db = reference.conv2d_backward(above, image, kernel, self.stride)
            return dw[:, :, 0, 0], dx[0, :, :, 0], float(db[0])
        max_pool = self.layer == "max"
        back = reference.max_pool2d_backward if max_pool else reference.avg_pool2d_backward
        dx = back(above, image, self.window, self.stride)
        return np.zeros((3, 3)), dx[0, :, :, 0], float(above.sum())

    @property
    def chosen(self) -> tuple[str, int, int]:
        """``target`` ("input" for a pooling layer), and the row and column of ``cell`` in it."""
        target = self.target if self.layer == "convolution" else "input"
        x = np.array(self.kernel if target == "kernel" else self.image)
        row, column = divmod(min(self.cell, x.size - 1), x.shape[1])
        return target, row, column

    @property
    def terms(self) -> list[tuple[float, float]]:
        """The terms of the chosen gradient: (gradient from above, factor), without those of 0."""
        target, row, column = self.chosen
        above = self.from_above
        found = []
        for place in np.ndindex(above.shape):
            alone = np.zeros(above.shape)
            alone[place] = 1  # a gradient of 1 at this place alone gives its factor
            dw, dx, _ = self._back(alone)
            factor = (dw if target == "kernel" else dx)[row, column]
            if above[place] * factor:
                found.append((float(above[place]), float(factor)))
        return found

    def loss(self, target: str = "input", change: tuple[int, int, float] = (0, 0, 0.0)) -> float:
        """The sum of ``from_above`` times the output, with one number of ``target`` changed.

        ``change``: its row, its column, and how much is added to it.
        """
        image, kernel = np.array(self.image, float), np.array(self.kernel, float)
        row, column, by = change
        (kernel if target == "kernel" else image)[row, column] += by
        return float((self.from_above * self._output(image, kernel)).sum())

    def slope(self, target: str, row: int, column: int) -> float:
        """The finite difference of the loss at one number; the gradient is checked against it."""
        by = NUDGES[self.nudge]
        up, down = (self.loss(target, (row, column, side)) for side in (by, -by))
        return (up - down) / (2 * by)

    def describe(self) -> str:
        """Return the layer and its sizes in one sentence."""
        rows, columns = self.from_above.shape
        through = {
            "convolution": "a 3×3 convolution",
            "max": f"max pooling with {self.window}×{self.window} windows",
            "average": f"average pooling with {self.window}×{self.window} windows",
        }
        return (
            f"Back through {through[self.layer]}: {rows}×{columns} places of the output send their "
            f"shares of the gradient home to a {len(self.image)}×{len(self.image[0])} input"
            f"{' and nine weights' if self.layer == 'convolution' else ''}, where they add up."
        )

    def picture(self) -> str:
        """Return kernel, gradient from above and input, the two gradients below, and one sum."""
        picture, above = Picture(self.describe()), self.from_above
        dw, dx, bias = self.gradients
        target, row, column = self.chosen

        def chosen(name: str):
            return lambda r, c: INK if (name, r, c) == (target, row, column) else ""

        cell, x, low = 30, 0.0, 24 + 30 * len(self.image) + 36
        if self.layer == "convolution":
            picture.text(0, 14, "Kernel", fill=SOFT)
            picture.grid(0, 24, self.kernel, cell)
            picture.text(0, low - 10, "its gradient", fill=SOFT)
            picture.grid(0, low, dw.tolist(), cell, mark=chosen("kernel"))
            picture.text(0, low + 3 * cell + 20, f"bias: {number(bias)}", size=13)
            x = 3 * cell + 44
            picture.text(x - 22, low + 54, "←", size=22, anchor="middle", fill=SOFT)
        middle = (24 + low) / 2 + 10
        picture.text(x, middle - 10, "From above", fill=SOFT)
        picture.grid(x, middle, above.tolist(), cell, mark=lambda r, c: BLUE if above[r, c] else "")
        x += max(3, above.shape[1]) * cell + 44
        picture.text(x - 22, low + 54, "→", size=22, anchor="middle", fill=SOFT)
        picture.text(x, 14, "Input", fill=SOFT)
        picture.grid(x, 24, self.image, cell)
        picture.text(x, low - 10, "its gradient", fill=SOFT)
        _, tall = picture.grid(x, low, dx.tolist(), cell, mark=chosen("input"))
        factors = [
            bracketed(g) if self.layer == "max" else f"{bracketed(g)}·{bracketed(by)}"
            for g, by in self.terms
        ]
        total = number(float((dw if target == "kernel" else dx)[row, column]))
        line = f"{target}, row {row}, column {column}: {' + '.join(factors) or 'nothing'} = {total}"
        picture.text(0, low + max(tall, 3 * cell + 24) + 24, line, size=13)
        return picture.svg()
