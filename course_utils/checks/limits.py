"""Kinds of cases that may tell where a wrong answer is right: of sizes and of convolutions."""

import numpy as np

from course_utils.checks.answer import Case
from course_utils.checks.question import Limit


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


_PADDING = Limit(_not_padded, "padding is 0", "with padding")
_STRIDE = Limit(_by_one, "stride is 1", "with a larger stride")
_DILATION = Limit(_close, "dilation is 1", "with a larger one")
_EITHER = Limit(
    lambda case: _not_padded(case) or _by_one(case),
    "padding is 0 or stride is 1",
    "where there are both, padding and a larger stride",
)
_NEITHER = Limit(
    lambda case: _not_padded(case) and _by_one(case),
    "padding is 0 and stride is 1",
    "with other strides or padding",
)
SIZES = (
    _PADDING,
    _STRIDE,
    _DILATION,
    _EITHER,
    Limit(
        lambda case: _close(case) or _by_one(case),
        "dilation or stride is 1",
        "where both are larger",
    ),
    Limit(
        lambda case: _close(case) or _not_padded(case),
        "dilation is 1 or padding 0",
        "with padding and a larger dilation",
    ),
    Limit(lambda case: _options(case)["padding"] < 2, "padding is 0 or 1", "with more padding"),
    _NEITHER,
    Limit(
        lambda case: _NEITHER.inside(case) and _close(case),
        "stride and dilation are 1 and padding is 0",
        "otherwise",
    ),
    Limit(lambda case: case.arguments[1] % 2 == 1, "the kernel is odd", "with an even one"),
    Limit(lambda case: case.arguments[1] == 3, "the kernel has 3 cells", "with other kernels"),
)


def _missing(case: Case) -> int:
    """How many cells "same" adds; negative where the places do not reach over all cells."""
    n, kernel, stride = case.arguments
    return (-(-n // stride) - 1) * stride + kernel - n


SAME = (
    Limit(lambda case: case.arguments[2] == 1, "stride is 1", "with a larger stride"),
    Limit(
        lambda case: case.arguments[0] % case.arguments[2] == 0,
        "the stride divides n",
        "where it does not",
    ),
    Limit(
        lambda case: _missing(case) % 2 == 0,
        "the number of missing cells is even",
        "where it is odd",
    ),
    Limit(
        lambda case: _missing(case) % 2 == 1,
        "the number of missing cells is odd",
        "where it is even",
    ),
    Limit(lambda case: _missing(case) > 0, "cells are missing", "where nothing is to be added"),
    Limit(lambda case: _missing(case) <= 0, "nothing is to be added", "where cells are missing"),
    Limit(lambda case: case.arguments[1] % 2 == 1, "the kernel is odd", "with an even one"),
    Limit(lambda case: case.arguments[1] % 2 == 0, "the kernel is even", "with an odd one"),
)
BORDER = (
    Limit(
        lambda case: case.arguments[1] == case.arguments[2],
        "rows and columns are equal",
        "where they differ",
    ),
    Limit(
        lambda case: min(case.arguments[1:]) > 0,
        "rows and columns are both above 0",
        "where one of them is 0",
    ),
    Limit(lambda case: case.arguments[1] == 0, "rows is 0", "where it is not"),
    Limit(lambda case: case.arguments[2] == 0, "columns is 0", "where it is not"),
    Limit(lambda case: max(case.arguments[1:]) < 2, "rows and columns are at most 1", "beyond"),
    Limit(
        lambda case: case.arguments[0].shape[0] == case.arguments[0].shape[1],
        "the image is square",
        "where it is not",
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
    Limit(
        lambda case: _square(np.shape(case.arguments[1])),
        "the kernel is square",
        "where it is not",
    ),
    Limit(lambda case: _square(_image(case)), "the image is square", "where it is not"),
    Limit(
        lambda case: all(np.all(array == np.round(array)) for array in case.arguments[:2]),
        "all numbers are whole",
        "where some are fractions",
    ),
    Limit(
        lambda case: _square(_image(case)) and _square(np.shape(case.arguments[1])),
        "image and kernel are both square",
        "where one of them is not",
    ),
)
STRIDED = (_PADDING, _STRIDE, _EITHER, _NEITHER, *PLANES)
LAYERS = (
    *STRIDED,
    Limit(_one(0, 0), "there is one image", "with several"),
    Limit(_one(2), "there is one input channel", "with several"),
    Limit(_one(3), "there is one filter", "with several"),
    Limit(
        lambda case: _one(2)(case) and _one(3)(case),
        "there is one channel and one filter",
        "with more of them",
    ),
    Limit(
        lambda case: _one(2)(case) or _one(3)(case),
        "there is one channel or one filter",
        "with several of both",
    ),
    Limit(lambda case: not np.any(case.arguments[2]), "all biases are 0", "where they are not"),
    Limit(
        lambda case: np.unique(case.arguments[2]).size == 1,
        "all biases are equal",
        "where they differ",
    ),
)
PARAMETERS = (
    Limit(lambda case: case.arguments[0][2] == 1, "there is one channel", "with several"),
    Limit(lambda case: _square(case.arguments[2]), "the kernel is square", "where it is not"),
)
