"""A run that is killed loses no recorded mark and leaves no process; the next completes it."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from course_utils.grading.class_run import grade_class
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course, results_of
from tests.grading.corpus.assignment import FULL, NAME, code

STUDENTS = [f"student-{n:02}" for n in range(12)]
PATIENCE = 120  # seconds; a busy machine


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Twelve honest students, each of whom takes a little while, and the last two a longer one."""
    root = make_course(tmp_path_factory.mktemp("resumed"))
    for student in STUDENTS:
        seconds = 4 if student in STUDENTS[-2:] else 0.3  # or a busy machine kills too late
        hand_in(root, student, code(f"import time\ntime.sleep({seconds})"))
    return root


def _wait(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def _kill_when(root: Path, recorded: int, moment: float, temporary: Path) -> None:
    """Start marking; SIGKILL it ``moment`` seconds after so many marks are recorded."""
    command = [sys.executable, "-m", "course_utils.cli", "--root", str(root), "grade", NAME]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _wait(lambda: len(results_of(root)) >= recorded or process.poll() is not None)
    time.sleep(moment)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _wait(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))


def test_a_killed_run_loses_nothing_and_the_next_completes_the_class(course, tmp_path):
    """Is every mark recorded before a SIGKILL still there, and the class complete after?"""
    moments = random.Random(9)
    before: dict[str, dict] = {}
    for recorded in (0, 1, 4, 8):
        _kill_when(course, recorded, moments.uniform(0, 0.4), tmp_path)
        after = results_of(course)
        assert {student: after[student] for student in before} == before
        assert len(after) < len(STUDENTS), "killed too late to mean anything"
        before = after
    assert before, "killed too early to mean anything"
    results = grade_class(course, NAME, workers=2)
    assert [(r.student, r.score, r.status) for r in results] == [
        (student, FULL, "ok") for student in STUDENTS
    ]
    now = results_of(course)
    assert {student: now[student] for student in before} == before
    gradebook = sqlite3.connect(course / "gradebook.db")
    assert gradebook.execute("pragma integrity_check").fetchone() == ("ok",)
    assert gradebook.execute("select count(*) from submitted_assignment").fetchone() == (12,)


def test_only_what_changed_is_marked_again(course):
    """After one student hands in again, is that one marked and nobody else?"""
    before = results_of(course)
    path = course / "submitted" / STUDENTS[3] / NAME / f"{NAME}.ipynb"
    changed = json.loads(path.read_text("utf-8"))
    for cell in changed["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "mean":
            cell["source"] = "mean = None"
    path.write_text(json.dumps(changed), "utf-8")
    grade_class(course, NAME, workers=2)
    after = results_of(course)
    assert [student for student in after if after[student] != before[student]] == [STUDENTS[3]]
    assert after[STUDENTS[3]]["score"] == FULL - 2
