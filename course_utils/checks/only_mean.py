"""Mistakes that only average pooling can have."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks import wrong_parts as parts
from course_utils.checks.question import Mistake
from course_utils.checks.wrong_pools import one_image

_MEAN = one_image(reference.avg_pool2d)
_COUNTED = "The mean is the sum of the window divided by its number of cells, w²."
_ROUNDED = "/ keeps the decimals: round nothing."


def _in_result(words, right, change):
    return Mistake(None, parts.after(_MEAN, change), words, right)


def _divided(words, by, right=_COUNTED):
    """The sum of a window, divided by another number; ``by``: from x, window, stride, counts."""

    def reduce(box, **facts):
        return box.sum(axis=(0, 1)) / by(**facts)

    return Mistake(None, parts.of_box(reduce, whole_image=True), words, right)


def _boxed(words, change, right=_COUNTED):
    return Mistake(None, parts.of_box(change), words, right)


def _started(box, add):
    total = 0.0
    for cell in box.reshape(-1, box.shape[2]):
        total = add(total, cell, len(box) ** 2)
    return total


ONLY_MEAN = (
    _divided("the sum divided by window · stride", lambda window, stride, **_: window * stride),
    _divided("the sum divided by twice the window", lambda window, **_: 2 * window),
    _divided("the sum divided by 9, whatever the window", lambda **_: 9),
    _divided(
        "the sum divided by the channels, too",
        lambda x, window, **_: window**2 * x.shape[2],
        "Each channel has a mean of its own, of w² cells.",
    ),
    _divided("the sum divided by the number of channels", lambda x, **_: x.shape[2]),
    _divided(
        "the sum divided by the side and by the channels",
        lambda x, window, **_: window * x.shape[2],
    ),
    _divided("the sum divided by w² − 1", lambda window, **_: window**2 - 1),
    _divided(
        "the sum divided by window ^ 2, which is no power",
        lambda window, **_: window ^ 2,
        "In Python ** is the power; ^ is “exclusive or” of bits.",
    ),
    _divided("the sum divided by the image's cells", lambda x, **_: x.shape[0] * x.shape[1]),
    _divided("the sum divided by all numbers of the image", lambda x, **_: x.size),
    _divided("the sum divided by the number of places", lambda counts, **_: math.prod(counts)),
    _divided("the sum divided by H", lambda x, **_: x.shape[0]),
    _divided("the sum divided by 2", lambda **_: 2),
    _divided("the sum divided by the stride", lambda stride, **_: stride),
    _divided("the sum divided by w³", lambda window, **_: window**3),
    _divided("the sum divided by w⁴", lambda window, **_: window**4),
    _in_result(
        "negative results as 0 (ReLU)",
        "Pooling has no activation: negative numbers stay.",
        lambda out: np.maximum(out, 0),
    ),
    _in_result("the mean rounded", _ROUNDED, np.round),
    _in_result(
        "the mean's decimals cut off",
        "Make the output with a float dtype, not with ints, which cuts off all decimals.",
        np.trunc,
    ),
    _in_result("the mean rounded up", _ROUNDED, np.ceil),
    _in_result("the mean rounded to one decimal", _ROUNDED, lambda out: np.round(out, 1)),
    _in_result("the mean rounded to two decimals", _ROUNDED, lambda out: np.round(out, 2)),
    _boxed(
        "zeros not counted as cells",
        lambda b: b.sum(axis=(0, 1)) / np.count_nonzero(b, axis=(0, 1)),
    ),
    _boxed("the mean of absolute values", lambda b: np.abs(b).mean(axis=(0, 1))),
    _boxed(
        "the root of the mean square",
        lambda b: np.sqrt((b**2).mean(axis=(0, 1))),
    ),
    Mistake(
        None,
        parts.going_on(lambda cells, window: cells.sum(axis=0) / window**2),
        "a total that goes on from window to window",
        "Each window begins anew: set the total back to 0 inside the loops over places.",
    ),
    Mistake(
        None,
        parts.going_on(lambda cells, window: cells.mean(axis=0)),
        "the mean of all windows so far",
        "Each window begins anew.",
    ),
    _boxed(
        "half of each new number and half of the total",
        lambda b: _started(b, lambda total, cell, n: (total + cell) / 2),
        "Add all up first, then divide once by w².",
    ),
    _boxed(
        "a total divided by w² after every cell",
        lambda b: _started(b, lambda total, cell, n: (total + cell) / n),
        "Add all up first, then divide once by w².",
    ),
    _boxed(
        "the last cell alone, divided by w²",
        lambda b: _started(b, lambda total, cell, n: cell / n),
        "Add the cells up: += in the place of =.",
    ),
    *(
        _boxed(
            "the sum of fewer cells, divided by w²",
            reduced,
            "range(window) has all w: 0 to w − 1.",
        )
        for reduced in (
            lambda b: b[:-1, :-1].sum(axis=(0, 1)) / len(b) ** 2,
            lambda b: b[:-1].sum(axis=(0, 1)) / len(b) ** 2,
            lambda b: b[:, :-1].sum(axis=(0, 1)) / len(b) ** 2,
        )
    ),
    *(
        Mistake(None, parts.table(corners), words, right)
        for words, right, corners in (
            (
                "a summed-area table without a row and a column of zeros in front",
                "The corners lie before the window: put zeros in front of the sums, or the first "
                "row and column of each window are lost.",
                lambda s, r, c, w: (
                    s[r + w - 1, c + w - 1] - s[r, c + w - 1] - s[r + w - 1, c] + s[r, c]
                ),
            ),
            (
                "a summed-area table read at −1, which is its end",
                "Put a row and a column of zeros in front of the sums.",
                lambda s, r, c, w: (
                    s[r + w - 1, c + w - 1]
                    - s[r - 1, c + w - 1]
                    - s[r + w - 1, c - 1]
                    + s[r - 1, c - 1]
                ),
            ),
            (
                "a summed-area table whose corner is not added again",
                "Both strips hold the corner: it is subtracted twice, so add it once.",
                lambda s, r, c, w: _corners(s, r, c, w, 0),
            ),
            (
                "a summed-area table whose corner is subtracted once more",
                "Both strips hold the corner: it is subtracted twice, so add it once.",
                lambda s, r, c, w: _corners(s, r, c, w, -1),
            ),
        )
    ),
)


def _corners(sums, row, column, window, times):
    s = np.pad(sums, ((1, 0), (1, 0), (0, 0)))
    a, b = row + window, column + window
    return s[a, b] - s[row, b] - s[a, column] + times * s[row, column]
