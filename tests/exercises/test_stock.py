"""Plain ``nbgrader autograde``, with nbgrader's default steps: do honest marks stay the same?

Every synthetic submission is here; nbgrader starts a kernel for each, so that misconceptions of
different questions are handed in together, and the kernels are forks of one that has imported what
they need (``forked_kernel.py``).
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from course_utils.authoring.exercises import make_exercises
from tests.conftest import ROOT
from tests.exercises import synthetic
from tests.exercises.forked_kernel import forked_kernels
from tests.exercises.submissions import notebook, points

CONFIGURATION = """
c = get_config()
c.CourseDirectory.source_directory = "_build/source"
c.CourseDirectory.release_directory = "exercises"
c.ExecutePreprocessor.timeout = 300
c.NbGrader.logfile = "nbgrader.log"
"""


def _nbgrader(root: Path, *words: str, **variables: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COURSE_MARKING": "1", "MNIST_OFFLINE": "1"}
    environment |= variables
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _class(
    kernels: dict[str, str], root: Path, assignment: str, submissions: dict[str, synthetic.Work]
) -> dict[str, dict]:
    """Student → {grade id: score}, as nbgrader's own steps see it.

    ``kernels``: the environment variables that name its kernel.
    """
    from nbgrader.api import Gradebook

    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    (root / "solutions").symlink_to(ROOT / "solutions")
    make_exercises(root, [assignment])
    for student, work in submissions.items():
        path = root / "submitted" / student / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook(assignment, work.answers)))
    _nbgrader(root, "generate_assignment", assignment, "--force")
    _nbgrader(root, "autograde", assignment, **kernels)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            student: {
                grade.name: grade.auto_score
                for grade in gradebook.find_submission(assignment, student).notebooks[0].grades
                if grade.auto_score is not None and grade.name in points(assignment)
            }
            for student in submissions
        }


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """Assignment → student → {grade id: score}; the classes are marked side by side."""
    names = ("cnn", "convolution", "pooling")  # the longest first
    roots = [tmp_path_factory.mktemp(name) for name in names]
    kernels = forked_kernels(tmp_path_factory.mktemp("kernels"))
    with kernels as variables, ThreadPoolExecutor(2) as pool:
        marks = pool.map(partial(_class, variables), roots, names, map(synthetic.together, names))
        return dict(zip(names, marks, strict=True))


@pytest.mark.parametrize("assignment", synthetic.ASSIGNMENTS)
def test_stock_nbgrader_gives_the_same_marks(stock, assignment):
    """Author's, untouched, half done, every misconception: each cell scored as by our grader?"""
    expected = {name: work.marks for name, work in synthetic.together(assignment).items()}
    assert stock[assignment] == expected
