"""Wrong layers: np.pad on the wrong axes; arguments and result as conv2d's."""

import numpy as np

from course_utils import reference


def _broadcast(x, kernel, bias, stride):
    """Windows of all channels that x has, times the kernel as NumPy broadcasts it."""
    view = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    windows = np.moveaxis(view[:, ::stride, ::stride], 3, 5)[..., None]  # (N, H', W', KH, KW, C, 1)
    return (windows * kernel).sum(axis=(3, 4, 5)) + bias


def channels_padded(frame):
    """np.pad on more axes than rows and columns; ``frame`` makes its pairs from p."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        framed = np.pad(x, frame(padding))
        return _broadcast(framed, kernel, bias, stride)[: len(x)]

    return conv2d


def all_axes_padded(product):
    """np.pad on every axis, images too, and loops over all that is there then."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return _slid(np.pad(x, padding), kernel, bias, stride, product)

    return conv2d


def all_axes_padded_cut(x, kernel, bias, stride=1, padding=0):
    """The same with as many channels of each window as the kernel has."""
    framed = np.pad(x, padding)[..., : kernel.shape[2]]
    return _slid(framed, kernel, bias, stride, _summed)


def other_axes_padded(axes, product, *, counted=False):
    """The frame put on two other axes than rows and columns; where ``counted``, the loops run over
    the images and places that there would be with the frame in its place.
    """

    def conv2d(x, kernel, bias, stride=1, padding=0):
        pairs = [(padding, padding) if axis in axes else (0, 0) for axis in range(4)]
        meant = reference.pad2d(x, padding).shape if counted else None
        return _slid(np.pad(x, pairs), kernel, bias, stride, product, meant)

    return conv2d


def _slid(framed, kernel, bias, stride, product, shape=None):
    rows, columns = kernel.shape[:2]
    images, height, width, _ = shape or framed.shape
    height, width = (height - rows) // stride + 1, (width - columns) // stride + 1
    out = np.zeros((images, height, width, kernel.shape[3]))
    for n, i, j in np.ndindex(out.shape[:3]):
        top, left = i * stride, j * stride
        window = framed[n, top : top + rows, left : left + columns]
        out[n, i, j] = product(window, kernel) + bias
    return out


def _summed(window, kernel):
    return np.array([np.sum(window * kernel[..., f]) for f in range(kernel.shape[3])])


def _contracted(window, kernel):
    return np.tensordot(window, kernel, axes=3)


def _flattened(window, kernel):
    return window.reshape(-1) @ kernel.reshape(-1, kernel.shape[3])


# Ways to multiply one image's window (KH, KW, C) and the weights, which then no longer fit.
PRODUCTS = (_summed, _contracted, _flattened)


def channels_padded_misfit(frame, product):
    """The same where the product needs as many channels as the kernel has."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return _slid(np.pad(x, frame(padding))[: len(x)], kernel, bias, stride, product)

    return conv2d


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
