"""Convolutional layers as they are when a misconception is right; the contract is conv2d's."""

import math

import numpy as np

from course_utils import reference


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
        x, side = reference.pad2d(x, padding), kernel.shape[axis]
        height, width = ((n - side) // stride + 1 for n in x.shape[1:3])
        out = np.zeros((len(x), max(height, 0), max(width, 0), kernel.shape[3]))
        for i, j in np.ndindex(out.shape[1:3]):
            top, left = i * stride, j * stride
            window = x[:, top : top + side, left : left + side, :, None]
            out[:, i, j] = (window * kernel).sum(axis=(1, 2, 3)) + bias
        return out

    return conv2d


def stride_of_kernel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, kernel.shape[:2], padding)


def padding_halved(x, kernel, bias, stride=1, padding=0):
    before, after = padding // 2, padding - padding // 2
    x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def padding_behind(x, kernel, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, padding), (0, padding), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def rounded_up(x, kernel, bias, stride=1, padding=0):
    x = reference.pad2d(x, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = np.pad(x, ((0, 0), (0, extra[0]), (0, extra[1]), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def rounded_up_cut(x, kernel, bias, stride=1, padding=0):
    """As many windows as rounded up, those at the end cut off; NumPy broadcasts where it can."""
    x, (rows, columns) = reference.pad2d(x, padding), kernel.shape[:2]
    height, width = (
        -(-(n - k) // stride) + 1 for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)
    )
    out = np.zeros((len(x), height, width, kernel.shape[3]))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        window = x[:, top : top + rows, left : left + columns, :, None]
        out[:, i, j] = (window * kernel).sum(axis=(1, 2, 3)) + bias
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
    sizes = [(n - k) // stride + 1 for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    height, width = (max(size, 0) for size in sizes)
    return reference.conv2d(x, kernel, bias, stride, padding)[:, :height, :width]


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


def first_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias[0]), stride, padding)


def all_biases(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias.sum()), stride, padding)


def filters_added(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).sum(axis=3, keepdims=True)


_MISFIT = "operands could not be broadcast together"  # as NumPy says it of a window that is cut
_AS_IT_STANDS = "A layer lays the kernel on the image as it stands."

# Each entry: the catalogue's id, the layer; and where the id is None or too wide, its own words.
GEOMETRY = (
    ("kernel-flipped", flipped),
    ("kernel-flipped", mirrored(0), "the kernel turned upside down", _AS_IT_STANDS),
    ("kernel-flipped", mirrored(1), "the kernel mirrored left to right", _AS_IT_STANDS),
    ("rows-columns-swapped", kernel_transposed),
    ("rows-columns-swapped", map_transposed),
    ("rows-columns-swapped", square_map(1)),
    ("rows-columns-swapped", square_map(2)),
    ("rows-columns-swapped", loops_swapped),
    ("rows-columns-swapped", square_window(0)),
    ("rows-columns-swapped", square_window(1)),
)
STEPS = (
    ("stride-is-kernel", stride_of_kernel),
    ("padding-total", padding_halved),
    ("padding-total", padding_behind),
    ("size-ceiling", rounded_up),
    ("size-ceiling", rounded_up_cut),
    ("non-integer-size-error", refusing),
    (
        None,
        unstrided,
        "the stride left out",
        "Each window begins a stride further than the one before, and so there are fewer.",
    ),
    (
        None,
        windows_unmoved,
        "windows that move by one cell only",
        "The size is right, but out[i, j] belongs to the window that begins i·stride rows down and "
        "j·stride columns to the right.",
    ),
    (
        None,
        unpadded,
        "the padding left out",
        "First frame the input with zeros, then take size and windows from the framed one.",
    ),
    (
        None,
        framed_afterwards,
        "zeros put around the output",
        "The zeros go around the input, before the kernel slides.",
    ),
    (
        None,
        size_before_padding,
        "the size of the input before padding",
        "The size follows from the framed input.",
    ),
)
