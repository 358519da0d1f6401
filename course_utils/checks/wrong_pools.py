"""Pooling as it is when a misconception is right: x (H, W, C) → (H', W', C), as in the exercise."""

import numpy as np

from course_utils import reference


def one_image(pool):
    """A pool of the reference on one image (H, W, C)."""

    def on_image(x, window, stride=None, padding=0):
        return pool(x[None], window, stride, padding)[0]

    return on_image


def tiling(pool):
    """The stride ignored."""
    return lambda x, window, stride=None, padding=0: pool(x, window, None, padding)


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
        if out.shape[axis] > out.shape[1 - axis]:
            raise ValueError("zero-size array")  # what NumPy's max says of an empty window
        return out[: out.shape[axis], : out.shape[axis]]

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
        x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)), constant_values=-np.inf)
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
    x = np.pad(x, (ends, ends, (0, 0)), constant_values=-np.inf)
    return one_image(reference.max_pool2d)(x, window, stride)


def every_start(reduce, up):
    """As many windows as strides fit in (or begin, with ``up``), the last ones cut off."""

    def on_image(x, window, stride=None, padding=0):
        stride = stride or window
        size = tuple(-(-n // stride) if up else n // stride for n in x.shape[:2])
        return _cut_off(reduce, x, window, stride, size)

    return on_image


def unmoved(reduce):
    """The size with the stride, the windows side by side without it."""

    def on_image(x, window, stride=None, padding=0):
        x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)), constant_values=-np.inf)
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
    x = np.pad(x, padding, constant_values=-np.inf)
    return one_image(reference.max_pool2d)(x, window, stride)


def channels_padded_misfit(x, window, stride=None, padding=0):
    """The same into an output that has the channels of x."""
    if padding:
        raise ValueError("could not broadcast")
    return one_image(reference.max_pool2d)(x, window, stride)


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


def gradient(x, dout, window, stride, *, add, share=False):
    """The loops of the backward pass on one channel (H, W): ``add`` writes into a cell."""
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        patch = x[top : top + window, left : left + window]
        if share:
            dx[top : top + window, left : left + window] += dout[i, j]
        else:
            a, b = np.unravel_index(patch.argmax(), patch.shape)
            dx[top + a, left + b] = add(dx[top + a, left + b], dout[i, j])
    return dx


def gradient_by_windows(dout, x, window, stride):
    """Each window of the gradient written as a whole, zeros and all."""
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape):
        place = (slice(i * stride, i * stride + window), slice(j * stride, j * stride + window))
        dx[place] = (x[place] == x[place].max()) * dout[i, j]
    return dx
