"""One image, one kernel, as they are when a misconception is right: (H, W), (KH, KW) → (H', W')."""

import numpy as np

from course_utils import reference
from course_utils.checks.examine import Mistake


def padded(image, rows, columns):
    """The truth of ``zero_pad``."""
    return np.pad(image, ((rows, rows), (columns, columns)))


def to_minus_border(image, rows, columns):
    """The image put into the slice [rows:-rows, columns:-columns]."""
    if not (rows and columns):
        raise ValueError("could not broadcast")
    return padded(image, rows, columns)


def plane(layer):
    """A layer's implementation on one image and one kernel."""

    def one_channel(image, kernel, stride=1, padding=0):
        maps = layer(
            image[None, :, :, None], kernel[:, :, None, None], np.zeros(1), stride, padding
        )
        return maps[0, :, :, 0]

    return one_channel


_true = plane(reference.conv2d)


def _one_place_short(image, kernel, stride=1, padding=0):
    return _true(image, kernel, stride, padding)[:-1, :-1]


def _last_places_empty(image, kernel, stride=1, padding=0):
    out = _true(image, kernel, stride, padding)
    out[-1:] = 0
    out[:, -1:] = 0
    return out


def stride_in_range(image, kernel, stride=1, padding=0):
    """for i in range(0, out.shape[0], stride): out[i, j] from the window that begins at i, j."""
    out = np.zeros_like(_true(image, kernel, stride, padding))
    rows, columns = out.shape
    out[::stride, ::stride] = _true(image, kernel, 1, padding)[:rows:stride, :columns:stride]
    return out


def _first_row(image, kernel, stride=1, padding=0):
    out = _true(image, kernel, stride, padding)
    out[1:] = 0
    return out


def _first_cell(image, kernel, stride=1, padding=0):
    out = _first_row(image, kernel, stride, padding)
    out[:, 1:] = 0
    return out


def _last_product(image, kernel, stride=1, padding=0):
    """out[i, j] = … in the loops over the kernel."""
    only = np.zeros_like(kernel)
    only[-1, -1] = kernel[-1, -1]
    return _true(image, only, stride, padding)


def _added_up(axis):
    """A total that goes on from place to place; ``axis`` 1: set back at each row."""

    def one_channel(image, kernel, stride=1, padding=0):
        out = _true(image, kernel, stride, padding)
        return np.cumsum(out, axis).reshape(out.shape)

    return one_channel


def _summed(product):
    """The sum of ``product(window, kernel)`` at every place."""

    def one_channel(image, kernel, stride=1, padding=0):
        framed = np.pad(image, padding)
        windows = np.lib.stride_tricks.sliding_window_view(framed, kernel.shape)
        chosen = windows[::stride, ::stride]
        return np.array([[np.sum(product(window, kernel)) for window in row] for row in chosen])

    return one_channel


_RETURN = "Does the `return` stand inside a loop? It belongs behind both."


def mistakes(*layers) -> tuple[Mistake, ...]:
    """Those of ``layers`` (see layer_mistakes), and those that need no layer to be seen."""
    return (
        *(Mistake(id, plane(layer), *words) for id, layer, *words in layers),
        Mistake(
            None,
            _one_place_short,
            "the last row and column of places missing",
            "A kernel of k rows has n − k + 1 places in n rows.",
        ),
        Mistake(
            None,
            _last_places_empty,
            "the last row and column of places left at 0",
            "range(n − k) ends one place too early: there are n − k + 1 places.",
        ),
        Mistake(None, _first_row, "the first row alone filled", _RETURN),
        Mistake(None, _first_cell, "the first cell alone filled", _RETURN),
        Mistake(
            None,
            _last_product,
            "the last product of each window alone",
            "Each product adds to the cell: += and not =.",
        ),
        *(
            Mistake(
                None,
                _added_up(axis),
                "a total that goes on from place to place",
                "The sum begins with 0 again at every place.",
            )
            for axis in (None, 1)
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window @ kernel),
            "the matrix product (@)",
            "Window and kernel are multiplied cell by cell.",
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window * kernel / kernel.size),
            "the mean of the products",
            "The products are summed, not averaged.",
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window),
            "the sum of each window alone",
            "Each cell of the window is first multiplied by the weight that lies on it.",
        ),
    )
