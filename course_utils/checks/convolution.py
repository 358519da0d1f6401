"""Checks of the convolution, from one channel in loops to the whole layer."""

import numpy as np

from course_utils import reference
from course_utils.checks import contrasts
from course_utils.checks import wrong_planes as planes
from course_utils.checks.answer import Case
from course_utils.checks.channel_mistakes import (
    AXES,
    CHANNELS,
    FROM_THE_END,
    LAYOUTS,
    SQUARE,
    THREE,
)
from course_utils.checks.examine import examine
from course_utils.checks.layer_mistakes import GEOMETRY, LOOPS, SAME, STEPS
from course_utils.checks.layer_products import CHANNEL_PRODUCTS, PRODUCTS
from course_utils.checks.layer_results import FILTER_RESULTS, RESULTS
from course_utils.checks.question import Mistake, Question
from course_utils.checks.wrong_layers import stride_of_kernel


def _drawn(rng, *shape):
    """Small whole numbers as floats, some of them negative: easy to add up by hand."""
    return rng.integers(-4, 5, shape).astype(float)


def _fractions(rng, *shape):
    """Numbers with quarters, whose sums are not whole: they show where decimals are cut off."""
    return _drawn(rng, *shape) + rng.choice([-0.25, 0.25, 0.75], shape)


def _of_two_types(rng, image_shape, kernel_shape):
    """A whole-number image under a kernel of fractions, and the other way round."""
    pairs = (
        (_drawn(rng, *image_shape).astype(int), _fractions(rng, *kernel_shape)),
        (_fractions(rng, *image_shape), _drawn(rng, *kernel_shape).astype(int)),
    )
    return [
        *pairs,
        (rng.integers(100, 256, image_shape, np.uint8), 1 + abs(_fractions(rng, *kernel_shape))),
    ]


# ---- conv2d_plain and conv2d_strided: one channel, one filter ------------------------------------


def _square_planes(rng):
    image = np.array([[1.0, 2, 3], [4, 5, 6], [9, 7, 8]])  # not a ramp, on which flips look alike
    cases = [Case((image, np.array([[1.0, 2.0], [0.0, -1.0]])))]
    cases += [Case((_drawn(rng, n, n), _drawn(rng, k, k))) for n, k in ((4, 3), (5, 2))]
    return cases + [Case(pair) for pair in _of_two_types(rng, (4, 4), (2, 2))]


def _oblong_planes(rng):
    shapes = ((2, 4, 2, 2), (4, 3, 1, 2), (4, 5, 3, 2), (6, 4, 2, 4), (3, 3, 3, 3))
    cases = [Case((_drawn(rng, h, w), _drawn(rng, i, j))) for h, w, i, j in shapes]
    return cases + [Case(pair) for pair in _of_two_types(rng, (3, 5), (2, 3))]


def _strided_planes(rng):
    shapes = ((4, 4, 2, 2, 1), (4, 5, 2, 2, 2), (5, 6, 2, 3, 2), (7, 5, 2, 2, 3), (5, 5, 3, 1, 2))
    cases = [Case((_drawn(rng, h, w), _drawn(rng, i, j), s, 0)) for h, w, i, j, s in shapes]
    return cases + [Case((*pair, 2, 0)) for pair in _of_two_types(rng, (4, 5), (2, 2))]


def _padded_planes(rng):
    shapes = ((2, 3, 2, 2, 1), (3, 3, 3, 3, 1), (3, 4, 2, 3, 2), (4, 3, 4, 1, 1))
    cases = [Case((_drawn(rng, h, w), _drawn(rng, i, j), 1, p)) for h, w, i, j, p in shapes]
    return cases + [Case((*pair, 1, 1)) for pair in _of_two_types(rng, (2, 3), (2, 2))]


def _strided_padded_planes(rng):
    shapes = ((4, 5, 3, 2, 2, 1), (6, 4, 2, 3, 3, 1), (5, 5, 2, 2, 2, 2))
    return [Case((_drawn(rng, h, w), _drawn(rng, i, j), s, p)) for h, w, i, j, s, p in shapes]


# ---- conv2d, the whole layer ---------------------------------------------------------------------


def _one_filter(rng):
    image = np.arange(1.0, 13).reshape(1, 3, 4, 1)
    kernel = np.array([[1.0, 2.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
    cases = [Case((image, kernel, np.zeros(1)))]
    for rows, columns in ((2, 3), (3, 1)):
        x, kernel = _drawn(rng, 2, 5, 6, 1), _drawn(rng, rows, columns, 1, 1)
        cases.append(Case((x, kernel, np.zeros(1))))
    pairs = _of_two_types(rng, (1, 3, 4, 1), (2, 2, 1, 1))
    return cases + [Case((*pair, np.zeros(1, int))) for pair in pairs]


def _channels(rng):
    cases = []
    for height, width, rows, columns, c_in, c_out in (
        (2, 3, 2, 2, 2, 1),
        (4, 3, 2, 1, 3, 2),
        (5, 6, 3, 2, 2, 4),
    ):
        x, kernel = _drawn(rng, 1, height, width, c_in), _drawn(rng, rows, columns, c_in, c_out)
        cases.append(Case((x, kernel, np.zeros(c_out))))
    return cases


def _bias(rng):
    cases = []
    for c_in, c_out in ((1, 1), (1, 2), (3, 2)):
        x, kernel = _drawn(rng, 1, 3, 4, c_in), _drawn(rng, 2, 2, c_in, c_out)
        cases.append(Case((x, kernel, np.arange(1.0, c_out + 1))))
    x, kernel = _drawn(rng, 1, 3, 4, 1), _drawn(rng, 2, 2, 1, 2)
    return [*cases, Case((x, kernel, np.array([0.5, -1.75])))]


def _stride_and_padding(rng):
    cases = []
    for height, width, rows, columns, stride, padding in (
        (3, 4, 2, 2, 2, 0),
        (2, 3, 2, 2, 1, 1),
        (5, 6, 3, 2, 2, 1),
        (6, 5, 2, 3, 3, 2),
        (7, 7, 3, 3, 3, 1),
        (4, 3, 4, 1, 1, 1),
    ):
        x, kernel = _drawn(rng, 1, height, width, 2), _drawn(rng, rows, columns, 2, 2)
        cases.append(Case((x, kernel, np.zeros(2)), {"stride": stride, "padding": padding}))
    return [*cases, _long_steps(rng)]


def _long_steps(rng):
    """Cases with padding, but no window near the end.

    An answer that raises here has padded other axes, too.
    """
    x, kernel = _drawn(rng, 1, 8, 14, 2), _drawn(rng, 2, 2, 2, 2)
    return Case((x, kernel, np.zeros(2)), {"stride": 6, "padding": 1})


def _together(rng):
    cases = [_long_steps(rng)]
    for _ in range(4):
        (n, c_in, c_out), (rows, columns) = rng.integers(1, 4, 3), rng.integers(1, 4, 2)
        height, width = rng.integers(4, 9, 2)
        operands = (_drawn(rng, n, height, width, c_in), _drawn(rng, rows, columns, c_in, c_out))
        options = {"stride": int(rng.integers(1, 4)), "padding": int(rng.integers(0, 3))}
        cases.append(Case((*operands, _drawn(rng, c_out)), options))
    return cases


_CONV2D_PLAIN = Question(
    name="conv2d_plain",
    parameters=("image", "kernel"),
    truth=planes.plane(reference.conv2d),
    parts={"square": _square_planes, "not square": _oblong_planes},
    mistakes=planes.mistakes(
        *GEOMETRY, *SAME, *RESULTS, *PRODUCTS, ("stride-is-kernel", stride_of_kernel)
    ),
    hint="out[i, j] is the sum of image[i + a, j + b] · kernel[a, b] over all rows a and columns b "
    "of the kernel.",
    section="a window",
    contrasts=contrasts.PLANES,
    readings=(SQUARE, THREE),
)


def check_conv2d_plain(answer, part=None, seed=0) -> None:
    """``answer(image, kernel)``: (H, W), (KH, KW) → (H − KH + 1, W − KW + 1)."""
    examine(_CONV2D_PLAIN, answer, part, seed)


_CONV2D_STRIDED = Question(
    name="conv2d_strided",
    parameters=("image", "kernel", "stride", "padding"),
    truth=planes.plane(reference.conv2d),
    parts={
        "stride": _strided_planes,
        "padding": _padded_planes,
        "both together": _strided_padded_planes,
    },
    mistakes=(
        Mistake(
            None,
            planes.stride_in_range,
            "the stride in the range of the loops",
            "Loop over every cell of the output; the stride says where its window begins.",
        ),
        Mistake(None, planes.sliced_from_the_end, *FROM_THE_END),
        *planes.mistakes(*STEPS, *GEOMETRY, *SAME, *RESULTS, *PRODUCTS),
    ),
    hint="the window of out[i, j] begins at row i·stride and column j·stride of the padded image.",
    section="padding",
    contrasts=contrasts.STRIDED,
    readings=(SQUARE, THREE),
)


def check_conv2d_strided(answer, part=None, seed=0) -> None:
    """``answer(image, kernel, stride, padding)``: one channel, one filter → (H', W')."""
    examine(_CONV2D_STRIDED, answer, part, seed)


_LAYER = (
    *GEOMETRY,
    *LOOPS,
    *STEPS,
    *SAME,
    *RESULTS,
    *PRODUCTS,
    *FILTER_RESULTS,
    *AXES,
    *CHANNELS,
    *CHANNEL_PRODUCTS,
)
_CONV2D = Question(
    name="conv2d",
    parameters=("x", "kernel", "bias"),
    truth=reference.conv2d,
    parts={
        "one filter": _one_filter,
        "several channels and filters": _channels,
        "bias": _bias,
        "stride and padding": _stride_and_padding,
        "all of it together": _together,
    },
    mistakes=(*(Mistake(*each) for each in _LAYER),),
    hint="each output cell is the sum of window × kernel over rows, columns and input channels, "
    "plus the filter's bias.",
    section="channels out",
    contrasts=contrasts.LAYERS,
    readings=LAYOUTS,
)


def check_conv2d(answer, part=None, seed=0) -> None:
    """``answer(x, kernel, bias, stride=1, padding=0)`` → the maps (N, H', W', C_out)."""
    examine(_CONV2D, answer, part, seed)
