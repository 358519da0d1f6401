"""A failure of the grader or of the machine is never a mark."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.grading import side_by_side
from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.intake.notebook_file import read_notebook
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import mark_submission
from course_utils.grading.marking.needs import needs
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course, results_of
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import FULL, NAME, code


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Three honest students; the work of two of them says what happens to it."""
    root = make_course(tmp_path_factory.mktemp("fault"))
    for student, text in {"anna": "", "breaks": "# breaks", "lost": "# lost"}.items():
        hand_in(root, student, code(text))
    return root


def _fails(job, pool):
    text = "".join(cell.source for cell in job.cells)
    if "# breaks" in text:
        raise MemoryError("no memory left")
    if "# lost" in text:
        return Outcome(fault="it was killed")
    return mark_submission(job, pool)


def _recorded(root: Path) -> set:
    rows = sqlite3.connect(root / "gradebook.db").execute(
        "select student_id from submitted_assignment"
    )
    return {student for (student,) in rows.fetchall()}


def test_what_fails_has_no_score_and_is_marked_by_the_next_run(course, monkeypatch):
    """Does a failure leave the others' marks, no score and no row in the gradebook; and then?"""
    with monkeypatch.context() as patch:
        patch.setattr(side_by_side, "mark_submission", _fails)
        results = {each.student: each for each in grade_class(course, NAME, workers=1)}
    assert (results["anna"].score, results["anna"].status) == (FULL, "ok")
    for student, why in {"breaks": "no memory left", "lost": "it was killed"}.items():
        assert (results[student].score, results[student].status) == (None, "failed")
        assert why in results[student].instructor
        assert "run it again" in results[student].instructor
    assert _recorded(course) == {"anna"}
    lines = (course / "_build/grades" / f"{NAME}.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in lines] == ["score", f"{FULL:g}", "", ""]
    again = grade_class(course, NAME, workers=1)
    assert [(each.score, each.status) for each in again] == [(FULL, "ok")] * 3


class _Gone:
    """In the place of a preloaded process: its fork is gone as soon as it is there."""

    def __init__(self, folder: Path, descriptors: int):
        self.address = str(folder / "gone")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen()
        self._descriptors = descriptors
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        line, _ = self._listener.accept()
        child = subprocess.Popen([sys.executable, "-c", ""])
        ends = [os.pipe() for _ in range(self._descriptors - 1)]
        held = [os.pidfd_open(child.pid), *(end for end, _ in ends)]
        socket.send_fds(line, [b"s"], held)
        for fd in (*held, *(end for _, end in ends)):
            os.close(fd)
        line.close()
        child.wait()


@pytest.mark.parametrize(
    ("which", "descriptors", "says"),
    [("inside", 4, "could not be set up"), ("outside", 1, "ended before it was done")],
)
def test_a_process_that_is_gone_at_once_is_a_fault(tmp_path, which, descriptors, says):
    """Is a sandbox that cannot set itself up, or a killed marking process, reported as a fault?"""
    import nbformat

    author = nbformat.writes(assignment.author())
    folder = hand_in(tmp_path, "anna", code())
    job = Job(author, read_notebook(folder / f"{NAME}.ipynb").cells, (), Limits())
    pool = Pool()
    try:
        real = pool.start(needs(author, job.cells))
        gone = replace(real, **{which: _Gone(tmp_path, descriptors).address})
        pool.start = lambda needed: gone
        outcome = mark_submission(job, pool)
    finally:
        pool.close()
    assert says in outcome.fault


def _link(source: str, target: str):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def test_work_is_marked_where_python_itself_lies_below_tmp(tmp_path):
    """Does the sandbox, whose /tmp is empty, still find an environment that is in there?"""
    heavy = ("tensorflow*", "keras*", "torch*", "scipy*", "sklearn*", "pandas*", "__pycache__")
    packages = Path(sysconfig.get_path("purelib"))
    place = Path("/tmp", f"course-test-{os.getpid()}")
    try:
        there = place / "venv" / packages.relative_to(sys.prefix)
        ignored = shutil.ignore_patterns(*heavy)
        shutil.copytree(packages, there, symlinks=True, ignore=ignored, copy_function=_link)
        (place / "venv/bin").mkdir()
        (place / "venv/bin/python").symlink_to(Path(sys.executable).resolve())
        (place / "venv/share").symlink_to(Path(sys.prefix, "share"))
        shutil.copy(Path(sys.prefix, "pyvenv.cfg"), place / "venv")
        root = make_course(tmp_path)
        hand_in(root, "anna", code())
        command = [place / "venv/bin/python", "-m", "course_utils.cli", "--root", root]
        own = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([*command, "grade", NAME], env=own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        result = results_of(root)["anna"]
        assert (result["score"], result["status"]) == (FULL, "ok")
    finally:
        shutil.rmtree(place, ignore_errors=True)
