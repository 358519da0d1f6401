"""A file for --output is written completely, or stays as it was."""

import errno
import os

import pytest

from course_utils.errors import CourseError
from course_utils.grading.whole_file import whole_file


def _fail(path, number):
    with whole_file(path) as made:
        made.write_text("half")
        raise OSError(number, os.strerror(number))


def test_the_earlier_file_stays_until_the_new_one_is_whole(tmp_path):
    """Is the old file there while the new one is written, and kept where that fails?"""
    path = tmp_path / "exports" / "pages.zip"
    with whole_file(path) as made:
        made.write_text("old")
    with pytest.raises(CourseError, match=r"pages\.zip: No space .*: pass --output FILE"):
        _fail(path, errno.ENOSPC)
    assert path.read_text() == "old"
    with whole_file(path) as made:
        made.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [each.name for each in path.parent.iterdir()] == ["pages.zip"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    """Is it one sentence where a file stands in the way of the folder?"""
    (tmp_path / "exports").write_text("")
    with pytest.raises(CourseError, match=r"cannot write .*exists: pass --output FILE"):
        _fail(tmp_path / "exports" / "pages.zip", errno.ENOSPC)
