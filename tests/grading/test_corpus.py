"""Hostile and broken work: each gets its mark and status, and the rest of the class is marked."""

import os
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.grading.conftest import corpus
from tests.grading.corpus.assignment import FULL, NAME, SECRET

CASES = corpus()


def _notebook(marked, student):
    path = marked["root"] / "autograded" / student / NAME / f"{NAME}.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("student", CASES)
def test_each_gets_its_mark_and_status(marked, student):
    """Does this submission get exactly the score, status and message it must?"""
    case, result = CASES[student], marked["results"][student]
    assert (result["score"], result["status"]) == (case.score, case.status), result
    assert case.says in result["instructor"]


@pytest.mark.parametrize("student", ["a-honest", "honest", "z-honest"])
def test_honest_neighbours_keep_their_marks(marked, student):
    """Is honest work before, among and after the rest marked in full?"""
    result = marked["results"][student]
    assert (result["score"], result["status"], result["instructor"]) == (FULL, "ok", "")


def test_the_gradebook_is_whole(marked):
    """Does SQLite find the gradebook intact, with the same scores as the results?"""
    assert marked["gradebook"].execute("pragma integrity_check").fetchone() == ("ok",)
    rows = marked["gradebook"].execute(
        "select student_id, sum(coalesce(manual_score, auto_score, 0)) from grade "
        "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
        "join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id "
        "group by student_id"
    )
    recorded = {s: r["score"] for s, r in marked["results"].items() if r["score"] is not None}
    assert dict(rows.fetchall()) == recorded


def test_nothing_is_left(marked):
    """Are all processes and temporary files of the class gone, and the submissions untouched?"""
    assert not marked["left"]
    ours = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _mine(p)]
    assert not ours
    assert marked["unchanged"]


def _mine(cmdline: Path) -> bool:
    try:
        text = cmdline.read_bytes()
        parent = int((cmdline.parent / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return False
    return b"course_utils.grading.guest.zygote" in text and parent == os.getpid()


def test_no_hidden_argument_is_shown(marked):
    """Is the student kept from seeing what an answer prints while a hidden test calls it?"""
    shown = str([cell.get("outputs") for cell in _notebook(marked, "reach-hidden-arguments").cells])
    assert "SEEN" not in shown


def test_no_hidden_test_is_shown_in_what_went_wrong(marked):
    """Does the feedback's page of wrong work show a hidden test's line or its expected value?"""
    from course_utils.grading.course_paths import open_course
    from course_utils.grading.results.feedback import write_feedback
    from course_utils.grading.results.store import Result

    students = ["value-changes-argument", "reach-script"]
    results = [Result.from_json(marked["results"][s]) for s in students]
    write_feedback(open_course(marked["root"]), NAME, results)
    page = marked["root"] / "feedback" / students[0] / NAME / f"{NAME}.html"
    text = page.read_text("utf-8")
    assert "image.sum()" not in text
    assert "double(21)" not in text
    assert "Test cell" not in text  # the list at the top has names
    assert text.count("not read yet: up to 1.0") == 2  # the written answer: in the list, and above
    script = marked["root"] / "feedback" / students[1] / NAME / f"{NAME}.html"
    body = BeautifulSoup(script.read_text("utf-8"), "html.parser").body
    assert not body.find_all(lambda tag: any(name.startswith("on") for name in tag.attrs))
    assert body.find("b", string="bold")
    for code in body.select("div.highlight"):  # the student's code, as text
        code.decompose()
    assert "evil" not in str(body)


def test_a_picture_that_is_drawn_for_hours_is_words(marked):
    """Does the marked notebook say that it is left out?"""
    assert "SVG picture that takes too long" in str(_notebook(marked, "read-slow-svg"))
    assert "too many pixels to be shown" in str(_notebook(marked, "output-picture-of-10-gb"))


def test_too_much_output_is_cut_with_a_note(marked):
    """Is long output short in the marked notebook, and does it say so?"""
    for student in ("output-100-mb-of-lines", "output-200-mb-line", "output-20000-displays"):
        text = str(_notebook(marked, student))
        assert "the rest was cut" in text
        assert len(text) < 2_000_000
    shown = str(_notebook(marked, "output-larger-than-the-line"))
    assert "a display of 38 MB, which is too large to be shown" in shown
    assert "small" in shown


def test_standard_error_is_shown(marked):
    """Is a warning of right work in its outputs, and its score still full?"""
    outputs = str([cell.get("outputs") for cell in _notebook(marked, "value-warns").cells])
    assert "careful" in outputs
    assert "noise" in outputs
    assert SECRET not in outputs
