"""Checks of the convolution, from one channel in loops to the whole layer."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks.answer import Case
from course_utils.checks.examine import Mistake, Question, examine


def _drawn(rng, *shape):
    """Small whole numbers as floats, negative ones among them: easy to add up by hand."""
    return rng.integers(-4, 5, shape).astype(float)


# ---- conv2d --------------------------------------------------------------------------------------


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
        options = {"stride": stride, "padding": padding}
        cases.append(Case((x, kernel, _drawn(rng, 2)), options))
    return cases


def _flipped(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel[::-1, ::-1], bias, stride, padding)


def _kernel_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel.transpose(1, 0, 2, 3), bias, stride, padding)


def _map_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 2, 1, 3)


def _square_map(axis):
    """Both sizes taken from one axis: cut off where the other is longer, an error where shorter."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        out = reference.conv2d(x, kernel, bias, stride, padding)
        side, other = out.shape[axis], out.shape[3 - axis]
        if side > other:
            raise IndexError("out of bounds")
        return out[:, :side, :side]

    return conv2d


def _stride_of_kernel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, kernel.shape[:2], padding)


def _padding_halved(x, kernel, bias, stride=1, padding=0):
    before, after = padding // 2, padding - padding // 2
    x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def _rounded_up(x, kernel, bias, stride=1, padding=0):
    x = reference.pad2d(x, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = np.pad(x, ((0, 0), (0, extra[0]), (0, extra[1]), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def _refusing(x, kernel, bias, stride=1, padding=0):
    for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True):
        if (n + 2 * padding - k) % stride:
            raise ValueError("the stride does not divide")
    return reference.conv2d(x, kernel, bias, stride, padding)


def _first_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., :1], kernel[:, :, :1], bias, stride, padding)


def _without_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, None, stride, padding)


def _map_channels_first(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 3, 1, 2)


def _bias_per_weight(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * math.prod(kernel.shape[:3]), stride, padding)


def _bias_per_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * kernel.shape[2], stride, padding)


_ONE_BIAS = "A filter's bias is added once at each place, after the sum over the whole window."

_CONV2D = Question(
    name="conv2d",
    parameters=("x", "kernel", "bias"),
    truth=reference.conv2d,
    parts={
        "one filter": _one_filter,
        "several channels and filters": _channels,
        "bias": _bias,
        "stride and padding": _stride_and_padding,
    },
    mistakes=(
        Mistake("kernel-flipped", _flipped),
        Mistake("rows-columns-swapped", _kernel_transposed),
        Mistake("rows-columns-swapped", _map_transposed),
        Mistake("rows-columns-swapped", _square_map(1)),
        Mistake("rows-columns-swapped", _square_map(2)),
        Mistake("stride-is-kernel", _stride_of_kernel),
        Mistake("padding-total", _padding_halved),
        Mistake("size-ceiling", _rounded_up),
        Mistake("non-integer-size-error", _refusing),
        Mistake("no-input-channels", _first_channel),
        Mistake("bias-missing", _without_bias),
        Mistake("channels-first", _map_channels_first),
        Mistake(None, _bias_per_weight, "the bias added once for every weight", _ONE_BIAS),
        Mistake(None, _bias_per_channel, "the bias added once for every channel", _ONE_BIAS),
    ),
    hint="each output cell is the sum of window × kernel over rows, columns and input channels, "
    "plus the filter's bias.",
)


def check_conv2d(answer, part=None, seed=0) -> None:
    """``answer(x, kernel, bias, stride=1, padding=0)`` → the maps (N, H', W', C_out)."""
    examine(_CONV2D, answer, part, seed)
