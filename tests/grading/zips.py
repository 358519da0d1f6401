"""Zips as Moodle and Canvas make them, by their rules, and a course's folder to sort them into."""

import shutil
import zipfile

import pytest

from course_utils.cli import main


@pytest.fixture
def course(tmp_path, root):
    """A course's folder with one assignment that is built, and no work."""
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    source = tmp_path / "_build" / "source" / "convolution"
    source.mkdir(parents=True)
    (source / "convolution.ipynb").write_text('{"cells": []}', encoding="utf-8")
    return tmp_path


def moodle_zip(path, *files, old=False):
    """(full name, participant, file, text): folders as Moodle names them (old: with "_")."""
    with zipfile.ZipFile(path, "w") as made:
        for name, participant, file, text in files:
            kind = "onlinetext" if file == "onlinetext.html" else "file"
            folder = f"{name.replace('_', ' ')}_{participant}_assignsubmission_{kind}"
            made.writestr(f"{folder}{'_' if old else ''}/{file}", text)
    return path


def canvas_zip(path, *files):
    """(sortable name, late, user, attachment, file, text), as ``ContentZipper`` names them."""
    with zipfile.ZipFile(path, "w") as made:
        for name, late, user, attachment, file, text in files:
            parts = [name.lower(), "LATE" if late else None, str(user)]
            joined = "_".join(part for part in parts if part)
            called = "".join(letter for letter in joined if letter.isalnum() or letter == "_")
            end = f"{attachment}_{file}" if attachment else file
            made.writestr(f"{called}_{end}", text)
    return path


def collect(course, file, *more, assignment="convolution"):
    """``course collect``; its exit code."""
    return main(["--root", str(course), "collect", assignment, str(file), *map(str, more)])


def handed_in(course):
    """Path below ``submitted/`` → text."""
    folder = course / "submitted"
    files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in files}
