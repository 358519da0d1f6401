"""The author's cell outside: its points, and the text of its errors."""

import pytest

from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.proxy import Names, student_error
from course_utils.grading.marking.author_cell import (
    execute,
    is_authors_slip,
    misconceptions_of,
    mistakes_of,
    points_of,
    words_for,
)


def test_the_value_of_the_last_line_comes_back():
    """Is it the value of an expression, None of a statement, and are magics nothing?"""
    names = Names()
    assert execute("%matplotlib inline\nx = 2\nx + 1", names) == 3
    assert execute("y = x", names) is None
    assert names["y"] == 2


@pytest.mark.parametrize(
    ("value", "points"),
    [(None, 2), (True, 2), ("text", 2), (1, 1), (0.5, 0.5), (0, 0), (-1, 0), (9, 2), (1e999, 2)],
)
def test_what_a_cell_is_worth(value, points):
    """Is a number on the last line partial credit within bounds, and anything else all of it?"""
    assert points_of(value, 2, Outputs(Limits())) == points


def test_no_number_is_no_points():
    """Is NaN 0 points, with a line that says what it is?"""
    outputs = Outputs(Limits())
    assert points_of(float("nan"), 2, outputs) == 0
    assert "not a number of points" in outputs.list[0]["text"]


def _raised(source: str, names: Names | None = None) -> BaseException:
    with pytest.raises(BaseException) as found:  # noqa: PT011 (whatever the cell raises)
        execute(source, names or Names())
    return found.value


def test_no_line_of_a_hidden_test_is_told():
    """Is a line that was handed out shown, and a hidden one called so?"""
    shown, hidden = "assert 1 == 2", "assert 'secret' == 1"
    assert words_for(_raised(shown), shown)[2][0] == shown
    told = words_for(_raised(f"{shown.replace('2', '1')}\n{hidden}"), shown)
    assert told[2][0] == "(a test that is not shown)"
    assert "secret" not in str(told)


def test_a_students_error_brings_their_frames_and_none_of_the_authors():
    """Does the text have the student's own line, and the name of their error?"""
    error = student_error("MyError", ["ValueError"], "no", "line 3, in f")
    name, message, lines = words_for(error, "")
    assert (name, message) == ("MyError", "no")
    assert lines[-1] == "line 3, in f\nMyError: no"


def test_a_name_that_nobody_defines_is_the_authors_slip():
    """Does a typo of the author's differ from a student's missing answer, and their NameError?"""
    typo = _raised("asert_equal(1, 1)")
    assert is_authors_slip(typo, frozenset({"answer"}))
    assert not is_authors_slip(typo, frozenset({"asert_equal"}))
    assert not is_authors_slip(student_error("NameError", [], "x", ""), frozenset())
    assert not is_authors_slip(ValueError(), frozenset())


def test_misconceptions_are_texts_or_none():
    """Are one, several and odd values read as a list of ids?"""
    error = AssertionError()
    assert misconceptions_of(error) == []
    for value, ids in (("flip", ["flip"]), (["a", 1, "b"], ["a", "b"]), (5, [])):
        error.misconception = value
        assert misconceptions_of(error) == ids


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("assert 1 == 2, 'steps down left out'", ["steps down left out"]),
        ("assert 1 == 2, 'one\\ntwo'", ["one"]),
        ("assert 1 == 2", []),
        ("raise ValueError('no')", []),
        ("import numpy as np\nnp.testing.assert_allclose(1, 2)", []),
        ("def f():\n    assert False, 'x' * 999\nf()", ["x" * 200]),
    ],
)
def test_what_the_authors_assert_calls_a_wrong_answer(source, called):
    """Is it the message of an assert in the cell, cut, and nothing of other errors?"""
    assert mistakes_of(_raised(source)) == called


def test_a_check_names_a_mistake_that_is_in_no_catalogue():
    """Does a slip that a question of ours names come out by its name, without an id?"""
    source = (
        "from course_utils.checks import check_output_size\n"
        "check_output_size(lambda n, kernel, stride=1, padding=0, dilation=1: "
        "(n + 2 * padding - kernel) // stride + 1)"
    )
    error = _raised(source)
    assert (misconceptions_of(error), mistakes_of(error)) == ([], ["the dilation left out"])
