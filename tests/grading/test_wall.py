"""The choice of a wall, and the message where no wall works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.host import landlocked, shown, wall
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, code

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")


@pytest.mark.parametrize(
    ("stands", "asked", "chosen"),
    [
        ({"namespaces", "landlock"}, "", "namespaces"),
        ({"landlock"}, "", "landlock"),
        ({"namespaces", "landlock"}, "landlock", "landlock"),
        ({"landlock"}, "namespaces", "none"),
        (set(), "", "none"),
    ],
)
def test_the_choice(monkeypatch, stands, asked, chosen):
    """Is the stronger wall that stands chosen, or the one that is asked for, or none?"""
    monkeypatch.setattr(wall, "why_not_of", lambda kind: "" if kind in stands else f"no {kind}")
    monkeypatch.setenv("COURSE_WALL", asked)
    assert wall.wall_here() == chosen
    if chosen == "none":
        assert "no namespaces" in wall.why_not()
        with pytest.raises(CourseError, match="cannot build a sandbox"):
            wall.wall_of(walled=True)
    else:
        assert wall.why_not() == ""
        assert wall.wall_of(walled=True) == chosen
    assert wall.wall_of(walled=False) == "none"


def test_settings_that_mean_nothing_are_one_clear_error(monkeypatch):
    """Does each setting say how it is written, when it is not?"""
    monkeypatch.setenv("COURSE_WALL", "bricks")
    with pytest.raises(CourseError, match="COURSE_WALL=bricks: write namespaces or landlock"):
        wall.wall_here()
    for text in ("1000", "0-9", "9-8", "a-b"):
        monkeypatch.setenv("COURSE_USERS", text)
        with pytest.raises(CourseError, match="first and the last user number"):
            landlocked._users()


def test_the_folder_of_the_program_and_of_a_course_are_not_shown(monkeypatch, tmp_path):
    """Is a folder of packages shown, and a course's, the working and the temporary one not?"""
    packages, course = tmp_path / "packages", tmp_path / "course"
    packages.mkdir()
    course.mkdir()
    (course / "nbgrader_config.py").touch()
    paths = [str(packages), str(course), str(tmp_path), str(Path.cwd()), str(ROOT), "", "relative"]
    monkeypatch.setattr(sys, "path", [*paths, *sys.path])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shown.package_folders.cache_clear()
    found = shown.package_folders()
    shown.package_folders.cache_clear()
    assert str(packages) in found
    assert not set(paths[1:]) & set(found)


def test_nbgrader_deletes_nothing_where_no_wall_can_stand(tmp_path):
    """Do ``nbgrader autograde --force`` and ``course grade`` keep what was marked, and say why?"""
    root = make_course(tmp_path)
    hand_in(root, "ann", code())
    grade_class(root, NAME, workers=1)
    marked = root / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    before = marked.read_bytes()
    own = {"PYTHONPATH": str(ROOT), "COURSE_WALL": "namespaces"}
    refused = [sys.executable, "-m", "tests.grading.refuse_namespaces"]
    for command in (
        [sys.executable, "-m", "nbgrader", "autograde", NAME, "--force"],
        [sys.executable, "-m", "course_utils.cli", "grade", NAME, "--force"],
    ):
        done = subprocess.run(
            [*refused, *command],
            cwd=root,
            env=os.environ | own,
            capture_output=True,
            text=True,
        )
        assert done.returncode != 0
        assert "cannot build a sandbox" in done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        assert marked.read_bytes() == before
