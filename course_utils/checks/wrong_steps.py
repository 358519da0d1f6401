"""Layers whose stride or padding goes another way than asked; the contract is conv2d's."""

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
