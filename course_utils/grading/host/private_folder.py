"""A folder of a preloaded process, and the removal of those that killed runs left behind.

Only a folder that carries our own mark, locked by nobody, is ever removed: its owner is dead, for
the kernel drops a dead process's locks. Nothing is told from a folder's name.
"""

import os
import stat
import tempfile
from pathlib import Path

from course_utils.grading.guest.remove_tree import remove_tree

try:
    import fcntl
except ImportError:  # Windows has none: there nothing is swept
    fcntl = None

_PREFIX = "cnn-course-run-"
_MARK = b"a folder of the grader's own; it goes when the run that made it is over\n"
_LOCK = "lock"


class PrivateFolder:
    """A fresh folder that only this user may enter, locked while this process lives."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = (self.path / _LOCK).open("wb")
        if fcntl is not None:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._lock.write(_MARK)  # only now is it one that a sweep may look at
        self._lock.flush()

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        remove_tree(self.path)
        self._lock.close()


def sweep() -> None:
    """Remove the folders of runs that were killed; those of living runs, and others', stay."""
    if fcntl is None:
        return
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            _remove_if_dead(path)
        except OSError:
            continue  # gone meanwhile, or somebody else's


def _remove_if_dead(path: Path) -> None:
    facts = path.lstat()
    private = stat.S_ISDIR(facts.st_mode) and not facts.st_mode & 0o066  # passing through is free
    if not private or facts.st_uid != os.getuid():
        return
    assert fcntl is not None  # sweep has looked
    descriptor = os.open(path / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its run lives
        if lock.read(len(_MARK) + 1) == _MARK:
            remove_tree(path)
