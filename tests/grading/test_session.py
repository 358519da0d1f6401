"""One submission from outside: each question has an answer, an error or an end."""

import time

import numpy as np
import pytest

from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.patience import MOST
from course_utils.grading.host.resources import Watch
from course_utils.grading.host.session import Stopped
from tests.grading.conftest import shown

FAST = Limits(cell_seconds=2, submission_seconds=60, memory_mb=400, processes=64, output_mb=1)


def test_a_name_a_call_and_what_it_changed(open_submission):
    """Are values got, functions called inside, and arrays that they change changed here, too?"""
    session = open_submission()
    shown(
        session,
        "import numpy as np\nanswer = np.arange(3)\ndef zero(a):\n    a[0] = 0\n    return a.sum()",
    )
    np.testing.assert_array_equal(session.get("answer"), [0, 1, 2])
    array = np.array([5.0, 2.0])
    assert session.get("zero")(array) == 2
    assert array.tolist() == [0, 2]
    with pytest.raises(NameError, match="'other' is not defined"):
        session.get("other")


def test_an_error_of_the_students_is_theirs_and_ends_nothing(open_submission):
    """Does a call that raises say what and where, and does the next question get its answer?"""
    session = open_submission()
    shown(session, "def f(x):\n    return 1 / x")
    with pytest.raises(Exception, match="division by zero") as caught:
        session.get("f")(0)
    assert isinstance(caught.value, ZeroDivisionError)
    assert "line 2, in f" in caught.value.student_traceback
    assert session.get("f")(2) == 0.5
    assert session.asked is None


def test_what_ends_a_submission_is_known(open_submission):
    """Is a name whose value never comes known afterwards, so that no later check asks it again?"""
    session = open_submission(FAST)
    shown(
        session,
        "class Endless:\n    def __getattr__(self, name):\n        while True:\n            pass\n"
        "answer = Endless()",
    )
    with pytest.raises(NameError):
        session.get("other")
    with pytest.raises(Stopped):
        session.get("answer")
    assert session.asked == "answer"


@pytest.mark.parametrize(
    ("source", "reason", "words"),
    [
        ("while True: pass", "time", "it took more than 2 s"),
        ("import os; os._exit(3)", "crash", r"it ended its own process \(exit code 3\)"),
        ("import os; os.abort()", "crash", r"it|its process crashed \(SIGABRT\)"),
        ("for _ in range(3000): print('x' * 1000)", "output", "it printed more than 1 MB"),
        ("x = bytearray(2**30)", "memory", "it used more than 400 MB of memory"),
    ],
)
def test_each_end_has_its_reason(open_submission, source, reason, words):
    """Is a submission that is over stopped with its reason, and every later question the same?"""
    session = open_submission(FAST if reason == "time" else FAST._replace(cell_seconds=60))
    with pytest.raises(Stopped, match=words) as caught:
        shown(session, source + "\nimport time; time.sleep(60)")  # the watch looks now and then
    assert caught.value.reason == reason
    with pytest.raises(Stopped) as again:
        session.get("anything")
    assert again.value.reason == reason


def test_neighbours_cost_it_nothing_and_its_end_comes(open_submission, monkeypatch):
    """Does a submission that waits for a processor get more time, but not without end?"""
    session = open_submission(FAST)
    shown(session, "import time")
    asked = iter([0.0])
    waited = property(lambda _: next(asked, 1000.0), lambda *_: None)
    waits = type("Waits", (Watch,), {"waited": waited})
    monkeypatch.setattr(session._watch, "__class__", waits)
    start = time.monotonic()
    with pytest.raises(Stopped, match="it took more than 2 s"):
        shown(session, "while True: pass")
    assert time.monotonic() - start >= MOST * FAST.cell_seconds


def test_the_whole_submission_has_a_deadline_too(open_submission):
    """Does a cell that is within its own limit end with the submission's?"""
    session = open_submission(FAST._replace(cell_seconds=30, submission_seconds=2))
    with pytest.raises(Stopped, match="the whole notebook took more than 2 s"):
        shown(session, "while True: pass")
