"""Where no typical mistake explains an answer, the message says where it is right, and no more."""

import numpy as np
import pytest

from course_utils import reference
from course_utils.checks import check_conv2d, check_conv2d_plain, check_output_size
from course_utils.checks.answer import Case, call
from course_utils.checks.diagnosis import Trial
from course_utils.checks.question import Contrast
from course_utils.checks.where import where_right
from tests.checks.telling import told


def test_a_limit_of_the_arguments_is_told():
    """Does the message say for which strides a size is right, if it is right for these alone?"""

    def answer(n, kernel, stride=1, padding=0, dilation=1):
        return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + stride

    with told("It is right where stride is 1, and wrong in all other cases tried."):
        check_output_size(answer, "strides that do not divide")


def test_axes_in_another_order_are_told():
    """Is a right result whose axes stand in another order told from wrong numbers?"""

    def answer(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(x, kernel, bias, stride, padding).transpose(3, 1, 2, 0)

    with told("its axes are in another order: (filters, rows, columns, images)"):
        check_conv2d(answer)


def test_a_shape_that_is_always_too_large_is_told():
    """Does the message say by how much, where that is the same in all cases?"""

    def answer(image, kernel):
        return np.zeros(
            (image.shape[0] - kernel.shape[0] + 3, image.shape[1] - kernel.shape[1] + 3)
        )

    with told("its result has 2 rows too many and 2 columns too many"):
        check_conv2d_plain(answer, "square")


@pytest.mark.parametrize("kind", ["image", "kernel", "int", "uint8"])
@pytest.mark.parametrize("part", ["square", "not square", None])
def test_an_output_that_cuts_decimals_off_is_refused(kind, part):
    """Is an output in the image's dtype (or another) wrong, which floats alone do not show?"""

    def answer(image, kernel):
        kinds = {"image": image.dtype, "kernel": kernel.dtype, "int": int, "uint8": np.uint8}
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        sums = (windows * kernel).sum(axis=(2, 3))
        return sums.astype(kinds[kind])

    with told("dtype" if kind != "int" else "cuts off all decimals"):
        check_conv2d_plain(answer, part)


LARGE = Contrast("n is large", lambda case: case.arguments[0] > 3)
ODD = Contrast("n is odd", lambda case: case.arguments[0] % 2 == 1)


def _of(wrong, numbers=range(1, 8)):
    """Trials of an answer that is wrong for the numbers in ``wrong`` (by no steady amount)."""
    cases = [Case((n,)) for n in numbers]
    return [Trial(case, 0, call(lambda n: n if n in wrong else 0, case)) for case in cases]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ((4, 5, 6, 7), "It is wrong where n is large, and right in all other cases tried."),
        ((1, 2, 3), "It is right where n is large, and wrong in all other cases tried."),
        ((5, 7), None),
        ((4, 5, 7), None),
        ((3, 4, 5, 6, 7), None),
        ((7,), None),
        ((1, 2, 3, 4, 5, 6, 7), None),
    ],
)
def test_a_kind_is_told_only_where_it_parts_right_from_wrong(wrong, sentence):
    """Is nothing said where one case is on the wrong side, or a single case speaks for a kind?"""
    assert where_right((LARGE, ODD), _of(wrong)) == sentence
