"""Users of submissions: each number is used once; folders that other users may not enter."""

import os
from pathlib import Path

import pytest

from course_utils.grading.guest import own_user
from course_utils.grading.guest.own_user import OwnUser, is_barred


def test_a_number_is_held_by_one_process_at_a_time():
    """Does a second submission get the next number, and is a full range an error?"""
    numbers = range(60000, 60002)
    first, second = OwnUser(numbers), OwnUser(numbers)
    assert {first.number, second.number} == set(numbers)
    with pytest.raises(OSError, match="every user number"):
        OwnUser(numbers)
    first._held.close()  # as the kernel does when the process ends
    assert OwnUser(numbers).number == first.number


def test_a_folder_that_others_may_not_enter_is_found(tmp_path):
    """Is a path barred by any closed folder above it, and not by its own rights?"""
    tmp_path.chmod(0o755)
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o700)
    (tmp_path / "closed").chmod(0o755)
    assert is_barred([str(inner)]) == is_barred([str(tmp_path)])
    (tmp_path / "closed").chmod(0o700)
    assert is_barred([str(inner)])
    assert not is_barred(["/usr/bin", str(Path("/nowhere/at/all"))])


def test_only_root_with_its_rights_becomes_others():
    """Is it told from the very capabilities of this process?"""
    held = all(map(own_user.holds, own_user._NEEDED))
    assert own_user.can_become_others() == (os.geteuid() == 0 and held and own_user._maps_all())
