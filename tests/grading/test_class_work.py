"""The work of a class, read and made into jobs, without marking anything."""

from dataclasses import replace

import pytest

from course_utils.grading.class_work import ClassWork
from course_utils.grading.course_paths import author_notebooks, open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.releases import remember_release
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, code


@pytest.fixture
def work(tmp_path):
    """The corpus's assignment with a file of the author's beside it; anna has handed in."""
    root = make_course(tmp_path)
    beside = root / "_build" / "source" / NAME / "data" / "given.csv"
    beside.parent.mkdir()
    beside.write_text("the author's")
    hand_in(root, "anna", code(""))
    course = open_course(root)
    authors = author_notebooks(course, NAME)
    releases = remember_release(root, NAME, authors)
    return ClassWork(course, NAME, authors, releases, Limits(), walled=True)


@pytest.mark.parametrize("taken", ["data/given.csv", "data", "data/given.csv/below"])
def test_a_students_file_never_takes_the_place_of_the_authors(work, taken):
    """Is a file of the author's name, above it or below it left out, and any other kept?"""
    anna = replace(work.read("anna"), files=((taken, b"anna's"), ("data/own.csv", b"hers")))
    assert work.files(anna) == (("data/given.csv", b"the author's"), ("data/own.csv", b"hers"))


def test_work_is_marked_again_where_a_mark_may_change(work):
    """Does the key change with the answer, the limits and the sandbox, and with nothing else?"""
    anna, key = work.read("anna"), work.key(work.read("anna"))
    assert work.key(replace(work.read("anna"), notes=("another file name",))) == key
    hand_in(work.course.root, "ben", code("changed"))
    assert work.key(replace(work.read("ben"), student="anna")) != key
    work.limits = Limits(memory_mb=1)
    assert work.key(anna) != key
    work.limits, work.walled = Limits(), False
    assert work.key(anna) != key


def test_work_that_needs_tensorflow_is_put_off_where_the_authors_does_not(work):
    """Is such work put off until the second turn, and do others get jobs at once?"""
    hand_in(work.course.root, "kay", code("import keras"))
    read = [work.read("kay"), work.read("anna")]
    later: list[str] = []
    found = list(work.jobs(read, None, later))
    assert [submission.student for submission, _ in found] == ["anna"]
    assert later == ["kay"]
    assert [job.limits for job in found[0][1]] == [Limits()]
    assert [submission.student for submission, _ in work.jobs(read[:1], None)] == ["kay"]


def test_what_cannot_be_read_is_the_students_own(work, monkeypatch):
    """Does an unforeseen failure in reading become a status, so that the class goes on?"""

    def fails(*_):
        raise RecursionError("too deep")

    monkeypatch.setattr("course_utils.grading.class_work.read_submission", fails)
    found = work.read("anna")
    assert (found.status, found.is_read) == ("unreadable", False)
    assert "RecursionError: too deep" in found.message
