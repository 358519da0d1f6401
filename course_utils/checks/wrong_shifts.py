"""Wrong and right ways to move an image and to compare its pooled maps."""

import numpy as np

from course_utils import reference


def shifted(image, columns):
    """The truth: to the right, zeros on the left, and what leaves is lost."""
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, : image.shape[1] - columns]
    return moved


def wiped(image, columns):
    """The first columns set to 0, nothing moved."""
    wiped = image.copy()
    wiped[:, :columns] = 0
    return wiped


def shifted_over(image, columns):
    """Laid over a copy of the image, whose first columns stay."""
    moved = shifted(image, columns)
    moved[:, :columns] = image[:, :columns]
    return moved


def down_too(image, columns):
    """To the right, and as far down."""
    return shifted(shifted(image, columns).T, columns).T


def edge_repeated(image, columns):
    """To the right, the first column repeated where zeros belong."""
    return np.pad(image, ((0, 0), (columns, 0)), "edge")[:, : image.shape[1]]


def moved_by(move):
    """The image moved in another way; pooled and compared as it should be."""
    return lambda image, columns, window: (
        pooled(image, window) != pooled(move(image, columns), window)
    )


def pooled_along(axes):
    """The maximum over other axes than 1 and 3 of (H // w, w, W // w, w)."""

    def over(image, window):
        height, width = image.shape
        four = image.reshape(height // window, window, width // window, window)
        return four.max(axis=axes)

    return over


def widened(image, columns, window):
    """Nothing cut off on the right, and then a reshape: NumPy's error where it does not fit."""
    pooled = pooled_along((1, 3))
    return pooled(image, window) != pooled(np.pad(image, ((0, 0), (columns, 0))), window)


def pooled(image, window):
    """The truth: the maximum of each window, side by side."""
    return reference.max_pool2d(image[None, :, :, None], window)[0, :, :, 0]


def pooled_by(image, size):
    """The maximum of windows of this size (rows, columns), side by side."""
    return reference.max_pool2d(image[None, :, :, None], size)[0, :, :, 0]


def changed(image, columns, window):
    """The truth of ``changed_cells``."""
    return pooled(image, window) != pooled(shifted(image, columns), window)


def moved_from_the_end(image, columns, window):
    """image[:, :-columns], which is empty where columns is 0."""
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, :-columns]
    return pooled(image, window) != pooled(moved, window)


def averaged(image, window):
    """The mean of each window."""
    return reference.avg_pool2d(image[None, :, :, None], window)[0, :, :, 0]


def after_the_shift(compare, pool=pooled):
    """``compare`` of the two pooled maps, in another way than with !=."""
    return lambda image, columns, window: compare(
        pool(image, window), pool(shifted(image, columns), window)
    )


def differ(before, after):
    """The truth: where two maps differ."""
    return before != after


def every_window(image, window):
    """The maximum of overlapping windows, in steps of one cell."""
    return reference.max_pool2d(image[None, :, :, None], window, 1)[0, :, :, 0]
