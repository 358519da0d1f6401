"""The demo of kernels on a photograph, grey or in colour."""

import base64
from pathlib import Path

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.convolution import LEFT_EDGES
from course_utils.widgets.picture import SOFT, Picture

FILE = Path(__file__).with_name("photo.jpg")  # its source and licence: scripts/make_photo.py
JPEG = FILE.read_bytes()
COLUMNS, ROWS = 240, 160
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look (ITU-R BT.601)
SLICES = ("red", "green", "blue")


def photograph() -> np.ndarray:
    """Return the photograph (160, 240, 3), from 0 to 1: a white cup on a red saucer."""
    import io

    from PIL import Image  # installed with matplotlib

    return np.asarray(Image.open(io.BytesIO(JPEG)), float) / 255


class Photo(Demo, module="photo"):
    """A kernel of 3×3 or 5×5 on a photograph: the bundled one, the reader's own, or the camera.

    With ``channels=1`` the photo is grey and goes through ``kernel``. With ``channels=3`` its three
    channels go through the slices ``red``, ``green`` and ``blue`` of one filter, which adds the
    results up into one map; ``apart`` does not add them up, as in a photo program.
    """

    kernel = Grid(LEFT_EDGES, rows=(3, 5), columns=(3, 5))
    red = Grid(LEFT_EDGES, rows=(3, 5), columns=(3, 5))
    green = Grid(LEFT_EDGES, rows=(3, 5), columns=(3, 5))
    blue = Grid(LEFT_EDGES, rows=(3, 5), columns=(3, 5))
    channels = traitlets.Enum([1, 3], 1).tag(sync=True)
    apart = traitlets.Bool(False).tag(sync=True)
    _packed = traitlets.Bytes(JPEG).tag(sync=True)  # see digit.py

    @traitlets.validate("kernel", "red", "green", "blue")
    def _square(self, proposal) -> tuple:
        value = proposal["value"]
        if len(value) != len(value[0]) or len(value) == 4:
            name, came = proposal["trait"].name, f"{len(value)}×{len(value[0])}"
            raise traitlets.TraitError(f"Photo.{name} takes 3×3 or 5×5 numbers; got {came}")
        return value

    def maps(self, photo: np.ndarray) -> list[np.ndarray]:
        """Return the map of each slice on a photo (rows, columns, 3) from 0 to 1.

        There is one map of the grey photo; or there are three, and the filter's map is their sum.
        Slices of different sizes give maps of different sizes.
        """
        if self.channels == 1:
            planes, kernels = [photo @ np.array(LUMA)], [self.kernel]
        else:
            planes = list(np.moveaxis(photo, -1, 0))
            kernels = [getattr(self, name) for name in SLICES]
        return [
            reference.conv2d(plane[None, :, :, None], np.array(kernel, float)[:, :, None, None])[
                0, :, :, 0
            ]
            for plane, kernel in zip(planes, kernels, strict=True)
        ]

    def describe(self) -> str:
        """Return what goes in and what comes out, in one sentence."""
        size = len(self.kernel if self.channels == 1 else self.red)
        if self.channels == 1:
            return f"A grey photo of a cup on a saucer goes through one kernel of {size}×{size}."
        return (
            f"The red, green and blue channels of a photo of a cup on a red saucer go through the "
            f"three {size}×{size} slices of one filter, which adds them up into one map."
        )

    def picture(self) -> str:
        """Return the photo, the weights, and the map at half its size."""
        picture = Picture(self.describe())
        picture.text(0, 12, "photo", size=12, fill=SOFT)
        address = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
        look = "grey" if self.channels == 1 else "auto"
        picture.image(0, 18, COLUMNS, ROWS, address, look)
        names = ("kernel",) if self.channels == 1 else SLICES
        cell = 24 if self.channels == 1 else 66 / len(self.red)
        for i, name in enumerate(names):
            x = COLUMNS + 20 + i * 78
            picture.text(x, 12, name, size=12, fill=SOFT)
            picture.grid(x, 18, getattr(self, name), cell)
        parts = self.maps(photograph())
        rows, columns = (min(part.shape[axis] for part in parts) for axis in (0, 1))
        total = np.sum([part[:rows, :columns] for part in parts], axis=0)[::2, ::2]
        x = COLUMNS + 20 + (5 * 24 + 20 if self.channels == 1 else 3 * 78 + 10)
        picture.text(x, 12, "map", size=12, fill=SOFT)
        largest = float(np.abs(total).max()) or 1
        picture.box(x, 18, columns, rows)
        picture.pixels(x, 18, total.tolist(), 2, 2, largest)
        return picture.svg()
