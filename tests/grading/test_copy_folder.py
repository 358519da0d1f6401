"""A folder of somebody else's is copied: ordinary files of that person's, within limits."""

import os
from pathlib import Path

import pytest

from course_utils.grading.intake.copy_folder import Limits, copy_folder, owner_name
from tests.grading.test_paths_below import nested

LIMITS = Limits(1000, 2500, ("*.pyc", "cache"), ("*.ipynb", "*.txt"))


@pytest.fixture
def folder(tmp_path) -> Path:
    """A student's folder, with one notebook in it."""
    made = tmp_path / "eve"
    made.mkdir()
    (made / "a.ipynb").write_text("eve's")
    return made


def copied(folder: Path, **more) -> tuple[dict[str, bytes], list[str]]:
    """Path below the copy → bytes; and what was left out."""
    target = folder.with_name("copy")
    found = copy_folder(folder, target, LIMITS, **more)
    files = (path for path in target.rglob("*") if path.is_file())
    return {str(path.relative_to(target)): path.read_bytes() for path in files}, found.left_out


def test_no_link_leads_to_a_file_of_the_readers(folder, tmp_path):
    """Are links to files, to folders and to nothing left out, and pipes not waited for?"""
    (tmp_path / "secret.txt").write_text("hidden tests")
    (folder / "data.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "gone.txt").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe.txt")
    assert copied(folder) == ({"a.ipynb": b"eve's"}, ["data.txt", "gone.txt", "pipe.txt", "up"])


def test_the_folder_itself_may_be_no_link(folder, tmp_path):
    """Is a link in place of the folder refused, and are its owner and a file's not named?"""
    (tmp_path / "link").symlink_to(folder)
    assert owner_name(tmp_path / "link") is None
    assert owner_name(folder / "a.ipynb") is None
    with pytest.raises(OSError, match="levels of symbolic links"):
        copy_folder(tmp_path / "link", tmp_path / "copy", LIMITS)
    assert not (tmp_path / "copy").exists()


def test_only_what_the_owner_has(folder):
    """Is a folder of another's refused, and is another's file in it (a hard link) left out?"""
    with pytest.raises(OSError, match="is no folder of nobody-here's"):
        copied(folder, owner="nobody-here")
    mine = owner_name(folder)
    if os.geteuid() == 0:  # others cannot give a file away
        (folder / "b.txt").write_text("another's")
        os.chown(folder / "b.txt", 1, 1)
        assert copied(folder, owner=mine) == ({"a.ipynb": b"eve's"}, ["b.txt"])
    else:
        assert copied(folder, owner=mine) == ({"a.ipynb": b"eve's"}, [])


def test_sizes_names_and_depths_have_limits(folder):
    """Are large files, other names and deep folders left out, and ignored names not named?"""
    for name, size in (("b.txt", 1001), ("c.txt", 1000), ("d.txt", 1000), ("e.txt", 1000)):
        (folder / name).write_bytes(b"x" * size)
    (folder / "f.exe").touch()
    (folder / "f.pyc").touch()
    (folder / "cache").mkdir()
    (folder / "cache" / "g.txt").touch()
    with nested(folder, 1500):
        files, left_out = copied(folder)
    assert sorted(files) == ["a.ipynb", "c.txt", "d.txt"]
    assert left_out == ["b.txt", "/".join("d" * 22), "e.txt", "f.exe"]
