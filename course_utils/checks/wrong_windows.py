"""Wrong pools: windows at other places, or reduced in another way: x (H, W, C) → (H', W', C)."""

import numpy as np

from course_utils import reference
from course_utils.checks.wrong_pools import framed, one_image

largest = one_image(reference.max_pool2d)


def _placed(x, size, start, window, reduce, empty=0):
    """A map of ``size`` from windows that begin at start(i), start(j); ``empty`` without cells."""
    out = np.full((*size, x.shape[2]), empty, float)
    for i, j in np.ndindex(*size):
        box = x[start(i) : start(i) + window, start(j) : start(j) + window]
        if box.size:
            out[i, j] = reduce(box, axis=(0, 1))
    return out


def reduced(reduce):
    """Another function of each window (H', W', C, w, w), over its last two axes."""

    def on_image(x, window, stride=None, padding=0):
        windows = np.lib.stride_tricks.sliding_window_view(x, (window, window), axis=(0, 1))
        return reduce(windows[:: stride or window, :: stride or window], axis=(3, 4))

    return on_image


def middle(windows, axis):
    return (windows.max(axis=axis) + windows.min(axis=axis)) / 2


def of_lines(reduce, axis):
    """The mean of what ``reduce`` makes of the window's rows (1) or columns (0)."""
    return lambda windows, **_: reduce(windows, axis=3 + axis).mean(axis=3)


def line(axis):
    """The mean of the window's first column (0) or first row (1)."""
    return lambda windows, **_: windows.take(0, axis=4 - axis).mean(axis=3)


def tiles_counted(reduce):
    """As many windows as tiles, H // w, but in steps of the stride."""

    def on_image(x, window, stride=None, padding=0):
        x, step = framed(x, padding), stride or window
        size = [n // window for n in x.shape[:2]]
        return _placed(x, size, lambda i: i * step, window, reduce)

    return on_image


def begun_at_tiles(reduce, empty):
    """The size by the stride, windows that begin at i · window; ``empty``: what stands where they
    have no cell, or None for NumPy's error.
    """

    def on_image(x, window, stride=None, padding=0):
        x = framed(x, padding)
        size = [(n - window) // (stride or window) + 1 for n in x.shape[:2]]
        beyond = any((n - 1) * window >= m for n, m in zip(size, x.shape[:2], strict=True))
        if beyond and empty is None:
            return reduce(x[:0], axis=(0, 1))  # NumPy's error
        return _placed(x, size, lambda i: i * window, window, reduce, empty)

    return on_image


def of_side(side, reduce):
    """Windows of ``side``(window, stride) cells, cut off at the end, as many as there should be."""

    def on_image(x, window, stride=None, padding=0):
        x, step = framed(x, padding), stride or window
        size = [(n - window) // step + 1 for n in x.shape[:2]]
        return _placed(x, size, lambda i: i * step, side(window, step), reduce)

    return on_image


def channels_by_reshape(reduce):
    """window.reshape(C, −1), which mixes the channels, and each of its rows reduced."""

    def mixed(box, axis):
        return reduce(box.reshape(box.shape[2], -1), axis=1)

    def on_image(x, window, stride=None, padding=0):
        x, step = framed(x, padding), stride or window
        size = [(n - window) // step + 1 for n in x.shape[:2]]
        return _placed(x, size, lambda i: i * step, window, mixed)

    return on_image


def one_less(pool):
    """(n − w) // s windows along an axis, without the + 1."""

    def on_image(x, window, stride=None, padding=0):
        rows, columns = ((n + 2 * padding - window) // (stride or window) for n in x.shape[:2])
        return pool(x, window, stride, padding)[:rows, :columns]

    return on_image


def first_channel_flat(pool):
    """The first channel's map, without an axis for channels."""
    return lambda x, window, stride=None, padding=0: pool(x, window, stride, padding)[..., 0]


def larger(reduce):
    """Windows of w + 1 cells, cut off at the end."""

    def on_image(x, window, stride=None, padding=0):
        x, step = framed(x, padding), stride or window
        size = [(n - window) // step + 1 for n in x.shape[:2]]
        return _placed(x, size, lambda i: i * step, window + 1, reduce)

    return on_image


def whole(pool, reduce):
    """The whole image reduced, at every place."""

    def on_image(x, window, stride=None, padding=0):
        out = pool(x, window, stride, padding)
        return np.broadcast_to(reduce(x, axis=(0, 1)), out.shape)

    return on_image


def first_channel(pool):
    """The other channels left at 0."""

    def on_image(x, window, stride=None, padding=0):
        out = pool(x, window, stride, padding)
        out[..., 1:] = 0
        return out

    return on_image


def strided_along(pool, axis):
    """The stride along rows (0) or columns (1) alone; along the other the window."""

    def on_image(x, window, stride=None, padding=0):
        steps = [window, window]
        steps[axis] = stride or window
        return pool(x, window, tuple(steps), padding)

    return on_image


def padded_at(before, after):
    """−∞ at one end of rows and columns alone."""

    def on_image(x, window, stride=None, padding=0):
        ends = (before * padding, after * padding)
        framed = np.pad(x.astype(float), (ends, ends, (0, 0)), constant_values=-np.inf)
        return one_image(reference.max_pool2d)(framed, window, stride)

    return on_image


def size_before_padding(x, window, stride=None, padding=0):
    """As many windows of the framed image as the image without its frame has."""
    height, width = (max((n - window) // (stride or window) + 1, 0) for n in x.shape[:2])
    return one_image(reference.max_pool2d)(x, window, stride, padding)[:height, :width]
