"""Machines that share a gradebook know each other's versions of an assignment."""

import nbformat
import pytest

from course_utils.grading.class_work import ClassWork
from course_utils.grading.course_paths import author_notebooks, open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.releases import remember_release, share_releases
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.shared_versions import shared_versions
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, author, code


@pytest.fixture
def session(tmp_path):
    """The gradebook that the machines share."""
    with open_gradebook(f"sqlite:///{tmp_path}/shared.db") as gradebook:
        yield gradebook.db


def machine(folder, session, *texts):
    """A machine that handed out these versions: its folder, and what its run knows of versions."""
    folder.mkdir()
    root = make_course(folder)
    for text in texts:
        kept = remember_release(root, NAME, {NAME: text})
    return root, share_releases(session, NAME, kept)


def test_what_one_machine_handed_out_the_other_knows(session, tmp_path):
    """Do a machine with the first version and one without it get the same key?"""
    now, before = author(), author()
    before.cells[0].source += " (with a slip)"
    texts = nbformat.writes(before), nbformat.writes(now)
    first, known = machine(tmp_path / "first", session, *texts)
    second, met = machine(tmp_path / "second", session, texts[1])
    assert len(known[NAME]) == 2
    assert met == known
    keys = []
    for root, releases in ((first, known), (second, met)):
        hand_in(root, "ann", code())
        authors = author_notebooks(open_course(root), NAME)
        work = ClassWork(open_course(root), NAME, authors, releases, Limits(), True)
        keys.append(work.key(work.read("ann")))
    assert keys[0] == keys[1]
    alone = remember_release(second, NAME, {NAME: texts[1]})
    assert len(alone[NAME]) == 1, "its own file stays as it is"


def test_each_version_is_kept_once_in_the_order_in_which_it_came(session):
    """Are versions of several notebooks added, none twice, those of another assignment apart?"""
    assert shared_versions(session, "a", {"n": ["1", "2"], "m": []}) == {"n": ["1", "2"], "m": []}
    assert shared_versions(session, "a", {"n": ["3", "1"]}) == {"n": ["1", "2", "3"]}
    assert shared_versions(session, "b", {"n": ["1"]}) == {"n": ["1"]}
