"""The author's run sets the time limit of a cell: measured once, the same for all who mark."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest

from course_utils.cli import main
from course_utils.grading import author_run, class_run
from course_utils.grading.author_run import AtOnce, AuthorRun, Authors
from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
from course_utils.grading.marking import cell_time
from course_utils.grading.marking.job import Outcome
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import FULL, NAME, author, code

pytestmark = pytest.mark.usefixtures("kept_pool")


@pytest.fixture
def course(tmp_path):
    """A course with one honest student."""
    make_course(tmp_path)
    hand_in(tmp_path, "ann", code())
    return tmp_path


def _slow_author(root, seconds: float) -> None:
    """Let one of the author's answers take that long."""
    made = author()
    answer = next(c for c in made.cells if "BEGIN SOLUTION" in c.source)
    answer.source = f"{answer.source}\n\n\nimport time\n\ntime.sleep({seconds})"
    nbformat.write(made, root / "_build" / "source" / NAME / f"{NAME}.ipynb")


def test_a_quick_author_gives_the_floor_and_it_stands_above_the_table(course, capsys):
    """Does work of milliseconds give a short limit, and does the first line say what came of it?"""
    assert main(["grade", NAME, "--root", str(course)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    shown = re.fullmatch(rf"one cell may take (\d+) s \({re.escape(cell_time.RULE)}\)", first)
    assert 10 <= int(shown[1]) <= 30  # 10, unless the machine is very busy
    assert main(["grade", NAME, "--cell-seconds", "7", "--root", str(course)]) == 0
    assert capsys.readouterr().out.startswith("one cell may take 7 s (--cell-seconds)\n")


def test_a_slow_author_gives_more(course):
    """Does an author's cell of a second give a student's twenty or more?"""
    _slow_author(course, 1.1)
    [ann] = grade_class(course, NAME)
    assert ann.score == FULL
    assert 30 <= ann.cell_seconds <= 60  # a busy machine measures more


def test_the_first_run_begins_before_there_is_a_gradebook(course, monkeypatch):
    """Is the author's work marked while the gradebook is made, and not again by a later run?"""
    begun = []

    def measured(*asked):
        begun.append((course / "gradebook.db").exists())
        return author_run.measure(*asked)

    monkeypatch.setattr(class_run, "measure", measured)
    first = grade_class(course, NAME)
    assert grade_class(course, NAME) == first
    assert begun == [False]


def test_another_measurement_marks_nobody_again(course, monkeypatch):
    """Is the first measurement kept, whatever a later one would say?"""
    [before] = grade_class(course, NAME)
    marked = course / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    time = marked.stat().st_mtime_ns
    monkeypatch.setattr(AuthorRun, "slowest", lambda run: 9.0)
    [after] = grade_class(course, NAME)
    assert (after, marked.stat().st_mtime_ns) == (before, time)


def test_nbgraders_autograde_takes_the_same_limit(course, monkeypatch):
    """Does an endless answer end after the remembered time there, too?"""
    monkeypatch.setattr(cell_time, "_STEPS", (2.0,))
    monkeypatch.setattr(AuthorRun, "slowest", lambda run: 0.0)
    hand_in(course, "bob", code(double="def double(x):\n    while True:\n        pass"))
    assert [r.cell_seconds for r in grade_class(course, NAME)] == [2.0, 2.0]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"PYTHONPATH": str(ROOT), "PATH": path}
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--student", "bob", "--force"]
    done = subprocess.run(command, cwd=course, env=os.environ | own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(r"it took more than 2 s", done.stderr)


def test_a_run_that_failed_measures_nothing():
    """Is there no time where the machine failed, and the tests' own words where a test did?"""
    run = AuthorRun(Authors({}, (), True), Limits(), AtOnce(), None)
    assert (run.slowest(), run.failed_check()) == (None, "")
    for bad in (Outcome(fault="no memory"), Outcome(failed_check="q: KeyError")):
        run._future = AtOnce().submit(lambda bad=bad: [bad])
        assert run.slowest() is None
    assert run.failed_check() == "q: KeyError"


def test_what_runs_at_once_runs_here_and_keeps_its_error():
    """Is it this thread, and is an error raised when the result is asked for?"""
    assert AtOnce().submit(threading.get_ident).result() == threading.get_ident()
    failed = AtOnce().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        failed.result()
