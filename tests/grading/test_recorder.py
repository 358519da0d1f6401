"""The only writer of a class's gradebook: marks, manual marks, and what is removed again."""

import json
from contextlib import closing
from datetime import datetime

import nbformat
import pytest
from sqlalchemy import event

from course_utils.grading.course_paths import open_course
from course_utils.grading.results import recorder as recorder_module
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.store import Result, ResultStore
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import NAME, author


@pytest.fixture
def recorder(tmp_path):
    """The writer of a fresh class."""
    course = open_course(make_course(tmp_path))
    with Recorder(course, NAME) as made:
        made.register({NAME: nbformat.writes(author())})
        yield made


def marked(points: float, why: str = "Because.") -> str:
    """The author's notebook as marking leaves it: ``points`` of 2 in each check's output."""
    notebook = author()
    for cell in notebook.cells:
        facts = cell.metadata.get("nbgrader", {})
        if facts.get("grade") and cell.cell_type == "code":
            data = {"text/plain": str(points)}
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
        if facts.get("grade_id") == "why":
            cell.source = why
    return nbformat.writes(notebook)


def test_marks_are_stored_and_what_waits_is_said(recorder):
    """Are four checks of 1 point recorded, the written answer waiting, and the files beside it?"""
    standing = recorder.record("ann", datetime(2026, 3, 1), {NAME: marked(1)}, [("a/b.txt", b"x")])
    assert (standing.score, standing.max_score) == (4, 9)
    assert list(standing.waiting) == ["why"]
    assert recorder.students() == {"ann": datetime(2026, 3, 1)}
    folder = recorder._folder("ann")
    assert (folder / "a/b.txt").read_bytes() == b"x"
    assert json.loads((folder / f"{NAME}.ipynb").read_text())["nbformat"] == 4


def test_a_persons_mark_stays_and_a_new_answer_is_looked_at_again(recorder):
    """Does a second record keep the mark, and ask for a look only where the answer changed?"""
    recorder.record("ann", None, {NAME: marked(2)}, [])
    grade = recorder._gradebook.find_grade("why", NAME, NAME, "ann")
    grade.manual_score, grade.needs_manual_grade = 1, False
    recorder._gradebook.db.commit()
    same = recorder.record("ann", None, {NAME: marked(2)}, [])
    assert (same.score, list(same.waiting), same.again) == (9, [], [])
    changed = recorder.record("ann", None, {NAME: marked(2, why="Another.")}, [])
    assert (changed.score, changed.again) == (9, ["why"])


def test_files_of_an_earlier_hand_in_go(recorder):
    """Are the files of earlier work removed, also when no file takes their place?"""
    recorder.record("ann", None, {NAME: marked(1)}, [("old.txt", b"x")])
    recorder.record("ann", None, {NAME: marked(1)}, [])
    assert not (recorder._folder("ann") / "old.txt").exists()
    recorder.remove("ann")
    assert not recorder._folder("ann").exists()


def test_a_failed_record_leaves_no_half(recorder):
    """Does a notebook that cannot be read leave the gradebook as it was, for the next student?"""
    recorder.record("ann", None, {NAME: marked(2)}, [])
    for student in ("ann", "eve"):
        no_json = pytest.raises(ValueError, match="Expecting")
        with no_json, recorder.at_once():
            recorder.record(student, None, {NAME: "{"}, [])
    assert list(recorder.students()) == ["ann"]
    assert recorder.record("ben", None, {NAME: marked(1)}, []).score == 4
    assert recorder.max_score() == 9


def test_one_student_is_one_transaction(recorder):
    """Is a new student's everything one commit, so that a kill before it leaves nothing?"""
    commits = []
    event.listen(recorder._gradebook.engine, "commit", commits.append)
    with recorder.at_once():
        standing = recorder.record("ann", datetime(2026, 3, 1), {NAME: marked(1)}, [])
        recorder.results.save(Result("ann", NAME, "ok", score=standing.score))
        assert commits == []
        with closing(open_gradebook(recorder._course.db_url)) as seen:  # as the next run would
            assert list(seen.students) == []
            assert ResultStore(seen.db, NAME).load("ann") is None
    assert len(commits) == 1
    with closing(open_gradebook(recorder._course.db_url)) as seen:
        assert seen.find_submission(NAME, "ann").score == 4
        assert ResultStore(seen.db, NAME).load("ann").score == 4


def test_another_run_may_add_the_student_first(recorder, monkeypatch):
    """Is a student recorded whom another assignment's run adds between the look and the INSERT?"""
    find = recorder_module.find_place

    def late(session, assignment, student):
        found = find(session, assignment, student)
        if found is None:
            with closing(open_gradebook(recorder._course.db_url)) as other:
                other.update_or_create_student(student)
        return found

    monkeypatch.setattr(recorder_module, "find_place", late)
    with recorder.at_once():
        recorder._enrol("ann", None)
    assert list(recorder.students()) == ["ann"]
