"""A run's processes are begun early where something seems to be new, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading.head_start import head_start
from course_utils.grading.host.pool import LEAST, Preload
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, code

LATER = 2_000_000_000  # seconds since 1970


@pytest.fixture
def course(tmp_path):
    """A course in which one student has handed in."""
    root = make_course(tmp_path)
    hand_in(root, "ann", code())
    return root


def _begins(course: Path, name=NAME) -> bool:
    pool = head_start(course, name, sample=False, walled=False)
    if pool is not None:
        pool.close()
    return pool is not None


def _all_marked(course: Path) -> None:
    table = course / "_build" / "grades" / f"{NAME}.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.touch()
    os.utime(table, (LATER, LATER))


def test_work_that_is_new_begins_it(course):
    """Is it begun for the first run, for a changed file, a new student, a changed assignment?"""
    assert _begins(course)
    _all_marked(course)
    assert not _begins(course)
    folder = course / "submitted" / "ann" / NAME
    for path in (folder / f"{NAME}.ipynb", folder, course / "_build" / "source" / NAME):
        os.utime(path, (LATER + 1, LATER + 1))
        assert _begins(course)
        os.utime(path, (LATER - 1, LATER - 1))
    assert not _begins(course)


def test_a_request_that_cannot_be_met_begins_nothing(course, tmp_path):
    """Is nothing begun for an unknown assignment, no assignment, or a folder without a course?"""
    assert not _begins(course, "nowhere")
    assert not _begins(course, "")
    assert not _begins(tmp_path / "elsewhere")


def test_the_first_job_names_the_rest(course):
    """Does a begun process serve the first job, with that job's modules, and another the next?"""
    pool = head_start(course, NAME, sample=False, walled=False)
    assert pool is not None
    try:
        begun = {process.address for _, process in pool._begun.values()}
        needed = Preload((*LEAST.inside, "json", "no_such_module"), LEAST.outside, LEAST.worker)
        addresses = pool.start(needed)
        assert {addresses.inside, addresses.outside} == begun
        pool.require(needed)
        process = next(p for p in pool._running.values() if p.address == addresses.inside)
        assert list(process.unimportable) == ["no_such_module"]
        assert pool.start(LEAST).inside not in begun
    finally:
        pool.close()
    assert not any(Path(address).exists() for address in begun)


IMPORTED = "import sys, course_utils.grading.head_start; print('nbgrader' in sys.modules)"


def test_it_is_ready_before_the_rest_is_imported():
    """Does the head start itself import nothing that it should not wait for?"""
    command = [sys.executable, "-c", IMPORTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"
