"""The one writer of a class's gradebook: marks, what a person gave, and what goes away again."""

import json
from datetime import datetime

import nbformat
import pytest

from course_utils.grading.course_paths import open_course
from course_utils.grading.results.recorder import Recorder
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
    """Is what was marked before cleared away, also when nothing takes its place?"""
    recorder.record("ann", None, {NAME: marked(1)}, [("old.txt", b"x")])
    recorder.record("ann", None, {NAME: marked(1)}, [])
    assert not (recorder._folder("ann") / "old.txt").exists()
    recorder.remove("ann")
    assert not recorder._folder("ann").exists()


def test_a_failed_record_leaves_no_half(recorder):
    """Does a notebook that cannot be read leave the gradebook as it was, for the next student?"""
    recorder.record("ann", None, {NAME: marked(2)}, [])
    with pytest.raises(ValueError, match="Expecting"):  # it is no JSON
        recorder.record("ann", None, {NAME: "{"}, [])
    recorder.forget_changes()
    assert recorder.record("ben", None, {NAME: marked(1)}, []).score == 4
    assert recorder.max_score() == 9
