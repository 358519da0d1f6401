"""A student's folder is read, or has a status and a sentence; nothing is raised."""

import json

import pytest

from course_utils.errors import CourseError
from course_utils.grading.intake.submission import find_students, read_submission

_EMPTY = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})


def _folder(root, student="ada", assignment="work"):
    folder = root / student / assignment
    folder.mkdir(parents=True)
    return folder


def _read(root, student="ada"):
    return read_submission(root, student, "work", ["work"])


def test_what_was_handed_in_is_read_with_what_lies_beside_it(tmp_path):
    """Are the notebook and a data file there, and nothing said?"""
    folder = _folder(tmp_path)
    (folder / "work.ipynb").write_text(_EMPTY)
    (folder / "data.csv").write_text("1,2")
    read = _read(tmp_path)
    assert read.is_read
    assert (read.message, read.notes, list(read.notebooks)) == ("", (), ["work"])
    assert dict(read.files)["data.csv"] == b"1,2"


@pytest.mark.parametrize(
    ("names", "status", "said"),
    [
        (["work (1).ipynb"], "ok", "'work (1).ipynb' was taken for work.ipynb"),
        (["WORK.IPYNB"], "ok", "'WORK.IPYNB' was taken for work.ipynb"),
        (["work.ipynb", "work-2.ipynb"], "ok", "there is 'work-2.ipynb', which was not marked"),
        (["a.ipynb", "b.ipynb"], "missing", "which of 'a.ipynb', 'b.ipynb' is it?"),
        (["notes.txt"], "missing", "no work.ipynb: there is 'notes.txt'"),
        ([], "missing", "an empty folder"),
        (["._work.ipynb"], "missing", "no work.ipynb"),
    ],
)
def test_another_name_is_taken_or_named(tmp_path, names, status, said):
    """Is a file of another name taken where there is one, and a choice left to a person?"""
    folder = _folder(tmp_path)
    for name in names:
        (folder / name).write_text(_EMPTY)
    read = _read(tmp_path)
    assert read.status == status
    assert said.replace("'", "") in " ".join([read.message, *read.notes]).replace("'", "")


def test_what_cannot_be_read_has_a_sentence(tmp_path):
    """Do a link, no folder and a broken file have the status that they must?"""
    (_folder(tmp_path, "ben") / "work.ipynb").write_text("{")
    (_folder(tmp_path, "cleo") / "work.ipynb").write_text(_EMPTY)
    (tmp_path / "dan").symlink_to(tmp_path / "cleo")
    read = {name: _read(tmp_path, name) for name in ("ada", "ben", "cleo", "dan")}
    assert {name: each.status for name, each in read.items()} == {
        "ada": "missing",
        "ben": "unreadable",
        "cleo": "ok",
        "dan": "unreadable",
    }
    assert "link to another folder" in read["dan"].message


def test_students_are_found_by_their_folders(tmp_path):
    """Are folders and links students, and what programs leave behind none?"""
    for name in ("ada", "ben", ".git", "__MACOSX"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ada")
    (tmp_path / "a file").touch()
    assert find_students(tmp_path) == ["ada", "ben", "link"]
    assert find_students(tmp_path, "a*") == ["ada"]
    with pytest.raises(CourseError, match="no student matches 'x\\*'"):
        find_students(tmp_path, "x*")
    with pytest.raises(CourseError, match="put each student's work in"):
        find_students(tmp_path / "not there")
