"""A process that makes feedback pages: forked where that is safe, else a Python of its own.

What makes pages takes two seconds of a processor to import, and ``course grade`` has imported it
already. A fork has all that at once. It is safe only while this process has one thread: another
thread may hold a lock, which nobody would release in the fork.
"""

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any, Protocol

Work = Callable[[dict[str, Any], IO[str]], object]
_MOST_FILES = 65_536


class PageProcess(Protocol):
    """``told``: the end of the pipe from which each student's name is read."""

    told: int

    def succeeded(self) -> bool:
        """Wait for the end; return whether it came without an error."""
        ...

    def close(self) -> None:
        """Kill it if it still runs."""
        ...


def can_fork() -> bool:
    """Whether this process may be forked."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forked:
    """A fork that calls ``work(asked, told)``; only for a process that ``can_fork``."""

    def __init__(self, work: Work, asked: dict[str, Any]):
        self.told, told = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _in_the_fork(work, asked, told)
        os.close(told)
        self._status: int | None = None

    def succeeded(self) -> bool:
        """Wait for the end; return whether it came without an error."""
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
        return self._status == 0

    def close(self) -> None:
        """Kill it if it still runs."""
        if self._status is None:
            os.kill(self._pid, signal.SIGKILL)
            self.succeeded()
        os.close(self.told)


def _in_the_fork(work: Work, asked: dict[str, Any], told: int) -> None:
    """Do the work with none of the parent's files, and end: nothing may return from here."""
    code = 1
    try:
        gc.freeze()  # else the first collection would copy all that is shared with the parent
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):  # a line that a library prints is no student's name
            os.dup2(null, stream)
        os.closerange(3, told)
        os.closerange(told + 1, _MOST_FILES)
        sys.stdout = sys.stderr = open(1, "w", closefd=False)  # noqa: SIM115 (until it ends)
        with os.fdopen(told, "w", encoding="ascii") as names:
            work(asked, names)
        code = 0
    finally:
        os._exit(code)


class Spawned:
    """A Python of its own that runs the module ``name`` (see ``asked_by_parent``)."""

    def __init__(self, name: str, asked: dict[str, Any]):
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.told = self._process.stdout.fileno()
        with contextlib.suppress(OSError):  # the process may have ended already
            self._process.stdin.write(json.dumps(asked).encode())
            self._process.stdin.close()

    def succeeded(self) -> bool:
        """Wait for the end; return whether it came without an error."""
        return self._process.wait() == 0

    def close(self) -> None:
        """Kill it if it still runs."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def asked_by_parent(work: Work) -> None:
    """In a ``Spawned`` process: do the ``work`` that standard input asks for."""
    with os.fdopen(os.dup(1), "w", encoding="ascii") as told:
        os.dup2(2, 1)  # else a line that a library prints would be read as a student's name
        work(json.load(sys.stdin), told)
