"""Folders that a student's code filled are removed, at any depth, with any permissions."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest.remove_tree import remove_tree


def test_a_folder_in_which_no_path_can_be_written_any_more_goes(tmp_path, monkeypatch):
    """Do three thousand folders in one another, closed ones and links go, and a link's end stay?"""
    stays = tmp_path / "stays"
    stays.mkdir()
    (stays / "file").write_text("x")
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("link").symlink_to(stays)
    for number in range(3000):  # 6,000 characters: more than a path may have
        Path("d").mkdir()
        if number % 500 == 0:
            Path("closed").mkdir(0)
        os.chdir("d")
    Path("file").touch()
    monkeypatch.chdir(tmp_path)
    remove_tree(folder)
    assert not folder.exists()
    assert (stays / "file").read_text() == "x"


@given(st.lists(st.lists(st.sampled_from(["a", "b", "moved-0", "moved-1"]), max_size=5)))
def test_any_tree_goes(tmp_path_factory, paths):
    """Does a folder with any folders in it go, those that are named like moved ones, too?"""
    folder = tmp_path_factory.mktemp("tree") / "home"
    folder.mkdir()
    for path in paths:
        folder.joinpath(*path).mkdir(parents=True, exist_ok=True)
        folder.joinpath(*path, "file").write_text("x")
    remove_tree(folder)
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    """Is nothing said where there is nothing to remove?"""
    remove_tree(tmp_path / "never")
