"""Wrong backward passes of max pooling: dout (H', W'), x (H, W) → dx (H, W)."""

import numpy as np


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


def _written(write):
    """``write(dx, window's rows and columns, place of its maximum, gradient, window)`` each."""

    def backward(dout, x, window, stride):
        dx = np.zeros_like(x)
        for i, j in np.ndindex(dout.shape):
            top, left = i * stride, j * stride
            patch = x[top : top + window, left : left + window]
            a, b = np.unravel_index(patch.argmax(), patch.shape)
            write(dx, (top, left), (a, b), dout[i, j], patch)
        return dx

    return backward


def _add(dx, row, column, number):
    dx[row, column] += number


def _share(dx, start, place, number, patch):
    (top, left), (rows, columns) = start, patch.shape
    dx[top : top + rows, left : left + columns] += number / patch.size


shared_evenly = _written(_share)
times_maximum = _written(
    lambda dx, s, at, number, patch: _add(dx, s[0] + at[0], s[1] + at[1], number * patch.max())
)
ones = _written(lambda dx, s, at, number, patch: _add(dx, s[0] + at[0], s[1] + at[1], 1))
unmoved_place = _written(lambda dx, s, at, number, patch: _add(dx, at[0], at[1], number))
first_cell = _written(lambda dx, s, at, number, patch: _add(dx, s[0], s[1], number))
place_exchanged = _written(
    lambda dx, s, at, number, patch: _add(dx, s[0] + at[1], s[1] + at[0], number)
)


maximum_itself = _written(
    lambda dx, s, at, number, patch: _add(dx, s[0] + at[0], s[1] + at[1], patch.max())
)


def ones_written(dout, x, window, stride):
    """A mask of the maxima."""
    return (ones(dout, x, window, stride) > 0).astype(float)


def averaged(dout, x, window, stride):
    """Where a cell is the largest of several windows, the mean of their gradients."""
    times = ones(dout, x, window, stride)
    return gradient(x, dout, window, stride, add=lambda old, new: old + new) / np.maximum(times, 1)


def to_smallest(dout, x, window, stride):
    return gradient(-x, dout, window, stride, add=lambda old, new: old + new)


def dout_exchanged(dout, x, window, stride):
    """dout[j, i] where there is such a cell, else 0."""
    other = np.zeros(dout.shape)
    side = min(dout.shape)
    other[:side, :side] = dout[:side, :side].T
    return gradient(x, other, window, stride, add=lambda old, new: old + new)


def dout_exchanged_stops(dout, x, window, stride):
    """dout[j, i], an IndexError where there is no such cell."""
    other = np.zeros(dout.shape)
    for i, j in np.ndindex(dout.shape):
        other[i, j] = dout[j, i]
    return gradient(x, other, window, stride, add=lambda old, new: old + new)


def unravelled_in_image(inside=lambda place, last: place):
    """np.unravel_index of a place in the window, with the image's shape.

    ``inside``: what is done with a place beyond the image's ``last`` one; else NumPy's error.
    """

    def backward(dout, x, window, stride):
        dx, last = np.zeros_like(x), np.array(x.shape) - 1
        for start in np.ndindex(dout.shape):
            top, left = np.array(start) * stride
            flat = x[top : top + window, left : left + window].argmax()
            place = np.array([top, left]) + np.unravel_index(flat, x.shape)
            dx[tuple(inside(place, last))] += dout[start]
        return dx

    return backward


def flat_in_image(dout, x, window, stride):
    """The flat place in the window taken for a flat place in the image."""
    dx = np.zeros(x.size)
    for i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        dx[x[top : top + window, left : left + window].argmax()] += dout[i, j]
    return dx.reshape(x.shape)


def forwards(dout, x, window, stride):
    """The maxima, as forwards."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (window, window))
    return windows[::stride, ::stride].max(axis=(2, 3))


def too_small(dout, x, window, stride):
    """Zeros of dout's shape filled at the places of x: NumPy's error where one lies beyond."""
    dx = np.zeros_like(dout)
    for i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        box = x[top : top + window, left : left + window]
        row, column = np.unravel_index(np.argmax(box), box.shape)
        dx[top + row, left + column] += dout[i, j]
    return dx


def spread_over_output(dout, x, window, stride):
    """dout where a window's first cell is its largest, else 0: a map of dout's shape."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (window, window))[::stride, ::stride]
    return dout * (windows[:, :, 0, 0] == windows.max(axis=(2, 3)))


def _flat(dx, start, place, number, patch):
    flat = patch.argmax()
    dx[start[0] + flat, start[1] + flat] += number


not_unravelled = _written(_flat)


def unstrided(dout, x, window, stride):
    """Windows that move by one cell only."""
    return gradient(x, dout, window, 1, add=lambda old, new: old + new)


def tiled(dout, x, window, stride):
    """Windows side by side whatever the stride; those beyond the end have no cells."""
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape):
        top, left = i * window, j * window
        patch = x[top : top + window, left : left + window]
        if patch.size:
            a, b = np.unravel_index(patch.argmax(), patch.shape)
            dx[top + a, left + b] += dout[i, j]
    return dx


def whole_image(dout, x, window, stride):
    """All gradients to the largest cell of the image."""
    return np.where(x == x.max(), dout.sum(), 0.0)


def as_output(dout, x, window, stride):
    """A map of the output's shape."""
    maxima = [
        [x[i : i + window, j : j + window].max() for j in range(0, dout.shape[1] * stride, stride)]
        for i in range(0, dout.shape[0] * stride, stride)
    ]
    return dout * np.array(maxima)
