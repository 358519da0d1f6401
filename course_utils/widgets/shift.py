"""The demo that moves a digit: equivariance of the feature map, small invariance after pooling."""

import numpy as np
import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo, Grid
from course_utils.widgets.picture import SOFT, Picture

# Image 15 of MNIST's training set (Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0),
# np.rint(x_train[15] / 255 * 9), moved up by 3 rows so that it can move by 4 pixels to every side.
# These are rows 4 to 23 of 28; the others are empty.
INK = """
0000000000000004469980000000
0000000000002469999998000000
0000000017889997999998000000
0000000289999911128996000000
0000000799994200059981000000
0000002999820000069950000000
0000007997200001389720000000
0000003771000004997100000000
0000000000000039994000000000
0000000000000099940000000000
0000000000000599910000000000
0000000000000699400000000000
0000000000004996100000000000
0000000000069940000000000000
0000000000199800000000000000
0000000001598100000000000000
0000000006994000000000000000
0000000026951000000000000000
0000000059810000000000000000
0000000029300000000000000000
"""
EMPTY = ((0,) * 28,) * 4
DIGIT = EMPTY + tuple(tuple(map(int, line)) for line in INK.split()) + EMPTY
LEFT_EDGES = np.array([[-1.0, 0, 1]] * 3).reshape(3, 3, 1, 1)


class Shift(Demo, module="shift"):
    """A picture moves by pixels; its feature map and its max pooled map are compared.

    ``image`` (5 to 32 rows and columns) moves ``right`` and ``down`` by −4 to 4 pixels; zeros take
    its place. The feature map is the ReLU of a convolution with a 3×3 kernel for left edges. It is
    max pooled in ``window`` × ``window`` windows without overlap. With ``follow`` the maps of
    before are moved by as much, and then compared. The demo opens on a 7 that has moved by one
    pixel to the right.
    """

    image = Grid(DIGIT, rows=(5, 32), columns=(5, 32))
    right = traitlets.Int(1, min=-4, max=4).tag(sync=True)
    down = traitlets.Int(0, min=-4, max=4).tag(sync=True)
    window = traitlets.Int(2, min=1, max=26).tag(sync=True)
    follow = traitlets.Bool(False).tag(sync=True)

    def maps(self, moved: bool) -> list[np.ndarray]:
        """Picture, feature map and pooled map (empty if no window fits), each (rows, columns)."""
        image = np.array(self.image, float)
        if moved:
            rows, columns = image.shape
            wide = np.pad(image, 4)
            image = wide[4 - self.down :, 4 - self.right :][:rows, :columns]
        found = reference.relu(reference.conv2d(image[None, :, :, None], LEFT_EDGES))
        if self.window > min(found.shape[1:3]):
            return [image, found[0, :, :, 0], np.zeros((0, 0))]
        return [image, found[0, :, :, 0], reference.max_pool2d(found, self.window)[0, :, :, 0]]

    @property
    def changes(self) -> list[float]:
        """The relative change of picture, feature map and pooled map, without ``follow``.

        That is the size (root of the sum of squares) of the difference, over the size of the map
        before.
        """
        pairs = zip(self.maps(moved=False), self.maps(moved=True), strict=True)
        return [float(np.linalg.norm(b - a) / (np.linalg.norm(a) or 1)) for a, b in pairs]

    def describe(self) -> str:
        """Return the shift and the two changes in one sentence."""
        _, found, pooled = self.changes
        return (
            f"A picture has moved by {self.right} to the right and {self.down} down. Its feature "
            f"map of left edges changes by {found:.0%}, the map after {self.window}×{self.window} "
            f"max pooling by {pooled:.0%}."
        )

    def picture(self) -> str:
        """Return picture, feature map and pooled map, before and after, and how much changed."""
        picture = Picture(self.describe())
        side, gap = 132, 18
        names = ("Picture", "Feature map", "Pooled map")
        before, after = self.maps(moved=False), self.maps(moved=True)
        for line, (word, maps) in enumerate((("before", before), ("after", after))):
            y = 24 + line * (side + gap)
            picture.text(0, y + side / 2, word, fill=SOFT)
            for i, values in enumerate(maps):
                x = 60 + i * (side + gap)
                picture.box(x, y, side, side, fill="#000" if i == 0 else "none")
                if values.size:
                    tall, wide = side / values.shape[0], side / values.shape[1]
                    largest = max(before[i].max(), after[i].max())
                    picture.pixels(x, y, values.tolist(), wide, tall, largest, ink=i == 0)
        for i, (name, change) in enumerate(zip(names, self.changes, strict=True)):
            x = 60 + i * (side + gap)
            picture.text(x, 14, name, fill=SOFT)
            picture.text(x, 24 + 2 * (side + gap) + 4, f"changed by {100 * change:.0f} %")
        return picture.svg()
