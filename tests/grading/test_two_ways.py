"""The same assignment marked by stock nbgrader, by nbgrader with our steps, and by course grade."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading.class_run import grade_class
from course_utils.grading.results import table
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course, use_stock_steps
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import NAME, STUB, code
from tests.grading.corpus.files import CASES as FILES
from tests.grading.corpus.tricks import CASES as TRICKS

pytestmark = pytest.mark.usefixtures("kept_pool")

HONEST = {
    "all": code(),
    "none": code(**{name: f"def {name}(*values):\n{STUB}" for name in ("double", "total")}),
    "own-cell": code("helper = 2", double="def double(x):\n    return helper * x"),
    "wrong": code(  # raises, gives another number, changes its argument, is right half of the time
        double="def double(x):\n    raise ValueError('no')",
        total="def total(values):\n    return float(np.sum(values)) + 1",
        scale="def scale(image, factor):\n    image *= factor\n    return image",
        mean="def mean(values):\n    return 2.0",
    ),
}
_TRICKS = [name for name, case in TRICKS.items() if name.startswith("trick-") and not case.score]
_BAD = {name: case for name, case in FILES.items() if case.status == "unreadable"}
_SCORES = (
    "select student_id, base_cell.name, grade.auto_score from grade "
    "join base_cell on grade.cell_id = base_cell.id "
    "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
    "join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"
)


def _class(root: Path) -> Path:
    make_course(root)
    for student, case in HONEST.items():
        hand_in(root, student, case)
    return root


def _scores(root: Path) -> dict:
    rows = sqlite3.connect(root / "gradebook.db").execute(_SCORES).fetchall()
    return {(student, cell): score for student, cell, score in rows}


def nbgrader(root: Path, *arguments: str, ends=0) -> str:
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    own |= {"PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=os.environ | own,
        capture_output=True,
        text=True,
    )
    assert done.returncode == ends, done.stderr[-3000:]
    return done.stderr


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The honest class, marked by ``course grade``."""
    root = _class(tmp_path_factory.mktemp("ours"))
    grade_class(root, NAME, workers=2)
    return root


@pytest.fixture(scope="module")
def plugged(tmp_path_factory):
    """The same class with tricks, unreadable files and a link in it, marked by ``nbgrader
    autograde`` with the repository's configuration: the folder, and what the command said.
    """
    root = _class(tmp_path_factory.mktemp("plugged"))
    for name in _TRICKS:
        hand_in(root, name, TRICKS[name])
    for name, case in _BAD.items():
        hand_in(root, name, case, root=root)
    secret = root / "secret.txt"
    secret.write_text("other people's marks")
    (hand_in(root, "linker", code()) / "notes.txt").symlink_to(secret)
    return root, nbgrader(root, "autograde", NAME, ends=1)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The same class, marked by nbgrader's own steps."""
    root = _class(tmp_path_factory.mktemp("stock"))
    use_stock_steps(root)
    nbgrader(root, "generate_assignment", NAME)
    nbgrader(root, "autograde", NAME)
    return root


def test_stock_nbgrader_gives_honest_work_the_same_scores(ours, stock):
    """Is every question of every honest submission worth the same in the student's own kernel?"""
    assert _scores(ours) == _scores(stock)


def test_nbgraders_own_command_gives_the_same_scores(ours, plugged):
    """Does ``nbgrader autograde``, from the configuration alone, mark like ``course grade``?"""
    scores = {cell: score for cell, score in _scores(plugged[0]).items() if cell[0] in HONEST}
    assert scores == _scores(ours)


def test_a_person_can_mark_and_make_feedback_with_nbgrader(plugged):
    """Do nbgrader's feedback and export work on what our steps recorded?"""
    root, _ = plugged
    nbgrader(root, "generate_feedback", NAME, "--student", "wrong")
    page = root / "feedback" / "wrong" / NAME / f"{NAME}.html"
    assert "def total(values)" in re.sub(r"<[^>]*>", "", page.read_text("utf-8"))
    nbgrader(root, "export")
    assert "all" in (root / "grades.csv").read_text("utf-8")


def test_marks_that_a_person_gave_survive(ours):
    """Does a manual mark stay when the work is marked again?"""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("why", NAME, NAME, "all")
        grade.manual_score, grade.needs_manual_grade = 0.75, False
        gradebook.db.commit()
    (result,) = grade_class(ours, NAME, student="all", force=True)
    assert result.score == assignment.FULL + 0.75
    assert (result.waiting, result.again) == ({}, [])


def test_an_answer_that_changed_after_a_person_marked_it_is_said(ours):
    """Does the mark stay, does the table say so, and only until a person has looked again?"""
    from nbgrader.api import Gradebook

    def read_by_a_person(points):
        with Gradebook(f"sqlite:///{ours / 'gradebook.db'}") as gradebook:
            grade = gradebook.find_grade("why", NAME, NAME, "own-cell")
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()

    read_by_a_person(0.5)
    path = ours / "submitted" / "own-cell" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text("utf-8").replace("Because it is so.", "Because it must be so."))
    for force in (False, True):  # to mark it again is not to look at it
        (result,) = grade_class(ours, NAME, student="own-cell", force=force)
        assert result.again == ["why"]
        assert "why: look again" in table.row(result)["message"]
        assert result.waiting == {}
    read_by_a_person(1.0)
    (looked,) = grade_class(ours, NAME, student="own-cell")
    assert looked.again == []
    assert looked.score == result.score + 0.5


def test_a_hostile_submission_gets_nothing_from_nbgraders_command_either(plugged):
    """Do the tricks that fool stock nbgrader fail against its own command with our steps?"""
    scores = [score for (student, _), score in _scores(plugged[0]).items() if student in _TRICKS]
    assert not any(scores)
    assert len(scores) == 5 * len(_TRICKS)


def test_a_link_is_not_followed_by_nbgraders_command(plugged):
    """Is a file that a link points to kept out of what nbgrader copies for the feedback?"""
    marked = plugged[0] / "autograded" / "linker" / NAME
    assert (marked / f"{NAME}.ipynb").is_file()
    assert not (marked / "notes.txt").exists()


def test_unreadable_work_has_a_sentence_and_no_mark_in_nbgraders_command(plugged):
    """Does ``nbgrader autograde`` say who cannot be marked and why, record no 0, and go on?"""
    root, said = plugged
    assert len(_BAD) > 8
    for name, case in _BAD.items():
        line = next(line for line in said.splitlines() if f"{name} has no mark for" in line)
        assert case.says in line
        assert "ask for it again" in line
    assert {student for student, _ in _scores(root)} == {"linker", *_TRICKS, *HONEST}


_AS_THE_FORMGRADER = """
import json, sys
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import PyFileConfigLoader
config = PyFileConfigLoader("nbgrader_config.py").load_config()
api = NbGraderAPI(config=config)
first = api.autograde("small", "wrong")
again = api.autograde("small", "wrong")  # the same server goes on
score = api.get_submission("small", "wrong")["score"]
print(json.dumps([first["success"], again["success"], score]))
"""


def test_the_formgraders_button_marks_with_the_same_steps(tmp_path):
    """Does what the formgrader calls for one student, twice in one process, give the same mark?"""
    _class(tmp_path)
    command = [sys.executable, "-c", _AS_THE_FORMGRADER]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "[true, true, 1.0]"
