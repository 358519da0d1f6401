"""An answer is run quietly and on copies, and judged strictly; and what the message says."""

import sys
import warnings

import numpy as np
import pytest

from course_utils import reference
from course_utils.checks import (
    CheckError,
    answer,
    check_conv2d,
    check_output_size,
    check_same_padding,
    numpy_changes,
)


def failure(check, answer, *arguments) -> str:
    with pytest.raises(CheckError) as caught:
        check(answer, *arguments)
    return str(caught.value)


def test_what_an_answer_prints_and_warns_goes_nowhere(capsys):
    """Is the one line of success all that is printed?"""

    def loud(n, kernel, stride=1, padding=0, dilation=1):
        print("here I am")
        print("and here", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return reference.output_size(n, kernel, stride, padding, dilation)

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        check_output_size(loud)
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err == ""
    assert not seen


def test_a_changed_argument_is_said():
    """Does the check notice that the answer changes its argument, although the result is right?"""

    def scaled(x, kernel, bias, stride=1, padding=0):
        result = reference.conv2d(x, kernel, bias, stride, padding)
        kernel *= 2
        return result

    assert "conv2d changed its argument kernel" in failure(check_conv2d, scaled)


def test_an_exception_shows_the_students_own_lines():
    """Is the traceback short: the student's frames, the message, nothing of ours?"""

    def helper(kernel):
        return [1, 2][kernel]

    def broken(n, kernel, stride=1, padding=0, dilation=1):
        return helper(kernel)

    said = failure(check_output_size, broken)
    assert "in broken:  return helper(kernel)" in said
    assert "in helper:  return [1, 2][kernel]" in said
    assert "IndexError: list index out of range" in said
    assert "course_utils" not in said
    assert "output_size(5, 3)" in said


def test_an_exception_from_elsewhere_brings_its_own_traceback():
    """Does the message show the student's lines that the sandbox reports?"""

    class FromTheSandbox(Exception):
        student_type = "IndexError"
        student_traceback = "line 7, in conv2d:  out[i, j]\nIndexError: index 5 is out of bounds"

    def far_away(*arguments, **options):
        raise FromTheSandbox

    said = failure(check_conv2d, far_away)
    assert "line 7, in conv2d:  out[i, j]" in said
    assert "far_away" not in said


def test_a_stub_that_crossed_the_sandbox_is_still_a_stub():
    """Is NotImplementedError known by its name, too?"""

    class FromTheSandbox(Exception):
        student_type = "NotImplementedError"
        student_traceback = "NotImplementedError"

    def far_away(*arguments, **options):
        raise FromTheSandbox

    assert "is not written yet" in failure(check_conv2d, far_away)


def test_of_two_faults_each_is_named_where_it_is_alone():
    """Is a fault named by the cases that show no other, and none guessed where both show?"""

    def flipped_without_bias(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(x, kernel[::-1, ::-1], None, stride, padding)

    assert "the kernel flipped" in failure(check_conv2d, flipped_without_bias, "one filter")
    said = failure(check_conv2d, flipped_without_bias)
    assert "equals the one with" not in said
    assert "Hint:" in said


def test_an_unknown_fault_shows_the_smallest_case_and_a_hint():
    """Without a diagnosis: expected and got as arrays to read, and one hint?"""

    def odd(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(x, kernel, bias, stride, padding) * 1.5 + 0.25

    with pytest.raises(CheckError) as caught:
        check_conv2d(odd)
    said = str(caught.value)
    assert caught.value.misconception is None
    assert "the values differ" in said
    assert "x, shape (1, 3, 4, 1):\n     1  2  3  4\n     5  6  7  8\n     9 10 11 12" in said
    assert "expected, shape (1, 2, 3, 1):\n    -1  1  3\n     7  9 11" in said
    assert said.count("Hint:") == 1


class EqualToEverything:
    """An object that passes any comparison that asks it."""

    shape, dtype, ndim = (1, 2, 3, 1), np.dtype(float), 4

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __array__(self, *_, **__):
        raise RuntimeError("asked for my values")

    def __repr__(self):
        raise RuntimeError("asked for my text")

    def __hash__(self):
        return 1


class AlmostInt(int):
    """A number that says it equals all others."""

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "is there a `return`"),
        (3.0, "the float 3: a whole number"),
        (np.float64(3), "the float64 3.0: a whole number"),
        (True, "the bool True"),
        ("3", "a str"),
        ([3], "a list"),
        (EqualToEverything(), "an EqualToEverything"),
        (AlmostInt(3), "an AlmostInt"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_only_a_whole_number_is_a_whole_number(value, said):
    """Is the type looked at first, and no object asked whether it is right?"""
    assert said in failure(check_output_size, lambda *_, **__: value)


@pytest.mark.parametrize("integer", [int, np.int64, np.int32])
def test_numpys_integers_are_whole_numbers(integer):
    """Is an answer out of NumPy's arithmetic as good as Python's?"""
    check_output_size(lambda *a, **k: integer(reference.output_size(*a, **k)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda out: out[:, 0].tolist(), "it returned a list: a NumPy array of shape"),
        (lambda out: out[:, 0], "an array of shape (1, 3, 1): the shape should be (1, 2, 3, 1)"),
        (lambda out: out.astype(int), "which cuts off all decimals"),
        (lambda out: out.astype(complex), "dtype complex128"),
        (lambda out: out.astype(object), "dtype object"),
        (lambda out: np.ma.masked_array(out), "a MaskedArray"),
        (lambda out: np.full_like(out, np.nan), "the values differ"),
        (lambda out: EqualToEverything(), "an EqualToEverything"),
    ],
    ids=["list", "rank", "int", "complex", "object", "masked", "nan", "equal"],
)
def test_shape_then_dtype_then_values(change, said):
    """Is an array that is none, or of another shape or dtype, named as such?"""

    def answer(x, kernel, bias, stride=1, padding=0):
        return change(reference.conv2d(x, kernel, bias, stride, padding))

    assert said in " ".join(failure(check_conv2d, answer).split())


def test_float32_is_good_enough():
    """Does an answer in single precision pass?"""

    def single(x, kernel, bias, stride=1, padding=0):
        return reference.conv2d(x, kernel, bias, stride, padding).astype(np.float32)

    check_conv2d(single)


def test_a_number_beyond_all_bounds_is_only_wrong():
    """Is an integer that no float can hold only wrong, and no error of the check?"""
    assert "the values differ" in failure(check_output_size, lambda *_, **__: 10**400)


def test_a_pair_may_be_a_list():
    """Is [1, 2] as good as (1, 2)?"""
    from course_utils.checks.sizes import _same

    check_same_padding(lambda *a: list(_same(*a)))
    assert "3 values: 2 were asked for" in failure(check_same_padding, lambda *a: (1, 2, 3))


def test_no_function_is_no_answer():
    """Does the message say that a value is not a function?"""
    assert "should be a function, but it is the int 3" in failure(check_output_size, 3)


def test_a_notebook_shows_the_message_alone():
    """Does IPython print the message's lines in place of a traceback?"""
    from IPython.core.interactiveshell import InteractiveShell

    shown = []

    class Shell(InteractiveShell):
        def _showtraceback(self, etype, evalue, stb):
            shown.extend(stb)

    shell = Shell()
    shell.run_cell(
        "from course_utils.checks import check_output_size\n"
        "def output_size(n, kernel, stride=1, padding=0, dilation=1):\n"
        "    return (n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1\n"
        "check_output_size(output_size, 'strides that do not divide')"
    )
    assert shown[0].startswith("output_size is not right yet. Your result equals the one with")
    assert shown[-1] == "got       3.5"
    assert not any("Traceback" in line or "raise " in line for line in shown)


def test_a_change_in_numpy_is_named():
    """For code that runs with Colab's NumPy, does the check name the change in NumPy?"""

    def one_number(x, kernel, bias, stride=1, padding=0):
        result = reference.conv2d(x, kernel, 0 * bias, stride, padding)
        for k in range(bias.size):
            result[..., k] += float(bias[k : k + 1])
        return result

    def old_name(n, kernel, stride=1, padding=0, dilation=1):
        return np.product([n, kernel])

    said = failure(check_conv2d, one_number)
    assert f"NumPy is {np.__version__}" in " ".join(said.split())
    assert "a.item()" in said
    assert "Hint" not in said
    assert "stops as an answer" not in said
    assert "Write np.prod instead" in " ".join(failure(check_output_size, old_name).split())
    for name in ("float", "int"):
        outcome = answer.call(lambda name=name: getattr(np, name)(1), answer.Case(()))
        assert f"Write {name} instead" in (numpy_changes.version_note(outcome) or "")


def test_an_error_that_numpy_always_raised_is_no_change_of_numpy():
    """Are a name that NumPy never had, and another object's name, left to the other words?"""
    for wrong in (lambda: np.convolve2d(1), lambda: [].float, lambda: float([1])):
        assert numpy_changes.version_note(answer.call(wrong, answer.Case(()))) is None
