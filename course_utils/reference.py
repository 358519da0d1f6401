"""The NumPy truth of the course: sizes, padding, convolution, pooling, gradients, counts.

Everything is channels last, as in Keras: images are (N, H, W, C), kernels (KH, KW, C_in, C_out).
``window``, ``stride`` and ``dilation`` are an int or a pair (rows, columns). ``padding`` is per
side: an int, a pair (rows, columns), ``"valid"`` (none) or ``"same"`` (TensorFlow's rule:
⌈n/stride⌉ outputs, and an odd pixel goes to the bottom or right). float32 in gives float32 out;
integers are computed as float64. Arguments that make no sense raise ValueError with the shapes in
the message, and no function modifies what it is given.
"""

import math
from collections.abc import Iterable
from functools import reduce
from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

Size = int | tuple[int, int]  # of rows and columns alike, or (rows, columns)
Padding = Size | str  # per side; or "valid" or "same"

_TILE_BYTES = 8 * 2**20  # work of this size stays in the cache, which is up to three times as fast


# ---- sizes and padding ---------------------------------------------------------------------------


def output_size(
    n: int, kernel: int, stride: int = 1, padding: int | str = 0, dilation: int = 1
) -> int:
    """Outputs along one axis of ``n`` cells: ⌊(n + 2p − d(k−1) − 1)/s⌋ + 1; ⌈n/s⌉ for "same".

    All are ints; ``padding`` counts the cells added at *each* end. The floor is why a stride that
    does not divide drops the last cells without an error. Source: Dumoulin and Visin, A guide to
    convolution arithmetic for deep learning (2016), relationships 6 and 14.
    """
    n = _int("n", n, least=1)
    kernel, stride = _int("kernel", kernel, least=1), _int("stride", stride, least=1)
    dilation = _int("dilation", dilation, least=1)
    if isinstance(padding, tuple | list):
        raise ValueError(f"output_size is for one axis: padding must be a number, got {padding!r}")
    before, after = margins(n, kernel, stride, padding, dilation)
    span = dilation * (kernel - 1) + 1
    if span > n + before + after:
        raise ValueError(
            f"a kernel of {kernel} with dilation {dilation} spans {span} cells, but the padded "
            f"input has only {n} + {before} + {after} = {n + before + after}"
        )
    return (n + before + after - span) // stride + 1


def margins(
    n: int, kernel: int, stride: int = 1, padding: int | str = 0, dilation: int = 1
) -> tuple[int, int]:
    """Cells added (before, after) along one axis of ``n`` cells; the arguments of ``output_size``.

    "same" adds as few as give ⌈n/s⌉ outputs; an odd one comes after, as in TensorFlow.
    """
    if not isinstance(padding, str):
        each = _int("padding", padding, least=0)
        return each, each
    if padding not in ("valid", "same"):
        raise ValueError(f'padding is a number, a pair, "valid" or "same", not {padding!r}')
    span = dilation * (kernel - 1) + 1
    missing = 0 if padding == "valid" else max(0, (-(-n // stride) - 1) * stride + span - n)
    return missing // 2, missing - missing // 2


def pad2d(x: ArrayLike, padding: Size, value: float = 0.0) -> np.ndarray:
    """(N, H, W, C) → (N, H + 2p, W + 2p, C): a new array with a border of ``value``.

    ``padding``: an int, or a pair (rows, columns), of cells added on each side.
    """
    x = _array("x", x, "N, H, W, C")
    rows, cols = _pair("padding", padding, least=0)
    padded = _framed(x, ((rows, rows), (cols, cols)), value)
    return padded.copy() if padded is x else padded


# ---- convolution ---------------------------------------------------------------------------------


def conv2d_loops(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Size = 1,
    padding: Padding = 0,
    dilation: Size = 1,
) -> np.ndarray:
    """The definition in plain loops; the contract is ``conv2d``'s.

    The kernel is laid on the image without flipping it: mathematicians call this cross-correlation.
    Allocates the output, and the padded images if there is padding.
    """
    x, kernel, bias = _operands(x, kernel, bias)
    plan = _Plan.of(x, kernel.shape[:2], stride, padding, dilation)
    padded, stride, dilation = _framed(x, plan.pads), plan.stride, plan.dilation
    kernel_rows, kernel_cols, channels, filters = kernel.shape
    out = np.empty((len(x), *plan.out, filters), x.dtype)
    for n, row, col, f in np.ndindex(out.shape):
        top, left = row * stride[0], col * stride[1]
        total = bias[f]
        for i in range(kernel_rows):
            for j in range(kernel_cols):
                for c in range(channels):
                    cell = padded[n, top + i * dilation[0], left + j * dilation[1], c]
                    total += cell * kernel[i, j, c, f]
        out[n, row, col, f] = total
    return out


def conv2d(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Size = 1,
    padding: Padding = 0,
    dilation: Size = 1,
) -> np.ndarray:
    """x (N, H, W, C_in), kernel (KH, KW, C_in, C_out), bias (C_out,) → (N, H', W', C_out).

    Each window of x is copied into one row of KH·KW·C_in numbers (a "column"), so that one matrix
    product gives every filter's answer at every place: im2col, from Chellapilla, Puri and Simard,
    High performance convolutional neural networks for document processing (2006). Allocates the
    output, the padded images if there is padding, and twice the columns of a few images: 8 MB, or
    one image's columns (H'·W'·KH·KW·C_in numbers) where these are more.
    """
    x, kernel, bias = _operands(x, kernel, bias)
    plan = _Plan.of(x, kernel.shape[:2], stride, padding, dilation)
    out = np.empty((len(x), *plan.out, kernel.shape[3]), x.dtype)
    weights = kernel.reshape(-1, kernel.shape[3])
    for images, columns in plan.columns(x):
        answer = out[images].reshape(-1, kernel.shape[3])  # a view: out is contiguous
        np.matmul(columns, weights, out=answer)
        answer += bias
    return out


def conv2d_backward(
    dout: ArrayLike, x: ArrayLike, kernel: ArrayLike, stride: Size = 1, padding: Padding = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of ``conv2d``: dout (N, H', W', C_out) → (dx, dkernel, dbias), each as its name.

    dkernel is the columns' transpose times dout. For dx each output's gradient goes back to the
    cells that it read, and adds up where windows overlap. Source: Goodfellow, Bengio and Courville,
    Deep Learning (2016), section 9.5. Allocates the padded images twice and the columns of a few
    images.
    """
    x, kernel, _ = _operands(x, kernel, None)
    plan = _Plan.of(x, kernel.shape[:2], stride, padding)
    dout = _gradient(dout, (len(x), *plan.out, kernel.shape[3]), x.dtype)
    dkernel = np.zeros((kernel[..., 0].size, kernel.shape[3]), x.dtype)
    for images, columns in plan.columns(x):
        dkernel += columns.T @ dout[images].reshape(len(columns), -1)
    dpadded = np.zeros_like(_framed(x, plan.pads))
    for i, j, cells in plan.taps():
        dpadded[cells] += dout @ kernel[i, j].T
    return plan.crop(dpadded), dkernel.reshape(kernel.shape), dout.sum(axis=(0, 1, 2))


# ---- pooling and the nonlinearity ----------------------------------------------------------------


def relu(x: ArrayLike) -> np.ndarray:
    """max(x, 0), cell by cell, in a new array of x's shape and dtype."""
    x = np.asarray(x)
    return np.maximum(x, x.dtype.type(0))


def max_pool2d(
    x: ArrayLike, window: Size = 2, stride: Size | None = None, padding: Padding = 0
) -> np.ndarray:
    """(N, H, W, C) → (N, H', W', C): the largest number in each window, channel by channel.

    ``stride`` defaults to the window. Padded cells are ignored (they count as −∞, not as zero), so
    the padding must be smaller than the window. Allocates the output, and copies of a few images
    at a time.
    """
    x, plan = _pooled(x, window, stride, padding)
    return _combined(x, plan, np.maximum, border=-np.inf)


def avg_pool2d(
    x: ArrayLike, window: Size = 2, stride: Size | None = None, padding: Padding = 0
) -> np.ndarray:
    """(N, H, W, C) → (N, H', W', C): the mean of each window; the contract is ``max_pool2d``'s.

    Padded cells are not counted: at the border the sum is divided by the number of real cells.
    """
    x, plan = _pooled(x, window, stride, padding)
    out = _combined(x, plan, np.add, border=0)
    out /= plan.counts(x.dtype)
    return out


def max_pool2d_backward(
    dout: ArrayLike,
    x: ArrayLike,
    window: Size = 2,
    stride: Size | None = None,
    padding: Padding = 0,
) -> np.ndarray:
    """Gradient of ``max_pool2d``: dout (N, H', W', C) → dx (N, H, W, C).

    Each output's gradient goes to its window's largest cell; if several are equal, to the first,
    row by row. A cell that is the largest of several overlapping windows gets the sum.
    """
    x, plan = _pooled(x, window, stride, padding)
    padded = _framed(x, plan.pads, -np.inf)
    out = max_pool2d(x, window, stride, padding)
    dout = _gradient(dout, out.shape, x.dtype)
    dpadded = np.zeros_like(padded)
    waiting = np.ones(out.shape, bool)
    for _, _, cells in plan.taps():
        winner = waiting & (padded[cells] == out)
        dpadded[cells] += dout * winner
        waiting &= ~winner
    return plan.crop(dpadded)


def avg_pool2d_backward(
    dout: ArrayLike,
    x: ArrayLike,
    window: Size = 2,
    stride: Size | None = None,
    padding: Padding = 0,
) -> np.ndarray:
    """Gradient of ``avg_pool2d``: dout (N, H', W', C) → dx (N, H, W, C).

    Each output's gradient is divided evenly among its window's real cells, and adds up where
    windows overlap.
    """
    x, plan = _pooled(x, window, stride, padding)
    share = _gradient(dout, (len(x), *plan.out, x.shape[3]), x.dtype) / plan.counts(x.dtype)
    dpadded = np.zeros_like(_framed(x, plan.pads))
    for _, _, cells in plan.taps():
        dpadded[cells] += share
    return plan.crop(dpadded)


# ---- receptive fields and parameter counts -------------------------------------------------------


class Field(NamedTuple):
    """The part of the input that one cell sees, in input cells along one axis."""

    size: int  # how many input cells it depends on
    jump: int  # how far apart the fields of neighbouring cells lie
    centre: float  # middle of the first cell's field, counted from the first input cell as 0


def receptive_field(layers: Iterable[tuple[int, int] | tuple[int, int, int]]) -> list[Field]:
    """Layers as (kernel, stride) or (kernel, stride, dilation), without padding → a Field for each.

    With the jump j before a layer: size grows by d(k−1)·j, centre by d(k−1)·j/2, and j becomes j·s;
    so r = 1 + Σ d(k−1) Π earlier strides. Padding p would move the centre back by p·j. Source:
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks (2019).
    """
    size, jump, centre = 1, 1, 0.0
    fields = []
    for layer in layers:
        if not isinstance(layer, tuple | list) or len(layer) not in (2, 3):
            raise ValueError(
                f"a layer is (kernel, stride) or (kernel, stride, dilation): {layer!r}"
            )
        kernel, stride, dilation = (*layer, 1)[:3]
        reach = _int("dilation", dilation, least=1) * (_int("kernel", kernel, least=1) - 1) * jump
        size, centre = size + reach, centre + reach / 2
        jump *= _int("stride", stride, least=1)
        fields.append(Field(size, jump, centre))
    return fields


def conv_parameters(c_in: int, c_out: int, kernel: Size) -> int:
    """Parameters of a convolution: C_out filters of KH·KW·C_in weights, and one bias for each."""
    rows, cols = _pair("kernel", kernel, least=1)
    return (rows * cols * _int("c_in", c_in, least=1) + 1) * _int("c_out", c_out, least=1)


def dense_parameters(n_in: int, n_out: int) -> int:
    """Parameters of a dense layer: n_out units of n_in weights, and one bias for each."""
    return (_int("n_in", n_in, least=1) + 1) * _int("n_out", n_out, least=1)


# ---- what all of them share ----------------------------------------------------------------------


class _Plan(NamedTuple):
    """Where the windows of a batch of images lie. Pairs are (rows, columns)."""

    size: tuple  # of the image, before padding
    out: tuple  # of the answer
    window: tuple
    stride: tuple
    dilation: tuple
    pads: tuple  # ((top, bottom), (left, right))

    @classmethod
    def of(
        cls,
        x: np.ndarray,
        window: Size,
        stride: Size = 1,
        padding: Padding = 0,
        dilation: Size = 1,
    ):
        given = f"input {x.shape}, window {window}, padding {padding!r}"
        windows, strides = _pair("window", window, least=1), _pair("stride", stride, least=1)
        word = isinstance(padding, str)
        paddings = (padding, padding) if word else _pair("padding", padding, least=0)
        dilations = _pair("dilation", dilation, least=1)
        axes = list(zip(x.shape[1:3], windows, strides, paddings, dilations, strict=True))
        try:
            out = tuple(output_size(*axis) for axis in axes)
        except ValueError as error:
            raise ValueError(f"{error} ({given})") from None
        pads = tuple(margins(*axis) for axis in axes)
        return cls(x.shape[1:3], out, windows, strides, dilations, pads)

    def slices(self, axis):
        """For each row (axis 0) or column (1) of the window: the padded ones under it."""
        step, dilation = self.stride[axis], self.dilation[axis]
        length = step * (self.out[axis] - 1) + 1
        starts = (at * dilation for at in range(self.window[axis]))
        return [slice(start, start + length, step) for start in starts]

    def taps(self):
        """(i, j, index) for each cell (i, j) of the window: the padded cells that lie under it."""
        for i, rows in enumerate(self.slices(0)):
            for j, cols in enumerate(self.slices(1)):
                yield i, j, (slice(None), rows, cols)

    def columns(self, x):
        """(images, (images·H'·W', KH·KW·C) array), a few images at a time."""
        spans = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.window, strict=True)]
        windows = sliding_window_view(_framed(x, self.pads), spans, axis=(1, 2))
        windows = windows[:, :: self.stride[0], :: self.stride[1]]
        windows = windows[..., :: self.dilation[0], :: self.dilation[1]].transpose(0, 1, 2, 4, 5, 3)
        for images in _tiles(len(x), math.prod(windows.shape[1:]) * x.itemsize):
            yield images, windows[images].reshape(-1, math.prod(windows.shape[3:]))  # the copy

    def counts(self, dtype):
        """(1, H', W', 1): the number of real cells (no padding) in each window."""
        real = _framed(np.ones((1, *self.size, 1), dtype), self.pads)
        return sum(real[cells] for _, _, cells in self.taps())

    def crop(self, padded):
        """A padded batch without its padding, as an array of its own."""
        (top, _), (left, _) = self.pads
        return padded[:, top : top + self.size[0], left : left + self.size[1]].copy()


def _tiles(images, bytes_each):
    """Slices of a batch, each so small that its data stay in the cache."""
    step = max(1, _TILE_BYTES // max(1, bytes_each))
    return [slice(start, start + step) for start in range(0, images, step)]


def _combined(x, plan, combine, border):
    """One number for each window: ``combine`` is applied to its rows, then to its columns."""
    out = np.empty((len(x), *plan.out, x.shape[3]), x.dtype)
    for images in _tiles(len(x), 8 * x[:1].nbytes):
        padded = _framed(x[images], plan.pads, border)
        rows = reduce(combine, (padded[:, row] for row in plan.slices(0)))
        out[images] = reduce(combine, (rows[:, :, col] for col in plan.slices(1)))
    return out


def _framed(x, pads, value=0.0):
    """x inside a border of ``value``; x itself where there is none to add."""
    (top, bottom), (left, right) = pads
    if not any((top, bottom, left, right)):
        return x
    n, rows, cols, channels = x.shape
    out = np.full((n, top + rows + bottom, left + cols + right, channels), value, x.dtype)
    out[:, top : top + rows, left : left + cols] = x
    return out


def _operands(x, kernel, bias):
    """x, kernel and bias (zeros for None) as floats of one dtype. Raises ValueError."""
    x, kernel = _array("x", x, "N, H, W, C_in"), _array("kernel", kernel, "KH, KW, C_in, C_out")
    if x.shape[3] != kernel.shape[2]:
        raise ValueError(
            f"x {x.shape} has {x.shape[3]} channels, but the kernel {kernel.shape} "
            f"(KH, KW, C_in, C_out) takes {kernel.shape[2]}"
        )
    dtype = np.result_type(x, kernel)
    bias = _array("bias", np.zeros(kernel.shape[3]) if bias is None else bias, "C_out")
    if len(bias) != kernel.shape[3]:
        raise ValueError(
            f"bias {bias.shape} must hold a number for each of {kernel.shape[3]} filters"
        )
    return x.astype(dtype, copy=False), kernel.astype(dtype, copy=False), bias.astype(dtype)


def _pooled(x, window, stride, padding):
    """x and its plan for a pooling layer. Raises ValueError where the padding is too large."""
    x = _array("x", x, "N, H, W, C")
    plan = _Plan.of(x, window, window if stride is None else stride, padding)
    if any(before >= k for (before, _), k in zip(plan.pads, plan.window, strict=True)):
        raise ValueError(
            f"padding {padding} must be smaller than the window {plan.window}: "
            "a window that holds only padding has no maximum and no mean"
        )
    return x, plan


def _gradient(dout, shape, dtype):
    dout = np.asarray(dout, dtype)
    if dout.shape != shape:
        raise ValueError(f"dout must have the output's shape {shape}, got {dout.shape}")
    return dout


def _array(name, value, axes):
    """A float array (integers become float64) with as many axes as ``axes`` names."""
    value = np.asarray(value)
    if value.ndim != len(axes.split(", ")):
        raise ValueError(f"{name} must be ({axes}), got shape {value.shape}")
    return value if np.issubdtype(value.dtype, np.floating) else value.astype(np.float64)


def _pair(name, value, least):
    if not isinstance(value, tuple | list):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(f"{name} must be an int or a pair (rows, columns), got {value!r}")
    return tuple(_int(name, number, least) for number in value)


def _int(name, value, least):
    if not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
    return int(value)
