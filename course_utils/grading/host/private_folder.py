"""The folder of a preloaded process, and the removal of folders that killed runs left behind.

A folder is removed only when it has our own mark in it and nobody holds its lock: then its owner is
dead, because the kernel drops a dead process's locks. A folder's name alone proves nothing.
"""

import os
import stat
import tempfile
from pathlib import Path

from course_utils.grading.guest.remove_tree import remove_tree

try:
    import fcntl
except ImportError:  # Windows has no fcntl: there nothing is swept
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
        self._lock.write(_MARK)  # from now on a sweep looks at it, and finds it locked
        self._lock.flush()

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        remove_tree(self.path)
        self._lock.close()


def sweep() -> None:
    """Remove the folders of runs that were killed; not those of living runs, or of other users."""
    if fcntl is None:
        return
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            _remove_if_dead(path)
        except OSError:
            continue  # it is gone by now, or another user's


def _remove_if_dead(path: Path) -> None:
    facts = path.lstat()
    private = stat.S_ISDIR(facts.st_mode) and not facts.st_mode & 0o066  # others may pass through
    if not private or facts.st_uid != os.getuid():
        return
    assert fcntl is not None  # ``sweep`` checks that
    descriptor = os.open(path / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its run lives
        if lock.read(len(_MARK) + 1) == _MARK:
            remove_tree(path)
