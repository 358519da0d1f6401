"""What a submission without a file system of its own has on disk, in files named or deleted."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_MOST_BYTES = 256 * 2**20  # as much as the file system of a submission that has one
_MOST_FILES = 20_000  # an empty file takes room, too
_BLOCK = 512  # st_blocks counts in these (stat(2))


def is_over(folder: Path, pids: Iterable[int]) -> bool:
    """Whether there is more in ``folder``, and in deleted files that ``pids`` hold open, than may.

    What cannot be counted is too much, too: folders too deep, and folders made so that nobody may
    list them.
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
    """The bytes of each entry, at any depth. Raises OSError where these cannot be told."""
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
    """Each open file that has no name any more: its number and its bytes."""
    for link in _descriptors(pids):
        with contextlib.suppress(OSError):
            facts = link.stat()
            if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 0:
                yield facts.st_ino, facts.st_blocks * _BLOCK


def open_sockets(pids: Iterable[int]) -> set[str]:
    """The sockets that ``pids`` have open, each once."""
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
            yield from Path(f"/proc/{pid}/fd").iterdir()
