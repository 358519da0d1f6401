"""A folder that a student filled is walked through to its end, and never left."""

import contextlib
import os
from pathlib import Path

from course_utils.grading.guest.remove_tree import remove_tree
from course_utils.grading.intake.paths_below import is_file, paths_below


@contextlib.contextmanager
def nested(folder: Path, depth: int):
    """In a ``with``: so many folders in one another; their path is longer than can be opened.

    They are removed at its end, for pytest cannot.
    """
    try:
        folder.mkdir(exist_ok=True)
        _nest(folder, depth)
        yield
    finally:
        remove_tree(folder)


def _nest(folder: Path, depth: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def test_links_are_not_followed_and_names_are_skipped(tmp_path):
    """Are files, links, pipes and folders told apart, and skipped names not looked into?"""
    folder = tmp_path / "eve"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a").touch()
    (folder / ".git").mkdir()
    (folder / ".git" / "b").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "c").touch()
    (folder / "link").symlink_to(tmp_path / "other")
    os.mkfifo(folder / "pipe")
    found = dict(paths_below(folder, lambda name: name.startswith(".")))
    assert {str(path.relative_to(folder)): listed for path, listed in found.items()} == {
        "in": True,
        "in/a": False,
        "link": False,
        "pipe": False,
    }
    assert [path.name for path in found if is_file(path)] == ["a"]


def test_three_thousand_folders_in_one_another_end(tmp_path):
    """Does the walk end where no path is short enough, and name that folder as not listed?"""
    with nested(tmp_path / "a", 3000):
        *all_but_last, last = paths_below(tmp_path)
    assert {listed for _path, listed in all_but_last} == {True}
    assert last[1] is False
    assert len(os.fsencode(last[0])) > 4000
