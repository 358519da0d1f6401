"""Convolutional layers as they are when a misconception is right; the contract is conv2d's."""

import math

import numpy as np

from course_utils import reference


def flipped(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel[::-1, ::-1], bias, stride, padding)


def kernel_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel.transpose(1, 0, 2, 3), bias, stride, padding)


def map_transposed(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 2, 1, 3)


def square_map(axis):
    """Both sizes taken from one axis: cut off where the other is longer, an error where shorter."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        out = reference.conv2d(x, kernel, bias, stride, padding)
        side, other = out.shape[axis], out.shape[3 - axis]
        if side > other:
            raise IndexError("out of bounds")
        return out[:, :side, :side]

    return conv2d


def stride_of_kernel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, kernel.shape[:2], padding)


def padding_halved(x, kernel, bias, stride=1, padding=0):
    before, after = padding // 2, padding - padding // 2
    x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def padding_behind(x, kernel, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, padding), (0, padding), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def rounded_up(x, kernel, bias, stride=1, padding=0):
    x = reference.pad2d(x, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = np.pad(x, ((0, 0), (0, extra[0]), (0, extra[1]), (0, 0)))
    return reference.conv2d(x, kernel, bias, stride)


def refusing(x, kernel, bias, stride=1, padding=0):
    for n, k in zip(x.shape[1:3], kernel.shape[:2], strict=True):
        if (n + 2 * padding - k) % stride:
            raise ValueError("the stride does not divide")
    return reference.conv2d(x, kernel, bias, stride, padding)


def first_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., :1], kernel[:, :, :1], bias, stride, padding)


def without_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, None, stride, padding)


def map_channels_first(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 3, 1, 2)


def bias_per_weight(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * math.prod(kernel.shape[:3]), stride, padding)


def bias_per_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * kernel.shape[2], stride, padding)


GEOMETRY = (
    ("kernel-flipped", flipped),
    ("rows-columns-swapped", kernel_transposed),
    ("rows-columns-swapped", map_transposed),
    ("rows-columns-swapped", square_map(1)),
    ("rows-columns-swapped", square_map(2)),
)
STEPS = (
    ("stride-is-kernel", stride_of_kernel),
    ("padding-total", padding_halved),
    ("padding-total", padding_behind),
    ("size-ceiling", rounded_up),
    ("non-integer-size-error", refusing),
)
