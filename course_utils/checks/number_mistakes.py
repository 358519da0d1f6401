"""Mistakes of any pool in the number of a window, and in the form of the result."""

import numpy as np

from course_utils.checks import wrong_orders as orders
from course_utils.checks import wrong_parts as parts
from course_utils.checks.question import Mistake
from course_utils.checks.wrong_pools import along_one_axis, framed

_BOX = "The window is a box (w, w, C): reduce its first two axes, all of its cells, and no more."
_FORM = "The result is (H', W', C): rows, columns, and all channels, the smallest sizes too."
_TILES = "The image in tiles is (H', w, W', w, C): reduce axes 1 and 3; for steps use windows."


def _tiled(reduce, shape, axes):
    """A reshape to other tiles."""

    def on_image(x, window, stride=None, padding=0):
        x = framed(x, padding)
        height, width = x.shape[0] // window, x.shape[1] // window
        whole = x[: height * window, : width * window]
        return reduce(whole.reshape(*shape(height, width, window), x.shape[2]), axis=axes)

    return on_image


def _viewed(reduce, axes, each=None):
    """Windows (H', W', C, w, w) reduced along other axes."""

    def on_image(x, window, stride=None, padding=0):
        whole = framed(x, padding)
        found = np.lib.stride_tricks.sliding_window_view(whole, (window, window), axis=(0, 1))
        step = each or stride or window
        return reduce(found[::step, ::step], axis=axes)

    return on_image


def _first_in_row(out):
    kept = np.zeros(out.shape)
    kept[:1, :1] = out[:1, :1]
    return kept


def _cut(side):
    """The image cut to a multiple of the window (or stride) first."""

    def change(x, window, step):
        n = side(window, step)
        return x[: x.shape[0] // n * n, : x.shape[1] // n * n]

    return change


def numbers_of(pool, reduce) -> tuple[Mistake, ...]:
    """The mistakes of ``pool``, which applies ``reduce`` to each window."""

    def box(words, change, right=_BOX):
        return Mistake(None, parts.of_box(change), words, right)

    def result(words, change, right=_FORM):
        return Mistake(None, parts.after(pool, change), words, right)

    def over(window, axis):
        return reduce(window, axis=axis)

    both = (0, 1)
    found = [
        box("the first cell of each window", lambda b: b[0, 0]),
        box("the last cell of each window", lambda b: b[-1, -1]),
        box("the middle cell of each window", lambda b: b[len(b) // 2, len(b) // 2]),
        box("the last row of each window alone", lambda b: over(b[-1], 0)),
        box("the last column of each window alone", lambda b: over(b[:, -1], 0)),
        box(
            "the diagonal of each window alone",
            lambda b: over(np.array([b[a, a] for a in range(min(b.shape[:2]))]), 0),
        ),
        box("the first channel's number in every channel", lambda b: over(b[..., 0], None)),
        box("the last channel's number in every channel", lambda b: over(b[..., -1], None)),
        box("the channels added up", lambda b: over(b, both).sum()),
        box("each column's sum, and of these the largest", lambda b: b.sum(axis=0).max(axis=0)),
        box("each row's sum, and of these the largest", lambda b: b.sum(axis=1).max(axis=0)),
        box("each column's mean, and of these the largest", lambda b: b.mean(axis=0).max(axis=0)),
        box("each row's mean, and of these the largest", lambda b: b.mean(axis=1).max(axis=0)),
        box("the product of the window", lambda b: b.prod(axis=both)),
        box("the difference of largest and smallest", lambda b: np.ptp(b, axis=both)),
        box("the spread of the window", lambda b: b.std(axis=both)),
        Mistake(
            None,
            parts.of_box(lambda b: b.min(axis=both)),
            "the smallest number",
            "Max pooling keeps the largest number, average pooling the mean.",
        )
        if reduce is np.mean
        else box("the median", lambda b: np.median(b, axis=both)),
        box("the window's number in the last channel only", lambda b: _last_alone(over(b, both))),
        result("the result in the order (C, H', W')", lambda out: out.transpose(2, 0, 1)),
        result("axes of size 1 taken away", np.squeeze),
        result("one axis too many, as for a batch", lambda out: out[None]),
        result("one axis too many at the end", lambda out: out[..., None]),
        result("all places in one list", lambda out: out.reshape(-1, out.shape[2])),
        result("one flat list", np.ravel),
        result("the first place alone filled", _first_in_row, "Is the `return` inside a loop?"),
        result("the first row alone returned", lambda out: out[0], "Is the `return` in a loop?"),
        result("the first number alone", lambda out: out[0, 0], "Is the `return` in a loop?"),
        result("the result divided by 255", lambda out: out / 255, "Nothing is scaled here."),
        result("absolute values of the result", np.abs, "Pooling keeps the signs."),
        result("zeros alone", np.zeros_like, "Is out[i, j] set to what you compute?"),
        result("the result with the other sign", np.negative, "Nothing turns the sign."),
        *(
            Mistake(
                None,
                parts.before(pool, _cut(side)),
                words,
                "Overlapping windows reach the cells that are cut off: cut nothing.",
            )
            for side, words in (
                (lambda w, s: w, "the image cut to whole tiles first"),
                (lambda w, s: s, "the image cut to a multiple of the stride first"),
            )
        ),
        *(
            Mistake(None, _tiled(reduce, shape, axes), words, _TILES)
            for shape, axes, words in (
                (lambda h, w, n: (n, h, n, w), (0, 2), "a reshape to (w, H', w, W', C)"),
                (lambda h, w, n: (h, w, n, n), (2, 3), "a reshape to (H', W', w, w, C)"),
                (
                    lambda h, w, n: (h, n, w, n),
                    (0, 2),
                    "the maximum or mean over the tiles, and not in each",
                ),
                (lambda h, w, n: (h, n, w, n), (2, 3), "each row of the image reduced as a whole"),
            )
        ),
        *(
            Mistake(
                None,
                _viewed(reduce, axes),
                f"axis {axes} of windows (H', W', C, w, w)",
                "sliding_window_view puts the window's axes last: reduce axis=(3, 4).",
            )
            for axes in ((2, 3), (2, 4), -1, 3, (0, 1))
        ),
        Mistake(
            None,
            lambda x, window, stride=None, padding=0: framed(x, padding)[
                :: stride or window, :: stride or window
            ],
            "cells picked by the stride, and no window",
            "Each place gives one number of all w × w cells of its window.",
        ),
        result(
            "the channels added up, and no axis for them",
            lambda out: out.sum(axis=2),
            "Each channel is pooled by itself, and the result is (H', W', C).",
        ),
        Mistake(
            None,
            along_one_axis(reduce, 2),
            "the channels reduced in the place of the window",
            "The window is (rows, columns, channels): reduce axis=(0, 1), keep the channels.",
        ),
        *(
            Mistake("rows-columns-swapped", wrong(reduce), words, right)
            for wrong, words, right in (
                (
                    orders.starts_exchanged,
                    "i and j exchanged in the start of a window",
                    "i counts rows: the window begins at row i·stride and column j·stride.",
                ),
                (
                    orders.written_exchanged,
                    "out[j, i] in the place of out[i, j]",
                    "i counts the rows of the result, as it counts those of the windows.",
                ),
                (
                    lambda each: orders.shape_misread(each, (1, 0, 2)),
                    "W, H, C read from x.shape",
                    "x.shape is (H, W, C): rows come first.",
                ),
            )
        ),
        Mistake(
            "channels-first",
            orders.shape_misread(reduce, (1, 2, 0)),
            "C, H, W read from x.shape",
            "x.shape is (H, W, C): channels come last.",
        ),
        *(
            Mistake(
                None,
                orders.always(pool, step),
                f"a stride of {step}, whatever is given",
                "The argument `stride` says it; without one, the stride is the window.",
            )
            for step in (2,)
        ),
        Mistake(
            None,
            lambda x, *a, **k: x,
            "the image itself",
            "Each place gives one number of all w × w cells of its window.",
        ),
    ]
    return tuple(found)


def _last_alone(numbers):
    kept = np.zeros(numbers.shape)
    kept[-1] = numbers[-1]
    return kept
