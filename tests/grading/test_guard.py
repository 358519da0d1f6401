"""The process beside a submission: what is left of it ends with it."""

import time
from pathlib import Path

import pytest

from course_utils.grading.host.pool import Pool
from course_utils.grading.host.session import Session
from tests.grading.conftest import LIGHT, LIMITS, shown

ORPHAN = """import os, sys, time
if os.fork() == 0:
    if os.fork() == 0:
        open('{name}', 'w').close() if {touches} else None
        while True:
            time.sleep(0.05)
    os._exit(0)
os.wait()
print('left behind')"""


def running(command: str) -> list[int]:
    """Processes of this machine whose command line has these words."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if command in path.read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("walled", [True, False])
def test_orphans_end_with_their_submission(walled):
    """Is a grandchild that outlived its parent gone when the submission is closed?"""
    pool = Pool(walled)
    try:
        address = pool.start(LIGHT).inside
        session = Session(address, LIMITS, [])
        before = set(running("course_utils.grading.guest.zygote"))
        source = ORPHAN.replace("{touches}", "False").replace("{name}", "x")
        assert "left behind" in str(shown(session, source))
        assert set(running("course_utils.grading.guest.zygote")) - before
        session.close()
        deadline = time.monotonic() + 20
        while set(running("course_utils.grading.guest.zygote")) - before:
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
