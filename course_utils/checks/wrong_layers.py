"""Convolutional layers as they are when a misconception is right; the contract is conv2d's."""

import math
from typing import Any

import numpy as np

from course_utils import reference

_MISFIT = "operands could not be broadcast together"  # as NumPy says it of a window that is cut


def _slid(x, kernel, bias, stride, window, size):
    """A map of ``size`` (rows, columns) from windows of x, cut off where x ends.

    The product with the kernel is as NumPy broadcasts it, or its ValueError.
    """
    out = np.zeros((len(x), *(max(n, 0) for n in size), kernel.shape[3]))
    for i, j in np.ndindex(out.shape[1:3]):
        top, left = i * stride, j * stride
        there = x[:, top : top + window[0], left : left + window[1], :, None]
        out[:, i, j] = (there * kernel).sum(axis=(1, 2, 3)) + bias
    return out


def _framed(x, rows, columns=None, mode: Any = "constant"):
    """x with cells before and after its rows and its columns (as many as for rows, by default)."""
    return np.pad(x, ((0, 0), rows, columns or rows, (0, 0)), mode)


def _places(x, window, stride):
    """How many windows fit into x along its rows and along its columns."""
    return [(n - k) // stride + 1 for n, k in zip(x.shape[1:3], window, strict=True)]


def flipped(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel[::-1, ::-1], bias, stride, padding)


def mirrored(axis):
    """The kernel flipped along one axis only."""
    return lambda x, kernel, bias, stride=1, padding=0: reference.conv2d(
        x, np.flip(kernel, axis), bias, stride, padding
    )


def kernel_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel.transpose(1, 0, 2, 3), bias, stride, padding)


def map_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 2, 1, 3)


def filled_transposed(x, kernel, bias, stride=1, padding=0):
    """out[j, i] in the place of out[i, j]: an error where the map is not square."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    if out.shape[1] != out.shape[2]:
        raise IndexError("out of bounds")
    return out.transpose(0, 2, 1, 3)


def square_map(axis):
    """Both sizes taken from one axis: cut off where the other is longer, an error where shorter."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        out = reference.conv2d(x, kernel, bias, stride, padding)
        side, other = out.shape[axis], out.shape[3 - axis]
        if side > other:
            raise IndexError("out of bounds")
        return out[:, :side, :side]

    return conv2d


def loops_swapped(x, kernel, bias, stride=1, padding=0):
    """The loop over rows run over the columns' places, and the other way round."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    if out.shape[1] != out.shape[2]:
        raise ValueError(_MISFIT)
    return out


def square_window(axis):
    """The kernel's rows (0) or columns (1) taken for both; NumPy broadcasts where it can."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), (kernel.shape[axis],) * 2
        return _slid(x, kernel, bias, stride, window, _places(x, window, stride))

    return conv2d


def stride_of_kernel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, kernel.shape[:2], padding)


def padded_by(ends):
    """Zeros at the ends of rows and columns: ``ends`` makes (before, after) from the padding."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(_framed(x, ends(padding)), kernel, bias, stride)

    return conv2d


def framed_by(mode):
    """np.pad with a mode that copies cells of the image."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(_framed(x, (padding, padding), mode=mode), kernel, bias, stride)

    return conv2d


def half_kernel(x, kernel, bias, stride=1, padding=0):
    rows, columns = ((k // 2, k // 2) for k in kernel.shape[:2])
    return reference.conv2d(_framed(x, rows, columns), kernel, bias, stride)


def with_relu(x, kernel, bias, stride=1, padding=0):
    return np.maximum(reference.conv2d(x, kernel, bias, stride, padding), 0)


def rounded_up(x, kernel, bias, stride=1, padding=0):
    x = reference.pad2d(x, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = _framed(x, (0, extra[0]), (0, extra[1]))
    return reference.conv2d(x, kernel, bias, stride)


def rounded_up_cut(x, kernel, bias, stride=1, padding=0):
    """As many windows as rounded up, those at the end cut off; NumPy broadcasts where it can."""
    x, window = reference.pad2d(x, padding), kernel.shape[:2]
    size = [-(-(n - k) // stride) + 1 for n, k in zip(x.shape[1:3], window, strict=True)]
    return _slid(x, kernel, bias, stride, window, size)


def every_start(x, kernel, bias, stride=1, padding=0):
    """A window at every start: for i in range(0, H, stride)."""
    x = reference.pad2d(x, padding)
    size = [-(-n // stride) for n in x.shape[1:3]]
    return _slid(x, kernel, bias, stride, kernel.shape[:2], size)


def range_short(x, kernel, bias, stride=1, padding=0):
    """for i in range(0, H - KH, stride): the last start is left out where the stride reaches it."""
    spare = [n + 2 * padding - k for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    height, width = (-(-n // stride) for n in spare)
    return reference.conv2d(x, kernel, bias, stride, padding)[:, :height, :width]


def refusing(x, kernel, bias, stride=1, padding=0):
    for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True):
        if (n + 2 * padding - k) % stride:
            raise ValueError("the stride does not divide")
    return reference.conv2d(x, kernel, bias, stride, padding)


def unstrided(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, 1, padding)


def windows_unmoved(x, kernel, bias, stride=1, padding=0):
    """The size with the stride, the windows side by side without it."""
    _, height, width, _ = reference.conv2d(x, kernel, bias, stride, padding).shape
    return reference.conv2d(x, kernel, bias, 1, padding)[:, :height, :width]


def unpadded(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride)


def framed_afterwards(x, kernel, bias, stride=1, padding=0):
    """The zeros put around the output."""
    return reference.pad2d(reference.conv2d(x, kernel, bias, stride), padding)


def size_before_padding(x, kernel, bias, stride=1, padding=0):
    """The windows of the padded input, but only as many as the input without it has."""
    height, width = (max(size, 0) for size in _places(x, kernel.shape[:2], stride))
    return reference.conv2d(x, kernel, bias, stride, padding)[:, :height, :width]


def size_padded_twice(x, kernel, bias, stride=1, padding=0):
    """2p added to a size that has grown by 2p already."""
    x, window = reference.pad2d(x, padding), kernel.shape[:2]
    size = _places(reference.pad2d(x, padding), window, stride)
    return _slid(x, kernel, bias, stride, window, size)


def windows_unpadded(x, kernel, bias, stride=1, padding=0):
    """The size of the padded input, the windows of the input without its frame."""
    window = kernel.shape[:2]
    size = _places(reference.pad2d(x, padding), window, stride)
    return _slid(x, kernel, bias, stride, window, size)


def channels_padded(frame):
    """np.pad on more axes than rows and columns; ``frame`` makes its pairs from p."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        images, x, window = len(x), np.pad(x, frame(padding)), kernel.shape[:2]
        return _slid(x, kernel, bias, stride, window, _places(x, window, stride))[:images]

    return conv2d


def channels_padded_misfit(x, kernel, bias, stride=1, padding=0):
    """The same by a product that does not broadcast, as tensordot."""
    if padding:
        raise ValueError(_MISFIT)
    return reference.conv2d(x, kernel, bias, stride)


def pairs_missing(x, kernel, bias, stride=1, padding=0):
    """np.pad with pairs for two axes of four: its ValueError, whatever the padding."""
    return np.pad(x, ((padding, padding), (padding, padding)))


def pairs_missing_where_padded(x, kernel, bias, stride=1, padding=0):
    """The same, called only where there is something to pad."""
    if padding:
        return pairs_missing(x, kernel, bias, stride, padding)
    return reference.conv2d(x, kernel, bias, stride)


def channels_padded_counted(frame):
    """The same in loops that count images and channels as they were."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        framed = np.pad(x, frame(padding))[: len(x), :, :, : x.shape[3]]
        return reference.conv2d(framed, kernel, bias, stride)

    return conv2d


def first_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., :1], kernel[:, :, :1], bias, stride, padding)


def last_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., -1:], kernel[:, :, -1:], bias, stride, padding)


def without_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, None, stride, padding)


def map_channels_first(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 3, 1, 2)


def bias_per_weight(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * math.prod(kernel.shape[:3]), stride, padding)


def bias_per_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * kernel.shape[2], stride, padding)


def first_image(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[:1], kernel, bias, stride, padding)


def first_image_filled(x, kernel, bias, stride=1, padding=0):
    out = reference.conv2d(x, kernel, bias, stride, padding)
    out[1:] = 0
    return out


def last_filter(x, kernel, bias, stride=1, padding=0):
    """out[n, i, j] = … in the loop over filters: each fills all maps."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    return np.repeat(out[..., -1:], out.shape[3], axis=3)


def first_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias[0]), stride, padding)


def all_biases(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias.sum()), stride, padding)


def filters_added(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).sum(axis=3, keepdims=True)
