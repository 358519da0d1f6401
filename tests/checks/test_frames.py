"""Checks name the axes on which a wrong frame of zeros was put, and mistake nothing else for it."""

import numpy as np
import pytest

from course_utils.checks import CheckError, check_conv2d, check_max_pool2d


def all_axes(p):
    return p


def channels_too(p):
    return ((0, 0), (p, p), (p, p), (p, p))


def two_pairs(p):
    return ((p, p), (p, p))


def right(p):
    return ((0, 0), (p, p), (p, p), (0, 0))


def summed(window, kernel):
    return np.array([np.sum(window * kernel[..., f]) for f in range(kernel.shape[3])])


def contracted(window, kernel):
    return np.tensordot(window, kernel, axes=3)


def flattened(window, kernel):
    return window.reshape(-1) @ kernel.reshape(-1, kernel.shape[3])


def by_channels(window, kernel):
    pairs = [window[..., c, None] * kernel[:, :, c] for c in range(kernel.shape[2])]
    return np.sum(pairs, axis=(0, 1, 2))


def layer(frame, product, size_of="framed", windows_of="framed"):
    """A conv2d as students write it; ``size_of``, ``windows_of``: framed, given or twice."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        rows, columns = kernel.shape[:2]
        inputs = {"given": x, "framed": np.pad(x, frame(padding))}
        inputs["twice"] = np.pad(inputs["framed"], right(padding))
        height = (inputs[size_of].shape[1] - rows) // stride + 1
        width = (inputs[size_of].shape[2] - columns) // stride + 1
        out = np.zeros((len(x), height, width, kernel.shape[3]))
        for n, i, j in np.ndindex(out.shape[:3]):
            top, left = i * stride, j * stride
            window = inputs[windows_of][n, top : top + rows, left : left + columns]
            out[n, i, j] = product(window, kernel) + bias
        return out

    return conv2d


PRODUCTS = (summed, contracted, flattened, by_channels)
ASKED = (("stride and padding", 0), ("all of it together", 406), (None, 407))


def said(check, answer, *asked) -> str:
    with pytest.raises(CheckError) as caught:
        check(answer, *asked)
    return " ".join(str(caught.value).split())


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: a[0])
@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.__name__)
def test_a_right_frame_passes(product, asked):
    """Does every way of multiplying pass, where rows and columns alone are framed?"""
    check_conv2d(layer(right, product), *asked)


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: a[0])
@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.__name__)
@pytest.mark.parametrize(
    ("frame", "cause"),
    [
        (all_axes, "other axes padded than rows and columns"),
        (channels_too, "other axes padded than rows and columns"),
        (two_pairs, "too few pairs for np.pad"),
    ],
)
def test_a_wrong_frame_is_named(frame, cause, product, asked):
    """Is np.pad on the wrong axes named, whether it ends in an error or in a wrong map?"""
    told = said(check_conv2d, layer(frame, product), *asked)
    assert cause in told
    assert "np.pad takes one pair for each axis" in told
    assert "another reason" not in told


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: a[0])
@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.__name__)
@pytest.mark.parametrize(
    ("places", "cause"),
    [
        ({"windows_of": "given"}, "windows of the input without its frame"),
        ({"size_of": "twice"}, "the padding counted twice"),
    ],
    ids=["windows", "size"],
)
def test_other_misfits_with_padding_are_not_taken_for_it(places, cause, product, asked):
    """Is an error that comes with padding, but of windows too far to the end, not put on np.pad?"""
    told = said(check_conv2d, layer(right, product, **places), *asked)
    assert cause in told
    assert "np.pad" not in told


@pytest.mark.parametrize("kept", [True, False], ids=["cut", "grown"])
def test_a_pool_that_frames_its_channels_is_told(kept):
    """Is a pool of np.pad(x, p) named, whichever number of channels its output has?"""

    def max_pool2d(x, window, stride=None, padding=0):
        stride = stride or window
        framed = np.pad(x, padding, constant_values=-np.inf)
        size = [(n - window) // stride + 1 for n in framed.shape[:2]]
        out = np.zeros((*size, (x if kept else framed).shape[2]))
        for i, j in np.ndindex(*size):
            top, left = i * stride, j * stride
            out[i, j] = framed[top : top + window, left : left + window].max(axis=(0, 1))
        return out

    assert "other axes padded" in said(check_max_pool2d, max_pool2d, "padding")
