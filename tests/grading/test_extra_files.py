"""The files beside a notebook are taken within limits, and each one that is not taken is named."""

import os

import pytest

from course_utils.grading.intake import extra_files
from course_utils.grading.intake.extra_files import python_modules, read_extra_files


def test_files_come_with_their_places_and_what_is_none_is_left_out(tmp_path):
    """Are files in folders taken, and notebooks, hidden files and the time not counted as such?"""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"png")
    (tmp_path / "helper.py").write_text("x = 1")
    for name in ("other.ipynb", "OTHER.IPYNB", "timestamp.txt", ".hidden"):
        (tmp_path / name).write_text("x")
    files, left_out = read_extra_files(tmp_path)
    assert dict(files) == {"helper.py": b"x = 1", "pictures/a.png": b"png"}
    assert left_out == ()
    assert python_modules(files) == {"helper": "x = 1"}


@pytest.mark.parametrize("kind", ["link", "pipe", "large", "odd"])
def test_what_is_not_taken_is_said(tmp_path, monkeypatch, kind):
    """Is a link, a pipe, a file too large and an odd name one sentence each?"""
    path = tmp_path / "file"
    if kind == "link":
        path.symlink_to("/etc/hostname")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "odd":
        path = tmp_path / "a\nb"
        path.write_text("x")
    else:
        monkeypatch.setattr(extra_files, "MAX_FILE_BYTES", 10)
        path.write_bytes(b"x" * 11)
    files, (sentence,) = read_extra_files(tmp_path)
    assert files == ()
    assert sentence.endswith("and was left out")
    assert "\n" not in sentence


def test_bounds_hold_for_all_files_and_nbgraders_own_comes_first(tmp_path, monkeypatch):
    """Is the file by which nbgrader gives feedback back kept when there are too many others?"""
    monkeypatch.setattr(extra_files, "MAX_FILES", 3)
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text("x")
    (tmp_path / "submission_secret.txt").write_text("secret")
    files, left_out = read_extra_files(tmp_path)
    assert [name for name, _ in files] == ["submission_secret.txt", "0.txt", "1.txt"]
    assert left_out == ("only the first 3 files were taken",)
    monkeypatch.setattr(extra_files, "MAX_FILES", 50)
    monkeypatch.setattr(extra_files, "MAX_FILES_BYTES", 8)
    files, left_out = read_extra_files(tmp_path)
    assert len(files) == 3  # of 6 bytes and of 1
    assert "is too large and was left out" in left_out[0]


def test_a_file_that_lies_too_deep_is_left_out(tmp_path):
    """Is a path left out and named if it fits only here, and taken if it fits everywhere?"""
    deep = tmp_path / "/".join(["d" * 100] * 9)
    deep.mkdir(parents=True)
    (deep / "near.txt").write_bytes(b"1")
    (deep / ("f" * 100)).write_bytes(b"2")
    files, left_out = read_extra_files(tmp_path)
    assert [data for _, data in files] == [b"1"]
    assert len(left_out) == 1
    assert "lies too deep" in left_out[0]
