"""Landlock itself, in a process of its own: only named paths can be used."""

import os
import subprocess
import sys

import pytest

from course_utils.grading.guest import landlock
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")

_RULES = """
import os, sys
from pathlib import Path
from course_utils.grading.guest import landlock, walls
folder, version = Path(sys.argv[1]), int(sys.argv[2])
walls.forbid_new_privileges()
rules = landlock.Rules(version)
rules.read(folder / "read")
rules.read(folder / "file")
rules.read(folder / "is not there")
rules.list(folder / "list")
rules.read_and_write(folder / "write")
rules.enforce()
def can(call, *arguments):
    try:
        call(*arguments)
        return True
    except OSError:
        return False
print({
    "read": can((folder / "read/file").read_text),
    "read a file": can((folder / "file").read_text),
    "write what may be read": can((folder / "read/file").write_text, "x"),
    "list": can(os.listdir, folder / "list"),
    "read what may be listed": can((folder / "list/file").read_text),
    "write": can((folder / "write/file").write_text, "x"),
    "make a folder": can((folder / "write/new").mkdir),
    "read another": can((folder / "other/file").read_text),
    "list all": can(os.listdir, folder),
    "enlarge": can(landlock.Rules(version).enforce) and can((folder / "other/file").read_text),
})
"""


@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
def test_what_is_named_can_be_touched_and_nothing_else(tmp_path, version):
    """With every version of Landlock up to the kernel's: is each right given as it was named?"""
    for name in ("read", "list", "write", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "file").write_text("x")
    done = subprocess.run(
        [sys.executable, "-c", _RULES, str(tmp_path), str(version)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    allowed = {"read", "read a file", "list", "write", "make a folder"}
    told = eval(done.stdout)
    assert {what for what, possible in told.items() if possible} == allowed


def test_without_landlock_an_error_says_so(monkeypatch):
    """Does a kernel without it raise an OSError instead of giving no wall?"""
    monkeypatch.setattr(landlock, "_CREATE_RULESET", 100_000)  # no such system call
    assert landlock.version() == 0
    with pytest.raises(OSError, match="Landlock"):
        landlock.Rules(1)
