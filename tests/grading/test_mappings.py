"""What the kernel keeps of mappings is estimated by their number and by the processes before."""

import os
import subprocess
import sys

import pytest

from course_utils.grading.host import mappings
from course_utils.grading.host.mappings import Mappings, alive, parent


@pytest.fixture
def machine(monkeypatch):
    """A table process → parent in place of this machine's; each has 1,000 mappings."""
    parents: dict[int, int] = {}
    monkeypatch.setattr(mappings, "parent", lambda pid: parents.get(pid, 0))
    monkeypatch.setattr(mappings, "mappings", lambda _: 1000)
    monkeypatch.setattr(mappings, "_numbers", lambda: 1000)
    return parents


def test_a_line_of_forks_takes_more_than_forks_of_one(machine):
    """Do ten forks, each of the last, take more than ten of one process, and by how much?"""
    wide, deep = Mappings(10), Mappings(10)
    machine |= {11: 10} | dict.fromkeys(range(12, 22), 11)
    most = wide.megabytes([10, *range(11, 22)])
    machine |= {pid: pid - 1 for pid in range(12, 22)}
    links = sum(n - 2 for n in range(2, 12)) * 64 * 1000 / 2**20
    assert deep.megabytes([10, *range(11, 22)]) == pytest.approx(most + links)


def test_those_that_have_ended_count(machine):
    """Does an orphan count as many before it as were started since the last look, and no more?"""
    counted = Mappings(10)
    machine |= {11: 10}
    before = counted.megabytes([10, 11])
    machine |= {61: 10}  # 50 numbers later: its parents are gone, and the guard has taken it
    above = 1 + 50
    first = counted.megabytes([10, 11, 61])
    assert first == pytest.approx(before + 1000 * (300 + 64 * (1 + above)) / 2**20)
    assert counted.megabytes([10, 11, 61]) == first  # it does not grow by being looked at
    machine |= {5: 10}  # the numbers began anew: 44 later
    more = 1000 * (300 + 64 * (1 + above + 944)) / 2**20
    assert counted.megabytes([10, 11, 61, 5]) == pytest.approx(first + more)


def test_a_process_that_was_not_counted_yet_is_taken_to_have_the_most(machine, monkeypatch):
    """Are at most eight counted at a look, and are all of them in the estimate?"""
    counted: list[int] = []
    monkeypatch.setattr(mappings, "mappings", lambda pid: counted.append(pid) or 1000)
    machine |= dict.fromkeys(range(2, 40), 1)
    size = Mappings(1).megabytes([1, *range(2, 40)])
    assert len(counted) == 8
    assert size == pytest.approx((39 * 364 + 38 * 64) * 1000 / 2**20)


def test_the_kernel_tells_them():
    """Has this process mappings and a parent, and a process that is gone neither?"""
    assert mappings.mappings(os.getpid()) > 10
    assert parent(os.getpid()) == os.getppid()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert (mappings.mappings(gone.pid), parent(gone.pid)) == (0, 0)


def test_a_process_whose_first_thread_has_ended_is_looked_at_in_another():
    """Do its mappings and files show, although the kernel tells none of the first thread?"""
    source = """import ctypes, sys, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
print(flush=True)
ctypes.CDLL(None).syscall(60, 0)"""
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()
            while alive(process.pid).parent.name != "task":
                pass  # it ends a moment later
            assert mappings.mappings(process.pid) > 10
            assert len(list((alive(process.pid) / "fd").iterdir())) >= 3
        finally:
            process.kill()
