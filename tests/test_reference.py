"""The reference, forward: by hand, and against TensorFlow on random shapes."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from course_utils import reference as ref

MANY = settings(max_examples=150, deadline=None, derandomize=True)
sides = st.integers(1, 9)
small = st.integers(1, 3)
pairs = st.tuples(small, small)
paddings = st.one_of(
    st.sampled_from(["valid", "same"]),
    st.integers(0, 2),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
batches = st.tuples(small, sides, sides, small)
seeds = st.integers(0, 2**32 - 1)


def numbers(shape, seed=0, dtype=np.float32):
    """Normal random numbers: negatives too."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def steps(shape, seed=0):
    """Whole numbers from −2 to 2: many equal ones, as after a ReLU."""
    return np.random.default_rng(seed).integers(-2, 3, shape).astype(np.float32)


def framed(x, padding, value=0.0):
    """x with numeric padding laid on by TensorFlow, and the padding that is left for the layer."""
    import tensorflow as tf

    if isinstance(padding, str):
        return tf.convert_to_tensor(x), padding.upper()
    rows, cols = (padding, padding) if isinstance(padding, int) else padding
    return tf.pad(x, [(0, 0), (rows, rows), (cols, cols), (0, 0)], constant_values=value), "VALID"


def fits(shape, window, padding, dilation=(1, 1)):
    """Whether the window fits into the padded image: what the reference must accept."""
    if padding == "same":
        return True
    pads = (
        (0, 0)
        if padding == "valid"
        else (padding, padding)
        if isinstance(padding, int)
        else padding
    )
    spans = [d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True)]
    return all(s <= n + 2 * p for s, n, p in zip(spans, shape[1:3], pads, strict=True))


def pool_fits(shape, window, padding):
    """As ``fits``, and no window that holds padding alone."""
    pads = (padding, padding) if isinstance(padding, int) else padding
    inside = isinstance(padding, str) or all(p < k for p, k in zip(pads, window, strict=True))
    return inside and fits(shape, window, padding)


# ---- sizes and padding


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ((28, 3), 26),
        ((26, 2, 2), 13),
        ((11, 2, 2), 5),  # 4.5 + 1: the floor
        ((5, 3, 1, 1), 5),
        ((7, 3, 1, 0, 2), 3),
        ((7, 7), 1),
        ((5, 2, 2, "same"), 3),
        ((5, 2, 2, "valid"), 2),
    ],
)
def test_output_size_by_hand(arguments, size):
    """Does the formula give what one counts on squared paper?"""
    assert ref.output_size(*arguments) == size


@MANY
@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 5), st.integers(0, 3), small)
def test_output_size_counts_the_places(n, kernel, stride, padding, dilation):
    """Is the formula the number of places where the kernel lies wholly inside?"""
    last = n + 2 * padding - dilation * (kernel - 1)
    assume(last >= 1)
    places = len(range(0, last, stride))
    assert ref.output_size(n, kernel, stride, padding, dilation) == places


def test_pad2d_by_hand():
    """Does the border go on both sides of both axes, and only there?"""
    padded = ref.pad2d(np.ones((1, 1, 2, 1), np.float32), (1, 2), value=7)
    assert padded.dtype == np.float32
    assert padded[0, :, :, 0].tolist() == [[7] * 6, [7, 7, 1, 1, 7, 7], [7] * 6]


def test_pad2d_by_nothing_is_a_copy():
    """May the caller write into the answer without touching the question?"""
    x = numbers((1, 2, 2, 1))
    assert not np.shares_memory(ref.pad2d(x, 0), x)


# ---- convolution


def test_conv2d_by_hand():
    """Is the kernel laid on without a flip, channels summed, and the bias added once?"""
    x = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1)
    kernel = np.array([[1, 0], [0, -1]], np.float32)[:, :, None, None]
    assert ref.conv2d(x, kernel)[0, :, :, 0].tolist() == [[-4, -4], [-4, -4]]
    both = np.concatenate([x, x], axis=3)
    twice = np.concatenate([kernel, kernel], axis=2)
    assert ref.conv2d(both, twice, bias=[0.5])[0, :, :, 0].tolist() == [[-7.5, -7.5], [-7.5, -7.5]]


@MANY
@example((2, 9, 7, 3), (3, 2), 2, (2, 3), "same", (1, 2), 1)
@given(batches, pairs, small, pairs, paddings, pairs, seeds)
def test_conv2d_is_tensorflows(shape, window, filters, stride, padding, dilation, seed):
    """Does TensorFlow give the same numbers for any shape, stride, padding and dilation?"""
    import tensorflow as tf

    assume(fits(shape, window, padding, dilation))
    x, kernel = numbers(shape, seed), numbers((*window, shape[3], filters), seed + 1)
    bias = numbers(filters, seed + 2)
    got = ref.conv2d(x, kernel, bias, stride, padding, dilation)
    padded, mode = framed(x, padding)
    want = tf.nn.conv2d(padded, kernel, stride, mode, dilations=dilation) + bias
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


@settings(MANY, max_examples=40)
@given(st.tuples(small, small, small, small), pairs, small, pairs, paddings, pairs, seeds)
def test_conv2d_is_the_loops(shape, window, filters, stride, padding, dilation, seed):
    """Is the fast form the definition that readers are shown?"""
    assume(fits(shape, window, padding, dilation))
    x, kernel = numbers(shape, seed), numbers((*window, shape[3], filters), seed + 1)
    bias = numbers(filters, seed + 2)
    fast = ref.conv2d(x, kernel, bias, stride, padding, dilation)
    loops = ref.conv2d_loops(x, kernel, bias, stride, padding, dilation)
    assert loops.dtype == fast.dtype == np.float32
    np.testing.assert_allclose(fast, loops, rtol=1e-4, atol=1e-5)


def test_conv2d_over_several_tiles():
    """Is a batch that needs several buffers, the last one not full, the same as image by image?"""
    x, kernel = numbers((23, 28, 28, 32)), numbers((3, 3, 32, 4), 1)
    one_by_one = np.concatenate([ref.conv2d(x[i : i + 1], kernel) for i in range(23)])
    np.testing.assert_allclose(ref.conv2d(x, kernel), one_by_one, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("given", ["uint8", "int64", "float64"])
def test_what_is_no_float32_is_computed_as_float64(given):
    """Are small integers safe from overflow?"""
    x = np.full((1, 4, 4, 1), 200, given)
    assert ref.conv2d(x, np.full((2, 2, 1, 1), 2, given)).max() == 1600
    assert ref.avg_pool2d(x).dtype == np.float64


# ---- pooling and the nonlinearity


def test_pools_by_hand():
    """Is each window's largest and mean number taken channel by channel, padding ignored?"""
    x = -np.arange(1, 10, dtype=np.float32).reshape(1, 3, 3, 1)
    assert ref.max_pool2d(x, 2, 1)[0, :, :, 0].tolist() == [[-1, -2], [-4, -5]]
    assert ref.max_pool2d(x).shape == (1, 1, 1, 1)
    assert ref.max_pool2d(x, 2, 2, 1)[0, :, :, 0].tolist() == [[-1, -2], [-4, -5]]
    assert ref.avg_pool2d(x, 2, 2, 1)[0, :, :, 0].tolist() == [[-1, -2.5], [-5.5, -7]]


@MANY
@given(batches, pairs, pairs, paddings, seeds)
def test_pools_are_tensorflows(shape, window, stride, padding, seed):
    """Does TensorFlow give the same numbers, with overlap, gaps, padding and negatives?"""
    import tensorflow as tf

    assume(pool_fits(shape, window, padding))
    x = numbers(shape, seed)
    padded, mode = framed(x, padding, -np.inf)
    largest = tf.nn.max_pool2d(padded, window, stride, mode)
    padded, real = framed(x, padding)[0], framed(np.ones_like(x), padding)[0]
    mean = tf.nn.avg_pool2d(padded, window, stride, mode) / tf.nn.avg_pool2d(
        real, window, stride, mode
    )
    got = ref.max_pool2d(x, window, stride, padding), ref.avg_pool2d(x, window, stride, padding)
    assert {a.dtype for a in got} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(got[0], largest)
    np.testing.assert_allclose(got[1], mean, rtol=1e-5, atol=1e-6)


def test_relu_by_hand():
    """Are negatives zero, and is the type kept?"""
    for dtype in (np.float32, np.int64):
        answer = ref.relu(np.array([-1, 0, 2], dtype))
        assert (answer.tolist(), answer.dtype) == ([0, 0, 2], dtype)


# ---- receptive fields and counts


def test_receptive_field_by_hand():
    """Does the book's network see 18 of 28 cells before its first dense layer?"""
    book = ref.receptive_field([(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)])
    assert [tuple(field) for field in book] == [
        (3, 1, 1.0),
        (4, 2, 1.5),
        (8, 2, 3.5),
        (10, 4, 4.5),
        (18, 4, 8.5),
    ]


@settings(MANY, max_examples=60)
@given(st.lists(st.tuples(small, small, small), min_size=1, max_size=4))
def test_receptive_field_is_what_really_matters(layers):
    """Which input cells change outputs 0 and 1, if one really runs the layers?"""
    need = 2
    for kernel, stride, dilation in reversed(layers):
        need = (need - 1) * stride + dilation * (kernel - 1) + 1
    # Image i is 1 in cell i alone: along the batch, an answer shows which cells it depends on.
    signal = np.eye(need)[:, None, :, None]
    for (kernel, stride, dilation), field in zip(layers, ref.receptive_field(layers), strict=True):
        ones = np.ones((1, kernel, 1, 1))
        signal = ref.conv2d_loops(signal, ones, stride=(1, stride), dilation=(1, dilation))
        first, second = (np.flatnonzero(signal[:, 0, cell, 0]) for cell in (0, 1))
        assert first[-1] - first[0] + 1 == field.size
        assert second[0] - first[0] == field.jump
        assert (first[0] + first[-1]) / 2 == field.centre


def test_parameter_counts_of_the_book():
    """Do the counts that the book quotes come out?"""
    assert ref.dense_parameters(784, 512) == 401_920
    assert ref.dense_parameters(1280 * 720, 512) == 471_859_712
    layers = (
        ref.conv_parameters(1, 32, 3),
        ref.conv_parameters(32, 64, 3),
        ref.conv_parameters(64, 64, 3),
    )
    assert layers == (320, 18_496, 36_928)
    assert sum(layers) == 55_744
    assert sum(layers) + ref.dense_parameters(576, 64) + ref.dense_parameters(64, 10) == 93_322
    assert ref.conv_parameters(3, 4, (2, 5)) == 124
