"""results.json, from outcomes: what Gradescope shows at once, later, and for written answers."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes

from course_utils.grading.gradescope.graded_cells import GradedCell
from course_utils.grading.gradescope.results_json import of_marked, of_unread
from course_utils.grading.marking.job import Outcome
from course_utils.grading.marks import Mark
from course_utils.grading.results.status import Status
from course_utils.grading.results.status import of_unread as unread_status

OK = Status("ok", "", "")


def outcome(score, error: str = "", waits: bool = False) -> Outcome:
    """The outcome of one graded cell ``q`` of 2 points."""
    metadata = {"nbgrader": {"grade_id": "q"}}
    outputs = [new_output("error", ename="E", evalue=error, traceback=[error])] if error else []
    book = new_notebook(cells=[new_code_cell("q", outputs=outputs, metadata=metadata)])
    return Outcome(notebook=writes(book), marks={"q": Mark(2.0, None if waits else score)})


def cell(hidden=False, shown=True, by_hand=False) -> GradedCell:
    """The graded cell ``q``, the second test of a question."""
    return GradedCell("q", "A title", "1.2", 2.0, hidden, shown, by_hand)


def test_a_visible_test_has_all_of_it():
    """Has it its number, title, points and message, without a terminal's colours?"""
    made = of_marked([cell()], OK, [outcome(0.5, "\x1b[31mno\x1b[0m")], [outcome(2.0)])
    (test,) = made["tests"]
    assert test == {
        **{"name": "A title", "number": "1.2", "score": 0.5, "max_score": 2.0},
        **{"status": "failed", "output": "no", "visibility": "visible"},
    }
    assert "score" not in made, "Gradescope adds up; a sum of ours would tell of hidden tests"


def test_a_hidden_test_waits_for_the_due_date():
    """Is a test without a visible line shown after the due date alone, from the run in full?"""
    made = of_marked([cell(True, shown=False)], OK, [outcome(2.0)], [outcome(0.0, "no")])
    (test,) = made["tests"]
    assert (test["visibility"], test["score"], test["output"]) == ("after_due_date", 0.0, "no")


@pytest.mark.parametrize(
    ("at_once", "verdict"),
    [(outcome(2.0), "passed"), (outcome(0.0, "no"), "failed"), (outcome(0.0), None)],
)
def test_the_visible_part_of_a_hidden_test_has_no_points(at_once, verdict):
    """Is it told at once whether the part that a student has is passed, if that can be known?"""
    made = of_marked([cell(hidden=True)], OK, [at_once], [outcome(2.0)])
    first, further = made["tests"]
    assert (first.get("status"), first["visibility"]) == (verdict, "visible")
    assert "score" not in first
    assert (further["score"], further["visibility"]) == (2.0, "after_due_date")


def test_what_a_person_reads_is_no_test():
    """Is a written answer left to Gradescope's own manual marking, and is that said?"""
    made = of_marked([cell(by_hand=True)], OK, [outcome(0, waits=True)], [outcome(0, waits=True)])
    assert made["tests"] == []
    assert "up to 2 points" in made["output"]


def test_a_file_name_is_shown_as_text():
    """Does Gradescope's page show a file's name as plain text, not as HTML?"""
    made = of_unread(unread_status("missing", "there is <img src=x>.txt"))
    assert (made["score"], made["output_format"]) == (0.0, "text")
    assert "<img src=x>" in made["output"]


def test_no_letter_of_a_message_keeps_it_from_being_stored():
    """Is what many databases refuse (NUL, half a surrogate pair) a question mark?"""
    made = of_marked([cell()], OK, [outcome(0.5, "a\0b\ud800c")], [outcome(2.0)])
    assert made["tests"][0]["output"] == "a?b?c"
