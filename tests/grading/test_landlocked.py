"""The wall of Landlock from outside: the folder that it prepares, and its reasons."""

import pytest

from course_utils.errors import CourseError
from course_utils.grading.guest.submission_process import Shown
from course_utils.grading.host import landlocked
from course_utils.grading.host.wall import why_not_of
from tests.conftest import ROOT

here = pytest.mark.skipif(bool(why_not_of("landlock")), reason="no Landlock here")


@here
def test_the_folder_has_the_shown_part_of_the_course_alone(tmp_path):
    """Is the copy complete for a submission, readable by others, and without answers?"""
    variables = landlocked.prepared(tmp_path)
    names = {
        str(path.relative_to(tmp_path / "course/course_utils"))
        for path in (tmp_path / "course/course_utils").rglob("*.py")
    }
    assert {"reference.py", "data.py", "grading/guest/zygote.py"} <= names
    assert not [name for name in names if name.startswith(("checks/", "grading/marking"))]
    standin = tmp_path / "course/course_utils/reference.py"
    assert standin.read_text() != (ROOT / "course_utils/reference.py").read_text()
    shown = Shown.from_json(variables["COURSE_SHOWN"])
    assert str(tmp_path / "course") in shown.read
    assert not any(ROOT.is_relative_to(place) for place in shown.read)
    assert shown.homes == str(tmp_path / "homes")


@here
@pytest.mark.parametrize("text", ["", "1000", "5-2", "0-9", "a-b"])
def test_users_that_are_none_are_refused(text, tmp_path, monkeypatch):
    """Is a range of users that cannot be meant an error that shows how it is written?"""
    monkeypatch.setenv("COURSE_USERS", text)
    with pytest.raises(CourseError, match="write the first and the last user number"):
        landlocked.prepared(tmp_path)


def test_a_kernel_without_landlock_is_named(monkeypatch, tmp_path):
    """Does the error name the first Linux that has Landlock?"""
    monkeypatch.setattr(landlocked.landlock, "version", lambda: 0)
    with pytest.raises(CourseError, match=r"needs Linux 5\.13"):
        landlocked.prepared(tmp_path)
