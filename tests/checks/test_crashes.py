"""What a check says about a crash: only what the student's own line and the numbers show."""

import pytest

from course_utils.checks import check_layer_parameters, check_max_pool2d, check_same_padding
from course_utils.checks.answer import Outcome
from course_utils.checks.crashes import told
from tests.checks.telling import told as said


def crash(line: str, error: str, message: str) -> str | None:
    return told(Outcome(error=error, trace=f"line 3, in conv2d:  {line}\n{error}: {message}"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("H, W = x.shape", "too many values to unpack (expected 2)"),
        ("(N, H, W, C) = x.shape", "not enough values to unpack (expected 4, got 3)"),
        ("kernel, stride = layers[0:3]", "too many values to unpack (expected 2)"),
        ("for kernel, stride in layers:", "too many values to unpack (expected 2)"),
    ],
)
def test_names_that_do_not_fit_are_counted(line, message):
    """Does it say how many names there are, whatever Python's words for it?"""
    names = line.split("=")[0].count(",") + 1 if "=" in line else 2
    assert f"has {names} names" in str(crash(line, "ValueError", message))


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("a, b = np.unravel_index(k, shape)", "ValueError", "index 2 is out of bounds with size 2"),
        ("H, W = x.shape", "ValueError", "something else (expected 5)"),
        ("out = window * kernel", "ValueError", "shapes (2,3) (2,2)"),
        ("H, W = x.shape", "NameError", "name 'x' is not defined"),
        ("y = x.shapes", "AttributeError", "'tuple' object has no attribute 'shapes'"),
    ],
)
def test_of_what_is_not_sure_nothing_is_said(line, error, message):
    """Does it say nothing about a call that may have failed for another reason?"""
    assert crash(line, error, message) is None


def test_a_call_that_did_not_stop_in_the_students_code_is_no_crash_of_theirs():
    """Does it say nothing about an exception without a line of the student's?"""
    assert told(Outcome(error="ValueError", trace="ValueError: expected 2")) is None


def test_an_answer_that_stops_is_told_so_by_its_check():
    """Do the checks say that the answer raised in their first line, also in a notebook?"""

    def two_axes(x, window, stride=None, padding=0):
        H, W = x.shape
        return H, W

    with said("`H, W = x.shape` has 2 names"):
        check_max_pool2d(two_axes)
    with said("asks a tuple for its shape"):
        check_layer_parameters(lambda shape, filters, kernel: shape.shape[2] * filters)


def test_an_answer_that_is_always_the_same_is_told_so():
    """Is a constant recognized, and a pair that happens to repeat in two cases not?"""
    with said("does it use its arguments?"):
        check_same_padding(lambda n, kernel, stride: (7, 7))
    with said("the values differ") as caught:
        check_same_padding(lambda n, kernel, stride: (7, n))
    assert "arguments" not in str(caught.value)
