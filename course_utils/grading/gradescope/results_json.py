"""The result of a hand-in for Gradescope: results.json, after its "Autograder Specifications".

These are at https://gradescope-autograders.readthedocs.io/en/latest/specs/ (a test with a status
and no points is not in them; otter-grader sends such tests, too).

Each test has its points. A test that students do not receive is shown after the due date (or the
late due date, if there is one); until then Gradescope shows no total. The results that are visible
at once come from a run without the hidden tests, so they cannot show what those tests try.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from collections.abc import Sequence
from typing import Any

import nbformat

from course_utils.grading.gradescope.graded_cells import GradedCell
from course_utils.grading.marking.job import Outcome
from course_utils.grading.marks import Mark
from course_utils.grading.results.status import Status
from course_utils.grading.text import points_text, storable

Json = dict[str, Any]
_LATER = "after_due_date"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_MOST = 20_000  # characters in a test's output


def of_unread(status: Status) -> Json:
    """The result of work that is missing or cannot be read: 0, and a sentence on what to do."""
    return _results(status, status.student) | {"score": 0.0}


def of_marked(
    cells: Sequence[GradedCell], status: Status, at_once: list[Outcome], in_full: list[Outcome]
) -> Json:
    """The result of marked work.

    ``at_once``: the outcomes of the run without hidden tests; ``in_full``: of the run with them.
    """
    shown, full = _Told(at_once), _Told(in_full)
    tests: list[Json] = []
    for cell in cells:
        if cell.by_hand:
            continue
        if cell.hidden and cell.shown:
            tests.append(_in_view(cell, shown))
        told, when = (full, _LATER) if cell.hidden else (shown, "visible")
        tests.append(_test(cell, told, when))
    by_hand = [cell for cell in cells if cell.by_hand]
    points = points_text(sum(cell.points for cell in by_hand))
    read = f"A person reads the written answers and gives up to {points} points for them."
    sentences = [status.student, read if by_hand else ""]
    return _results(status, "\n\n".join(filter(None, sentences))) | {"tests": tests}


def _results(status: Status, output: str) -> Json:
    more = {"status": status.name}
    # as text: by default Gradescope renders HTML, and a student may have put some in a file's name
    return {"output": output, "output_format": "text", "extra_data": more}


class _Told:
    """The mark of each graded cell, and the error that the student reads, by the cell's name."""

    def __init__(self, outcomes: list[Outcome]):
        self.marks: dict[str, Mark] = {}
        self.errors: dict[str, str] = {}
        for outcome in outcomes:
            self.marks |= outcome.marks
            for cell in nbformat.reads(outcome.notebook, as_version=4).cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                for output in cell.get("outputs", []):
                    if output.output_type == "error":
                        text = _COLOURS.sub("", "\n".join(output.traceback))[:_MOST]
                        self.errors[name] = storable(text.replace("\0", "?"))


def _test(cell: GradedCell, told: _Told, visibility: str) -> Json:
    mark = told.marks[cell.name]
    score = mark.score or 0.0
    name = f"{cell.title} (further tests)" if cell.hidden else cell.title
    return _named(cell, name) | {
        "score": score,
        "max_score": cell.points,
        "status": "passed" if score >= cell.points else "failed",
        "output": told.errors.get(cell.name, ""),
        "visibility": visibility,
    }


def _in_view(cell: GradedCell, told: _Told) -> Json:
    """The visible part of a partly hidden test: without points, which would reveal the total."""
    error = told.errors.get(cell.name, "")
    mark = told.marks[cell.name]
    made = _named(cell, cell.title) | {"output": error, "visibility": "visible"}
    if error:
        return made | {"status": "failed"}
    # a cell that counts its own points lacks those of hidden tests here, so it has not failed
    return made | ({"status": "passed"} if mark.score == cell.points else {})


def _named(cell: GradedCell, name: str) -> Json:
    return {"name": name} | ({"number": cell.number} if cell.number else {})
