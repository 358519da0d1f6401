"""Watch how much memory, disk and processor time a submission takes, twice a second.

A thread does this, because a submission can grow while nobody waits for its answer: while a check
computes on this side, a background thread of the student's may run alone.
"""

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from course_utils.grading.guest.processes import family
from course_utils.grading.host import disk
from course_utils.grading.host.mappings import Mappings, alive, facts

_EVERY = 0.5  # seconds
_ROOM = 150  # seconds in which there should be room for a thread
_SIDE_BY_SIDE = 4  # tasks that may want the processor at once: TensorFlow has two or three
_SLACK = 2  # when the user's tasks elsewhere end, the kernel allows as many more here
_STEP = 1.25  # each step of nice takes away so much of the processor (sched(7))

# memory and page tables; a process that has ended and waits for its parent has none of these
_OURS = (b"RssAnon", b"RssShmem", b"VmPTE", b"VmSwap", b"HugetlbPages")
# the same, of which a page that n processes share is counted as an nth of a page
_FAIR = (b"Pss_Anon", b"Pss_Shmem", b"SwapPss", b"Shared_Hugetlb", b"Private_Hugetlb")
_SOCKET_MB = 0.3  # estimate of a socket buffer (unix(7)), which is charged to no process


class Watch(threading.Thread):
    """Watches process ``pid`` and its descendants until ``end``.

    ``most_mb``: the most memory of all of them, on top of what every fork shares with the preloaded
    process. ``processes``: the most processes and threads; the kernel enforces that, but not for
    every user, so here twice as many are too many. ``folder``: where the submission's files lie, if
    it has no file system of its own. ``stop``: called once where it takes too much, with "memory",
    "disk" or "processes", or where it cannot be watched ("watch"). Many busy tasks get a higher
    nice value, until together they count as one.

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
        self._preloaded = self._first = self._sockets = 0.0
        self._mappings = Mappings(pid)
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
        sizes = each_mb(pids)
        self._preloaded, self._first = max(sizes, default=0.0), sum(sizes)
        self._mappings.megabytes(pids)  # so that it knows which processes were there
        self._sockets = self._sockets_now(pids)
        until = time.monotonic() + _ROOM
        while not self.is_alive():
            try:
                super().start()
            except RuntimeError:  # another submission has all the threads that there may be
                if time.monotonic() > until:
                    raise
                time.sleep(_EVERY)

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Look twice a second until ``end``, or until too much is used."""
        while not self._ended.wait(_EVERY):
            try:
                reason = self._look()
            except Exception:  # nothing may run unwatched
                reason = "" if self._ended.is_set() else "watch"
            if reason:
                self._end_it(reason)
                return

    def _look(self) -> str:
        """Count, and slow what keeps others waiting; return what is used too much, or ""."""
        pids = family(self._pid)
        running = tasks(pids)
        if reason := self._too_much(pids, running):
            return reason
        self._give_way(running)
        self.count_waiting()
        return ""

    def count_waiting(self) -> None:
        """Add to ``waited`` the longest wait of any thread since the last look."""
        before, self._delays = self._delays, delays(self.main)
        if self._nice == self._before:
            since = (now - before.get(task, 0.0) for task, now in self._delays.items())
            self.waited += max(since, default=0.0)

    def _too_much(self, pids: list[int], running: dict[int, bool]) -> str:
        """What is used too much ("memory", "processes", "disk"), or ""."""
        kept = self._mappings.megabytes(pids) + self._sockets_now(pids) - self._sockets
        used = sum(each_mb(pids)) - self._first
        if used + kept > self._most:  # forks share pages, and each was counted with all of them
            used = sum(fair_mb(pid, self._preloaded) for pid in pids) - self._preloaded
        if used + kept > self._most:
            return "memory"
        if len(running) > _SLACK * self._processes:
            return "processes"
        return "disk" if self._folder is not None and disk.is_over(self._folder, pids) else ""

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
        return _sum_of(alive(pid) / "status", _OURS)
    return psutil.Process(pid).memory_info().rss / 2**20


def fair_mb(pid: int, preloaded: float) -> float:
    """The megabytes of one process, of each shared page only its part (Linux).

    To tell them takes the kernel some milliseconds. Where it does not tell them: all that is more
    than ``preloaded``.
    """
    with contextlib.suppress(OSError):
        return _sum_of(alive(pid) / "smaps_rollup", _FAIR) + _sum_of(
            alive(pid) / "status", (b"VmPTE",)
        )
    return max(sum(each_mb([pid])) - preloaded, 0.0)


def _sum_of(path: Path, names: tuple[bytes, ...]) -> float:
    """The sum of the lines called ``names``, in megabytes. A process's name may be any bytes."""
    lines = (line.partition(b":") for line in path.read_bytes().splitlines())
    return sum(int(value.split()[0]) for name, _, value in lines if name in names) / 1024


def sockets_mb(pid: int) -> float:
    """The most megabytes that can wait in the sockets of ``pid``'s network namespace (Linux)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        first = Path(f"/proc/{pid}/net/sockstat").read_text().splitlines()[0]
        return int(first.split()[2]) * _SOCKET_MB
    return 0.0


def delays(pid: int) -> dict[int, float]:
    """The threads of a process: number → seconds that it has waited for a processor (Linux)."""
    found: dict[int, float] = {}
    with contextlib.suppress(OSError):  # 160 times a submission, and Path takes twice as long
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError, ValueError, IndexError):  # the kernel may not count
                found[int(task)] = int(_words(f"/proc/{pid}/task/{task}/schedstat")[1]) / 1e9
    return found


def _words(path: str) -> list[bytes]:
    """The words in a small file of /proc."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read().split()


def tasks(pids: Iterable[int]) -> dict[int, bool]:
    """The threads of these processes: number → whether it runs or is ready to run (Linux)."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    found[int(path.name)] = facts(path)[:1] == [b"R"]
    return found
