"""The typical mistakes in what a layer multiplies: other things than a sum of products.

The entries have the form of those in layer_mistakes.
"""

from typing import Any

import numpy as np

from course_utils import reference
from course_utils.checks.wrong_layers import framed


def _each(product):
    """``product(window, weights)``, both (KH, KW, C_in), for each cell, plus the bias."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        x, (rows, columns) = framed(x, (padding, padding)), kernel.shape[:2]
        size = [(n - k) // stride + 1 for n, k in zip(x.shape[1:3], (rows, columns), strict=True)]
        out = np.zeros((len(x), *size, kernel.shape[3]))
        for n, i, j, f in np.ndindex(out.shape):
            top, left = i * stride, j * stride
            window = x[n, top : top + rows, left : left + columns].astype(float)
            out[n, i, j, f] = product(window, kernel[..., f]) + bias[f]
        return out

    return conv2d


def _columns_first(window, weights):
    """The weights read column by column, the window row by row."""
    rows, columns, channels = weights.shape
    turned = weights.transpose(1, 0, 2).reshape(rows, columns, channels)
    return np.sum(window * turned)


def _larger_windows(x, kernel, bias, stride=1, padding=0):
    """i : i + k + 1, a row too many: NumPy's error."""
    rows = kernel.shape[0]
    return reference.pad2d(x, padding)[:, : rows + 1, : kernel.shape[1]] * kernel[..., 0]


def _windows_read_with_channels_last(x, kernel, bias, stride=1, padding=0):
    """sliding_window_view's (N, H', W', C, KH, KW) read as (N, H', W', KH, KW, C)."""
    x = reference.pad2d(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nijabc,abcf->nijf", windows[:, ::stride, ::stride], kernel) + bias


_SUM = "Each cell of the window is multiplied by the weight that lies on it, and all are summed."
_WHOLE = "All cells of the window count: rows 0 to KH − 1 and columns 0 to KW − 1 of the kernel."
_AS_IT_STANDS = "A layer lays the kernel on the image as it stands."
_TURNED = (
    "rows and columns swapped in the kernel, while the window stays as it is",
    f"{_AS_IT_STANDS} Row a, column b of the window meets row a, column b of the kernel.",
)
PRODUCTS: tuple[tuple[Any, ...], ...] = (
    *(
        ("rows-columns-swapped", _each(product), *_TURNED)
        for product in (
            lambda w, k: np.sum(w * k.transpose(1, 0, 2)),
            lambda w, k: np.tensordot(w, k, axes=([0, 1, 2], [1, 0, 2])),
            _columns_first,
        )
    ),
    (
        None,
        _each(lambda w, k: np.sum(w * np.roll(np.flip(k, (0, 1)), 1, (0, 1)))),
        "the weights taken from the kernel's end, kernel[−a, −b]",
        _AS_IT_STANDS,
    ),
    (
        None,
        _each(lambda w, k: np.sum(w.sum(axis=1) * k.sum(axis=1))),
        "window and kernel summed over the columns, each by itself",
        f"{_SUM} In einsum both have the same letters.",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w.sum(axis=0) * k.sum(axis=0))),
        "window and kernel summed over the rows, each by itself",
        f"{_SUM} In einsum both have the same letters.",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w) * np.sum(k)),
        "the sum of the window times the sum of the kernel",
        _SUM,
    ),
    (None, _each(lambda w, k: np.mean(w * k)), "the mean of the products", _SUM),
    (None, _each(lambda w, k: np.min(w * k)), "the smallest product of each window", _SUM),
    (None, _each(lambda w, k: np.max(w * k)), "the largest product of each window", _SUM),
    (None, _each(lambda w, k: np.prod(w * k)), "the products multiplied", _SUM),
    (None, _each(lambda w, k: np.sum(np.abs(w * k))), "every product without its sign", _SUM),
    (None, _each(lambda w, k: np.sum(w - k)), "the kernel taken off the window", _SUM),
    (None, _each(lambda w, k: np.sum((w - k) ** 2)), "squared differences summed", _SUM),
    (None, _each(lambda w, k: np.sum(w) * k[0, 0, 0]), "the first weight for all cells", _SUM),
    (
        None,
        _each(lambda w, k: np.sum(w[0, 0] * k.sum(axis=(0, 1)))),
        "the window's first cell under every weight",
        f"{_SUM} Weight [a, b] lies on image[i + a, j + b].",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w * k) / (np.sum(np.abs(k)) or 1)),
        "the sums divided by the weights' absolute sum",
        "The sum is the answer as it is.",
    ),
    (
        None,
        _each(lambda w, k: np.sum((w - w.mean()) * k)),
        "the window's mean taken off first",
        "The window stays as it is.",
    ),
    (None, _each(lambda w, k: (w * k)[0, 0].sum()), "the first product of each window", _SUM),
    (
        None,
        _each(lambda w, k: (w * k)[len(k) // 2, len(k[0]) // 2].sum()),
        "the product in the middle of each window alone",
        _SUM,
    ),
    (None, _each(lambda w, k: (w * k)[0].sum()), "the first row of each window alone", _WHOLE),
    (
        None,
        _each(lambda w, k: (w * k)[:, 0].sum()),
        "the first column of each window alone",
        _WHOLE,
    ),
    (
        None,
        _each(lambda w, k: np.trace(w * k).sum()),
        "the diagonal of each window alone",
        f"{_WHOLE} In einsum rows and columns have letters of their own.",
    ),
    (
        None,
        _each(lambda w, k: (w * k)[1:, 1:].sum()),
        "the first row and column of each window left out",
        _WHOLE,
    ),
    (
        None,
        _each(lambda w, k: (w * k)[:-1, :-1].sum()),
        "windows of a row and a column too few",
        _WHOLE,
    ),
    (None, _each(lambda w, k: (w * k)[:-1].sum()), "the last row of each window left out", _WHOLE),
    (
        None,
        _each(lambda w, k: (w * k)[:, :-1].sum()),
        "the last column of each window left out",
        _WHOLE,
    ),
    (
        None,
        _larger_windows,
        "windows of a row too many",
        "A window is as large as the kernel: i : i + k holds the k rows i to i + k − 1.",
    ),
)
CHANNEL_PRODUCTS: tuple[tuple[Any, ...], ...] = (
    (
        None,
        _windows_read_with_channels_last,
        "windows (N, H', W', C, KH, KW) read as (N, H', W', KH, KW, C)",
        "sliding_window_view puts the window's axes last, behind the channels: give each axis its "
        "own letter, in this order.",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w * np.flip(k))),
        "the kernel flipped, and its channels, too",
        f"{_AS_IT_STANDS} Channel c of the window meets channel c of the kernel.",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w * k[:, :, ::-1])),
        "the channels in the opposite order",
        "Channel c of the window meets channel c of the kernel.",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w.sum(axis=2) * k.sum(axis=2))),
        "window and kernel summed over the channels, each by itself",
        "Channel c of the window is multiplied by channel c of the kernel, and then summed: in "
        "einsum both have the same letter.",
        "channels in",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w * k[:, :, :1])),
        "the first channel's weights for all channels",
        "Channel c of the window meets channel c of the kernel.",
        "channels in",
    ),
    (
        None,
        _each(lambda w, k: np.sum(w[:, :, :1] * k)),
        "the first channel of the image under the weights of all channels",
        "Channel c of the window meets channel c of the kernel.",
        "channels in",
    ),
    (
        None,
        _each(lambda w, k: np.max(np.sum(w * k, axis=(0, 1)))),
        "the largest sum of the channels",
        "The sums of all channels are added.",
        "channels in",
    ),
)
