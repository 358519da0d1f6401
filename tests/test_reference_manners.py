"""The reference's manners: nonsense refused, inputs left alone, memory and imports kept small."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from course_utils import reference as ref
from tests.test_reference import numbers

X, K = numbers((1, 5, 6, 2)), numbers((3, 3, 2, 4))
NONSENSE = {
    "kernel too large": (
        lambda: ref.conv2d(X[:, :2], K),
        r"spans 3 cells.*2 \+ 0 \+ 0.*\(1, 2, 6, 2\)",
    ),
    "dilation too large": (lambda: ref.conv2d(X, K, dilation=3), "spans 7 cells"),
    "size too large": (lambda: ref.output_size(4, 7, 1, 1), "spans 7 cells"),
    "stride 0": (
        lambda: ref.conv2d(X, K, stride=0),
        "stride must be an integer of at least 1, got 0",
    ),
    "dilation 0": (lambda: ref.output_size(5, 3, 1, 0, 0), "dilation must be .* at least 1, got 0"),
    "negative padding": (lambda: ref.pad2d(X, -1), "padding must be .* at least 0, got -1"),
    "half a padding": (lambda: ref.conv2d(X, K, padding=0.5), "padding must be an integer"),
    "unknown padding": (lambda: ref.conv2d(X, K, padding="full"), "'full'"),
    "pair for an axis": (lambda: ref.output_size(5, 3, 1, (1, 1)), "one axis"),
    "three strides": (lambda: ref.conv2d(X, K, stride=(1, 1, 1)), "a pair"),
    "channels": (lambda: ref.conv2d(X, K[:, :, :1]), r"2 channels.*\(3, 3, 1, 4\)"),
    "rank of x": (lambda: ref.conv2d(X[0], K), r"x must be .*\(5, 6, 2\)"),
    "rank of kernel": (lambda: ref.conv2d(X, K[..., 0]), r"kernel must be .*\(3, 3, 2\)"),
    "bias": (lambda: ref.conv2d(X, K, np.ones(3)), r"bias \(3,\).* 4 filters"),
    "rank of bias": (lambda: ref.conv2d(X, K, 1.0), r"bias must be .*\(\)"),
    "dout": (lambda: ref.conv2d_backward(X, X, K), r"\(1, 3, 4, 4\), got \(1, 5, 6, 2\)"),
    "pool of rank 2": (lambda: ref.max_pool2d(X[0, :, :, 0]), r"x must be .*\(5, 6\)"),
    "only padding": (lambda: ref.avg_pool2d(X, 2, padding=2), "smaller than the window"),
    "layer": (lambda: ref.receptive_field([3]), r"\(kernel, stride\)"),
    "no filters": (lambda: ref.conv_parameters(1, 0, 3), "c_out must be"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(name):
    """Is a senseless argument a ValueError that shows the numbers?"""
    call, message = NONSENSE[name]
    with pytest.raises(ValueError, match=message):
        call()


def test_nothing_modifies_its_input():
    """Do all functions work on arrays that may not be written, and leave them as they were?"""
    x, kernel, bias = X.copy(), K.copy(), numbers(4)
    dout, dpool = numbers((1, 3, 4, 4)), numbers((1, 2, 3, 2))
    for array in (x, kernel, bias, dout, dpool):
        array.flags.writeable = False
    ref.pad2d(x, 1)
    ref.relu(x)
    ref.conv2d(x, kernel, bias)
    ref.conv2d_loops(x, kernel, bias)
    ref.conv2d_backward(dout, x, kernel)
    for pool, backward in (
        (ref.max_pool2d, ref.max_pool2d_backward),
        (ref.avg_pool2d, ref.avg_pool2d_backward),
    ):
        pool(x)
        assert not np.shares_memory(backward(dpool, x), dpool)
    np.testing.assert_array_equal(x, X)


def test_importing_the_reference_loads_numpy_alone():
    """Does a student's notebook start fast, without Keras, widgets or the grader?"""
    code = (
        "import sys; before = set(sys.modules); import course_utils.reference;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}"
        " - set(sys.stdlib_module_names)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["course_utils", "numpy"]


def test_conv2d_allocates_what_it_says():
    """Does it need no more than the output and two tiles of columns (the docstring's promise)?"""
    x, kernel = numbers((64, 28, 28, 32)), numbers((3, 3, 32, 64))
    output, tile = 64 * 26 * 26 * 64 * 4, 8 * 2**20
    tracemalloc.start()
    ref.conv2d(x, kernel)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert output < peak < output + 2.2 * tile
