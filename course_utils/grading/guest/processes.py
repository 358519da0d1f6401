"""A process and its descendants."""

import contextlib

import psutil


def family(pid: int) -> list[int]:
    """``pid`` and its descendants; empty when it is gone, or no process at all (0)."""
    if pid > 0:
        with contextlib.suppress(psutil.Error):
            return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return []
