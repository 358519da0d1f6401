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
