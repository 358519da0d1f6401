"""Checks of max and average pooling."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks import pool_contrasts
from course_utils.checks import wrong_pools as wrong
from course_utils.checks import wrong_windows as windows
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.number_mistakes import numbers_of
from course_utils.checks.only_max import ONLY_MAX
from course_utils.checks.only_mean import ONLY_MEAN
from course_utils.checks.place_mistakes import places_of
from course_utils.checks.pool_mistakes import FINITE_FRAME, FRAMES, LAYOUTS, mistakes_of
from course_utils.checks.question import Mistake, Question

_max_pool = wrong.one_image(reference.max_pool2d)
_avg_pool = wrong.one_image(reference.avg_pool2d)


def _drawn(rng, *shape):
    """Different whole numbers as floats, about half of them negative; no two are equal."""
    count = math.prod(shape)
    return (rng.permutation(count) - count // 2).reshape(shape).astype(float)


def _largest(x, *arguments, **options):
    """The truth of ``max_pool2d``: of whole numbers the largest is one."""
    return _max_pool(x, *arguments, **options).astype(x.dtype)


# ---- max_pool2d and avg_pool2d -------------------------------------------------------------------


def _side_by_side(rng):
    cases = [Case((np.array([[1.0, 5, 2, 0], [3, 4, 8, 6]])[:, :, None], 2))]
    cases += [Case((_drawn(rng, *shape, 1), w)) for shape, w in (((4, 4), 2), ((3, 6), 3))]
    return [*cases, Case((-1 - _drawn(rng, 2, 4, 1) ** 2, 2))]  # only negative numbers


def _whole_and_other_tiles(rng):
    """The same, and the example's image of whole numbers."""
    example, *others = _side_by_side(rng)
    return [example, *others, Case((example.arguments[0].astype(np.int64), 2))]


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
    whole = _drawn(rng, 2, 4, 1).astype(np.int64) - 9
    cases.append(Case((whole, 2), {"stride": 2, "padding": 1}))
    deep = (_drawn(rng, 2, 3, 1) - 9) * 1e6  # lower than -999 or -1e6; -1e9 is low enough
    cases.append(Case((deep, 2), {"stride": 1, "padding": 1}))
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
    truth=_largest,
    parts={**_PARTS, "padding": _ignored_border},
    mistakes=(
        *mistakes_of(_max_pool, np.max),
        *FRAMES,
        *places_of(np.max, framed=True),
        *numbers_of(_max_pool, np.max),
        *ONLY_MAX,
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
        Mistake(
            None,
            lambda x, *a, **k: _max_pool(np.abs(x), *a, **k),
            "the largest absolute value",
            "The signs count: of −5 and 2 the larger one is 2.",
        ),
    ),
    contrasts=pool_contrasts.POOLS,
    whole_numbers="An array of ints has no −∞: make a copy with floats first, x.astype(float).",
    hint="out[i, j, c] is the largest number of the window that begins at row i·stride and column "
    "j·stride, in channel c alone.",
    section="pooling",
    readings=LAYOUTS,
    signs=(FINITE_FRAME,),
)


def check_max_pool2d(answer, part=None, seed=0) -> None:
    """``answer(x, window, stride=None, padding=0)``: (H, W, C) → (H', W', C)."""
    examine(_MAX_POOL2D, answer, part, seed)


def _summed(x, window, stride=None):
    return _avg_pool(x, window, stride) * window**2


def _over_side(x, window, stride=None):
    return _avg_pool(x, window, stride) * window


def _over_four(x, window, stride=None):
    return _avg_pool(x, window, stride) * window**2 / 4


def _over_steps(x, window, stride=None):
    return _avg_pool(x, window, stride) * window**2 / (stride or window) ** 2


_AVG_POOL2D = Question(
    name="avg_pool2d",
    parameters=("x", "window"),
    truth=_avg_pool,
    parts={**_PARTS, "windows side by side": _whole_and_other_tiles},
    mistakes=(
        *mistakes_of(_avg_pool, np.mean),
        *places_of(np.mean, framed=False),
        *numbers_of(_avg_pool, np.mean),
        *ONLY_MEAN,
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
            _over_four,
            "the sum divided by 4, whatever the window",
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
        *(
            Mistake(None, reduced, words, "The mean is the sum of all cells divided by w².")
            for reduced, words in (
                (windows.reduced(np.median), "the median"),
                (windows.reduced(windows.middle), "the middle between largest and smallest"),
                (windows.reduced(windows.of_lines(np.max, 0)), "the mean of the columns' maxima"),
                (windows.reduced(windows.of_lines(np.max, 1)), "the mean of the rows' maxima"),
                (windows.reduced(windows.line(0)), "the mean of one column of the window"),
                (windows.reduced(windows.line(1)), "the mean of one row of the window"),
            )
        ),
    ),
    contrasts=pool_contrasts.POOLS,
    whole_numbers="Make the output with floats, whatever `x` holds: np.zeros does, unless you "
    "give it a dtype.",
    hint="it is max_pool2d with the mean of each window in place of the maximum.",
    section="pooling",
    readings=LAYOUTS,
)


def check_avg_pool2d(answer, part=None, seed=0) -> None:
    """``answer(x, window, stride=None)``: (H, W, C) → (H', W', C)."""
    examine(_AVG_POOL2D, answer, part, seed)
