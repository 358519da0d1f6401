"""Kinds of cases of sizes and convolutions, to tell where a wrong answer is right."""

import numpy as np

from course_utils.checks.answer import Case
from course_utils.checks.question import Contrast


def _options(case: Case) -> dict:
    """Stride, padding and dilation, given by name or (in conv2d_strided) by place."""
    given = {"stride": 1, "padding": 0, "dilation": 1} | case.options
    if len(case.arguments) == 4:
        given |= dict(zip(("stride", "padding"), case.arguments[2:], strict=True))
    return given


def _not_padded(case: Case) -> bool:
    return _options(case)["padding"] == 0


def _by_one(case: Case) -> bool:
    return _options(case)["stride"] == 1


def _close(case: Case) -> bool:
    return _options(case)["dilation"] == 1


_PADDING = Contrast("padding is 0", _not_padded)
_STRIDE = Contrast("stride is 1", _by_one)
_DILATION = Contrast("dilation is 1", _close)
_EITHER = Contrast("padding is 0 or stride is 1", lambda case: _not_padded(case) or _by_one(case))
_NEITHER = Contrast(
    "padding is 0 and stride is 1", lambda case: _not_padded(case) and _by_one(case)
)
SIZES = (
    _PADDING,
    _STRIDE,
    _DILATION,
    _EITHER,
    Contrast("dilation or stride is 1", lambda case: _close(case) or _by_one(case)),
    Contrast("dilation is 1 or padding 0", lambda case: _close(case) or _not_padded(case)),
    Contrast("padding is 0 or 1", lambda case: _options(case)["padding"] < 2),
    _NEITHER,
    Contrast(
        "stride and dilation are 1 and padding is 0",
        lambda case: _NEITHER.holds(case) and _close(case),
    ),
    Contrast("the kernel is odd", lambda case: case.arguments[1] % 2 == 1),
    Contrast("the kernel has 3 cells", lambda case: case.arguments[1] == 3),
)


def _missing(case: Case) -> int:
    """How many cells "same" adds; negative where the places do not reach over all cells."""
    n, kernel, stride = case.arguments
    return (-(-n // stride) - 1) * stride + kernel - n


SAME = (
    Contrast("stride is 1", lambda case: case.arguments[2] == 1),
    Contrast("the stride divides n", lambda case: case.arguments[0] % case.arguments[2] == 0),
    Contrast("the number of missing cells is even", lambda case: _missing(case) % 2 == 0),
    Contrast("the number of missing cells is odd", lambda case: _missing(case) % 2 == 1),
    Contrast("cells are missing", lambda case: _missing(case) > 0),
    Contrast("nothing is to be added", lambda case: _missing(case) <= 0),
    Contrast("the kernel is odd", lambda case: case.arguments[1] % 2 == 1),
    Contrast("the kernel is even", lambda case: case.arguments[1] % 2 == 0),
)
BORDER = (
    Contrast("rows and columns are equal", lambda case: case.arguments[1] == case.arguments[2]),
    Contrast("rows and columns are both above 0", lambda case: min(case.arguments[1:]) > 0),
    Contrast("rows is 0", lambda case: case.arguments[1] == 0),
    Contrast("columns is 0", lambda case: case.arguments[2] == 0),
    Contrast("rows and columns are at most 1", lambda case: max(case.arguments[1:]) < 2),
    Contrast(
        "the image is square", lambda case: case.arguments[0].shape[0] == case.arguments[0].shape[1]
    ),
)


def _square(sides) -> bool:
    return sides[0] == sides[1]


def _image(case: Case) -> tuple:
    shape = np.shape(case.arguments[0])
    return shape[1:3] if len(shape) == 4 else shape


def _one(axis: int, argument: int = 1):
    return lambda case: np.shape(case.arguments[argument])[axis] == 1


PLANES = (
    Contrast("the kernel is square", lambda case: _square(np.shape(case.arguments[1]))),
    Contrast("the image is square", lambda case: _square(_image(case))),
    Contrast(
        "all numbers are whole",
        lambda case: all(np.all(array == np.round(array)) for array in case.arguments[:2]),
    ),
    Contrast(
        "image and kernel are both square",
        lambda case: _square(_image(case)) and _square(np.shape(case.arguments[1])),
    ),
)
STRIDED = (_PADDING, _STRIDE, _EITHER, _NEITHER, *PLANES)
LAYERS = (
    *STRIDED,
    Contrast("there is one image", _one(0, 0)),
    Contrast("there is one input channel", _one(2)),
    Contrast("there is one filter", _one(3)),
    Contrast("there is one channel and one filter", lambda case: _one(2)(case) and _one(3)(case)),
    Contrast("there is one channel or one filter", lambda case: _one(2)(case) or _one(3)(case)),
    Contrast("all biases are 0", lambda case: not np.any(case.arguments[2])),
    Contrast("all biases are equal", lambda case: np.unique(case.arguments[2]).size == 1),
)
PARAMETERS = (
    Contrast("there is one channel", lambda case: case.arguments[0][2] == 1),
    Contrast("the kernel is square", lambda case: _square(case.arguments[2])),
)
