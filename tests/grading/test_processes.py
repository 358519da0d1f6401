"""A process and its descendants are found."""

import subprocess
import sys

from course_utils.grading.guest.processes import family

CHILD = """import subprocess, sys
own = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(own.pid, flush=True)
input()
own.communicate()"""


def test_a_family_has_grandchildren_and_a_dead_one_nobody():
    """Are descendants found at every depth, and nobody for what is gone or no process?"""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    grandchild = int(child.stdout.readline())
    assert family(child.pid) == [child.pid, grandchild]
    child.communicate("\n")
    assert family(child.pid) == []
    assert family(0) == []
