"""A gradebook that is read in a few queries gives the same as nbgrader's own objects."""

from datetime import datetime

import nbformat
import pytest
from sqlalchemy import event

from course_utils.grading.course_paths import open_course
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.sheets import sheets
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import NAME, author
from tests.grading.test_recorder import marked

POINTS = {"ann": 2.0, "ben": 1.0, "cleo": 0.0}


@pytest.fixture
def recorder(tmp_path):
    """Three students: one marked by hand, one whose answer changed since, one late."""
    course = open_course(make_course(tmp_path))
    with Recorder(course, NAME) as made:
        made.register({NAME: nbformat.writes(author())})
        for student, points in POINTS.items():
            made.record(student, datetime(2026, 3, 1), {NAME: marked(points)}, [])
        book = made._gradebook
        for student in ("ann", "ben"):
            grade = book.find_grade("why", NAME, NAME, student)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.0, 0.5, False
        book.find_comment("why", NAME, NAME, "ann").manual_comment = "Good."
        book.find_submission_notebook(NAME, NAME, "cleo").late_submission_penalty = 3.0
        book.db.commit()
        made.record("ben", None, {NAME: marked(1, why="Another.")}, [])
        yield made


def test_it_is_what_nbgraders_objects_say(recorder):
    """Are score, grades, points, comments, penalty and time those of its own objects?"""
    found = sheets(recorder.session, NAME)
    assert list(found) == sorted(POINTS)
    for student, sheet in found.items():
        theirs = recorder._gradebook.find_submission(NAME, student)
        [notebook] = theirs.notebooks
        assert {(g.name, g.score, g.max_score) for g in sheet.grades} == {
            (g.name, g.score, g.max_score) for g in notebook.grades
        }
        assert set(sheet.comments) == {(c.name, c.comment) for c in notebook.comments}
        assert (sheet.handed_in, sheet.penalty) == (
            theirs.timestamp,
            theirs.late_submission_penalty,
        )
        assert sheet.score == max(0.0, theirs.score - theirs.late_submission_penalty)


def test_what_waits_and_what_changed_is_told_apart(recorder):
    """Does cleo's answer wait, is ben's to look at again, and ann's done?"""
    standings = recorder.standings()
    assert {student: list(s.waiting) for student, s in standings.items()} == {
        "ann": [],
        "ben": [],
        "cleo": ["why"],
    }
    assert {student: s.again for student, s in standings.items() if s.again} == {"ben": ["why"]}
    assert standings["ann"].score == 9.5
    assert standings["ann"] == recorder.standing("ann")
    assert standings["ann"].by_hand != standings["ben"].by_hand


def test_it_asks_no_more_of_more_students(recorder):
    """Is the number of questions to the database the same for three students as for one?"""
    asked: list[str] = []
    engine = recorder.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    counts = []
    for student in ("ann", None):
        asked.clear()
        sheets(recorder.session, NAME, student)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_without_a_policy_nobody_has_a_penalty(recorder):
    """Is the penalty of a policy that is gone removed for all students at once?"""
    recorder.renew_penalties(POINTS)
    assert [standing.penalty for standing in recorder.standings().values()] == [0, 0, 0]
