"""The demo of what ReLU does to a map, and why two convolutions without it are one."""

from collections.abc import Callable

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.convolution import LEFT_EDGES
from course_utils.widgets.picture import SOFT, Picture
from course_utils.widgets.shift import DIGIT

UPPER_EDGES = ((-1, -1, -1), (0, 0, 0), (1, 1, 1))
BETWEEN: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "nothing": lambda v: v,
    "relu": reference.relu,
    "half": lambda v: v / 2,
    "magnitude": np.abs,
}


class Relu(Demo, module="relu"):
    """Two 3×3 convolutions with a function between them, and one 5×5 convolution to compare.

    ``image`` (12 to 32 rows and columns) goes through the kernel ``first``, then ``between`` is
    applied to each number, then ``second`` follows. ``between`` is "nothing", "relu", "half" (of
    each number) or "magnitude" (the number without its sign). The 5×5 kernel is made from the two;
    its error is measured on the image.
    """

    image = Grid(DIGIT, rows=(12, 32), columns=(12, 32))
    first = Grid(LEFT_EDGES, rows=(3, 3), columns=(3, 3))
    second = Grid(UPPER_EDGES, rows=(3, 3), columns=(3, 3))
    between = traitlets.Enum(list(BETWEEN), "nothing").tag(sync=True)

    @property
    def maps(self) -> list[np.ndarray]:
        """The maps after the first kernel, ``between`` and the second kernel; and the one kernel's.

        Each is (rows, columns).
        """
        image, first, second = (
            np.array(x, float)[None, :, :, None] for x in (self.image, self.first, self.second)
        )
        before = reference.conv2d(image, first[0, :, :, :, None])
        after = BETWEEN[self.between](before)
        two = reference.conv2d(after, second[0, :, :, :, None])
        one = reference.conv2d(image, self.kernel[:, :, None, None])
        return [x[0, :, :, 0] for x in (before, after, two, one)]

    @property
    def kernel(self) -> np.ndarray:
        """The one kernel (5, 5): the second, turned by 180°, slides over the first in zeros.

        The first has two rings of zeros around it.
        """
        first, second = np.array(self.first, float), np.array(self.second, float)
        turned = second[::-1, ::-1, None, None]
        both = reference.conv2d(first[None, :, :, None], turned, padding=2)[0, :, :, 0]
        return both / 2 if self.between == "half" else both

    @property
    def missed(self) -> tuple[float, float]:
        """The relative error of the one kernel, and of the best 5×5 kernel with a bias.

        That is the size (root of the sum of squares) of the difference from the last map, over the
        size of the last map.
        """
        *_, two, one = self.maps
        image = np.array(self.image, float)
        windows = np.lib.stride_tricks.sliding_window_view(image, (5, 5)).reshape(two.size, 25)
        windows = np.c_[windows, np.ones(two.size)]
        best = windows @ np.linalg.lstsq(windows, two.reshape(-1), rcond=None)[0]
        size = float(np.linalg.norm(two)) or 1.0
        return (
            float(np.linalg.norm(two - one)) / size,
            float(np.linalg.norm(two.reshape(-1) - best)) / size,
        )

    def describe(self) -> str:
        """Return the function between them and the errors of one kernel, in one sentence."""
        words = {"relu": "ReLU", "half": "half of each number", "magnitude": "the magnitude"}
        own, best = self.missed
        return (
            f"Two 3×3 convolutions with {words.get(self.between, 'nothing')} between them: one 5×5 "
            f"convolution made of both misses their map by {own:.0%}, the best one by {best:.0%}."
        )

    def picture(self) -> str:
        """Return picture and maps with both kernels, and below them the one kernel and its map."""
        picture = Picture(self.describe())
        before, after, two, one = self.maps
        side, cell = 96, 22
        image = np.array(self.image, float)

        def maps(x: float, y: float, values: np.ndarray, name: str) -> None:
            picture.text(x, y - 6, name, size=12, fill=SOFT)
            picture.box(x, y, side, side)
            largest = float(np.abs(values).max()) or 1
            wide, tall = side / values.shape[1], side / values.shape[0]
            picture.pixels(x, y, values.tolist(), wide, tall, largest)

        maps(0, 20, image, "picture")
        picture.grid(112, 35, self.first, cell)
        maps(194, 20, before, "map")
        maps(306, 20, after, {"nothing": "nothing done"}.get(self.between, self.between))
        picture.grid(418, 35, self.second, cell)
        maps(500, 20, two, "two convolutions")
        picture.grid(194, 150, self.kernel.tolist(), cell)
        picture.text(112, 200, "one 5×5:", size=12, fill=SOFT)
        maps(500, 157, one, "one convolution")
        return picture.svg()
