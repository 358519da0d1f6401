"""Watch how much memory, disk and processor time a submission takes, twice a second.

A thread does this, because a submission can grow while nobody waits for its answer: while a check
computes on this side, a background thread of the student's may run alone.
"""

import contextlib
import math
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from course_utils.grading.guest.processes import family
from course_utils.grading.host import disk

_EVERY = 0.5  # seconds
_SIDE_BY_SIDE = 4  # tasks that may want the processor at once: TensorFlow has two or three
_SLACK = 2  # when the user's tasks elsewhere end, the kernel allows as many more here
_STEP = 1.25  # each step of nice takes away so much of the processor (sched(7))

# memory and page tables; a process that has ended and waits for its parent has none of these
_OURS = ("RssAnon", "RssShmem", "VmPTE")
_SOCKET_MB = 0.3  # estimate of a socket buffer (unix(7)), which is charged to no process
_MAPPING_MB = 0.00025  # what the kernel keeps of each mapping, and every fork copies
_COUNTED = 8  # processes whose mappings are counted at each look: each may have 65,530


class Watch(threading.Thread):
    """Watches process ``pid`` and its descendants until ``end``.

    ``most_mb``: the most memory of all of them, on top of what every fork shares with the preloaded
    process. ``processes``: the most processes and threads; the kernel enforces that, but not for
    every user, so here twice as many are too many. ``folder``: where the submission's files lie, if
    it has no file system of its own. ``stop``: called once where it takes too much, with "memory",
    "disk" or "processes". Many busy tasks get a higher nice value, until together they count as
    one.

    ``waited``: the seconds, up to the last look, in which the main process could have run but did
    not get a processor. They are not counted for a submission with a higher nice value: it is the
    one that keeps others waiting.
    """

    def __init__(
        self,
        pid: int,
        most_mb: float,
        stop: Callable[[str], object],
        processes: int,
        folder: Path | None = None,
    ):
        super().__init__(daemon=True)
        self._pid, self._most, self._end_it = pid, most_mb, stop
        self._folder, self._processes = folder, processes
        self._preloaded = self._sockets = 0.0
        self._mappings: dict[int, int] = {}
        self._nice = self._before = os.getpriority(os.PRIO_PROCESS, 0)
        self._ended = threading.Event()
        self.main = 0  # the process that answers; its descendants were started by student code
        self._delays: dict[int, float] = {}
        self.waited = 0.0

    def start(self) -> None:
        """Start looking. No student code has run yet, so what is used now is preloaded."""
        pids = family(self._pid)
        self.main = pids[-1] if pids else 0
        self._delays = delays(self.main)
        self._preloaded = max(each_mb(pids), default=0.0)
        self._sockets = self._sockets_now(pids)
        super().start()

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Look twice a second until ``end``, or until too much is used."""
        while not self._ended.wait(_EVERY):
            pids = family(self._pid)
            running = tasks(pids)
            if reason := self._too_much(pids, running):
                self._end_it(reason)
                return
            self._give_way(running)
            self.count_waiting()

    def count_waiting(self) -> None:
        """Add to ``waited`` the longest wait of any thread since the last look."""
        before, self._delays = self._delays, delays(self.main)
        if self._nice == self._before:
            since = (now - before.get(task, 0.0) for task, now in self._delays.items())
            self.waited += max(since, default=0.0)

    def _too_much(self, pids: list[int], running: dict[int, bool]) -> str:
        """What is used too much ("memory", "processes", "disk"), or ""."""
        used = sum(max(size - self._preloaded, 0.0) for size in each_mb(pids))
        used += self._mappings_now(pids) * _MAPPING_MB
        if used + self._sockets_now(pids) - self._sockets > self._most:
            return "memory"
        if len(running) > _SLACK * self._processes:
            return "processes"
        return "disk" if self._folder is not None and disk.is_over(self._folder, pids) else ""

    def _mappings_now(self, pids: list[int]) -> int:
        """How many mappings the processes have; one not looked at yet is taken to have the most."""
        known = {pid: count for pid, count in self._mappings.items() if pid in pids}
        turn = [*(pid for pid in pids if pid not in known), *known][:_COUNTED]
        for pid in turn:  # new ones, then those that were counted longest ago
            known.pop(pid, None)
            known[pid] = mappings(pid)
        self._mappings = known
        unknown = len(pids) - len(known)
        return sum(known.values()) + unknown * max(known.values(), default=0)

    def _sockets_now(self, pids: list[int]) -> float:
        """The most megabytes that its sockets can hold; without namespaces only its own count."""
        if self._folder is None:
            return sockets_mb(self._pid)
        return len(disk.open_sockets(pids)) * _SOCKET_MB

    def _give_way(self, found: dict[int, bool]) -> None:
        """Raise the nice value of many busy tasks.

        Else 128 loops of one student would leave another's cell a hundredth of the processor.
        """
        busy = sum(found.values())
        if busy > _SIDE_BY_SIDE:
            steps = math.ceil(math.log(busy, _STEP))
            self._nice = max(self._nice, min(self._before + steps, 19))
        if self._nice > self._before:
            for task in found:
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, task, self._nice)


def each_mb(pids: Iterable[int]) -> list[float]:
    """The megabytes of each process that still runs: its own and shared memory, not files."""
    sizes = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            sizes.append(_mb(pid))
    return sizes


def _mb(pid: int) -> float:
    """The megabytes of one process without those of files: on Linux anonymous and shared memory."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        facts = dict(line.split(":", 1) for line in lines)
        return sum(int(facts.get(name, "0 kB").split()[0]) for name in _OURS) / 1024
    return psutil.Process(pid).memory_info().rss / 2**20


def mappings(pid: int) -> int:
    """The mappings of a process's memory; 0 where the kernel does not tell them (Linux)."""
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/maps").open("rb") as lines:
        return sum(1 for _ in lines)
    return 0


def sockets_mb(pid: int) -> float:
    """The most megabytes that can wait in the sockets of ``pid``'s network namespace (Linux)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        first = Path(f"/proc/{pid}/net/sockstat").read_text().splitlines()[0]
        return int(first.split()[2]) * _SOCKET_MB
    return 0.0


def delays(pid: int) -> dict[int, float]:
    """The threads of a process: number → seconds that it has waited for a processor (Linux)."""
    found: dict[int, float] = {}
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):  # the kernel may not count
                found[int(path.name)] = int((path / "schedstat").read_text().split()[1]) / 1e9
    return found


def tasks(pids: Iterable[int]) -> dict[int, bool]:
    """The threads of these processes: number → whether it runs or is ready to run (Linux)."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    state = (path / "stat").read_text().rpartition(")")[2].split()[0]
                    found[int(path.name)] = state == "R"
    return found
