"""The watch ends a submission with too much memory or too many tasks, and slows busy tasks."""

import os
import subprocess
import sys
import threading
import time

import pytest

from course_utils.grading.guest.processes import family
from course_utils.grading.host import resources
from course_utils.grading.host.resources import Watch, delays, each_mb, tasks

_THREADS = """import threading, time
for _ in range({n}):
    threading.Thread(target={target}, daemon=True).start()
print('ready', flush=True)
time.sleep(60)"""


_GROWS = """import time
print('ready', flush=True)
time.sleep(1)
kept = b'x' * 300 * 2**20
time.sleep(60)"""
_LOOPS = """import os, time
for _ in range(8):
    if os.fork() == 0:
        while True: pass
print('ready', flush=True)
time.sleep(60)"""


@pytest.fixture
def start():
    """A function source -> process that has printed its first line; killed at the end."""
    running = []

    def run(source: str) -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE)
        running.append(process)
        process.stdout.readline()
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()


def watched(process, **limits) -> tuple[Watch, list[str], threading.Event]:
    reasons, stopped = [], threading.Event()

    def stop(reason: str) -> None:
        reasons.append(reason)
        stopped.set()

    watch = Watch(process.pid, limits.pop("most_mb", 10_000), stop, limits.pop("processes", 64))
    watch.start()
    return watch, reasons, stopped


def test_memory_that_grows_is_stopped_once(start):
    """Is a process that takes 300 MB on top of what it had stopped for memory at 100?"""
    process = start(_GROWS)
    watch, reasons, stopped = watched(process, most_mb=100)
    assert stopped.wait(60)
    watch.end()
    assert reasons == ["memory"]


_IN_A_CHILD = """import ctypes, os, threading, time
libc = ctypes.CDLL(None)
print('ready', flush=True)
time.sleep(1)
def grow():
    kept = b'x' * 300 * 2**20
    time.sleep(60)
{start}
time.sleep(60)"""
_HIDDEN = {
    # a name that is no text
    "name": "libc.prctl(15, bytes([255, 254]), 0, 0, 0); grow()",
    # its first thread has ended, and the kernel tells nothing of that one
    "thread": "if os.fork() == 0: threading.Thread(target=grow).start(); libc.syscall(60, 0)",
}


def _end(process, watch):
    """End the watch, and all that the process has started."""
    for pid in family(process.pid)[1:]:
        os.kill(pid, 9)
    watch.end()


@pytest.mark.parametrize("start_it", _HIDDEN.values(), ids=_HIDDEN)
def test_no_process_hides_its_memory(start, start_it):
    """Is 300 MB seen in a process with an odd name, and in one whose first thread has ended?"""
    process = start(_IN_A_CHILD.format(start=start_it))
    watch, reasons, stopped = watched(process, most_mb=100)
    assert stopped.wait(60)
    _end(process, watch)
    assert reasons == ["memory"]


_SHARES = """import os, time
print('ready', flush=True)
time.sleep(1)
kept = b'x' * 80 * 2**20
for _ in range(9):
    if os.fork() == 0:
        {does}
        time.sleep(60)
time.sleep(60)"""


@pytest.mark.parametrize(
    ("does", "most_mb", "reason"), [("pass", 200, []), ("kept += kept", 300, ["memory"])]
)
def test_memory_that_forks_share_is_counted_once(start, does, most_mb, reason):
    """Are nine forks of 80 MB left alone at a limit of 200, and stopped where each has its own?"""
    process = start(_SHARES.format(does=does))
    watch, reasons, stopped = watched(process, most_mb=most_mb)
    stopped.wait(60 if reason else 4)
    _end(process, watch)
    assert reasons == reason


def test_each_process_has_no_allowance_of_its_own(start):
    """Does what was there at the start free a child of no more than what it shares?"""
    source = """import os, subprocess, sys, time
kept = b'x' * 150 * 2**20
print('ready', flush=True)
time.sleep(1)
for _ in range(4):
    subprocess.Popen([sys.executable, '-c', 'x = bytes([1]) * 100 * 2**20; input()'],
                     stdin=subprocess.PIPE)
time.sleep(60)"""
    process = start(source)
    watch, reasons, stopped = watched(process, most_mb=150)
    assert stopped.wait(60)
    _end(process, watch)
    assert reasons == ["memory"]


def test_what_cannot_be_watched_is_stopped(start, monkeypatch):
    """Does an error in the watch's own thread end the submission, and not the watching alone?"""
    process = start(_THREADS.format(n=1, target="lambda: time.sleep(60)"))
    monkeypatch.setattr(resources, "tasks", lambda _: {}[0])
    watch, reasons, stopped = watched(process)
    assert stopped.wait(60)
    watch.end()
    assert reasons == ["watch"]


def test_what_was_there_before_is_not_counted(start):
    """Is a process that had 300 MB when the watch began left alone?"""
    process = start("x = b'x' * 300 * 2**20\nprint(1, flush=True)\nimport time\ntime.sleep(60)")
    assert each_mb([process.pid])[0] > 290
    watch, reasons, stopped = watched(process, most_mb=100)
    assert not stopped.wait(1.5)
    watch.end()
    assert reasons == []


def test_too_many_tasks_are_stopped(start):
    """Are threads counted, and more than twice the limit stopped?"""
    process = start(_THREADS.format(n=40, target="lambda: time.sleep(60)"))
    assert len(tasks([process.pid])) == 41
    watch, reasons, stopped = watched(process, processes=16)
    assert stopped.wait(60)
    watch.end()
    assert reasons == ["processes"]


def test_many_busy_tasks_give_way(start):
    """Are processes that all want the processor made nicer, and a quiet one not?"""
    process = start(_LOOPS)
    children = family(process.pid)[1:]
    before = os.getpriority(os.PRIO_PROCESS, 0)
    watch, reasons, _ = watched(process)
    try:
        deadline = time.monotonic() + 60
        while any(os.getpriority(os.PRIO_PROCESS, child) == before for child in children):
            assert time.monotonic() < deadline, "no task was made nicer"
            time.sleep(0.1)
    finally:
        watch.end()
        for child in children:
            os.kill(child, 9)
    assert reasons == []


def test_what_neighbours_took_is_counted_and_what_it_took_itself_is_not(monkeypatch):
    """Does each look add the longest wait of a thread, and nothing once the work gives way?"""
    watch = Watch(0, 100, lambda _: None, 64)
    looks = [{1: 5.0, 2: 1.0}, {1: 5.1, 2: 1.4}, {1: 5.2, 3: 0.3}, {1: 9.0}]
    monkeypatch.setattr(resources, "delays", lambda _: looks.pop(0))
    watch.start()  # with what it had waited before
    watch.end()
    watch.count_waiting()
    assert watch.waited == pytest.approx(0.4)
    watch.count_waiting()  # a thread is gone, a new one is there
    assert watch.waited == pytest.approx(0.7)
    monkeypatch.setattr(resources, "tasks", lambda _: dict.fromkeys(range(2**22, 2**22 + 9), True))
    watch._give_way(resources.tasks([]))
    watch.count_waiting()
    assert watch.waited == pytest.approx(0.7)


def test_the_kernel_tells_what_a_process_waited(start):
    """Does each thread have its seconds, and a process that is gone none?"""
    process = start(_THREADS.format(n=2, target="lambda: time.sleep(60)"))
    found = delays(process.pid)
    assert len(found) == 3
    assert process.pid in found
    assert all(0 <= seconds < 3600 for seconds in found.values())
    process.kill()
    process.wait()
    assert delays(process.pid) == {}
