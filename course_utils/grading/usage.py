"""What a process and all its descendants use: memory, and turns on the processor."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import psutil

# page tables too; a process that has ended and waits for its parent has none of these
_OURS = ("RssAnon", "RssShmem", "VmPTE")
_SOCKET_MB = 0.3  # what waits in one, as Linux sets its buffers (unix(7)); no process has it


def family(pid: int) -> list[int]:
    """``pid`` and its descendants; empty when it is gone, or no process at all (0)."""
    if pid > 0:
        with contextlib.suppress(psutil.Error):
            return [pid, *(one.pid for one in psutil.Process(pid).children(recursive=True))]
    return []


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
