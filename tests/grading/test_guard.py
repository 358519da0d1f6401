"""The guard of a submission: when it ends, nothing of the submission is left."""

import os
import time

import pytest

from course_utils.grading.guest import guard
from course_utils.grading.guest.processes import family
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.session import Session
from tests.grading.conftest import LIGHT, LIMITS, shown

ORPHAN = """import os, sys, time
if os.fork() == 0:
    if os.fork() == 0:
        while True:
            time.sleep(0.05)
    os._exit(0)
os.wait()
print('left behind')"""


def test_a_fork_waits_until_there_is_room(monkeypatch):
    """Is it tried again while another submission has all processes, and given up in the end?"""
    made = [BlockingIOError(), BlockingIOError(), 7, BlockingIOError()]

    def fork():
        if isinstance(result := made.pop(0), OSError):
            raise result
        return result

    monkeypatch.setattr(os, "fork", fork)
    monkeypatch.setattr(guard, "AGAIN", 0)
    assert guard.fork() == 7
    monkeypatch.setattr(guard, "_ROOM", -1)
    with pytest.raises(BlockingIOError):
        guard.fork()


@pytest.mark.parametrize("walled", [True, False])
def test_orphans_end_with_their_submission(walled):
    """Is a grandchild that outlived its parent gone when the submission is closed?"""
    pool = Pool(walled)
    try:
        address = pool.start(LIGHT).inside
        session = Session(address, LIMITS, [])
        before = set(family(os.getpid()))
        assert "left behind" in str(shown(session, ORPHAN))
        assert set(family(os.getpid())) - before
        session.close()
        deadline = time.monotonic() + 60
        while set(family(os.getpid())) - before:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        pool.close()


def test_a_submission_has_three_streams_and_its_line_alone(open_submission):
    """Does it hold no descriptor of the preloaded process or of another submission?"""
    open_submission()
    source = """import os
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
print([number for number in range(1024) if is_open(number)])"""
    said = shown(open_submission(), source)[0]["text"]
    descriptors = [int(n) for n in said.strip("[]\n").split(",")]
    assert descriptors[:3] == [0, 1, 2]
    assert len(descriptors) == 4, said  # with the line
