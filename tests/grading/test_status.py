"""Each outcome has one status and a sentence for the student that says what to do."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from jinja2 import Environment
from jinja2.runtime import Context

from course_utils.grading.marks import Stop
from course_utils.grading.results import status
from course_utils.grading.results.feedback_page import safe_markdown


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (status.of_unread("missing", "there is x.ipynb"), "missing"),
        (status.of_unread("unreadable", "the file is empty"), "unreadable"),
        (status.of_fault("Traceback\nOSError: no room"), "failed"),
        (status.of_failed_check("x.py, line 3"), "failed"),
        (status.of_marked([], {}), "ok"),
        (status.of_marked(["a cell was put back"], {}), "repaired"),
        (status.of_marked([], {}, ["a file was left out"]), "repaired"),
        (status.of_marked(["mended"], {"f_check": Stop("time", "took long")}), "stopped"),
    ],
)
def test_the_status_of_each_outcome(found, name):
    """Is it one of the known statuses, the one that a teacher has to act on first?"""
    assert found.name == name
    assert name in status.STATUSES


def test_a_failure_of_ours_is_never_told_as_the_students():
    """Does the student read that it is not their fault, and the teacher what failed?"""
    found = status.of_fault("Traceback\nOSError: no \x1b[31mroom")
    assert "not your fault" in found.student
    assert "OSError: no" in found.instructor
    assert "\x1b" not in found.instructor


def test_what_was_stopped_says_that_the_rest_counts():
    """Is the stopped part named with its reason, and are the other points promised?"""
    found = status.of_marked([], {"f_check": Stop("memory", "it used more than 5 MB")})
    assert "f_check needed too much memory" in found.student
    assert "points of the other questions count" in found.student
    assert found.instructor == "f_check: it used more than 5 MB"


def test_only_no_wall_is_worth_a_word():
    """Is there a note if student code had the teacher's rights, and none behind a wall?"""
    assert status.of_marked([], {}, wall="landlock").instructor == ""
    assert status.of_marked([], {}, wall="none").instructor == "marked without a sandbox"


def test_a_note_stands_above_the_first_cell_and_is_shown_as_written():
    """Is the sentence added to the page, and a file's name in it no markup, link or picture?"""
    empty = nbformat.v4.writes(nbformat.v4.new_notebook())
    assert status.with_note(empty, "") == empty
    told = (
        "About what you handed in: 'small <b>8 of 8</b> **full marks** [here](http:example.org) "
        "![x](http:example.org) $x$ \\(y\\) | - \\ & &lt; _z_ `c` https://example.org'\n# Full"
    )
    made = nbformat.reads(status.with_note(empty, told), 4)
    shown = safe_markdown(Context(Environment(), {}, None, {}), made.cells[0].source)
    page = BeautifulSoup(shown, "html.parser")
    assert page.blockquote.get_text().strip() == f"How this was marked. {told}"
    assert {tag.name for tag in page.blockquote.find_all()} == {"p", "strong"}
