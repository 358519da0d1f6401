"""Synthetic submissions: the released notebook with given answers in its solution cells."""

import json
import re
from functools import cache
from typing import NamedTuple

from course_utils.authoring.notebook import author_notebook
from tests.conftest import ROOT


class Wrong(NamedTuple):
    """One small change to the author's answers, and what it must cost.

    ``old`` becomes ``new`` in the author's answer to the questions; ``lost``: the graded cells that
    then give no points. Their feedback must name ``misconception``.
    """

    assignment: str
    misconception: str
    questions: str  # grade ids of solution cells, separated by spaces
    old: str
    new: str
    lost: str  # grade ids of checks, separated by spaces


def author_answers(assignment: str) -> dict[str, str]:
    """Grade id → the author's answer, without nbgrader's markers."""
    answers = {}
    for cell in json.loads(author_text(assignment))["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("solution"):
            text = "".join(cell["source"])
            answers[facts["grade_id"]] = re.sub(
                r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.M
            )
    return answers


@cache
def author_text(assignment: str) -> str:
    """The author's notebook, with answers and hidden tests, as JSON."""
    return author_notebook(ROOT / "solutions" / assignment / f"{assignment}.py")


def points(assignment: str) -> dict[str, float]:
    """Grade id → points of each cell that a check marks (not those that a person reads)."""
    facts = [
        c["metadata"].get("nbgrader", {}) for c in json.loads(author_text(assignment))["cells"]
    ]
    return {f["grade_id"]: f["points"] for f in facts if f.get("grade") and not f["solution"]}


def notebook(assignment: str, answers: dict[str, str]) -> dict:
    """The exercise as a student hands it in."""
    path = ROOT / "exercises" / assignment / f"{assignment}.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))
    for cell in made["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name].splitlines(keepends=True)
    return made


def wrong_answers(wrong: Wrong) -> dict[str, str]:
    """The author's answers with the one change."""
    answers = author_answers(wrong.assignment)
    for question in wrong.questions.split():
        assert wrong.old in answers[question], f"{wrong}: the author's answer has changed"
        answers[question] = answers[question].replace(wrong.old, wrong.new)
    return answers
