"""One run at a time writes a class's results; an error of the file system is one sentence."""

import errno
import subprocess
import sys

import pytest

from course_utils.errors import CourseError
from course_utils.grading.results.run_lock import only_run
from tests.conftest import ROOT

_HOLD = """
import sys
from pathlib import Path
from course_utils.grading.results.run_lock import only_run
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_is_at_it(tmp_path):
    """Does another process's run keep this one out, and let it in once it is dead?"""
    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as other:
        assert other.stdout.readline() == "held\n"
        told = pytest.raises(CourseError, match="another run is marking this class")
        with told, only_run(tmp_path):
            pass
        other.kill()
    with only_run(tmp_path):
        pass


def test_a_full_disk_is_one_sentence(tmp_path):
    """Does the message for an error of the file system name the next step?"""
    full = OSError(errno.ENOSPC, "No space left on device", "/some/file")
    told = pytest.raises(CourseError, match="cannot write /some/file: No space left")
    with told, only_run(tmp_path):
        raise full


def test_a_place_that_is_a_file_is_one_sentence(tmp_path):
    """Is a file where the folder should be named?"""
    (tmp_path / "grades").touch()
    with pytest.raises(CourseError, match="cannot write"), only_run(tmp_path / "grades"):
        pass
