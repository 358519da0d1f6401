"""Mistakes that only max pooling can have, many of them in its frame."""

from typing import Any

import numpy as np

from course_utils import reference
from course_utils.checks import wrong_orders as orders
from course_utils.checks import wrong_parts as parts
from course_utils.checks.question import Mistake
from course_utils.checks.wrong_pools import one_image

_MAX = one_image(reference.max_pool2d)
_IGNORED = "Padded cells are ignored: frame the image with −∞ (-np.inf)."
_FOUR_SIDES = "Padding p puts p rows above and below, and p columns left and right."


def _in_frame(words, right, number, sides=((1, 1), (1, 1))):
    frame = parts.framed_with(number, sides)
    return Mistake(None, parts.built(np.max, frame=frame), words, right)


def _boxed(words, change, right):
    return Mistake(None, parts.of_box(change), words, right)


def _from(least):
    return lambda x, *a, **k: np.maximum(_MAX(x, *a, **k), least)


def _frame_of_result(x, window, stride=None, padding=0):
    """The image pooled without a frame, and zeros around the result."""
    return np.pad(_MAX(x, window, stride), ((padding, padding), (padding, padding), (0, 0)))


def _moved_start(sign):
    """Windows of the framed image that begin at i·stride + sign·padding."""

    def start(a, i):
        return i * a.step + sign * a.padding

    def end(a, i):
        return start(a, i) + a.window

    part = parts.RIGHT._replace(start=start, end=end)
    return parts.built(np.max, part, part)


def _sliced_from_the_end(x, window, stride=None, padding=0):
    """framed[p:-p, p:-p] = x, which has no cells where p is 0: NumPy's error."""
    height, width, channels = x.shape
    whole = np.full((height + 2 * padding, width + 2 * padding, channels), -np.inf)
    whole[padding:-padding, padding:-padding] = x
    return _MAX(whole, window, stride)


def _all_axes_framed(number):
    """np.pad(x, padding): before and after the channels, too; ``number``: or a mode of np.pad."""

    def frame(x, padding):
        if isinstance(number, str):
            mode: Any = number
            return np.pad(x, padding, mode)
        value: Any = number(x) if callable(number) else number
        return np.pad(x.astype(float), padding, constant_values=value)

    return parts.built(np.max, frame=frame)


def _begun_at_the_edge():
    """No frame: a window's start is lifted to 0, and it has all its cells from there."""

    def start(a, i):
        return max(i * a.step - a.padding, 0)

    part = parts.RIGHT._replace(
        count=lambda a: (a.cells + 2 * a.padding - a.window) // a.step + 1,
        start=start,
        end=lambda a, i: start(a, i) + a.window,
    )
    return parts.built(np.max, part, part, frame=lambda x, padding: x.astype(float))


def _wrapped_around(x, window, stride=None, padding=0):
    frame = ((padding, padding), (padding, padding), (0, 0))
    return _MAX(np.pad(x, frame, "wrap"), window, stride)


def _always_one(x, padding):
    return parts.framed_with(-np.inf)(x, min(padding, 1))


def _zeros_ignored(x, window, stride=None, padding=0):
    """Zeros around the image, and then every 0 taken for the frame, also those of the image."""
    framed = np.pad(x.astype(float), ((padding, padding), (padding, padding), (0, 0)))
    return _MAX(np.where((framed == 0) & (padding > 0), -np.inf, framed), window, stride)


ONLY_MAX = (
    Mistake(
        None,
        _zeros_ignored,
        "every 0 taken for a padded cell",
        "The image has zeros, too: frame it with −∞ at once (constant_values=-np.inf).",
    ),
    _in_frame("NaN around the image", "Use np.nanmax, which passes it over, or −∞.", np.nan),
    _in_frame("+∞ around the image", "The padding then always wins: frame with −∞.", np.inf),
    *(
        _in_frame(
            f"{-number} around the image".replace("-", "−"),
            f"A window of numbers below −{number} then gives −{number}: frame the image with −∞ "
            "(-np.inf).",
            -number,
        )
        for number in (2, 5, 9, 10)
    ),
    _in_frame("the image's mean around it", _IGNORED, np.mean),
    _in_frame("the image's largest number around it", _IGNORED, np.max),
    _in_frame("the padding along the rows alone", _FOUR_SIDES, -np.inf, ((1, 1), (0, 0))),
    _in_frame("the padding along the columns alone", _FOUR_SIDES, -np.inf, ((0, 0), (1, 1))),
    _in_frame("2p cells on each side", "Padding p is per side.", -np.inf, ((2, 2), (2, 2))),
    _in_frame("zeros above and below alone", _IGNORED, 0, ((1, 1), (0, 0))),
    _in_frame("zeros left and right alone", _IGNORED, 0, ((0, 0), (1, 1))),
    _in_frame("zeros above and left alone", _IGNORED, 0, ((1, 0), (1, 0))),
    _in_frame("zeros below and right alone", _IGNORED, 0, ((0, 1), (0, 1))),
    _in_frame("zeros, 2p on each side", _IGNORED, 0, ((2, 2), (2, 2))),
    Mistake(
        None,
        parts.built(np.max, frame=_always_one),
        "a frame of 1, whatever the padding",
        _FOUR_SIDES,
    ),
    *(
        Mistake(
            None,
            _all_axes_framed(number),
            "other axes padded than rows and columns",
            "np.pad takes one pair for each axis of x: (0, 0) for channels. One number frames all.",
        )
        for number in (0, np.min, -1e9, "edge", "reflect")  # −∞: pool_mistakes
    ),
    Mistake(
        None,
        _begun_at_the_edge(),
        "windows that begin at the image's edge, not in the padding",
        "A window that begins in the padding still ends at i·stride − padding + window: it has "
        "fewer of the image's cells.",
    ),
    Mistake(None, _wrapped_around, "a frame of cells from the other side", _IGNORED),
    Mistake(None, _frame_of_result, "a frame around the result", "Frame the image, then pool."),
    Mistake(
        None,
        _moved_start(1),
        "windows that begin behind the padding",
        "In the framed image the first window begins at 0, in the padding.",
    ),
    Mistake(
        None,
        _moved_start(-1),
        "the padding taken off the start, in an image that is framed",
        "In the framed image the first window begins at 0.",
    ),
    Mistake(
        None,
        _sliced_from_the_end,
        "a slice to −padding, which is empty where padding is 0",
        "Count from the front: padding : padding + H.",
    ),
    *(
        Mistake(
            None,
            _from(least),
            f"{least} as the least result".replace("-", "−"),
            "Begin the search with −∞, or with a number of the window.",
        )
        for least in (-1, 1)
    ),
    Mistake(
        None,
        parts.going_on(lambda cells, window: cells.max(axis=0)),
        "the largest number of all windows so far",
        "Each window begins anew: set the largest number back inside the loops over places.",
    ),
    Mistake(
        None,
        orders.never_set_back,
        "the largest number of all windows and channels so far",
        "Each window of each channel begins anew: set the largest number back inside the loops.",
    ),
    *(
        _boxed(words, change, right)
        for words, change, right in (
            (
                "the smallest number",
                lambda b: b.min(axis=(0, 1)),
                "Max pooling keeps the largest number.",
            ),
            (
                "the average",
                lambda b: b.mean(axis=(0, 1)),
                "Max pooling keeps the largest number.",
            ),
            (
                "the largest absolute value",
                lambda b: np.abs(b).max(axis=(0, 1)),
                "The signs count: of −5 and 2 the larger one is 2.",
            ),
            (
                "the place of the largest number",
                lambda b: b.reshape(-1, b.shape[2]).argmax(axis=0),
                "np.argmax says where it is, np.max what it is.",
            ),
            (
                "the first row of each window alone",
                lambda b: b[0].max(axis=0),
                "A window has w rows and w columns.",
            ),
            (
                "the first column of each window alone",
                lambda b: b[:, 0].max(axis=0),
                "A window has w rows and w columns.",
            ),
            (
                "the first row and column of each window left out",
                lambda b: b[1:, 1:].max(axis=(0, 1)),
                "range(window) has all w: 0 to w − 1.",
            ),
        )
    ),
    _boxed(
        "the sum",
        lambda b: b.sum(axis=(0, 1)),
        "Max pooling keeps the largest number.",
    ),
    _boxed(
        "the mean of the columns' maxima",
        lambda b: b.max(axis=0).mean(axis=0),
        "Take the maximum along both axes.",
    ),
    _boxed(
        "the mean of the rows' maxima",
        lambda b: b.max(axis=1).mean(axis=0),
        "Take the maximum along both axes.",
    ),
)
