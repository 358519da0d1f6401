"""Estimate what the kernel keeps of a submission's mappings: memory that no process is charged for.

Of each mapping it keeps a description, which every fork copies, and a link to each process that it
came down from, also to those that have ended. So a hundred forks, each of the last, take fifty
times as much as a hundred forks of one process.
"""

import contextlib
from pathlib import Path

_DESCRIPTION, _LINK = 300, 64  # bytes
_COUNTED = 8  # processes whose mappings are counted at each look: each may have 65,530
_MOST_ABOVE = 1000  # it takes longer than a cell may to make longer lines


class Mappings:
    """The mappings of one submission. ``guard``: the process that all its others are below."""

    def __init__(self, guard: int):
        self._guard = guard
        self._counts: dict[int, int] = {}  # process → its mappings, when they were last counted
        self._above: dict[int, int] = {}  # process → how many processes it came down from
        self._newest = self._longest = 0

    def megabytes(self, pids: list[int]) -> float:
        """What the kernel keeps of the mappings of ``pids``, where parents stand before children.

        A process that was not counted yet is taken to have as many as the one with the most.
        """
        counts = {pid: count for pid, count in self._counts.items() if pid in pids}
        turn = [*(pid for pid in pids if pid not in counts), *counts][:_COUNTED]
        for pid in turn:  # new ones, then those that were counted longest ago
            counts.pop(pid, None)
            counts[pid] = mappings(pid)
        self._counts = counts
        self._count_above(pids)
        most = max(counts.values(), default=0)
        size = sum(
            counts.get(pid, most) * (_DESCRIPTION + _LINK * (1 + self._above[pid])) for pid in pids
        )
        return size / 2**20

    def _count_above(self, pids: list[int]) -> None:
        """Note how many processes each of ``pids`` came down from.

        Where a process's parent has ended, the guard becomes its parent. Between it and those that
        are known can be no more processes than were started since the last look.
        """
        before, self._above = self._above, {}
        for pid in pids:
            above = parent(pid)
            if pid in before:
                self._above[pid] = before[pid]
            elif above == self._guard and self._newest:
                since = (pid - self._newest) % _numbers()
                self._above[pid] = min(self._longest + since, _MOST_ABOVE)
            else:
                self._above[pid] = self._above.get(above, -1) + 1
        self._longest = max([self._longest, *self._above.values()])
        self._newest = max(pids, default=self._newest)


def mappings(pid: int) -> int:
    """The mappings of a process's memory; 0 where the kernel does not tell them (Linux)."""
    with contextlib.suppress(OSError), (alive(pid) / "maps").open("rb") as lines:
        return sum(1 for _ in lines)
    return 0


def alive(pid: int) -> Path:
    """Where /proc tells what a process has: at its first thread, or at another if that has ended.

    Of an ended first thread the kernel tells no memory and no open files, and the others still have
    them.
    """
    folder = Path(f"/proc/{pid}")
    with contextlib.suppress(OSError):
        if _state(folder) not in (b"Z", b"X"):
            return folder
        for thread in (folder / "task").iterdir():
            with contextlib.suppress(OSError):
                if _state(thread) not in (b"Z", b"X"):
                    return thread
    return folder


def parent(pid: int) -> int:
    """The process id of a process's parent; 0 where it is gone."""
    with contextlib.suppress(OSError, IndexError):
        return int(facts(Path(f"/proc/{pid}"))[1])
    return 0


def facts(folder: Path) -> list[bytes]:
    """What a process's ``stat`` says after its name, which may be any bytes: its state first."""
    return (folder / "stat").read_bytes().rpartition(b")")[2].split()


def _state(folder: Path) -> bytes:
    return next(iter(facts(folder)), b"X")


def _numbers() -> int:
    """How many process ids there are: after the last of them they begin anew."""
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/sys/kernel/pid_max").read_text())
    return 2**22
