"""Wrong convolutional layers, each with one misconception; arguments and result as conv2d's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import reference


def times(there, kernel):
    filters = range(kernel.shape[3])
    return np.array([[np.sum(image * kernel[..., f]) for f in filters] for image in there])


def _contracted(there, kernel):
    return np.tensordot(there, kernel, axes=3)


def _flattened(there, kernel):
    return there.reshape(len(there), -1) @ kernel.reshape(-1, kernel.shape[3])


def _by_channels(there, kernel):
    channels = range(kernel.shape[2])
    pairs = [[image[..., c, None] * kernel[:, :, c] for c in channels] for image in there]
    return np.array([np.sum(each, axis=(0, 1, 2)) for each in pairs])


# Ways to multiply windows (N, KH, KW, C) and weights: they differ where a window is cut off.
PRODUCTS: tuple[Callable, ...] = (times, _contracted, _flattened, _by_channels)


def _slid(x, kernel, bias, stride, window, size, product=times):
    """A map of ``size`` (rows, columns) from windows of x, cut off where x ends.

    The product with the kernel is as NumPy broadcasts it, or its ValueError.
    """
    out = np.zeros((len(x), *(max(n, 0) for n in size), kernel.shape[3]))
    for i, j in np.ndindex(out.shape[1:3]):
        top, left = i * stride, j * stride
        there = x[:, top : top + window[0], left : left + window[1]]
        out[:, i, j] = product(there, kernel) + bias
    return out


def framed(x, rows, columns=None, mode: Any = "constant"):
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
    maps = reference.conv2d(x, kernel, bias, stride, padding)
    out = np.zeros(maps.shape)
    for i, j in np.ndindex(maps.shape[1:3]):
        out[0, j, i] = maps[0, i, j]
    return maps.transpose(0, 2, 1, 3)


def square_map(axis, product=times):
    """Both sizes taken from one axis: cut off where the other is longer, an error where shorter."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x = reference.pad2d(x, padding)
        side = _places(x, kernel.shape[:2], stride)[axis - 1]
        return _slid(x, kernel, bias, stride, kernel.shape[:2], (side, side), product)

    return conv2d


def square_image(axis, product=times):
    """The rows (1) or columns (2) of x taken for both, of the kernel its own sides."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), kernel.shape[:2]
        size = [(x.shape[axis] - k) // stride + 1 for k in window]
        return _slid(x, kernel, bias, stride, window, size, product)

    return conv2d


def in_a_map_of_the_input(x, kernel, bias, stride=1, padding=0):
    """The map in the corner of zeros of the input's size, or its error where it is larger."""
    maps = reference.conv2d(x, kernel, bias, stride, padding)
    out = np.zeros((*x.shape[:3], kernel.shape[3]))
    out[:, : maps.shape[1], : maps.shape[2]] = maps
    return out


def loops_swapped(product=times):
    """The windows of the columns' places along the rows, and the other way round."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), kernel.shape[:2]
        places = _places(x, window, stride)
        swapped = _slid(x, kernel, bias, stride, window, places[::-1], product)
        out = np.zeros((len(x), *places, kernel.shape[3]))
        for i, j in np.ndindex(*places[::-1]):
            out[0, i, j] = swapped[0, i, j]
        return swapped

    return conv2d


def windows_swapped(product=times):
    """out[i, j] from the window j rows down and i columns to the right."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), kernel.shape[:2]
        places = _places(x, window, stride)[::-1]
        return _slid(x, kernel, bias, stride, window, places, product).transpose(0, 2, 1, 3)

    return conv2d


def square_window(axis, product=times):
    """The kernel's rows (0) or columns (1) taken for both; NumPy broadcasts where it can."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), (kernel.shape[axis],) * 2
        return _slid(x, kernel, bias, stride, window, _places(x, window, stride), product)

    return conv2d


def stride_of_kernel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, kernel.shape[:2], padding)


def stride_of_side(axis):
    """The kernel's rows (0) or columns (1) as the stride along both axes."""
    return lambda x, kernel, bias, stride=1, padding=0: reference.conv2d(
        x, kernel, bias, kernel.shape[axis], padding
    )


def padded_by(ends):
    """Zeros at the ends of rows and columns: ``ends`` makes (before, after) from the padding."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(framed(x, ends(padding)), kernel, bias, stride)

    return conv2d


def framed_by(mode):
    """np.pad with a mode that copies cells of the image."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(framed(x, (padding, padding), mode=mode), kernel, bias, stride)

    return conv2d


def half_kernel(x, kernel, bias, stride=1, padding=0):
    rows, columns = ((k // 2, k // 2) for k in kernel.shape[:2])
    return reference.conv2d(framed(x, rows, columns), kernel, bias, stride)


def with_relu(x, kernel, bias, stride=1, padding=0):
    return np.maximum(reference.conv2d(x, kernel, bias, stride, padding), 0)


def rounded_up(x, kernel, bias, stride=1, padding=0):
    x = reference.pad2d(x, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = framed(x, (0, extra[0]), (0, extra[1]))
    return reference.conv2d(x, kernel, bias, stride)


def rounded_up_cut(product=times):
    """As many windows as rounded up, those at the end cut off; NumPy broadcasts where it can."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), kernel.shape[:2]
        size = [-(-(n - k) // stride) + 1 for n, k in zip(x.shape[1:3], window, strict=True)]
        return _slid(x, kernel, bias, stride, window, size, product)

    return conv2d


def every_start(product=times):
    """A window at every start: for i in range(0, H, stride)."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x = reference.pad2d(x, padding)
        size = [-(-n // stride) for n in x.shape[1:3]]
        return _slid(x, kernel, bias, stride, kernel.shape[:2], size, product)

    return conv2d


def range_short(x, kernel, bias, stride=1, padding=0):
    """for i in range(0, H - KH, stride): the last start is left out where the stride reaches it."""
    spare = [n + 2 * padding - k for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    height, width = (-(-n // stride) for n in spare)
    return reference.conv2d(x, kernel, bias, stride, padding)[:, :height, :width]


def range_short_left(x, kernel, bias, stride=1, padding=0):
    """The same ranges, and an output that has a place for it, which stays 0."""
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    there = range_short(x, kernel, bias, stride, padding)
    out[:, : there.shape[1], : there.shape[2]] = there
    return out


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


def size_padded_twice(product=times):
    """2p added to a size that has grown by 2p already."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, window = reference.pad2d(x, padding), kernel.shape[:2]
        size = _places(reference.pad2d(x, padding), window, stride)
        return _slid(x, kernel, bias, stride, window, size, product)

    return conv2d


def windows_unpadded(product=times):
    """The size of the padded input, the windows of the input without its frame."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        window = kernel.shape[:2]
        size = _places(reference.pad2d(x, padding), window, stride)
        return _slid(x, kernel, bias, stride, window, size, product)

    return conv2d
