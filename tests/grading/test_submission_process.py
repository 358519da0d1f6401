"""A fork becomes a submission's process: what it may read, and its folder, which is removed."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest.submission_process import Shown
from course_utils.grading.host import landlocked
from course_utils.grading.host.launch import Preloaded
from course_utils.grading.host.session import Session
from course_utils.grading.host.wall import why_not_of
from tests.grading.conftest import LIGHT, LIMITS, shown

PATHS = st.lists(st.text(max_size=20), max_size=3).map(tuple)


@given(PATHS, PATHS, st.text(max_size=20), st.tuples(st.integers(1), st.integers(1)))
def test_what_is_shown_survives_as_text(read, listed, homes, users):
    """Does ``from_json`` give back what ``to_json`` wrote, odd names included?"""
    made = Shown(read, listed, homes, users, abi=3)
    assert Shown.from_json(made.to_json()) == made


@pytest.mark.parametrize("wall", ["landlock", "none"])
def test_its_folder_is_its_own_and_goes_with_it(wall):
    """Do two submissions at once write to folders of their own, which are gone when they end?"""
    if wall == "landlock" and (reason := why_not_of("landlock")):
        pytest.skip(reason)
    process = Preloaded(wall, LIGHT.inside)
    try:
        process.wait()
        place = Path(process.address).parent
        homes = place / landlocked.HOMES if wall == "landlock" else place
        sessions = [Session(process.address, LIMITS, [("mine.txt", b"x")]) for _ in range(2)]
        source = "import os; open('more', 'w').close(); print(os.getcwd(), sorted(os.listdir()))"
        said = [shown(s, source)[0]["text"] for s in sessions]
        assert all("'mine.txt', 'more'" in line for line in said), said
        folders = [Path(line.split()[0]) for line in said]
        assert folders[0] != folders[1]
        assert all(folder.parent == homes for folder in folders)
        for session in sessions:
            session.close()
        _wait_until_gone(folders)
    finally:
        process.close()


def _wait_until_gone(folders) -> None:
    deadline = time.monotonic() + 60
    while any(folder.exists() for folder in folders):
        assert time.monotonic() < deadline, folders
        time.sleep(0.05)
