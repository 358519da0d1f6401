"""Wrong backward passes with one part otherwise: dout (H', W'), x (H, W) → dx (H, W)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class At(NamedTuple):
    """What is known at one place of the loops."""

    x: np.ndarray
    dout: np.ndarray
    i: int
    j: int
    window: int
    stride: int


class Route(NamedTuple):
    """The parts: where the window begins, how large it is, which cell, where and what to write."""

    start: Callable = lambda at: (at.i * at.stride, at.j * at.stride)
    sides: Callable = lambda at: (at.window, at.window)
    pick: Callable = lambda patch, at: np.unravel_index(patch.argmax(), patch.shape)
    place: Callable = lambda at, a, b: (at.i * at.stride + a, at.j * at.stride + b)
    amount: Callable = lambda at, patch: at.dout[at.i, at.j]
    add: Callable = lambda old, new: old + new
    begin: Callable = lambda x: np.zeros(x.shape)
    places: Callable = lambda dout: np.ndindex(*dout.shape)
    guard: bool = False  # whether places beyond the image are passed over


def routed(**parts):
    """The loops of the backward pass with these parts."""
    route = Route(**parts)

    def backward(dout, x, window, stride):
        dx = route.begin(x)
        for i, j in route.places(dout):
            at = At(x, dout, i, j, window, stride)
            (top, left), (rows, columns) = route.start(at), route.sides(at)
            patch = x[top : top + rows, left : left + columns]
            row, column = route.place(at, *route.pick(patch, at))
            if not route.guard or (0 <= row < x.shape[0] and 0 <= column < x.shape[1]):
                dx[row, column] = route.add(dx[row, column], route.amount(at, patch))
        return dx

    return backward


def everywhere(add, share=False):
    """The gradient for every cell of the image that equals the window's maximum."""

    def backward(dout, x, window, stride):
        dx = np.zeros(x.shape)
        for i, j in np.ndindex(*dout.shape):
            top, left = i * stride, j * stride
            alike = x == x[top : top + window, left : left + window].max()
            part = dout[i, j] / alike.sum() if share else dout[i, j]
            dx = np.where(alike, add(dx, part), dx)
        return dx

    return backward


def first_alike(patch, at):
    return tuple(np.argwhere(at.x == patch.max())[0])


def last_alike(patch, at):
    return tuple(np.argwhere(at.x == patch.max())[-1])


def _windows(dout, window, stride):
    """The gradient of each place, and the rows and columns of its window."""
    for i, j in np.ndindex(*dout.shape):
        rows = slice(i * stride, i * stride + window)
        yield dout[i, j], rows, slice(j * stride, j * stride + window)


def along(axis):
    """A window's largest cell of each row (1) or column (0)."""

    def backward(dout, x, window, stride):
        dx = np.zeros(x.shape)
        for gradient, rows, columns in _windows(dout, window, stride):
            box = x[rows, columns]
            dx[rows, columns] += (box == box.max(axis=axis, keepdims=True)) * gradient
        return dx

    return backward


def after(change):
    right = routed()
    return lambda dout, x, window, stride: change(right(dout, x, window, stride), dout, x)


def patched(change):
    """The whole window written: ``change``(window, gradient)."""

    def backward(dout, x, window, stride):
        dx = np.zeros(x.shape)
        for gradient, rows, columns in _windows(dout, window, stride):
            dx[rows, columns] += change(x[rows, columns], gradient)
        return dx

    return backward
