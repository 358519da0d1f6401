"""What a cell binds and uses, read from its source alone."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.intake.python_syntax import (
    bound_names,
    cell_syntax,
    read_names,
    syntax,
    used_names,
)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    y = x", {"f"}),
        ("class A:\n    b = 1", {"A"}),
        ("import numpy as np, os.path", {"np", "os"}),
        ("from a.b import c as d, e", {"d", "e"}),
        ("a, (b, *c) = 1, (2, 3)", {"a", "b", "c"}),
        ("for i in x:\n    j = i", {"i", "j"}),
        ("with open(p) as f: pass", {"f"}),
        ("if (n := 3): pass", {"n"}),
        ("f = lambda q: q", {"f"}),
        ("x[0] = 1; y.z = 2", set()),
    ],
)
def test_what_a_cell_binds(source, names):
    """Are the names of the cell's own level found, and not those inside its functions?"""
    assert bound_names(syntax(source)) == names


def test_what_a_cell_uses_at_any_depth():
    """Are names found that are read inside a function of the cell?"""
    assert {"g", "x"} <= used_names(syntax("def f(x):\n    return g(x)"))


def test_magics_are_calls_and_no_faults():
    """Does a cell with a magic and a shell line keep its other names?"""
    assert "y" in bound_names(cell_syntax("%matplotlib inline\n!ls\ny = 1"))


@given(st.text(max_size=80))
def test_any_text_has_a_tree(text):
    """Does any text give a tree, an empty one if it is not Python?"""
    assert isinstance(cell_syntax(text), ast.Module)


@pytest.mark.parametrize(
    "marks", ["\u0301" * 200_000 + "\u0327" * 200_000, "\uff9e\uff9f" * 200_000]
)
def test_a_name_that_is_a_tower_of_marks_is_not_read(marks):
    """Is it left to the sandbox to sort the marks of a name, which may take hours?"""
    assert syntax(f"a{marks} = 1").body == []
    assert read_names(f"a{marks[:90_000]} = 1") is None
    assert bound_names(syntax("élan = e\u0301 = 1")) == {"élan", "é"}


@pytest.mark.parametrize("text", ["(" * 5000, "-" * 50_000 + "1", "x = \0", "a." * 9999 + "b"])
def test_what_breaks_a_parser_is_an_empty_tree(text):
    """Is a source that is nested too deep, or has a zero byte, no error and no crash?"""
    assert syntax(text).body == [] or isinstance(syntax(text), ast.Module)


@pytest.mark.parametrize("prefix", ["f", "F", "rf", "fR"])
def test_an_f_string_of_very_many_fields_is_not_read(prefix):
    """Is a text left unread for each field of which Python 3.11 reads all before it again?"""
    slow = f'a = {prefix}"' + "{a}" * 20_000 + '"\nb = a'
    assert syntax(slow).body == []
    assert read_names(slow) is None
    usual = f'a = {prefix}"' + "{a}" * 200 + '"\nb = a'
    assert bound_names(syntax(usual)) == {"a", "b"}
    assert "a" in (read_names(usual) or set())
    assert syntax("a = {}\n" * 20_000).body, "braces without an f-string cost nothing"
