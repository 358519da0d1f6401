"""The places of a class's files, and the message for an unknown assignment."""

import nbformat
import pytest

from course_utils.errors import CourseError
from course_utils.grading.course_paths import (
    author_notebooks,
    given_files,
    grade_ids,
    open_course,
)
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import ANSWERS, NAME


def test_nbgraders_own_settings_are_followed(tmp_path):
    """Are folders and the gradebook where the instructor's configuration puts them?"""
    root = make_course(tmp_path)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.submitted_directory = 'handed_in'\n")
    course = open_course(root)
    assert course.submitted == root / "handed_in"
    assert course.db_url == f"sqlite:///{root / 'gradebook.db'}"
    assert course.shown(course.submitted / "ann") == "handed_in/ann"
    sample = open_course(root, sample=True)
    assert "_build/sample_class" in sample.db_url
    assert sample.submitted != course.submitted


def test_a_folder_without_a_course_is_refused(tmp_path):
    """Is the missing file named, with the way out?"""
    with pytest.raises(CourseError, match=r"no nbgrader_config\.py in .* or pass --root"):
        open_course(tmp_path)


def test_an_assignment_is_found_or_its_neighbours_are_named(tmp_path):
    """Is a misspelt name answered with those that are there, an unbuilt one with its command?"""
    course = open_course(make_course(tmp_path))
    assert list(author_notebooks(course, NAME)) == [NAME]
    assert set(ANSWERS) <= grade_ids(course)[NAME]
    with pytest.raises(CourseError, match=f"no assignment called 'smal': there are {NAME}"):
        author_notebooks(course, "smal")
    (tmp_path / "solutions" / "later").mkdir(parents=True)
    (tmp_path / "solutions" / "later" / "later.py").touch()
    with pytest.raises(CourseError, match="not built yet: run `course exercises later`"):
        author_notebooks(course, "later")


def test_what_lies_beside_the_notebook_goes_along(tmp_path):
    """Are data files taken, in folders too, and notebooks and hidden files not?"""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_bytes(b"1")
    (tmp_path / ".hidden").write_bytes(b"2")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "x.ipynb")
    assert given_files(tmp_path) == (("data/a.csv", b"1"),)
