"""The unit of work alone: pure, on any executor, as any user, with and without walls."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.notebook_file import student_cell
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import mark_submission
from course_utils.grading.marks import Stop
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import FULL, NAME, code


def _cell(source: str, name: str, **facts):
    facts = {"grade": False, "solution": False, "locked": True, "task": False} | facts
    return new_code_cell(
        source, metadata={"nbgrader": facts | {"grade_id": name, "schema_version": 3}}
    )


def _job(author, submitted, walled=True, **limits) -> Job:
    cells = [student_cell(cell) for cell in submitted.cells]
    return Job(nbformat.writes(author), cells, (), Limits(**limits), walled)


def _marks(outcome: Outcome) -> dict[str, float | None]:
    return {name: mark.score for name, mark in outcome.marks.items()}


def test_the_unit_of_work_runs_in_another_process_with_nothing_but_plain_data():
    """Does a ProcessPoolExecutor mark like this process, with processes of its own?"""
    job = _job(assignment.author(), assignment.notebook())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(mark_submission, job).result()
    here = mark_submission(job)
    assert replace(there, seconds=0, slowest=0) == replace(here, seconds=0, slowest=0)
    assert sum(_marks(here).values()) == FULL


def test_a_class_without_walls_is_marked_and_says_so(tmp_path, monkeypatch):
    """Does ``--no-sandbox`` give honest work its marks, say so, and leave no process or file?"""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    make_course(tmp_path)
    hand_in(tmp_path, "ann", code())
    hand_in(tmp_path, "bob", code(total="import os\ndef total(values):\n    os._exit(3)"))
    stays = "import subprocess\nsubprocess.Popen(['sleep', '4321'], start_new_session=True)"
    hand_in(tmp_path, "cid", code(stays))
    ann, bob, cid = grade_class(tmp_path, NAME, walled=False)
    assert (ann.score, ann.status, ann.instructor) == (
        FULL,
        "ok",
        "marked without a sandbox",
    )
    assert (bob.score, bob.status) == (FULL - 2, "stopped")
    assert "exit code 3" in bob.instructor
    assert (cid.score, cid.status) == (FULL, "ok")
    deadline = time.monotonic() + 60  # they are cleared up beside the marking
    while (left := _left(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _left(root) -> list:
    """The files in the scratch folder, and the processes that ``cid`` started."""
    sleeping = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == _SLEEP]
    return [*(root / "scratch").iterdir(), *sleeping]


_SLEEP = ["sleep", "4321"]
_UNPRIVILEGED = """
import os, sys
from pathlib import Path
from course_utils.grading.host.wall import why_not
from course_utils.grading.class_run import grade_class
assert os.geteuid() != 0
assert why_not() == "", why_not()
for result in grade_class(Path(sys.argv[1]), "small", workers=1):
    print(result.student, result.score, result.status)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="user namespaces are Linux's")
def test_an_unprivileged_user_has_the_same_walls(tmp_path):
    """Without root, are honest and hostile work marked as with it?"""
    from tests.grading.corpus.crashes import CASES as crashes
    from tests.grading.corpus.reach import CASES as reach

    make_course(tmp_path)
    names = ["reach-course", "reach-other-processes", "reach-loopback", "reach-write-root"]
    cases = {"honest": code(), "segfault": crashes["segfault"]} | {n: reach[n] for n in names}
    for student, case in cases.items():
        hand_in(tmp_path, student, case, root=tmp_path, port=9)
    command = [sys.executable, "-c", _UNPRIVILEGED, str(tmp_path)]
    if os.geteuid() == 0:  # as a user with no privilege, whatever this process is
        command = ["unshare", "--user", "--map-user=1234", "--map-group=1234", *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    marked = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert marked == {s: f"{case.score} {case.status}" for s, case in cases.items()}


def test_a_keras_model_comes_over_and_a_foreign_part_is_refused_by_name():
    """Does a check see the student's model, and is a Lambda or own layer a clear message?"""
    check = "assert model.count_params() == 6\nassert model.predict({x}, verbose=0).shape == (4, 2)"
    author = new_notebook(
        cells=[
            _cell("import keras\nimport numpy as np", "setup"),
            _cell("model = keras.Sequential()\nplain = None", "model", solution=True, locked=False),
            _cell(check.format(x="np.ones((4, 2))"), "model_check", grade=True, points=2),
            _cell("assert plain is None", "plain_check", grade=True, points=1),
        ]
    )

    def answered(text):
        made = nbformat.from_dict(author)
        made = nbformat.reads(nbformat.writes(made), as_version=4)
        made.cells[1].source = text + "\nplain = None"
        return mark_submission(_job(author, made))

    build = "model = keras.Sequential([keras.Input((2,)), keras.layers.{}])"
    good = answered(build.format("Dense(2)"))
    assert _marks(good) == {"model_check": 2, "plain_check": 1}
    bad = answered(build.format("Dense(2), keras.layers.Lambda(lambda v: v)"))
    assert _marks(bad) == {"model_check": 0, "plain_check": 1}
    assert "Lambda" in bad.notebook
    own = "class Mine(keras.layers.Dense):\n    pass\nkeras.layers.Mine = Mine\n"
    bad = answered(own + build.replace("keras.layers.{}", "Mine(2)"))
    assert _marks(bad)["model_check"] == 0
    assert "no class or function of your own" in bad.notebook


def test_a_broken_set_up_cell_of_the_author_is_said_and_nobody_gets_a_zero():
    """If the author's own cell fails outside, is that one clear error and no mark?"""
    author = assignment.author()
    author.cells[1].source = "import numpy as np\nraise ValueError('no data')"
    with pytest.raises(CourseError, match="the author's cell setup: ValueError: no data"):
        mark_submission(_job(author, assignment.notebook()))


def _one_question(answer: str, check: str, author="answer = None", **limits) -> dict:
    """The result of one question of 2 points, whose check may be any code."""
    notebook = new_notebook(
        cells=[
            _cell("import numpy as np", "setup"),
            _cell(author, "answer", solution=True, locked=False),
            _cell(check, "answer_check", grade=True, points=2),
        ]
    )
    made = nbformat.reads(nbformat.writes(notebook), as_version=4)
    made.cells[1].source = answer
    return mark_submission(_job(notebook, made, **limits))


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        (
            "def answer(x):\n    raise StopIteration",
            "assert all(map(lambda n: answer(n) == n, [1, 2]))",
        ),
        (
            "class Odd:\n    def __getattr__(self, name):\n        raise KeyError(name)\n"
            "answer = sum = Odd()",
            "assert sum([1, 2]) == 3",
        ),
    ],
    ids=["StopIteration", "KeyError"],
)
def test_an_exception_that_python_itself_catches_is_no_mark(answer, check):
    """Can an answer end the author's loop early, or have a built-in function take its place?"""
    author = "answer = sum = None"
    assert _marks(_one_question(answer, check, author)) == {"answer_check": 0}


def test_what_came_back_is_called_by_its_own_name():
    """Does a check that names the type of an answer name the student's, and not the proxy's?"""
    check = "print(type(answer()).__name__)"
    result = _one_question("class Layer: pass\ndef answer():\n    return Layer()", check)
    assert "Layer\\n" in result.notebook.split("answer_check")[1]


_GROWS = """
import threading, time
hoard = []
def grow():
    while True:
        hoard.append(np.ones(2_000_000))
        time.sleep(0.05)
def answer():
    threading.Thread(target=grow, daemon=True).start()
"""


def test_memory_is_watched_while_nobody_waits_for_the_student():
    """Does a thread that grows while a check computes on its own side stop the submission?"""
    check = "import time\nanswer()\ntime.sleep(5)"
    result = _one_question(_GROWS, check, memory_mb=300)
    stop = Stop("memory", "it used more than 300 MB of memory")
    assert result.stops == {"answer_check": stop}
    assert _marks(result) == {"answer_check": 0}


_BUSY = """
import os, time
def answer():
    before = os.getpriority(os.PRIO_PROCESS, 0)
    for _ in range(20):
        if os.fork() == 0:
            while True:
                pass
    end = time.monotonic() + 60
    while os.getpriority(os.PRIO_PROCESS, 0) < min(before + 13, 19) and time.monotonic() < end:
        pass
    return before, os.getpriority(os.PRIO_PROCESS, 0)
"""


def test_a_crowd_of_busy_processes_counts_as_about_one():
    """Do 20 busy loops of one student get so nice that together they weigh like one?"""
    check = "before, after = answer()\nassert 20 * 0.8 ** (after - before) < 1.5 or after == 19"
    result = _one_question(_BUSY, check)
    assert _marks(result) == {"answer_check": 2}


def test_later_questions_are_tried_again_in_a_fresh_process_with_what_ran_before():
    """After a crash, does a later question still see the names that earlier cells defined?"""
    made = assignment.notebook(
        double="base = 2\ndef double(x):\n    return base * x",
        total="import os\nos._exit(1)",
        mean="def mean(values):\n    return sum(values) / len(values) * (base / 2)",
    )
    result = mark_submission(_job(assignment.author(), made))
    expected = {"double_check": 2, "total_check": 0, "scale_check": 2, "mean_check": 2}
    assert _marks(result) == expected
    assert list(result.stops) == ["total"]


def test_a_submission_has_an_end_however_often_it_starts_again():
    """Is the time of a whole submission bounded when every question runs into its limit?"""
    loop = "def {}(*values):\n    while True:\n        pass"
    names = ("double", "total", "scale", "mean")
    made = assignment.notebook(**{name: loop.format(name) for name in names})
    job = _job(assignment.author(), made, cell_seconds=2, submission_seconds=5)
    result = mark_submission(job)
    assert set(_marks(result).values()) == {0.0}
    assert any(
        "whole notebook" in stop.message or "stopped" in stop.message
        for stop in result.stops.values()
    )
    assert result.seconds < 60
