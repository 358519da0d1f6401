"""Run each submission as a user of its own, where the grader is root and has no namespaces.

The user numbers 61184 to 65519 are free by convention: systemd lends them to services (see "Users,
Groups, UIDs and GIDs on systemd Systems"). To reserve a number, a process binds an abstract socket
named after it, which the kernel frees when the process ends.
"""

import contextlib
import os
import signal
import socket
from collections.abc import Iterable
from pathlib import Path

from course_utils.grading.guest import walls

FIRST, LAST = 61184, 65519
_SETGID, _SETUID, _CHOWN, _KILL, _OVERRIDE = 6, 7, 0, 5, 1  # capabilities(7)
_NEEDED = (_CHOWN, _OVERRIDE, _KILL, _SETGID, _SETUID)


class OwnUser:
    """The first free user number of ``numbers``, reserved until this process ends.

    Raises OSError when all of them are taken.
    """

    def __init__(self, numbers: Iterable[int]):
        self._held = socket.socket(socket.AF_UNIX)
        for number in numbers:
            with contextlib.suppress(OSError):
                self._held.bind(f"\0cnn-course-user-{number}")
                self.number = number
                return
        raise OSError("every user number for submissions is taken")

    def become(self, keep_reading: bool) -> None:
        """Make this process, and so its children, run as that user from now on.

        ``keep_reading``: keep root's capabilities, until ``walls.keep_capabilities`` drops those
        that are not needed.
        """
        if keep_reading:
            walls.keep_capabilities_over_change_of_user()
        _change(self.number)

    def end_processes(self) -> None:
        """Kill everything that runs as that user.

        Once is enough: in the kernel a process that is about to be killed cannot finish a fork.
        """
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                _change(self.number)
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        os.waitpid(child, 0)


def _change(number: int) -> None:
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)


def can_become_others() -> bool:
    """Whether this process is root and may become other users, and give them files."""
    return os.geteuid() == 0 and all(map(holds, _NEEDED)) and _maps_all()


def holds(capability: int) -> bool:
    """Whether this process has the ``capability`` (its number, see capabilities(7))."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("CapEff:"):
                return bool(int(line.split()[1], 16) >> capability & 1)
    return False


def _maps_all() -> bool:
    """Whether the user numbers exist here: a user namespace may have only a few of them."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    spans = [tuple(map(int, line.split())) for line in lines]
    return any(start <= FIRST and start + length > LAST for start, _, length in spans)


def is_barred(paths: Iterable[str]) -> bool:
    """Whether any of ``paths`` lies in a folder that other users may not enter."""
    for path in paths:
        for folder in Path(os.path.realpath(path)).parents:
            with contextlib.suppress(OSError):
                if not folder.stat().st_mode & 0o001:
                    return True
    return False
