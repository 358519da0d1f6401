"""How much memory a process and all its descendants use."""

import contextlib

import psutil


def used_mb(pid: int, preloaded_mb: float = 0.0) -> float:
    """Megabytes that ``pid`` and its descendants hold for themselves (no files, nothing shared).

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
                facts = process.memory_info()
                sizes.append((facts.rss - getattr(facts, "shared", 0)) / 2**20)
    return sizes
