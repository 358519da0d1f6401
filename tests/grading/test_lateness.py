"""Table, CSV, export, report and gradebook have the same penalty for lateness."""

import csv
from datetime import datetime

import pytest
from nbgrader.api import Gradebook

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.records import recorded
from course_utils.grading.results.table import row
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import FULL, NAME, code

_POLICY = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
_BROKEN = """
from nbgrader.plugins import BasePlugin

class Broken(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 0

c.AssignLatePenalties.plugin_class = Broken
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """One student in time and one who is late."""
    root = make_course(tmp_path_factory.mktemp("late"))
    for student, day in {"ann": 1, "bob": 3}.items():
        folder = hand_in(root, student, code())
        (folder / "timestamp.txt").write_text(f"2026-03-0{day} 12:00:00.000 UTC")
    grade_class(root, NAME)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.find_assignment(NAME).duedate = datetime(2026, 3, 2)
        gradebook.db.commit()
    return root


def _everywhere(root) -> list[dict[str, float]]:
    """The scores as the run, the CSV and the records (export, report) have them."""
    run = {result.student: result.score for result in grade_class(root, NAME)}
    with (root / "_build/grades" / f"{NAME}.csv").open() as file:
        table = {line["student"]: float(line["score"]) for line in csv.DictReader(file)}
    kept = {each.student: each.score for each in recorded(open_course(root), NAME)}
    return [run, table, kept]


def test_a_policy_that_comes_and_goes_is_noticed_without_force(course):
    """Is the penalty in every list and in the message, and gone when the policy is gone?"""
    config = course / "nbgrader_config.py"
    before = config.read_text()
    assert _everywhere(course) == [{"ann": FULL, "bob": FULL}] * 3
    config.write_text(before + _POLICY)
    assert _everywhere(course) == [{"ann": FULL, "bob": 0.0}] * 3
    bob = grade_class(course, NAME, student="bob")[0]
    assert "8 points taken off for lateness" in row(bob)["message"]
    (course / "submitted/bob" / NAME / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    assert _everywhere(course) == [{"ann": FULL, "bob": FULL}] * 3
    (course / "submitted/bob" / NAME / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    assert _everywhere(course)[0]["bob"] == 0.0
    config.write_text(before)
    assert _everywhere(course) == [{"ann": FULL, "bob": FULL}] * 3


def test_a_policy_that_fails_is_one_sentence(course):
    """Does a plug-in's own error name the place to correct, and is nothing lost?"""
    config = course / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(before + _BROKEN)
    with pytest.raises(CourseError, match="policy for late work failed for bob") as error:
        grade_class(course, NAME)
    assert "\n" not in str(error.value)
    config.write_text(before)
    assert _everywhere(course) == [{"ann": FULL, "bob": FULL}] * 3
