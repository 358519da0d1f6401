"""What a submission may read: Python and a part of the course, no module that knows answers."""

import sys
from pathlib import Path

from course_utils.grading.host import shown
from course_utils.grading.host.shown import PACKAGE
from tests.conftest import ROOT


def test_nothing_that_knows_answers_is_shown():
    """Are reference and checks shown by their stand-ins alone, and no other room of the grader?"""
    places = {name: source for source, name in shown.course_files()}
    for name in ("reference.py", "checks.py", "widgets.py"):
        assert places[name].parent.name == "standins"
    rooms = {name for name in places if name.startswith("grading/")}
    assert rooms == {"grading/__init__.py", "grading/guest"}
    assert all(source.exists() for source in places.values())


def test_this_checkout_is_hidden_wherever_it_lies(monkeypatch, tmp_path):
    """Are the package, its checkout, and the course that is marked hidden?"""
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    hidden = shown.hidden_folders()
    assert {PACKAGE.resolve(), ROOT.resolve(), tmp_path.resolve()} <= set(hidden)


def test_a_course_that_is_named_is_hidden_too(tmp_path):
    """Is a folder hidden where another is the working folder, and one that is gone left out?"""
    assert tmp_path.resolve() in shown.hidden_folders(tmp_path)
    gone = tmp_path.resolve() / "gone"
    assert gone not in shown.hidden_folders(gone)
    assert tmp_path.resolve() not in shown.hidden_folders()


def test_python_and_its_packages_are_found_and_no_course():
    """Is the environment's own folder among them, and none in which this course lies?"""
    folders = [Path(folder) for folder in shown.python_folders()]
    assert (
        any(Path(sys.prefix).is_relative_to(folder) for folder in folders) or sys.prefix == "/usr"
    )
    for folder in shown.package_folders():
        assert not PACKAGE.is_relative_to(folder) or folder.endswith("site-packages")
    assert shown.search_path("/course").split(":")[0] == "/course"


def test_a_python_that_was_started_by_a_crooked_path_is_found(monkeypatch, tmp_path):
    """Is there no ".." in a folder that is shown? Behind the wall it would lead nowhere."""
    packages = tmp_path / "site-packages"
    for folder in (packages, tmp_path / "other"):
        folder.mkdir()
    crooked = f"{tmp_path}/other/../site-packages"
    monkeypatch.setattr(sys, "prefix", f"{tmp_path}/other/..")
    monkeypatch.setattr(sys, "path", [crooked])
    shown.package_folders.cache_clear()
    try:
        assert str(packages) in shown.package_folders()
        assert not any(".." in folder for folder in shown.python_folders())
    finally:
        shown.package_folders.cache_clear()


def test_the_environment_is_ours_alone(monkeypatch):
    """Does nothing of the instructor's environment come along?"""
    monkeypatch.setenv("COURSE_SECRET", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert "x" not in shown.environment().values()
    assert shown.environment()["MNIST_OFFLINE"] == "1"
