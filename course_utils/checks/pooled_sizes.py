"""Checks of how many numbers pooling leaves: whole numbers, no arrays."""

import math

from course_utils.checks import pool_contrasts
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question
from course_utils.checks.wrong_counts import COUNTS


def _left(shape, window, stride, *, divide=lambda a, b: a // b):
    height, width, channels = shape
    return (divide(height - window, stride) + 1) * (divide(width - window, stride) + 1) * channels


def _fitting(rng):
    cases = [Case(((4, 4, 1), 2, 2)), Case(((6, 4, 3), 2, 2)), Case(((12, 9, 8), 3, 3))]
    return cases + [Case(((2 * int(n), 2 * int(n) + 2, 5), 2, 2)) for n in rng.integers(2, 12, 2)]


def _not_fitting(rng):
    cases = [Case(((5, 5, 2), 2, 2)), Case(((13, 13, 64), 3, 2)), Case(((7, 10, 4), 3, 1))]
    cases += [Case(((11, 6, 3), 2, 3)), Case(((9, 7, 1), 3, 4))]
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
        *(
            Mistake(
                "pooling-mixes-channels",
                lambda shape, w, s, least=least: (
                    _left(shape, w, s) // shape[2] * max((shape[2] - w) // s + 1, least)
                ),
                "channels pooled like rows and columns",
            )
            for least in (-9, 0, 1)
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
        Mistake(
            None,
            lambda shape, w, s: (shape[0] - w // s + 1) * (shape[1] - w // s + 1) * shape[2],
            "the window alone divided by the stride",
            "// binds more closely than −: put the difference into brackets.",
        ),
        *(
            Mistake(
                None,
                lambda shape, w, s, axis=axis: (
                    _left(shape, w, s) // ((shape[axis] - w) // s + 1) * shape[axis]
                ),
                "one axis alone made shorter",
                "Windows move along the rows and along the columns: both get shorter.",
            )
            for axis in (0, 1)
        ),
        Mistake(
            None,
            lambda shape, w, s: _left(shape, s, w),
            "window and stride exchanged",
            "(n − window) // stride + 1: the window is what must fit, the stride what divides.",
        ),
        Mistake(
            None,
            lambda shape, w, s: ((shape[0] - w + 1) // s) * ((shape[1] - w + 1) // s) * shape[2],
            "the + 1 inside the division",
            "First the whole steps, then the window at 0: the + 1 is no part of what is divided.",
        ),
        Mistake(
            None,
            lambda shape, w, s: _left((*shape[:2], 1), w, s) + shape[2],
            "the channels added",
            "Each channel keeps a map of its own: their number is multiplied.",
        ),
        Mistake(
            None,
            lambda shape, w, s: shape[0] // s * shape[1] // s * shape[2],
            "a product that is divided as a whole",
            "* and // are worked out from left to right: put each side's division into brackets. "
            "And the windows count: (n − window) // stride + 1.",
        ),
        Mistake(
            None,
            lambda shape, w, s: (shape[0] // 2) * (shape[1] // 2) * shape[2],
            "each side halved, whatever the window",
            _ONLY_TILES,
        ),
        Mistake(
            None,
            lambda shape, w, s: _left(shape, w, s) * w**2,
            "all the cells that the windows read",
            "A window of w × w cells leaves one number in each channel.",
        ),
        *COUNTS,
    ),
    contrasts=pool_contrasts.COUNTS,
    hint="count the windows along the rows and along the columns; the channels stay.",
    section="pooling",
)


def check_values_left(answer, part=None, seed=0) -> None:
    """``answer((H, W, C), window, stride)`` → int: how many numbers pooling leaves."""
    examine(_VALUES_LEFT, answer, part, seed)
