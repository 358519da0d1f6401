"""A submission's files on disk are counted: also deleted ones that it holds open, and folders."""

import os
import socket
from pathlib import Path

from course_utils.grading.guest.remove_tree import remove_tree
from course_utils.grading.host import disk


def test_too_many_files_and_too_large_ones_are_found(tmp_path, monkeypatch):
    """Is the folder over its bounds by bytes, by number, by a deleted file, and not before?"""
    monkeypatch.setattr(disk, "_MOST_BYTES", 2**20)
    monkeypatch.setattr(disk, "_MOST_FILES", 10)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"x" * 2**19)
    assert not disk.is_over(tmp_path, [])
    (tmp_path / "a" / "large").write_bytes(b"x" * 2**20)
    assert disk.is_over(tmp_path, [])
    (tmp_path / "a" / "large").unlink()
    with (tmp_path / "gone").open("wb") as held:
        held.write(b"x" * 2**20)
        held.flush()
        (tmp_path / "gone").unlink()
        assert disk.is_over(tmp_path, [os.getpid()])
        assert not disk.is_over(tmp_path, [])
    for number in range(8):
        (tmp_path / str(number)).touch()
    assert disk.is_over(tmp_path, [])


def test_a_folder_too_deep_to_be_counted_is_too_much(tmp_path, monkeypatch):
    """Can nobody hide files below a path that is longer than a path may be?"""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for _ in range(2500):
        Path("d").mkdir()
        os.chdir("d")
    monkeypatch.chdir(tmp_path)
    assert disk.is_over(folder, [])
    remove_tree(folder)  # or pytest could not clear up after itself


def test_a_folder_that_may_not_be_listed_is_too_much(tmp_path, monkeypatch):
    """Can nobody hide files in a folder that was made without the right to read it?"""
    closed = tmp_path / "closed"
    closed.mkdir(0o300)
    listed = os.scandir

    def as_ordinary_user(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", as_ordinary_user)  # root may list it
    assert disk.is_over(tmp_path, [])


def test_each_open_socket_counts_once():
    """Are a pair's two sockets found, and a copy of one not counted again?"""
    before = len(disk.open_sockets([os.getpid()]))
    left, right = socket.socketpair()
    with left, right, left.dup():
        assert len(disk.open_sockets([os.getpid()])) == before + 2
