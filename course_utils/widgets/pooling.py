"""The demo of max and average pooling."""

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.picture import BLUE, ORANGE, SOFT, Picture, number

MAP = (
    (1, 3, 2, 1, 0, 4),
    (2, 8, 0, 1, 5, 2),
    (0, 1, 6, 2, 1, 0),
    (4, 2, 3, 7, 0, 1),
    (1, 0, 2, 1, 3, 2),
    (5, 1, 0, 4, 2, 9),
)


class Pooling(Demo, module="pooling"):
    """One number of each window: the largest (``mode="max"``) or the mean (``"average"``).

    ``image`` is a map of 1 to 9 rows and columns; ``window``, ``stride`` (1 to 4) and ``padding``
    (per side; pooling ignores it, so it must be smaller than the window) are the same for both
    axes; ``step`` is the output cell that is shown, counted row by row. Settings that leave no
    output are allowed: the demo says why.
    """

    image = Grid(MAP, rows=(1, 9), columns=(1, 9))
    mode = traitlets.CaselessStrEnum(("max", "average"), "max").tag(sync=True)
    window = traitlets.Int(2, min=1, max=4).tag(sync=True)
    stride = traitlets.Int(2, min=1, max=4).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)

    @property
    def output(self) -> np.ndarray | None:
        """The output (rows, columns) as ``reference`` computes it; None if there is none."""
        pool = reference.max_pool2d if self.mode == "max" else reference.avg_pool2d
        image = np.array(self.image, float)[None, :, :, None]
        try:
            return pool(image, self.window, self.stride, self.padding)[0, :, :, 0]
        except ValueError:
            return None

    def describe(self) -> str:
        """Return the sizes in one sentence."""
        out = self.output
        result = "no output" if out is None else f"{out.shape[0]}×{out.shape[1]} numbers"
        return (
            f"{self.mode.capitalize()} pooling of {len(self.image)}×{len(self.image[0])} numbers "
            f"with {self.window}×{self.window} windows, stride {self.stride} and padding "
            f"{self.padding} gives {result}."
        )

    def picture(self) -> str:
        """Return the map and the output side by side, with one window marked."""
        picture, out = Picture(self.describe()), self.output
        image = np.pad(np.array(self.image, float), self.padding, constant_values=np.nan)
        row, column = (
            divmod(min(self.step, out.size - 1), out.shape[1]) if out is not None else (0, 0)
        )
        top, left, y = row * self.stride, column * self.stride, 24

        def window(r: int, c: int) -> str:
            inside = top <= r < top + self.window and left <= c < left + self.window
            return ORANGE if inside and out is not None else ""

        def write(value: float) -> str:
            return number(value) if np.isfinite(value) else "–"

        picture.text(0, 14, "Map", fill=SOFT)
        blank = np.isnan(image)
        width, height = picture.grid(
            0, y, image.tolist(), mark=window, dashed=lambda r, c: blank[r, c], write=write
        )
        picture.text(width + 22, y + height / 2, "→", size=22, anchor="middle", fill=SOFT)
        x = width + 44
        picture.text(x, 14, "Output", fill=SOFT)
        if out is None:
            picture.text(x, y + 20, "none")
            return picture.svg()
        picture.grid(x, y, out.tolist(), mark=lambda r, c: BLUE if (r, c) == (row, column) else "")
        cells = image[top : top + self.window, left : left + self.window]
        cells = ", ".join(number(v) for v in cells[np.isfinite(cells)])
        word = "max" if self.mode == "max" else "mean"
        picture.text(0, y + height + 26, f"{word}({cells}) = {number(out[row, column])}", size=13)
        return picture.svg()
