"""Jobs and outcomes are plain data: they come back from JSON and from a pickle as they were."""

import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.reassemble import CodeCell
from course_utils.grading.marking.cell_task import CellOutcome, CellTask
from course_utils.grading.marking.job import Job
from course_utils.grading.marks import Mark

_TEXT = st.text(max_size=20)


@given(
    st.builds(
        CellTask,
        index=st.integers(0, 99),
        kind=st.sampled_from(["setup", "student", "derived", "grade", "added"]),
        name=_TEXT,
        inside=_TEXT,
        outside=_TEXT,
        released=_TEXT,
        points=st.floats(0, 99),
        student_names=st.frozensets(_TEXT, max_size=4),
    )
)
def test_a_task_comes_back_from_json(task):
    """Is every field as it was, the set of names included?"""
    assert CellTask.from_json(json.loads(json.dumps(task.to_json()))) == task


@given(st.one_of(st.none(), st.builds(Mark, points=st.floats(0, 9), score=st.floats(0, 9))))
def test_an_outcome_comes_back_from_json(mark):
    """Is the mark of a cell as it was, and none where there was none?"""
    outcome = CellOutcome(3, "q", [{"output_type": "stream", "text": "é"}], mark)
    assert CellOutcome.from_json(json.loads(json.dumps(outcome.to_json()))) == outcome


def test_a_job_can_be_sent_to_another_machine():
    """Does a job come back from a pickle equal?"""
    job = Job("{}", [StudentCell("code", "a", tags=("t",))], (("data", b"1"),), Limits())
    assert pickle.loads(pickle.dumps(job)) == job


def test_a_cell_that_the_student_added_has_no_role():
    """Is added code run inside alone, without a name or points?"""
    task = CellTask.of(CodeCell(4, "a = 1", None))
    assert (task.kind, task.inside, task.outside, task.name, task.points) == (
        "added",
        "a = 1",
        "",
        "",
        0.0,
    )
