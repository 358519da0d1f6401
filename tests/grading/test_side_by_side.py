"""Submissions are marked in parallel, each once, with few in memory, also if a class ends early."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import CourseError
from course_utils.grading import side_by_side
from course_utils.grading.intake.submission import Submission
from course_utils.grading.marking.job import Outcome
from course_utils.grading.marking.mark_submission import SetUpFailed
from course_utils.grading.side_by_side import mark_side_by_side


@settings(max_examples=40, deadline=None, derandomize=True)
@given(students=st.integers(0, 60), most=st.integers(1, 12), threads=st.integers(1, 4))
def test_everybody_comes_back_once_and_few_are_held(students, most, threads):
    """Is each submission given back once, and never more than ``most`` of them read ahead?"""
    held, seen = 0, []

    def work():
        nonlocal held
        for number in range(students):
            held += 1
            assert held <= most
            yield Submission(str(number), "ok"), []

    with ThreadPoolExecutor(threads) as where:
        for submission, outcomes in mark_side_by_side(work(), where, None, most):
            held -= 1
            seen.append(submission.student)
            assert outcomes == []
    assert sorted(seen, key=int) == [str(number) for number in range(students)]


def test_what_fails_is_one_students_and_what_is_the_courses_ends_the_run(monkeypatch):
    """Is an unforeseen error an outcome in one line, and a CourseError raised?"""

    def mark(job, pool):
        if job == "course":
            raise CourseError("nothing can be marked here")
        if job == "set-up":
            raise SetUpFailed("the author's cell setup: IndexError")
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(side_by_side, "mark_submission", mark)
    with ThreadPoolExecutor(1) as where:
        work = [(Submission("anna", "ok"), ["job"])]
        [(_, outcomes)] = mark_side_by_side(work, where, None, 1)
        assert outcomes == [Outcome(fault="RuntimeError: first line")]
        # with the author's own answers this would end the run
        [(_, [outcome])] = mark_side_by_side([(work[0][0], ["set-up"])], where, None, 1)
        assert outcome.fault.startswith("the author's cell setup: IndexError (a student's function")
        with pytest.raises(CourseError, match="nothing can be marked here"):
            list(mark_side_by_side([(Submission("ben", "ok"), ["course"])], where, None, 1))
