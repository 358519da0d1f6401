"""Plain ``nbgrader autograde``, with nbgrader's default steps: do honest marks stay the same?

nbgrader starts a kernel for every submission, so there is one class of each assignment here.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_utils.authoring import make_exercises
from tests.conftest import ROOT
from tests.exercises import misconceptions
from tests.exercises.submissions import author_answers, notebook, points, wrong_answers

CONFIGURATION = """
c = get_config()
c.CourseDirectory.source_directory = "_build/source"
c.CourseDirectory.release_directory = "exercises"
c.ExecutePreprocessor.timeout = 300
c.NbGrader.logfile = "nbgrader.log"
"""


def _nbgrader(root: Path, *words: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COURSE_MARKING": "1", "MNIST_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _class(root: Path, assignment: str, submissions: dict[str, dict]) -> dict[str, dict]:
    """Student → {grade id: score}, as nbgrader's own steps see it."""
    from nbgrader.api import Gradebook

    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    (root / "solutions").symlink_to(ROOT / "solutions")
    make_exercises(root, [assignment])
    for student, answers in submissions.items():
        path = root / "submitted" / student / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook(assignment, answers)))
    _nbgrader(root, "generate_assignment", assignment, "--force")
    _nbgrader(root, "autograde", assignment)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            student: {
                grade.name: grade.auto_score
                for grade in gradebook.find_submission(assignment, student).notebooks[0].grades
                if grade.auto_score is not None and grade.name in points(assignment)
            }
            for student in submissions
        }


def _work(assignment: str) -> dict[str, dict]:
    """Author's and untouched, and every misconception; of the network only a wrong count."""
    if assignment == "cnn":
        wrong = next(w for w in misconceptions.CNN if w.misconception == "no-input-channels")
        counted = {"default_parameters": wrong_answers(wrong)["default_parameters"]}
        return {"author": author_answers("cnn"), "counted": counted}
    wrong = {w.misconception: wrong_answers(w) for w in _wrong(assignment)}
    return wrong | {"author": author_answers(assignment), "untouched": {}}


def _wrong(assignment: str) -> list:
    return [w for w in misconceptions.ALL if w.assignment == assignment]


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """Assignment → student → {grade id: score}; the classes are marked side by side."""
    names = ("cnn", "convolution", "pooling")
    roots = [tmp_path_factory.mktemp(name) for name in names]
    with ThreadPoolExecutor(2) as pool:
        marks = pool.map(_class, roots, names, map(_work, names))
        return dict(zip(names, marks, strict=True))


@pytest.mark.parametrize("assignment", ["convolution", "pooling"])
def test_stock_nbgrader_gives_the_same_marks(stock, assignment):
    """Author's, untouched, and every misconception: is each cell scored as by our grader?"""
    full = {name: float(most) for name, most in points(assignment).items()}
    expected = {
        w.misconception: full | dict.fromkeys(w.lost.split(), 0.0) for w in _wrong(assignment)
    }
    expected |= {"author": full, "untouched": dict.fromkeys(full, 0.0)}
    assert stock[assignment] == expected


def test_stock_nbgrader_marks_the_network(stock):
    """The author's training, and a wrong count: does TensorFlow's noise cost nobody a point?"""
    full = {name: float(most) for name, most in points("cnn").items()}
    rest = ("default_parameters_dense", "default_parameters_rest")
    counted = dict.fromkeys(full, 0.0) | {name: full[name] for name in rest}
    assert stock["cnn"] == {"author": full, "counted": counted}
