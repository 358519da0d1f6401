"""Checks of max and average pooling, and of how many numbers they leave."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks import wrong_pools as wrong
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.pool_mistakes import FRAMES, LAYOUTS, mistakes_of
from course_utils.checks.question import Mistake, Question

_max_pool = wrong.one_image(reference.max_pool2d)
_avg_pool = wrong.one_image(reference.avg_pool2d)


def _drawn(rng, *shape):
    """Different whole numbers as floats, about half of them negative; no two are equal."""
    count = math.prod(shape)
    return (rng.permutation(count) - count // 2).reshape(shape).astype(float)


# ---- max_pool2d and avg_pool2d -------------------------------------------------------------------


def _side_by_side(rng):
    cases = [Case((np.array([[1.0, 5, 2, 0], [3, 4, 8, 6]])[:, :, None], 2))]
    cases += [Case((_drawn(rng, *shape, 1), w)) for shape, w in (((4, 4), 2), ((3, 6), 3))]
    return [*cases, Case((-1 - _drawn(rng, 2, 4, 1) ** 2, 2))]  # nothing but negative numbers


def _left_over(rng):
    spans = (((2, 3), 2), ((5, 4), 2), ((7, 8), 3), ((4, 5), 3))
    return [Case((_drawn(rng, *shape, 1), window)) for shape, window in spans]


def _pooled_channels(rng):
    return [Case((_drawn(rng, *shape), 2)) for shape in ((2, 2, 2), (4, 2, 3), (2, 6, 2))]


def _overlapping(rng):
    spans = (((3, 3), 2, 1), ((3, 4), 2, 1), ((5, 4), 3, 1), ((5, 7), 3, 2), ((5, 5), 2, 3))
    return [Case((_drawn(rng, *shape, 1), w), {"stride": s}) for shape, w, s in spans]


def _ignored_border(rng):
    cases = [Case((-1 - _drawn(rng, 2, 2, 1) ** 2, 2), {"stride": 2, "padding": 1})]
    for shape, window, stride, padding in (((3, 4), 2, 2, 1), ((4, 3), 3, 2, 1), ((5, 4), 3, 1, 2)):
        x = _drawn(rng, *shape, 2) - 4
        cases.append(Case((x, window), {"stride": stride, "padding": padding}))
    return cases


_PARTS = {
    "windows side by side": _side_by_side,
    "cells left over": _left_over,
    "channels": _pooled_channels,
    "stride": _overlapping,
}

_MAX_POOL2D = Question(
    name="max_pool2d",
    parameters=("x", "window"),
    truth=_max_pool,
    parts={**_PARTS, "padding": _ignored_border},
    mistakes=(
        *mistakes_of(_max_pool, np.max),
        *FRAMES,
        Mistake(
            None,
            wrong.from_zero,
            "0 as the largest number of a window of negative numbers",
            "The largest of −5 and −2 is −2: begin the search with a number of the window, or −∞.",
        ),
        Mistake(
            None,
            wrong.without_padding,
            "the padding left out",
            "Padding frames the image on every side, so that there are more windows.",
        ),
        Mistake(
            None,
            lambda x, *a, **k: -_max_pool(-x, *a, **k),
            "the smallest number",
            "Max pooling keeps the largest number.",
        ),
        Mistake(None, _avg_pool, "the average", "Max pooling keeps the largest number."),
        Mistake(
            None,
            wrong.place(_max_pool),
            "the place of the largest number",
            "np.argmax says where it is, np.max what it is.",
        ),
    ),
    hint="out[i, j, c] is the largest number of the window that begins at row i·stride and column "
    "j·stride, in channel c alone.",
    section="pooling",
    readings=LAYOUTS,
)


def check_max_pool2d(answer, part=None, seed=0) -> None:
    """``answer(x, window, stride=None, padding=0)``: (H, W, C) → (H', W', C)."""
    examine(_MAX_POOL2D, answer, part, seed)


def _summed(x, window, stride=None):
    return _avg_pool(x, window, stride) * window**2


def _over_side(x, window, stride=None):
    return _avg_pool(x, window, stride) * window


def _over_steps(x, window, stride=None):
    return _avg_pool(x, window, stride) * window**2 / (stride or window) ** 2


_AVG_POOL2D = Question(
    name="avg_pool2d",
    parameters=("x", "window"),
    truth=_avg_pool,
    parts=_PARTS,
    mistakes=(
        *mistakes_of(_avg_pool, np.mean),
        Mistake(None, _max_pool, "the maximum", "Average pooling takes the mean of the window."),
        Mistake(None, _summed, "the sum", "The mean is the sum divided by the window's cells."),
        Mistake(
            None,
            _over_side,
            "the sum divided by the window's side",
            "A window of side w has w² cells.",
        ),
        Mistake(
            None,
            _over_steps,
            "the sum divided by the stride's square",
            "The mean divides by the window's cells, w², whatever the stride.",
        ),
        Mistake(
            None,
            lambda *a, **k: np.floor(_avg_pool(*a, **k)),
            "the mean rounded down",
            "/ keeps the decimals, // cuts them off.",
        ),
        Mistake(None, wrong.median, "the median", "The mean is the sum divided by w²."),
    ),
    hint="it is max_pool2d with the mean of each window in place of the maximum.",
    section="pooling",
    readings=LAYOUTS,
)


def check_avg_pool2d(answer, part=None, seed=0) -> None:
    """``answer(x, window, stride=None)``: (H, W, C) → (H', W', C)."""
    examine(_AVG_POOL2D, answer, part, seed)


# ---- values_left ---------------------------------------------------------------------------------


def _left(shape, window, stride, *, divide=lambda a, b: a // b):
    height, width, channels = shape
    return (divide(height - window, stride) + 1) * (divide(width - window, stride) + 1) * channels


def _fitting(rng):
    cases = [Case(((4, 4, 1), 2, 2)), Case(((6, 4, 3), 2, 2)), Case(((12, 9, 8), 3, 3))]
    return cases + [Case(((2 * int(n), 2 * int(n) + 2, 5), 2, 2)) for n in rng.integers(2, 12, 2)]


def _not_fitting(rng):
    cases = [Case(((5, 5, 2), 2, 2)), Case(((13, 13, 64), 3, 2)), Case(((7, 10, 4), 3, 1))]
    for _ in range(5):
        height, width, channels = (int(n) for n in rng.integers(6, 20, 3))
        window, stride = int(rng.integers(2, 5)), int(rng.integers(1, 5))
        cases.append(Case(((height, width, channels), window, stride)))
    return cases


_ONLY_TILES = "That holds only where windows lie side by side and nothing is left over."

_VALUES_LEFT = Question(
    name="values_left",
    parameters=("shape", "window", "stride"),
    truth=_left,
    parts={"windows that fit": _fitting, "windows that do not": _not_fitting},
    mistakes=(
        Mistake("no-floor", lambda *a: _left(*a, divide=lambda x, y: x / y)),
        Mistake("size-ceiling", lambda *a: _left(*a, divide=lambda x, y: -(-x // y))),
        Mistake("pooling-mixes-channels", lambda shape, w, s: _left((*shape[:2], 1), w, s)),
        Mistake(
            "pooling-mixes-channels",
            lambda shape, w, s: _left(shape, w, s) // shape[2] * ((shape[2] - w) // s + 1),
            "channels pooled like rows and columns",
        ),
        Mistake("pooling-tiles", lambda shape, w, s: _left(shape, w, w)),
        *(
            Mistake(
                None,
                lambda shape, w, s, axis=axis: _left((shape[axis], shape[axis], shape[2]), w, s),
                "one size for both axes",
                "H and W need not be equal: count the windows along each.",
            )
            for axis in (0, 1)
        ),
        Mistake(
            None,
            lambda shape, w, s: _left(shape, w, s, divide=lambda a, b: a // b - 1),
            "the last window not counted",
            "A map as large as the window still holds one window: hence a + 1.",
        ),
        Mistake(
            None,
            lambda shape, w, s: math.prod(shape) // w**2,
            "the input divided by the window's cells",
            _ONLY_TILES,
        ),
        Mistake(
            None,
            lambda shape, w, s: math.prod(shape) // s**2,
            "the input divided by the stride's square",
            _ONLY_TILES,
        ),
        Mistake(
            None,
            lambda shape, w, s: (shape[0] // s) * (shape[1] // s) * shape[2],
            "each side divided by the stride",
            _ONLY_TILES,
        ),
        Mistake(
            None,
            lambda shape, w, s: -(-shape[0] // s) * -(-shape[1] // s) * shape[2],
            "⌈n/s⌉ windows along each axis",
            "A window counts only if all of it is inside: (n − w) // s + 1.",
        ),
        Mistake(
            "no-floor",
            lambda *a: int(_left(*a, divide=lambda x, y: x / y)),
            "the product rounded, and not each size",
            "Each axis holds a whole number of windows: round down along each, then multiply.",
        ),
        Mistake(
            None,
            lambda shape, w, s: math.prod(shape) - _left(shape, w, s),
            "how many numbers are lost",
            "Count those that remain.",
        ),
    ),
    hint="count the windows along the rows and along the columns; the channels stay.",
    section="pooling",
)


def check_values_left(answer, part=None, seed=0) -> None:
    """``answer((H, W, C), window, stride)`` → int: how many numbers pooling leaves."""
    examine(_VALUES_LEFT, answer, part, seed)
