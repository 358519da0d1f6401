"""The reference, backward: by hand, against TensorFlow's tape, and by finite differences."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_utils import reference as ref
from tests.test_reference import (
    MANY,
    batches,
    fits,
    framed,
    numbers,
    paddings,
    pairs,
    pool_fits,
    seeds,
    small,
    steps,
)


def test_pool_gradients_by_hand():
    """Where windows overlap, does a cell get the sum, and do equal cells leave it to the first?"""
    x = np.array([[1, 2, 1], [1, 9, 1], [1, 1, 1]], np.float32)[None, :, :, None]
    dout = np.array([[1, 10], [100, 1000]], np.float32)[None, :, :, None]
    assert ref.max_pool2d_backward(dout, x, 2, 1)[0, :, :, 0].tolist() == [
        [0, 0, 0],
        [0, 1111, 0],
        [0, 0, 0],
    ]
    assert ref.max_pool2d_backward(dout, np.zeros_like(x), 2, 1)[0, :, :, 0].tolist() == [
        [1, 10, 0],
        [100, 1000, 0],
        [0, 0, 0],
    ]
    assert ref.avg_pool2d_backward(dout, x, 2, 1)[0, :, :, 0].tolist() == [
        [0.25, 2.75, 2.5],
        [25.25, 277.75, 252.5],
        [25, 275, 250],
    ]


def test_conv_gradients_by_hand():
    """For a 1×2 image and a 1×1 kernel w: is dx = w·dout, dw = Σ x·dout, db = Σ dout?"""
    x = np.array([2, 3], np.float32).reshape(1, 1, 2, 1)
    dout = np.array([5, 7], np.float32).reshape(1, 1, 2, 1)
    dx, dkernel, dbias = ref.conv2d_backward(dout, x, np.full((1, 1, 1, 1), 4, np.float32))
    assert (dx.ravel().tolist(), dkernel.item(), dbias.item()) == ([20, 28], 31, 12)


def test_conv_gradients_over_several_tiles():
    """Does every image of a batch that needs several tiles add to the kernel's gradient?"""
    x, kernel = numbers((23, 28, 28, 32)), numbers((3, 3, 32, 4), 1)
    dout = numbers((23, 26, 26, 4), 2)
    dx, dkernel, _ = ref.conv2d_backward(dout, x, kernel)
    singles = [ref.conv2d_backward(dout[i : i + 1], x[i : i + 1], kernel) for i in range(23)]
    np.testing.assert_allclose(dx, np.concatenate([one[0] for one in singles]), atol=1e-4)
    np.testing.assert_allclose(dkernel, sum(one[1] for one in singles), rtol=1e-4, atol=1e-2)


def tap_by_tap(x, kernel, stride, mode):
    """tf.nn.conv2d as a sum over the kernel's weights, for the tape.

    TensorFlow 2.21's own gradient of conv2d writes past its memory on the CPU for some of these
    small shapes; glibc then ends some runs with "corrupted size vs. prev_size".
    """
    import tensorflow as tf

    (height, width), (rows, cols) = x.shape[1:3], kernel.shape[:2]
    if mode == "SAME":
        sums = [
            max((-(-n // s) - 1) * s + k - n, 0)
            for n, s, k in zip(x.shape[1:3], stride, (rows, cols), strict=True)
        ]
        x = tf.pad(x, [(0, 0), *[(total // 2, total - total // 2) for total in sums], (0, 0)])
        height, width = x.shape[1:3]
    down, right = (
        (height - rows) // stride[0] * stride[0] + 1,
        (width - cols) // stride[1] * stride[1] + 1,
    )
    taps = [
        tf.einsum(
            "nhwc,cf->nhwf", x[:, i : i + down : stride[0], j : j + right : stride[1]], kernel[i, j]
        )
        for i in range(rows)
        for j in range(cols)
    ]
    return tf.add_n(taps)


@MANY
@given(batches, pairs, small, pairs, paddings, seeds)
def test_conv_gradients_are_tensorflows(shape, window, filters, stride, padding, seed):
    """Does TensorFlow's tape give the same three gradients for any shape, stride and padding?"""
    import tensorflow as tf

    assume(fits(shape, window, padding))
    x, kernel = numbers(shape, seed), numbers((*window, shape[3], filters), seed + 1)
    bias = tf.zeros(filters)
    with tf.GradientTape() as tape:
        tape.watch(inputs := [tf.constant(x), tf.constant(kernel), bias])
        padded, mode = framed(inputs[0], padding)
        out = tf.nn.bias_add(tap_by_tap(padded, inputs[1], stride, mode), bias)
    layer = tf.nn.conv2d(padded, kernel, stride, mode)
    np.testing.assert_allclose(out, layer, rtol=1e-4, atol=1e-4)
    dout = numbers(out.shape, seed + 2)
    got = ref.conv2d_backward(dout, x, kernel, stride, padding)
    for mine, theirs in zip(got, tape.gradient(out, inputs, dout), strict=True):
        assert mine.dtype == np.float32
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-4)


@MANY
@given(batches, pairs, pairs, paddings, st.sampled_from([numbers, steps]), seeds)
def test_max_pool_gradient_is_tensorflows(shape, window, stride, padding, fill, seed):
    """Does TensorFlow's tape give the same gradient, where windows overlap and cells are equal?"""
    import tensorflow as tf

    assume(pool_fits(shape, window, padding))
    x = fill(shape, seed)
    with tf.GradientTape() as tape:
        tape.watch(inputs := tf.constant(x))
        padded, mode = framed(inputs, padding, -np.inf)
        out = tf.nn.max_pool2d(padded, window, stride, mode)
    dout = numbers(out.shape, seed + 1)
    got = ref.max_pool2d_backward(dout, x, window, stride, padding)
    np.testing.assert_allclose(got, tape.gradient(out, inputs, dout), rtol=1e-5, atol=1e-5)


@MANY
@given(batches, pairs, pairs, st.sampled_from(["valid", "same"]), seeds)
def test_avg_pool_gradient_is_tensorflows(shape, window, stride, padding, seed):
    """Does TensorFlow's tape give the same gradient, where windows overlap or reach outside?"""
    import tensorflow as tf

    assume(fits(shape, window, padding))
    x = numbers(shape, seed)
    with tf.GradientTape() as tape:
        tape.watch(inputs := tf.constant(x))
        out = tf.nn.avg_pool2d(inputs, window, stride, padding.upper())
    dout = numbers(out.shape, seed + 1)
    got = ref.avg_pool2d_backward(dout, x, window, stride, padding)
    np.testing.assert_allclose(got, tape.gradient(out, inputs, dout), rtol=1e-5, atol=1e-5)


def slopes(function, at, dout, step=1e-4):
    """d(sum of dout · function)/d(at) by central differences, cell by cell."""
    answer = np.zeros_like(at)
    for cell in np.ndindex(at.shape):
        moved = at.copy()
        moved[cell] += step
        above = function(moved)
        moved[cell] -= 2 * step
        answer[cell] = ((above - function(moved)) * dout).sum() / (2 * step)
    return answer


CASES = [
    ((2, 5, 4, 2), (3, 2), 1, 0),
    ((1, 6, 5, 2), (2, 3), (2, 1), (1, 2)),
    ((1, 7, 6, 1), (3, 3), 2, "same"),
]


@pytest.mark.parametrize(("shape", "window", "stride", "padding"), CASES)
def test_conv_gradients_by_finite_differences(shape, window, stride, padding):
    """Does moving one number a little change the answer as the gradient says?"""
    x, kernel = numbers(shape, 1, float), numbers((*window, shape[3], 3), 2, float)
    bias = numbers(3, 3, float)
    dout = numbers(ref.conv2d(x, kernel, bias, stride, padding).shape, 4, float)
    got = ref.conv2d_backward(dout, x, kernel, stride, padding)
    want = (
        slopes(lambda x: ref.conv2d(x, kernel, bias, stride, padding), x, dout),
        slopes(lambda kernel: ref.conv2d(x, kernel, bias, stride, padding), kernel, dout),
        slopes(lambda bias: ref.conv2d(x, kernel, bias, stride, padding), bias, dout),
    )
    for mine, theirs in zip(got, want, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("pool", ["max", "avg"])
@pytest.mark.parametrize(("shape", "window", "stride", "padding"), CASES)
def test_pool_gradients_by_finite_differences(pool, shape, window, stride, padding):
    """As above for the pools; the numbers are 0.01 apart, so that a step changes no winner."""
    forward = getattr(ref, f"{pool}_pool2d")
    backward = getattr(ref, f"{pool}_pool2d_backward")
    size = int(np.prod(shape))
    x = np.random.default_rng(5).permutation(size).reshape(shape) / 100.0 - size / 200
    padding = (1, 1) if padding == (1, 2) else padding
    dout = numbers(forward(x, window, stride, padding).shape, 6, float)
    want = slopes(lambda x: forward(x, window, stride, padding), x, dout)
    np.testing.assert_allclose(
        backward(dout, x, window, stride, padding), want, rtol=1e-6, atol=1e-6
    )
