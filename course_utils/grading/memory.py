"""How much memory a process and all its descendants use."""

import contextlib
from pathlib import Path

import psutil

_OURS = ("RssAnon", "RssShmem")  # a process that has ended and waits for its parent has none


def used_mb(pid: int, preloaded_mb: float = 0.0) -> float:
    """Megabytes of ``pid`` and its descendants: their own and shared memory, but no files.

    ``preloaded_mb`` is what every fork shares with the preloaded process, counted for none.
    """
    return sum(max(one - preloaded_mb, 0.0) for one in _each_mb(pid))


def largest_mb(pid: int) -> float:
    """The same for the largest single process: right after a fork, what it shares."""
    return max(_each_mb(pid), default=0.0)


def _each_mb(pid: int) -> list[float]:
    if pid <= 0:
        return []
    sizes = []
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in [first, *first.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                sizes.append(_mb(process))
    return sizes


def _mb(process: psutil.Process) -> float:
    """One process's memory that is no file's: on Linux what is anonymous or shared."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        facts = dict(line.split(":", 1) for line in lines)
        return sum(int(facts.get(name, "0 kB").split()[0]) for name in _OURS) / 1024
    return process.memory_info().rss / 2**20
