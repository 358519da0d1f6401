"""Checks of the convolution, from one channel in loops to the whole layer."""

import numpy as np

from course_utils import reference
from course_utils.checks import wrong_layers as wrong
from course_utils.checks import wrong_planes as planes
from course_utils.checks.answer import Case
from course_utils.checks.examine import Mistake, Question, examine
from course_utils.checks.layer_mistakes import AXES, GEOMETRY, STEPS


def _drawn(rng, *shape):
    """Small whole numbers as floats, negative ones among them: easy to add up by hand."""
    return rng.integers(-4, 5, shape).astype(float)


# ---- zero_pad ------------------------------------------------------------------------------------


def _even_border(rng):
    return [Case((_drawn(rng, *shape), p, p)) for shape, p in (((2, 3), 1), ((3, 3), 2))]


def _uneven_border(rng):
    spans = (((2, 3), 1, 2), ((3, 2), 0, 1), ((4, 3), 2, 0), ((3, 5), 3, 1))
    return [Case((_drawn(rng, *shape), rows, columns)) for shape, rows, columns in spans]


_ZERO_PAD = Question(
    name="zero_pad",
    parameters=("image", "rows", "columns"),
    truth=planes.padded,
    parts={"the same on all sides": _even_border, "rows and columns differ": _uneven_border},
    mistakes=(
        Mistake("rows-columns-swapped", lambda image, r, c: planes.padded(image, c, r)),
        Mistake(
            "padding-total",
            lambda image, r, c: np.pad(image, ((r // 2, r - r // 2), (c // 2, c - c // 2))),
        ),
        Mistake("padding-total", lambda image, r, c: np.pad(image, ((0, r), (0, c)))),
        Mistake("padding-total", lambda image, r, c: np.pad(image, ((r, 0), (c, 0)))),
        Mistake(
            None,
            planes.to_minus_border,
            "a slice to −rows or −columns, which is empty where that is 0",
            "Count from the front: the image begins after `rows` rows and is H rows high.",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((r, c), (r, c))),
            "rows and columns put into one pair",
            "np.pad takes one pair for each axis, and a pair is (before, after).",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((0, 2 * r), (0, 2 * c))),
            "the image in the top left corner",
            "There are as many zeros before it as behind it.",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((r, r), (c, c)), mode="edge"),
            "the border repeated",
            "The added cells are zero.",
        ),
    ),
    hint="make an array of zeros of the new shape, then lay the image into its middle.",
)


def check_zero_pad(answer, part=None, seed=0) -> None:
    """``answer(image, rows, columns)``: (H, W) → (H + 2·rows, W + 2·columns), zeros around."""
    examine(_ZERO_PAD, answer, part, seed)


# ---- conv2d_plain and conv2d_strided: one channel, one filter ------------------------------------


def _square_planes(rng):
    image = np.array([[1.0, 2, 3], [4, 5, 6], [9, 7, 8]])  # no ramp: on it flips look alike
    cases = [Case((image, np.array([[1.0, 2.0], [0.0, -1.0]])))]
    return cases + [Case((_drawn(rng, n, n), _drawn(rng, k, k))) for n, k in ((4, 3), (5, 2))]


def _oblong_planes(rng):
    shapes = ((2, 4, 2, 2), (4, 3, 1, 2), (4, 5, 3, 2), (6, 4, 2, 4), (3, 3, 3, 3))
    return [Case((_drawn(rng, h, w), _drawn(rng, i, j))) for h, w, i, j in shapes]


def _strided_planes(rng):
    shapes = ((4, 4, 2, 2, 1), (4, 5, 2, 2, 2), (5, 6, 2, 3, 2), (7, 5, 2, 2, 3), (5, 5, 3, 1, 2))
    return [Case((_drawn(rng, h, w), _drawn(rng, i, j), s, 0)) for h, w, i, j, s in shapes]


def _padded_planes(rng):
    shapes = ((2, 3, 2, 2, 1), (3, 3, 3, 3, 1), (3, 4, 2, 3, 2))
    return [Case((_drawn(rng, h, w), _drawn(rng, i, j), 1, p)) for h, w, i, j, p in shapes]


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
    return cases


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
    return cases


def _stride_and_padding(rng):
    cases = []
    for height, width, rows, columns, stride, padding in (
        (3, 4, 2, 2, 2, 0),
        (2, 3, 2, 2, 1, 1),
        (5, 6, 3, 2, 2, 1),
        (6, 5, 2, 3, 3, 2),
        (7, 7, 3, 3, 3, 1),
    ):
        x, kernel = _drawn(rng, 1, height, width, 2), _drawn(rng, rows, columns, 2, 2)
        cases.append(Case((x, kernel, np.zeros(2)), {"stride": stride, "padding": padding}))
    return [*cases, _long_steps(rng)]


def _long_steps(rng):
    """With a frame, but no window near the end: who stops here has padded other axes, too."""
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
    mistakes=planes.mistakes(*GEOMETRY),
    hint="out[i, j] is the sum of image[i + a, j + b] · kernel[a, b] over all rows a and columns b "
    "of the kernel.",
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
        *planes.mistakes(*STEPS, *GEOMETRY),
    ),
    hint="the window of out[i, j] begins at row i·stride and column j·stride of the padded image.",
)


def check_conv2d_strided(answer, part=None, seed=0) -> None:
    """``answer(image, kernel, stride, padding)``: one channel, one filter → (H', W')."""
    examine(_CONV2D_STRIDED, answer, part, seed)


_ONE_BIAS = "A filter's bias is added once at each place, after the sum over the whole window."

_OWN_BIAS = "Map f gets bias[f], and no other."

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
    mistakes=(
        *(Mistake(*each) for each in GEOMETRY + STEPS + AXES),
        Mistake("no-input-channels", wrong.first_channel),
        Mistake("bias-missing", wrong.without_bias),
        Mistake("channels-first", wrong.map_channels_first),
        Mistake(
            None,
            wrong.last_channel,
            "the last channel alone",
            "Each channel adds to the cell: += and not =.",
        ),
        Mistake(None, wrong.bias_per_weight, "the bias added once for every weight", _ONE_BIAS),
        Mistake(None, wrong.bias_per_channel, "the bias added once for every channel", _ONE_BIAS),
        Mistake(None, wrong.first_bias, "the first filter's bias for all filters", _OWN_BIAS),
        Mistake(None, wrong.all_biases, "all biases added to every map", _OWN_BIAS),
        Mistake(
            None,
            wrong.filters_added,
            "the filters' maps added up",
            "Channels are summed; each filter makes a map of its own.",
        ),
        Mistake(
            None,
            wrong.first_image,
            "the first image alone",
            "x holds N images, and each gets its maps.",
        ),
        Mistake(
            None,
            wrong.first_image_filled,
            "the maps of the first image alone filled",
            "Does the `return` stand inside a loop? It belongs behind all of them.",
        ),
        Mistake(
            None,
            wrong.last_filter,
            "the last filter's map in the place of all",
            "Filter f fills map f alone: out[…, f].",
        ),
    ),
    hint="each output cell is the sum of window × kernel over rows, columns and input channels, "
    "plus the filter's bias.",
)


def check_conv2d(answer, part=None, seed=0) -> None:
    """``answer(x, kernel, bias, stride=1, padding=0)`` → the maps (N, H', W', C_out)."""
    examine(_CONV2D, answer, part, seed)
