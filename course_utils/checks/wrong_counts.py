"""Wrong counts of what pooling leaves, made of a size along each axis and of how they combine."""

import math

from course_utils.checks.question import Mistake

_PLACES = "Along an axis of n cells there are (n − w) // s + 1 windows."
_PRODUCT = "Multiply: rows of windows times columns of windows times channels."


def _right(n, w, s):
    return (n - w) // s + 1


# words, size along one axis, for which axes: 0 both, 1 rows, 2 columns
_SIZES = (
    ("the size rounded to the nearest whole number", lambda n, w, s: round((n - w) / s) + 1, (0,)),
    (
        "the size rounded to the nearest whole number",
        lambda n, w, s: math.floor((n - w) / s + 0.5) + 1,
        (0,),
    ),
    ("the size rounded to the nearest whole number", lambda n, w, s: round((n - w) / s + 1), (0,)),
    ("the size rounded to the nearest whole number", lambda n, w, s: round(n / s), (0,)),
    ("the size rounded up", lambda n, w, s: -(-(n - w) // s) + 1, (1, 2)),
    ("the size left unrounded", lambda n, w, s: (n - w) / s + 1, (1, 2)),
    ("the last window not counted", lambda n, w, s: (n - w) // s, (1, 2)),
    ("one window too many", lambda n, w, s: (n - w) // s + 2, (0, 1, 2)),
    ("n // s windows", lambda n, w, s: n // s, (1, 2)),
    ("n // w windows", lambda n, w, s: n // w, (1, 2)),
    ("n // s + 1 windows", lambda n, w, s: n // s + 1, (0,)),
    ("⌈n/w⌉ windows", lambda n, w, s: -(-n // w), (0,)),
    ("(n − w − 1) // s + 1 windows", lambda n, w, s: (n - w - 1) // s + 1, (0,)),
    ("(n + w) // s + 1 windows", lambda n, w, s: (n + w) // s + 1, (0,)),
    ("(n − s) // w + 1 windows", lambda n, w, s: (n - s) // w + 1, (1, 2)),
    ("the + 1 inside the division", lambda n, w, s: (n - w + 1) // s, (1, 2)),
    ("the + 1 below the fraction line", lambda n, w, s: (n - w) // (s + 1), (0,)),
    ("the window alone divided by the stride", lambda n, w, s: n - w // s + 1, (1, 2)),
    ("the window alone divided by the stride", lambda n, w, s: int(n - w / s + 1), (0,)),
    ("n − w + 1 windows, as with stride 1", lambda n, w, s: n - w + 1, (0, 1, 2)),
    ("the stride taken for 2", lambda n, w, s: (n - w) // 2 + 1, (0,)),
    ("the window taken for 2", lambda n, w, s: (n - 2) // s + 1, (0,)),
    ("the side halved", lambda n, w, s: n // 2, (1, 2)),
    ("the padding of a convolution", lambda n, w, s: (n + 2 * (w // 2) - w) // s + 1, (0,)),
    ("n − w windows", lambda n, w, s: n - w, (0,)),
    ("n − s windows", lambda n, w, s: n - s, (0,)),
    ("n / s, left unrounded", lambda n, w, s: n / s, (0,)),
    ("n / w, left unrounded", lambda n, w, s: n / w, (0,)),
    ("the stride multiplied", lambda n, w, s: (n - w) * s + 1, (0,)),
)

_WHERE = ("", " along the rows alone", " along the columns alone")

# words, of rows, columns, channels, window, stride
_COMBINED = (
    ("the sides and the channels added", lambda h, w, c, k, s: h + w + c, _PRODUCT),
    (
        "the sides added, and multiplied by the channels",
        lambda h, w, c, k, s: (h + w) * c,
        _PRODUCT,
    ),
    (
        "the columns times the channels, and the rows added",
        lambda h, w, c, k, s: h + w * c,
        _PRODUCT,
    ),
    (
        "the rows times the channels, and the columns added",
        lambda h, w, c, k, s: h * c + w,
        _PRODUCT,
    ),
    ("the channels squared", lambda h, w, c, k, s: h * w * c**2, _PRODUCT),
    ("the windows of all channels, each of w cells", lambda h, w, c, k, s: h * w * c * k, _PRODUCT),
    ("the result divided by w²", lambda h, w, c, k, s: h * w * c // k**2, _PRODUCT),
    ("the result divided by s²", lambda h, w, c, k, s: h * w * c // s**2, _PRODUCT),
    ("the rows alone", lambda h, w, c, k, s: h * c, _PRODUCT),
    ("the columns alone", lambda h, w, c, k, s: w * c, _PRODUCT),
    ("the rows' count alone", lambda h, w, c, k, s: h, _PRODUCT),
    ("the columns' count alone", lambda h, w, c, k, s: w, _PRODUCT),
    ("the number of channels alone", lambda h, w, c, k, s: c, _PRODUCT),
    (
        "a parameter count",
        lambda h, w, c, k, s: k * k * c,
        "Pooling has no weights: count numbers.",
    ),
)

_BRACKETS = "Each size needs brackets of its own: ((H − w) // s + 1) * ((W − w) // s + 1) * C."

# without brackets around the sizes
_UNBRACKETED = (
    lambda h, w, c, k, s: (h - k) // s + 1 * (w - k) // s + 1 * c,
    lambda h, w, c, k, s: (h - k) // s + 1 * ((w - k) // s + 1) * c,
    lambda h, w, c, k, s: ((h - k) // s + 1) * (w - k) // s + 1 * c,
    lambda h, w, c, k, s: ((h - k) // s + 1) * (w - k) // s + c,
    lambda h, w, c, k, s: (h - k) // s + 1 + (w - k) // s + 1 * c,
    lambda h, w, c, k, s: c * (h - k) // s + 1 * (w - k) // s + 1,
    lambda h, w, c, k, s: c * ((h - k) // s + 1) * (w - k) // s + 1,
    lambda h, w, c, k, s: (c * (h - k) // s + 1) * ((w - k) // s + 1),
    lambda h, w, c, k, s: ((h - k) // s * (w - k) // s + 1) * c,
    lambda h, w, c, k, s: ((h - k) // s) * ((w - k) // s) * c + 1,
    lambda h, w, c, k, s: (((h - k) // s) * ((w - k) // s) + 1) * c,
    lambda h, w, c, k, s: (h - k) * (w - k) // s**2 + 1 * c,
    lambda h, w, c, k, s: ((h - k) * (w - k) // s + 1) * c,
    lambda h, w, c, k, s: ((h - k) * (w - k) // s**2 + 1) * c,
    lambda h, w, c, k, s: h - k // s + 1 * w - k // s + 1 * c,
)


def _sized(size, axes):
    def count(shape, window, stride):
        sizes = [
            (size if axis in axes else _right)(n, window, stride)
            for axis, n in enumerate(shape[:2])
        ]
        return sizes[0] * sizes[1] * shape[2]

    return count


def _combined(change):
    def count(shape, window, stride):
        sides = [_right(n, window, stride) for n in shape[:2]]
        return change(*sides, shape[2], window, stride)

    return count


def _plain(change):
    return lambda shape, window, stride: change(*shape, window, stride)


def _read_as(order):
    """The shape read in another order."""

    def count(shape, window, stride):
        height, width, channels = (shape[k] for k in order)
        return _right(height, window, stride) * _right(width, window, stride) * channels

    return count


COUNTS = (
    *(
        Mistake(
            None,
            _sized(size, ((0, 1), (0,), (1,))[where]),
            words + _WHERE[where],
            _PLACES,
        )
        for words, size, sides in _SIZES
        for where in sides
    ),
    *(Mistake(None, _combined(change), words, right) for words, change, right in _COMBINED),
    *(
        Mistake(None, _plain(change), "brackets that are missing", _BRACKETS)
        for change in _UNBRACKETED
    ),
    Mistake(
        "channels-first",
        _read_as((1, 2, 0)),
        "the shape read as (C, H, W)",
        "Here, as in Keras, channels come last: the shape is (H, W, C).",
    ),
    Mistake(
        None,
        lambda shape, w, s: math.prod(shape),
        "all numbers of the image",
        _PLACES,
    ),
    Mistake(
        None,
        lambda shape, w, s: math.prod(shape) - w * w,
        "all numbers but those of one window",
        _PLACES,
    ),
    *(
        Mistake(
            None,
            lambda shape, w, s, by=by: by(math.prod(shape), w, s),
            words,
            "That holds only where windows lie side by side and nothing is left over.",
        )
        for words, by in (
            ("the input divided by the stride", lambda n, w, s: n // s),
            ("the input divided by the window", lambda n, w, s: n // w),
            ("the input divided by window · stride", lambda n, w, s: n // (w * s)),
            ("the input divided by 4", lambda n, w, s: n // 4),
        )
    ),
)
