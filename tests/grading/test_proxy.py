"""The student's names outside: none of their code runs here, and nothing they send is trusted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest.codec import CodecError
from course_utils.grading.host.proxy import Kept, Names, Remote, as_kept, change, student_error


class Session:
    """Answers like a session in the sandbox, and counts the questions."""

    def __init__(self, **values):
        self.values, self.asked = values, []

    def get(self, name):
        self.asked.append(name)
        return self.values[name]

    def call(self, number, args, kwargs):
        return (number, args, kwargs)

    def read(self, number, name):
        return f"{number}.{name}"


HELD = {"id": 3, "name": "f", "type": "function", "callable": True}


def test_a_function_is_called_inside_and_named_as_the_students():
    """Does a call go through the session, and do messages name the student's type?"""
    remote = Remote(Session(), HELD)
    assert remote(1, key=2) == (3, (1,), {"key": 2})
    assert type(remote).__name__ == "function"
    assert remote.shape == "3.shape"
    assert as_kept(remote) == {"id": 3}
    with pytest.raises(TypeError, match="not an array"):
        np.asarray(remote)
    with pytest.raises(AttributeError):
        _ = remote._private
    with pytest.raises(TypeError, match="'int' object is not callable"):
        Remote(Session(), {"id": 1, "type": "int", "callable": False})()
    with pytest.raises(CodecError):
        as_kept(object())


def test_the_authors_values_are_put_back():
    """Are arrays, also changed through a view, and lists at any depth what they were before?"""
    labels, rows, row = np.arange(6), [[1, 2], {"a": [3]}], [4]
    kept = Kept([labels[:2], {"rows": rows}, 5, "text"])
    view = labels[2:4]
    kept.note([view, rows, row])
    change(view, np.zeros(2, int))
    change(rows, [[], {"b": 1}, "more"])
    change(row, [])
    kept.note([view, rows])  # it was changed before: this is not how it was
    kept.put_back()
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert rows == [[1, 2], {"a": [3]}]
    assert row == []  # made by the cell itself, which may go on with it


@pytest.mark.parametrize("held", [None, [], {}, {"id": "1"}, {"id": True}, {"id": 1.0}])
def test_an_object_without_a_number_is_refused(held):
    """Does ``Remote`` raise CodecError for data that does not describe an object?"""
    with pytest.raises(CodecError):
        Remote(Session(), held)


def test_a_name_is_asked_once_in_a_cell_and_only_where_it_is_the_students():
    """Are the author's names the author's, and a student's the session's, asked once?"""
    names, session = Names(), Session(answer=5)
    names.session, names.student = session, frozenset({"answer", "missing"})
    names["own"] = 1
    assert (names["own"], names["answer"], names["answer"]) == (1, 5, 5)
    assert session.asked == ["answer"]
    with pytest.raises(KeyError):
        _ = names["print_it"]
    with pytest.raises(RuntimeError, match="missing cannot be read"):
        _ = names["missing"]  # a KeyError would fall through to a built-in name
    names.given_up["answer"] = TimeoutError("it took too long")
    with pytest.raises(TimeoutError):
        _ = names["answer"]


def test_arguments_change_as_the_students_call_changed_them():
    """Are arrays, lists and dicts changed in place, and only where shape and type agree?"""
    array, inner = np.zeros(3), [1]
    before = [array, [inner, 2], {"a": array, "gone": 1}]
    change(before, [np.ones(3), [[1, 5], 2, 3], {"a": np.full(3, 7.0), "new": 2}])
    assert before[0] is array
    np.testing.assert_array_equal(array, np.full(3, 7.0))  # the same array stood in both places
    assert before[1][0] is inner
    assert inner == [1, 5]
    assert before[1] == [[1, 5], 2, 3]
    assert list(before[2]) == ["a", "new"]
    change(array, np.ones((2, 2)))
    assert array.shape == (3,)


@given(
    st.none() | st.text() | st.integers(),
    st.none() | st.lists(st.text(max_size=20) | st.integers(), max_size=4),
    st.none() | st.text(),
    st.none() | st.text(),
)
def test_any_error_that_is_told_is_an_error_here(ename, bases, evalue, frames):
    """Does any report of an error give an exception that can be caught and shown?"""
    error = student_error(ename, bases, evalue, frames)
    assert isinstance(error, Exception)
    assert isinstance(str(error), str)


def test_an_error_is_of_the_built_in_type_that_it_claims_but_for_two():
    """Is a ValueError caught as one, an own type by its base, and StopIteration as no end?"""
    assert isinstance(student_error("ValueError", [], "no", ""), ValueError)
    own = student_error("MyError", ["MyError", "LookupError", "Exception"], "no", "line 1")
    assert isinstance(own, LookupError)
    assert own.student_type == "MyError"
    assert own.student_traceback == "line 1\nMyError: no"
    assert not isinstance(student_error("StopIteration", ["Exception"], "", ""), StopIteration)
    assert not isinstance(student_error("SystemExit", ["BaseException"], "", ""), SystemExit)
