"""Wrong layers: other strides or padding; arguments and result as conv2d's."""

import numpy as np

from course_utils import reference
from course_utils.checks.wrong_layers import framed, times


def padded_rows(axis):
    """The frame on the rows (0) or the columns (1) alone."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        ends = [(0, 0), (0, 0)]
        ends[axis] = (padding, padding)
        return reference.conv2d(framed(x, *ends), kernel, bias, stride)

    return conv2d


def strided_along(axis):
    """The stride along the rows (0) or the columns (1) alone."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        steps = (stride, 1) if axis == 0 else (1, stride)
        return reference.conv2d(x, kernel, bias, steps, padding)

    return conv2d


def strided_twice(axis):
    """out[::s][::s], whose two slices go along the same axis."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        steps = (stride**2, 1) if axis == 0 else (1, stride**2)
        return reference.conv2d(x, kernel, bias, steps, padding)

    return conv2d


def moved_along(axis):
    """The size by the stride, windows that move by it along the rows (0) or columns (1) alone."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        _, height, width, _ = reference.conv2d(x, kernel, bias, stride, padding).shape
        return strided_along(axis)(x, kernel, bias, stride, padding)[:, :height, :width]

    return conv2d


def thinned_first(x, kernel, bias, stride=1, padding=0):
    """Only every stride-th cell of the image kept, and then the kernel laid on that."""
    thin = reference.pad2d(x, padding)[:, ::stride, ::stride]
    return reference.conv2d(thin, kernel, bias)


def same_size(before):
    """Zeros so that the map is as large as the image; ``before``: how many of k − 1 go first."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        ends = [(before(k), k - 1 - before(k)) for k in kernel.shape[:2]]
        return reference.conv2d(framed(x, *ends), kernel, bias, stride)

    return conv2d


def windows_short(x, kernel, bias, stride=1, padding=0):
    """x[i·s : i + k]: the start moves by the stride, the end does not."""
    framed, out = reference.pad2d(x, padding), reference.conv2d(x, kernel, bias, stride, padding)
    out = np.zeros(out.shape)
    for i, j in np.ndindex(out.shape[1:3]):
        there = framed[:, i * stride : i + kernel.shape[0], j * stride : j + kernel.shape[1]]
        out[:, i, j] = times(there, kernel) + bias
    return out


def begun_at_the_edge(product, zeros=0):
    """No frame: a start in the padding is lifted to 0, and the window has all its cells from there.

    ``zeros``: how many times the padding stands behind the image, as if cells there were skipped.
    """

    def conv2d(x, kernel, bias, stride=1, padding=0):
        rows, columns = kernel.shape[:2]
        there = framed(x, (0, zeros * padding))
        out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
        for i, j in np.ndindex(out.shape[1:3]):
            top, left = max(i * stride - padding, 0), max(j * stride - padding, 0)
            window = there[:, top : top + rows, left : left + columns]
            out[:, i, j] = product(window, kernel) + bias
        return out

    return conv2d


def sliced_from_the_end(one):
    """framed[:, p:-p, p:-p] = x, which has no cells where p is 0; ``one``: each image alone."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        n, height, width, channels = x.shape
        whole = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
        if one:
            for image, frame in zip(x, whole, strict=True):
                frame[padding:-padding, padding:-padding] = image
        else:
            whole[:, padding:-padding, padding:-padding] = x
        return reference.conv2d(whole, kernel, bias, stride)

    return conv2d


def windows_of_kernel_steps(x, kernel, bias, stride=1, padding=0):
    """The size by the stride, but windows that begin a whole kernel further each time."""
    framed, (rows, columns) = reference.pad2d(x, padding), kernel.shape[:2]
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    for i, j in np.ndindex(framed.shape[1] // rows, framed.shape[2] // columns):
        window = framed[:, i * rows : (i + 1) * rows, j * columns : (j + 1) * columns]
        out[0, i, j] = (times(window, kernel) + bias)[0]
    return out


def out_at_the_start(x, kernel, bias, stride=1, padding=0):
    """for i in range(0, H − KH + 1, stride): out[i, j], which has no such cell."""
    every = reference.conv2d(x, kernel, bias, 1, padding)
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    for i in range(0, every.shape[1], stride):
        for j in range(0, every.shape[2], stride):
            out[0, i, j] = every[0, i, j]
    return out


def size_unrounded(x, kernel, bias, stride=1, padding=0):
    """np.zeros with sizes out of /: its TypeError."""
    places = [
        (n + 2 * padding - k) / stride + 1
        for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)
    ]
    return np.zeros(places)


def one_inside(x, kernel, bias, stride=1, padding=0):
    """(n + 2p − k + 1) // s places along an axis."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    rows, columns = (
        (n + 2 * padding - k + 1) // stride
        for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)
    )
    return out[:, :rows, :columns]


def begun_late(x, kernel, bias, stride=1, padding=0):
    """Every stride-th place, the first of them place s − 1 and not 0."""
    late = stride - 1
    return reference.conv2d(x, kernel, bias, 1, padding)[:, late::stride, late::stride]


def windows_of_stride(x, kernel, bias, stride=1, padding=0):
    """Windows as large as the stride: NumPy broadcasts where it can."""
    framed = reference.pad2d(x, padding)
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    for i, j in np.ndindex(out.shape[1:3]):
        top, left = i * stride, j * stride
        out[:, i, j] = times(framed[:, top : top + stride, left : left + stride], kernel) + bias
    return out


def dilated(x, kernel, bias, stride=1, padding=0):
    """The stride between the cells of a window, as a dilation; windows move by one."""
    return reference.conv2d(x, kernel, bias, 1, padding, dilation=stride)


def exchanged(least):
    """Stride and padding the other way round; a stride of at least ``least``."""
    return lambda x, kernel, bias, stride=1, padding=0: _strided(
        reference.pad2d(x, stride), kernel, bias, max(padding, least)
    )


def _strided(x, kernel, bias, stride):
    """Loops whose sizes are divided by the stride: Python's error where it is 0."""
    for n in x.shape[1:3]:
        n // stride
    return reference.conv2d(x, kernel, bias, stride)


def added(start):
    """Windows that begin at start(i, stride) in the place of i · stride, cut off at the end, where
    the weights are cut off, too.
    """

    def conv2d(x, kernel, bias, stride=1, padding=0):
        framed = reference.pad2d(x, padding)
        out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
        for i, j in np.ndindex(out.shape[1:3]):
            top, left = start(i, stride), start(j, stride)
            there = framed[:, top : top + kernel.shape[0], left : left + kernel.shape[1]]
            out[:, i, j] = times(there, kernel[: there.shape[1], : there.shape[2]]) + bias
        return out

    return conv2d


def every_start_cut(x, kernel, bias, stride=1, padding=0):
    """A window at every start; where it hangs over, the kernel is cut off with it."""
    framed = reference.pad2d(x, padding)
    size = [-(-n // stride) for n in framed.shape[1:3]]
    out = np.zeros((len(x), *size, kernel.shape[3]))
    for i, j in np.ndindex(*size):
        top, left = i * stride, j * stride
        there = framed[:, top : top + kernel.shape[0], left : left + kernel.shape[1]]
        out[:, i, j] = times(there, kernel[: there.shape[1], : there.shape[2]]) + bias
    return out
