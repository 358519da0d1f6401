"""Count what a submission without a file system of its own has on disk, deleted files too."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from course_utils.grading.host.mappings import alive

_MOST_BYTES = 256 * 2**20  # as large as the file system of a submission behind namespaces
_MOST_FILES = 20_000  # an empty file takes room, too
_BLOCK = 512  # st_blocks counts in these (stat(2))


def is_over(folder: Path, pids: Iterable[int]) -> bool:
    """Whether the files in ``folder``, and deleted files that ``pids`` hold open, are too many.

    Too many are more than 256 MB or 20,000 files, and files that cannot be counted: in folders
    that are too deep, or that nobody may list.
    """
    size = sum(taken for _, taken in set(_deleted(pids)))
    count = 0
    try:
        for taken in _sizes(folder):
            count += 1
            size += taken
            if size > _MOST_BYTES or count > _MOST_FILES:
                return True
    except OSError:
        return True
    return size > _MOST_BYTES


def _sizes(folder: Path) -> Iterator[int]:
    """The bytes of each entry, at any depth. Raises OSError where one cannot be read."""
    waiting = [str(folder)]
    while waiting:
        path = waiting.pop()
        try:
            entries = list(os.scandir(path))
        except (FileNotFoundError, NotADirectoryError):
            continue  # gone meanwhile
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                facts = entry.stat(follow_symlinks=False)
                yield facts.st_blocks * _BLOCK
                if stat.S_ISDIR(facts.st_mode):
                    waiting.append(entry.path)


def _deleted(pids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each open file that was deleted: its inode number and its bytes."""
    for link in _descriptors(pids):
        with contextlib.suppress(OSError):
            facts = link.stat()
            if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 0:
                yield facts.st_ino, facts.st_blocks * _BLOCK


def open_sockets(pids: Iterable[int]) -> set[str]:
    """The sockets that ``pids`` have open, each once, as /proc writes them (socket:[number])."""
    found: set[str] = set()
    for link in _descriptors(pids):
        with contextlib.suppress(OSError):
            target = str(link.readlink())
            if target.startswith("socket:"):
                found.add(target)
    return found


def _descriptors(pids: Iterable[int]) -> Iterator[Path]:
    for pid in pids:
        with contextlib.suppress(OSError):
            yield from (alive(pid) / "fd").iterdir()
