"""The typical mistakes in what a layer does to the right sums: cut, rounded, activated, reshaped.

The entries have the form of those in layer_mistakes.
"""

from typing import Any

import numpy as np

from course_utils import reference


def _after(change):
    """The right maps, then changed: ``change(maps, x, kernel, bias)``."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        return change(reference.conv2d(x, kernel, bias, stride, padding), x, kernel, bias)

    return conv2d


def _cut(kind):
    """The maps in the type of an argument, or whole numbers: decimals cut off, uint8 wrapped."""

    def change(maps, *arguments):
        dtype = np.dtype(kind(*arguments))
        return (maps.astype(int) if dtype.kind in "iu" else maps).astype(dtype)

    return _after(change)


def _before(change):
    """Image and kernel changed, then the right layer."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, kernel, bias = change(x, kernel, bias)
        return reference.conv2d(x, kernel, bias, stride, padding)

    return conv2d


def _emptied(*parts):
    """Parts of every map left at 0; each part is an index of the map (rows, columns)."""

    def change(maps, *_):
        out = maps.copy()
        for rows, columns in parts:
            out[:, rows, columns] = 0
        return out

    return _after(change)


def _running(maps, *_):
    """A total that is never set back, over filters, columns, rows and images."""
    return np.cumsum(maps).reshape(maps.shape)


def _until(axes):
    """The first of each of these axes filled, the rest 0."""

    def change(maps, *_):
        out, kept = (
            np.zeros_like(maps),
            tuple(slice(1) if a in axes else slice(None) for a in range(4)),
        )
        out[kept] = maps[kept]
        return out

    return _after(change)


_ALL, _FIRST, _LAST = slice(None), slice(0, 1), slice(-1, None)
_RETURN = "Does the `return` stand inside a loop? It belongs behind all of them."
_PLACES = "Rows are range(H'), columns are range(W'): a range begins at 0 and ends before its end."
_FLOATS = "np.zeros(shape) without dtype= makes floats, which hold fractions and negative numbers."
_AS_IT_IS = "The layer asked for here has no such step: its sums stay as they are."
RESULTS: tuple[tuple[Any, ...], ...] = (
    (None, _cut(lambda x, *_: x.dtype), "an output in the image's own dtype", _FLOATS),
    (None, _cut(lambda x, kernel, _: kernel.dtype), "an output in the kernel's dtype", _FLOATS),
    (
        None,
        _cut(lambda *_: int),
        "an output of whole numbers, which cuts off all decimals",
        _FLOATS,
    ),
    (None, _cut(lambda *_: np.uint8), "an output of the dtype uint8", _FLOATS),
    (
        None,
        _before(lambda x, kernel, bias: (x.astype(int), kernel, bias)),
        "the decimals of the image cut off",
        "Its numbers may be fractions: leave them as they are.",
    ),
    (
        None,
        _before(lambda x, kernel, bias: (x, kernel.astype(int), bias)),
        "the decimals of the kernel cut off",
        "Its weights may be fractions: leave them as they are.",
    ),
    (
        None,
        _after(lambda maps, *_: np.round(maps)),
        "every sum rounded to a whole number",
        "Sums of fractions stay fractions: no round().",
    ),
    (None, _after(lambda maps, *_: np.abs(maps)), "every minus sign dropped", _AS_IT_IS),
    (None, _after(lambda maps, *_: -maps), "every sum with the opposite sign", _AS_IT_IS),
    *(
        (
            None,
            _after(lambda maps, *_, top=top: np.clip(maps, 0, top)),
            f"every number cut to the range from 0 to {top}",
            _AS_IT_IS,
        )
        for top in (1, 255)
    ),
    *(
        (None, _after(lambda maps, *_, s=s: np.where(maps > 0, maps, s * maps)), words, _AS_IT_IS)
        for s, words in ((0.01, "a leaky ReLU"), (0.1, "a leaky ReLU"))
    ),
    (None, _after(lambda maps, *_: 1 / (1 + np.exp(-maps))), "a sigmoid at the end", _AS_IT_IS),
    (None, _after(lambda maps, *_: np.tanh(maps)), "a tanh at the end", _AS_IT_IS),
    (
        None,
        _after(lambda maps, *_: maps[:, ::-1, ::-1]),
        "the map turned upside down and left to right",
        "out[0, 0] belongs to the window at the top left.",
    ),
    (
        None,
        _after(lambda maps, x, kernel, bias: np.full_like(maps, maps[0, -1, -1, -1])),
        "the last sum in every cell",
        "Each cell gets the sum of its own window: out[i, j] = …",
    ),
    (
        None,
        _after(lambda maps, *_: np.broadcast_to(maps[:, :, -1:], maps.shape)),
        "the last sum of each row in the whole row",
        "A cell of the output has two numbers: out[i, j], not out[i].",
    ),
    (
        None,
        _after(lambda maps, *_: np.broadcast_to(maps[:, -1:], maps.shape)),
        "the last sum of each column in the whole column",
        "A cell of the output has two numbers: out[i, j], not out[:, j].",
    ),
    (
        None,
        _after(lambda maps, *_: np.broadcast_to(maps.sum(axis=(1, 2), keepdims=True), maps.shape)),
        "all sums added up in every cell",
        "Each cell gets the sum of its own window: out[i, j] = …",
    ),
    (
        None,
        _after(lambda maps, *_: maps + 1),
        "1 added to every sum",
        "Begin with zeros: what is in the array at first counts, too, with +=.",
    ),
    *(
        (None, _emptied(*parts), f"the {words} of places left at 0", _PLACES)
        for parts, words in (
            (((_FIRST, _ALL), (_ALL, _FIRST)), "first row and column"),
            (((_LAST, _ALL), (_ALL, _LAST)), "last row and column"),
            (((_LAST, _ALL),), "last row"),
            (((_ALL, _LAST),), "last column"),
            (((_FIRST, _ALL),), "first row"),
            (((_ALL, _FIRST),), "first column"),
        )
    ),
    *(
        (None, _until(axes), words, _RETURN)
        for axes, words in (
            ((0, 1), "the first row alone filled"),
            ((0, 1, 2), "the first cell alone filled"),
        )
    ),
    (
        None,
        _after(_running),
        "a total that goes on from place to place",
        "The sum begins with 0 again at every place.",
    ),
    (
        None,
        _after(lambda maps, *_: np.broadcast_to(maps[:, :1, :1], maps.shape)),
        "the first window's sum in every cell",
        "The window of out[i, j] begins at row i and column j, times the stride.",
    ),
    (
        None,
        _after(lambda maps, *_: np.swapaxes(maps, 1, 2).reshape(maps.shape)),
        "the places counted column by column and laid out row by row",
        "The loop over rows is the outer one, as a reshape to (H', W') reads them.",
    ),
    (
        None,
        _after(lambda maps, *_: maps.reshape(len(maps), maps.shape[2], maps.shape[1], -1)),
        "the places laid out in rows of another length",
        "A reshape to (H', W'): rows first, each of W' cells.",
    ),
    (
        None,
        _after(
            lambda maps, *_: maps.reshape(len(maps), maps.shape[2], maps.shape[1], -1).swapaxes(
                1, 2
            )
        ),
        "the places laid out in rows of another length, and turned",
        "A reshape to (H', W'): rows first, each of W' cells.",
    ),
)
FILTER_RESULTS: tuple[tuple[Any, ...], ...] = (
    *(
        (
            None,
            _after(change),
            "a total that goes on from filter to filter",
            "The sum begins with 0 again for every filter.",
        )
        for change in (
            lambda maps, x, kernel, bias: np.cumsum(maps - bias, axis=3) + bias,
            lambda maps, *_: np.cumsum(maps, axis=3),
        )
    ),
    (
        None,
        _until((0, 1, 2, 3)),
        "the first cell of the first filter alone filled",
        _RETURN,
    ),
)
