"""Packages in other places: another environment, PYTHONPATH, the course as a plain install."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import FULL, NAME, code

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")

_MARK = """
import json, sys
from pathlib import Path
from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
try:
    for result in grade_class(Path(sys.argv[1]), "small", workers=1):
        print(json.dumps([result.student, result.score, result.status, result.wall]))
except CourseError as error:
    print(json.dumps(["error", str(error)]))
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The Python of a fresh environment in which only the course is installed, not as editable."""
    folder = tmp_path_factory.mktemp("elsewhere") / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    packages = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    shutil.copytree(
        ROOT / "course_utils",
        packages / "course_utils",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return folder / "bin" / "python"


def _marked(python: Path, root: Path, *path: str | Path, **variables: str) -> list:
    """What marking in ``root`` with that Python prints, line by line; ``path``: PYTHONPATH."""
    own = {"PYTHONPATH": os.pathsep.join(map(str, path)), "TMPDIR": str(root)} | variables
    done = subprocess.run(
        [python, "-c", _MARK, str(root)],
        env=os.environ | own,
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _course(root: Path, answer: str = "", imports: str = "") -> Path:
    """A course in ``root`` with one hand-in; the author's set-up cell begins with ``imports``."""
    make_course(root)
    source = root / "_build" / "source" / NAME / f"{NAME}.ipynb"
    author = assignment.author()
    author.cells[1].source = f"{imports}\n{author.cells[1].source}"
    nbformat.write(author, source)
    hand_in(root, "ann", code(answer))
    return root


@pytest.mark.parametrize("wall", ["namespaces", "landlock"])
def test_packages_on_the_path_and_an_installed_course(tmp_path, elsewhere, wall):
    """Are libraries of PYTHONPATH found in the sandbox, and an installed course hidden?"""
    answer = """
import numpy, os
import course_utils
package = {package!r}
def closed(path):
    try:
        return not os.listdir(path) if os.path.isdir(path) else not open(path).read()
    except OSError:
        return True
assert closed(package + "/reference.py") and closed(package + "/catalogue.py")
"""
    package = str(next(elsewhere.parent.parent.glob("lib/*/site-packages/course_utils")))
    root = _course(tmp_path, answer.format(package=package))
    libraries = sysconfig.get_path("purelib")
    assert _marked(elsewhere, root, libraries, COURSE_WALL=wall) == [["ann", FULL, "ok", wall]]
    notebook = nbformat.read(root / "autograded" / "ann" / NAME / f"{NAME}.ipynb", 4)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert not [out.evalue for out in outputs if out.output_type == "error"]


def test_what_the_sandbox_cannot_import_is_said_once(tmp_path, elsewhere):
    """Is a module in the course.s own folder, which no student may read, one clear error?"""
    (tmp_path / "course").mkdir()
    root = _course(tmp_path / "course", imports="import of_the_course")
    (root / "of_the_course.py").write_text("")
    libraries = sysconfig.get_path("purelib")
    (told,) = _marked(elsewhere, root, libraries, root)
    assert told[0] == "error", told
    assert "the sandbox cannot import of_the_course (ModuleNotFoundError" in told[1]
    assert not (root / "autograded").exists()
