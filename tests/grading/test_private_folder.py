"""The sweep removes only our own folders whose run is dead."""

import subprocess
import sys
import tempfile

import pytest

from course_utils.grading.host.private_folder import PrivateFolder, sweep

_KILLED = """
import os, signal
from course_utils.grading.host.private_folder import PrivateFolder
print(PrivateFolder().path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_killed_runs_folder_goes_and_a_living_ones_stays(temporary):
    """Is the folder of a run that got SIGKILL removed, while this process's own is left alone?"""
    mine = PrivateFolder()
    subprocess.run([sys.executable, "-c", _KILLED], stdout=subprocess.DEVNULL)
    assert len(list(temporary.iterdir())) == 2
    sweep()
    assert list(temporary.iterdir()) == [mine.path]
    mine.remove()
    assert not list(temporary.iterdir())


def test_other_peoples_folders_stay_whatever_they_are_called(temporary):
    """Are folders with our names but not our mark, links and files left as they are?"""
    for name in ("course-2025-marks", "course-99999999-x", "cnn-course-run-marks"):
        (temporary / name).mkdir(mode=0o700)
        (temporary / name / "marks.csv").write_text("kept")
    (temporary / "cnn-course-run-marks" / "lock").write_text("a lock of somebody's")
    (temporary / "cnn-course-run-link").symlink_to(temporary / "course-2025-marks")
    (temporary / "cnn-course-run-dangling").symlink_to(temporary / "gone")
    (temporary / "cnn-course-run-file").write_text("kept")
    before = sorted(path.name for path in temporary.rglob("*"))
    sweep()
    assert sorted(path.name for path in temporary.rglob("*")) == before
