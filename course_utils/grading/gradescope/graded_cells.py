"""The graded cells of an assignment: their titles and points, and which tests are hidden."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from course_utils.grading.intake.cell_roles import AuthorCell, cell_roles
from course_utils.grading.intake.python_syntax import cell_syntax
from course_utils.grading.results.author_questions import author_questions

_NUMBERED = re.compile(r"(\d+)\.\s+(.+)")


@dataclass(frozen=True)
class GradedCell:
    """One graded cell.

    ``title``: the heading above it; ``number``: the number of that heading (2, or 2.1 where the
    question has several tests), "" where headings have no numbers. ``hidden``: whether students do
    not receive all of the test; ``shown``: whether they receive some of it. ``by_hand``: whether a
    person gives the ``points``.
    """

    name: str
    title: str
    number: str
    points: float
    hidden: bool
    shown: bool
    by_hand: bool


def graded_cells(folder: Path, authors: Mapping[str, str]) -> list[GradedCell]:
    """All graded cells of the ``authors``' notebooks (name → JSON text) in ``folder``, in order."""
    titles = {name: question.title for name, question in author_questions(folder).items()}
    roles = [role for text in authors.values() for role in _graded(text)]
    tests = Counter(titles[role.name] for role in roles if role.kind == "grade")
    seen: Counter[str] = Counter()
    cells: list[GradedCell] = []
    for role in roles:
        title, by_hand = titles[role.name], role.kind != "grade"
        seen[title] += not by_hand
        found = _NUMBERED.fullmatch(title)
        number, words = (found[1], found[2]) if found else ("", title)
        if number and not by_hand and tests[title] > 1:
            number += f".{seen[title]}"
        hidden = not by_hand and role.source != role.released
        shown = bool(cell_syntax(role.released).body)
        cells.append(GradedCell(role.name, words, number, role.points, hidden, shown, by_hand))
    return cells


def without_hidden_tests(author: str) -> str:
    """The author's notebook (JSON text) with its answers, but without the hidden tests."""
    notebook = nbformat.reads(author, as_version=4)
    resources: Any = {}
    notebook, _ = ClearHiddenTests().preprocess(notebook, resources)
    return nbformat.v4.writes(notebook)


def _graded(author: str) -> list[AuthorCell]:
    roles = cell_roles(nbformat.reads(author, as_version=4))
    return [role for role in roles if role.points and role.name]
