"""What a submission takes of the machine: memory and processor time, looked at twice a second.

A thread of its own looks, for a submission can grow while nobody waits for its answer: a check that
computes on this side leaves a background thread of the student's alone with the machine.
"""

import contextlib
import math
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from course_utils.grading.guest.processes import family

_EVERY = 0.5  # seconds
_SIDE_BY_SIDE = 4  # tasks that want the processor at once: TensorFlow has two or three
_STEP = 1.25  # one step of nice is that much less of the processor (sched(7))

# page tables too; a process that has ended and waits for its parent has none of these
_OURS = ("RssAnon", "RssShmem", "VmPTE")
_SOCKET_MB = 0.3  # estimate of a socket buffer (unix(7)), which is charged to no process


class Watch(threading.Thread):
    """Watches process ``pid`` and its descendants until ``end``.

    ``most_mb``: of them all, on top of what every fork shares with the preloaded process; over it
    ``stop`` is called, once. Many busy tasks are made nicer, until together they count as one.
    """

    def __init__(self, pid: int, most_mb: float, stop: Callable[[], object]):
        super().__init__(daemon=True)
        self._pid, self._most, self._stop = pid, most_mb, stop
        self._preloaded = self._sockets = 0.0
        self._nice = self._before = os.getpriority(os.PRIO_PROCESS, 0)
        self._ended = threading.Event()

    def start(self) -> None:
        """Start looking. No code of the student's has run yet: what is there now is preloaded."""
        self._preloaded = max(each_mb(family(self._pid)), default=0.0)
        self._sockets = sockets_mb(self._pid)
        super().start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Look until there is nothing to look at."""
        while not self._ended.wait(_EVERY):
            pids = family(self._pid)
            used = sum(max(size - self._preloaded, 0.0) for size in each_mb(pids))
            if used + sockets_mb(self._pid) - self._sockets > self._most:
                self._stop()
                return
            self._give_way(tasks(pids))

    def _give_way(self, found: dict[int, bool]) -> None:
        """128 loops of one student must not leave another's cell a hundredth of the processor."""
        busy = sum(found.values())
        if busy > _SIDE_BY_SIDE:
            steps = math.ceil(math.log(busy, _STEP))
            self._nice = max(self._nice, min(self._before + steps, 19))
        if self._nice > self._before:
            for task in found:
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, task, self._nice)


def each_mb(pids: Iterable[int]) -> list[float]:
    """Megabytes of each that still runs: its own and shared memory, but no files."""
    sizes = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            sizes.append(_mb(pid))
    return sizes


def _mb(pid: int) -> float:
    """One process's memory that is no file's: on Linux what is anonymous or shared."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        facts = dict(line.split(":", 1) for line in lines)
        return sum(int(facts.get(name, "0 kB").split()[0]) for name in _OURS) / 1024
    return psutil.Process(pid).memory_info().rss / 2**20


def sockets_mb(pid: int) -> float:
    """The most megabytes that can wait in the sockets of ``pid``'s network namespace (Linux)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        first = Path(f"/proc/{pid}/net/sockstat").read_text().splitlines()[0]
        return int(first.split()[2]) * _SOCKET_MB
    return 0.0


def tasks(pids: Iterable[int]) -> dict[int, bool]:
    """The threads of these processes: number → whether it wants the processor now (Linux)."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    state = (path / "stat").read_text().rpartition(")")[2].split()[0]
                    found[int(path.name)] = state == "R"
    return found
