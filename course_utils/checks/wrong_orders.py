"""Wrong pools with two things exchanged: x (H, W, C) → (H', W', C)."""

import numpy as np

from course_utils.checks.wrong_pools import framed


def _places(x, window, stride, padding):
    whole, step = framed(x, padding), stride or window
    return whole, step, [(n - window) // step + 1 for n in whole.shape[:2]]


def _pooled(reduce, start=lambda i, j: (i, j), place=lambda i, j: (i, j)):
    """The loops of pooling: a window begins at ``start`` times the stride, and fills ``place``."""

    def on_image(x, window, stride=None, padding=0):
        whole, step, counts = _places(x, window, stride, padding)
        out = np.zeros((*counts, whole.shape[2]))
        for i, j in np.ndindex(*counts):
            top, left = (step * n for n in start(i, j))
            out[place(i, j)] = reduce(whole[top : top + window, left : left + window], axis=(0, 1))
        return out

    return on_image


def starts_exchanged(reduce):
    """Place (i, j) from the window that begins at row j·s and column i·s."""
    return _pooled(reduce, start=lambda i, j: (j, i))


def written_exchanged(reduce):
    """out[j, i] in the place of out[i, j]: NumPy's error where there is no such place."""
    return _pooled(reduce, place=lambda i, j: (j, i))


def shape_misread(reduce, order):
    """H, W, C taken from x.shape in another order; the windows are cut as they should be."""

    def on_image(x, window, stride=None, padding=0):
        whole, step, _ = _places(x, window, stride, padding)
        height, width, channels = (whole.shape[k] for k in order)
        out = np.zeros(((height - window) // step + 1, (width - window) // step + 1, channels))
        for i, j in np.ndindex(*out.shape[:2]):
            top, left = i * step, j * step
            out[i, j] = reduce(whole[top : top + window, left : left + window], axis=(0, 1))
        return out

    return on_image


def always(pool, step):
    """The same stride, whatever is given."""
    return lambda x, window, stride=None, padding=0: pool(x, window, step, padding)


def never_set_back(x, window, stride=None, padding=0):
    """The largest number of all windows and channels so far."""
    whole, step, counts = _places(x, window, stride, padding)
    out, best = np.zeros((*counts, x.shape[2])), -np.inf
    for i, j, c in np.ndindex(*out.shape):
        top, left = i * step, j * step
        best = max(best, whole[top : top + window, left : left + window, c].max())
        out[i, j, c] = best
    return out
