"""Wrong pools with one part otherwise, along rows, columns or both: x (H, W, C) → (H', W', C)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.wrong_pools import framed


class Axis(NamedTuple):
    """What a pool knows of one axis: ``cells`` with the padding, ``size`` without it."""

    cells: int
    size: int
    window: int
    step: int
    padding: int
    given: int | None


class Parts(NamedTuple):
    """The parts of a pool along one axis, each from an Axis; ``start`` and ``end`` from i, too.

    ``looped``: which of the places 0, 1, … are filled; the others stay 0.
    """

    count: Callable[[Axis], int] = lambda a: (a.cells - a.window) // a.step + 1
    start: Callable[[Axis, int], int] = lambda a, i: i * a.step
    end: Callable[[Axis, int], int] = lambda a, i: i * a.step + a.window
    looped: Callable[[Axis, int], range] = lambda a, count: range(count)


RIGHT = Parts()


def built(reduce, rows=RIGHT, columns=RIGHT, frame=framed):
    """The pool of these parts; NumPy's error, or NaN, where a window has no cells."""

    def on_image(x, window, stride=None, padding=0):
        whole, parts = frame(x, padding), (rows, columns)
        axes = [
            Axis(cells, size, window, stride or window, padding, stride)
            for cells, size in zip(whole.shape, x.shape[:2], strict=False)
        ]
        counts = [part.count(axis) for part, axis in zip(parts, axes, strict=True)]
        out = np.zeros((*counts, whole.shape[2]))
        for i in rows.looped(axes[0], counts[0]):
            for j in columns.looped(axes[1], counts[1]):
                top, left = rows.start(axes[0], i), columns.start(axes[1], j)
                bottom, right = rows.end(axes[0], i), columns.end(axes[1], j)
                out[i, j] = reduce(whole[top:bottom, left:right], axis=(0, 1))
        return out

    return on_image


def listed(reduce, rows=RIGHT, columns=RIGHT):
    """The same as nested lists, which lose their axes where there is no window."""

    def on_image(x, window, stride=None, padding=0):
        whole = framed(x, padding)
        axes = [
            Axis(n, n - 2 * padding, window, stride or window, padding, stride)
            for n in whole.shape[:2]
        ]
        return np.array(
            [
                [
                    reduce(
                        whole[i : i + window, j : j + window],
                        axis=(0, 1),
                    )
                    for j in range(0, columns.count(axes[1]) * axes[1].step, axes[1].step)
                ]
                for i in range(0, rows.count(axes[0]) * axes[0].step, axes[0].step)
            ]
        )

    return on_image


def of_box(reduce, whole_image=False):
    """Another function of the window (rows, columns, C) or, with ``whole_image``, of it and x."""

    def on_image(x, window, stride=None, padding=0):
        whole, step = framed(x, padding), stride or window
        counts = [(n - window) // step + 1 for n in whole.shape[:2]]
        out = np.zeros((*counts, x.shape[2]))
        for i, j in np.ndindex(*counts):
            top, left = i * step, j * step
            box = whole[top : top + window, left : left + window]
            facts = {"x": x, "window": window, "stride": step, "counts": counts}
            out[i, j] = reduce(box, **facts) if whole_image else reduce(box)
        return out

    return on_image


def framed_with(number, sides=((1, 1), (1, 1))):
    """A frame of this number, or of what it makes of x; ``sides``: how often p at each end."""

    def frame(x, padding):
        ends = [(before * padding, after * padding) for before, after in sides]
        value: Any = number(x) if callable(number) else number
        return np.pad(x.astype(float), (*ends, (0, 0)), constant_values=value)

    return frame


def going_on(reduce):
    """A total, or a largest number, that is never set back."""

    def on_image(x, window, stride=None, padding=0):
        whole, step = framed(x, padding), stride or window
        counts = [(n - window) // step + 1 for n in whole.shape[:2]]
        out, boxes = np.zeros((*counts, x.shape[2])), []
        for i, j in np.ndindex(*counts):
            top, left = i * step, j * step
            boxes.append(whole[top : top + window, left : left + window].reshape(-1, x.shape[2]))
            out[i, j] = reduce(np.concatenate(boxes), window)
        return out

    return on_image


def table(corners):
    """A summed-area table: ``corners``(table, row, column, window) is the sum of a window."""

    def on_image(x, window, stride=None, padding=0):
        step = stride or window
        sums = x.astype(float).cumsum(axis=0).cumsum(axis=1)
        counts = [(n - window) // step + 1 for n in x.shape[:2]]
        out = np.zeros((*counts, x.shape[2]))
        for i, j in np.ndindex(*counts):
            out[i, j] = corners(sums, i * step, j * step, window) / window**2
        return out

    return on_image


def after(pool, change):
    """A right pool, and then ``change``(result)."""
    return lambda *arguments, **options: change(pool(*arguments, **options))


def before(pool, change):
    """``change``(x, window, stride), and then a right pool."""

    def on_image(x, window, stride=None, padding=0):
        return pool(change(x, window, stride or window), window, stride, padding)

    return on_image
