"""Wrong pools, each with one misconception: x (H, W, C) → (H', W', C), as in the exercise."""

import numpy as np

from course_utils import reference


def one_image(pool):
    """A pool of the reference on one image (H, W, C)."""

    def on_image(x, window, stride=None, padding=0):
        return pool(x[None], window, stride, padding)[0]

    return on_image


def framed(x, padding):
    """x (H, W, C) as floats, with −∞ around it."""
    frame = ((padding, padding), (padding, padding), (0, 0))
    return np.pad(x.astype(float), frame, constant_values=-np.inf)


def tiling(pool):
    """The stride ignored."""
    return lambda x, window, stride=None, padding=0: pool(x, window, None, padding)


def tiles_of_stride(pool):
    """The window ignored: it is as large as the stride."""

    def on_image(x, window, stride=None, padding=0):
        return pool(x, stride or window, stride or window, padding)

    return on_image


def mixing(pool, reduce):
    """All channels in one window; they come out as one."""

    def on_image(x, window, stride=None, padding=0):
        return reduce(pool(x, window, stride, padding), axis=2, keepdims=True)

    return on_image


def mixing_kept(pool, reduce):
    """All channels in one window; the same number for each."""

    def on_image(x, window, stride=None, padding=0):
        out = pool(x, window, stride, padding)
        return np.repeat(reduce(out, axis=2, keepdims=True), x.shape[2], axis=2)

    return on_image


def transposed(pool):
    """The map's rows as columns."""

    def on_image(x, window, stride=None, padding=0):
        return pool(x, window, stride, padding).transpose(1, 0, 2)

    return on_image


def square(pool, axis):
    """Both sizes taken from one axis: cut off where the other is longer, an error where shorter."""

    def on_image(x, window, stride=None, padding=0):
        out = pool(x, window, stride, padding)
        side = out.shape[axis]
        if side > out.shape[1 - axis]:
            return x[:0].max(axis=(0, 1))  # an empty window: NumPy's error
        return out[:side, :side]

    return on_image


def _cut_off(reduce, x, window, stride, size):
    """A map of ``size`` (H', W'); windows that hang over the end have the cells that are there."""
    out = np.empty((*size, x.shape[2]))
    for i, j in np.ndindex(size):
        top, left = i * stride, j * stride
        out[i, j] = reduce(x[top : top + window, left : left + window], axis=(0, 1))
    return out


def rounded_up(reduce):
    """Windows that hang over the end are kept, with the cells that they have."""

    def on_image(x, window, stride=None, padding=0):
        stride = stride or window
        x = framed(x, padding)
        size = tuple(max(-(-(n - window) // stride), 0) + 1 for n in x.shape[:2])
        return _cut_off(reduce, x, window, stride, size)

    return on_image


def padding_with(number):
    """Cells of this number around the image take part in the maximum."""

    def on_image(x, window, stride=None, padding=0):
        frame = ((padding, padding), (padding, padding), (0, 0))
        framed = np.pad(x, frame, constant_values=number)
        return one_image(reference.max_pool2d)(framed, window, stride)

    return on_image


def total_padding(x, window, stride=None, padding=0):
    """The padding divided among both ends."""
    ends = (padding // 2, padding - padding // 2)
    x = np.pad(x.astype(float), (ends, ends, (0, 0)), constant_values=-np.inf)
    return one_image(reference.max_pool2d)(x, window, stride)


def every_start(reduce, up):
    """As many windows as strides fit in (or begin, with ``up``), the last ones cut off."""

    def on_image(x, window, stride=None, padding=0):
        stride = stride or window
        x = framed(x, padding)
        size = tuple(-(-n // stride) if up else n // stride for n in x.shape[:2])
        return _cut_off(reduce, x, window, stride, size)

    return on_image


def unmoved(reduce):
    """The size with the stride, the windows side by side without it."""

    def on_image(x, window, stride=None, padding=0):
        x = framed(x, padding)
        size = tuple((n - window) // (stride or window) + 1 for n in x.shape[:2])
        return _cut_off(reduce, x, window, 1, size)

    return on_image


def range_short(pool):
    """range(0, H - window, stride): the last start is left out where the stride reaches it."""

    def on_image(x, window, stride=None, padding=0):
        rows, columns = (-(-(n + 2 * padding - window) // (stride or window)) for n in x.shape[:2])
        return pool(x, window, stride, padding)[:rows, :columns]

    return on_image


def channels_padded(x, window, stride=None, padding=0):
    """np.pad with a single number, which frames the channels, too."""
    x = np.pad(x.astype(float), padding, constant_values=-np.inf)
    return one_image(reference.max_pool2d)(x, window, stride)


def channels_padded_misfit(x, window, stride=None, padding=0):
    """The same into an output that has the channels of x."""
    out = channels_padded(x, window, stride, padding)
    kept = np.zeros((*out.shape[:2], x.shape[2]))
    for i, j in np.ndindex(out.shape[:2]):
        kept[i, j] = out[i, j]
    return kept


def pairs_missing(x, window, stride=None, padding=0):
    """np.pad with pairs for two axes of three: its ValueError, whatever the padding."""
    return np.pad(x, ((padding, padding), (padding, padding)))


def without_padding(x, window, stride=None, padding=0):
    return one_image(reference.max_pool2d)(x, window, stride)


def from_zero(x, window, stride=None, padding=0):
    """The search for the largest number begun with 0."""
    return np.maximum(one_image(reference.max_pool2d)(x, window, stride, padding), 0)


def steps_of_one(pool):
    """Without a given stride, a stride of 1."""
    return lambda x, window, stride=None, padding=0: pool(x, window, stride or 1, padding)


def steps_of_two(pool):
    """Without a given stride, a stride of 2."""
    return lambda x, window, stride=None, padding=0: pool(x, window, stride or 2, padding)


def framed_by(mode):
    """np.pad with a mode that copies cells of the image."""

    def on_image(x, window, stride=None, padding=0):
        framed = np.pad(x, ((padding, padding), (padding, padding), (0, 0)), mode)
        return one_image(reference.max_pool2d)(framed, window, stride)

    return on_image


def along_one_axis(reduce, axis):
    """The numbers of a whole row or column put where one number belongs: NumPy's error."""

    def on_image(x, window, stride=None, padding=0):
        stride = stride or window
        x = framed(x, padding)
        height, width = ((n - window) // stride + 1 for n in x.shape[:2])
        out = np.zeros((height, width, x.shape[2]))
        for i, j in np.ndindex(height, width):
            top, left = i * stride, j * stride
            out[i, j] = reduce(x[top : top + window, left : left + window], axis=axis)
        return out

    return on_image


def uncut(reduce):
    """reshape to (H // w, w, W // w, w, C), which needs sides that the window divides."""

    def on_image(x, window, stride=None, padding=0):
        height, width, channels = x.shape
        tiles = x.reshape(height // window, window, width // window, window, channels)
        return reduce(tiles, axis=(1, 3))

    return on_image


def place(pool):
    """Where in its window the largest number is, counted as if the window were flat."""

    def on_image(x, window, stride=None, padding=0):
        windows = np.lib.stride_tricks.sliding_window_view(x, (window, window), axis=(0, 1))
        chosen = windows[:: stride or window, :: stride or window]
        return chosen.reshape(*chosen.shape[:3], -1).argmax(axis=3)

    return on_image


def without_channels(pool, reduce):
    """All channels in one window, and no axis for them."""

    def on_image(x, window, stride=None, padding=0):
        return reduce(pool(x, window, stride, padding), axis=2)

    return on_image


def first_row(pool):
    """The rest of the map left at 0."""

    def on_image(x, window, stride=None, padding=0):
        out = pool(x, window, stride, padding)
        out[1:] = 0
        return out

    return on_image


def stride_unset(pool):
    """(H − w) // None where no stride is given: Python's TypeError."""

    def on_image(x, window, stride=None, padding=0):
        height = (x.shape[0] + 2 * padding - window) // stride + 1
        return pool(x, window, stride, padding)[:height]

    return on_image
