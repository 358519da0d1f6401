"""Complete the short nbgrader metadata that an author writes in a cell, or refuse it.

An unknown key is refused, too: if a misspelt ``points`` were ignored, a class would lose points.
"""

import ast
import difflib
import json
import re
from typing import Any

from course_utils.errors import CourseError

_KEYS = ("grade_id", "solution", "points", "locked", "task")
_NBGRADERS_OWN = ("grade", "schema_version", "cell_type", "checksum")  # written by Jupyter's editor
_BROKEN = "incorrectly_encoded_metadata"  # jupytext's name for metadata that it could not read


def complete(cell: Any, where: str) -> dict[str, Any] | None:
    """nbgrader's whole metadata of ``cell``; None for a cell that has none.

    An author writes ``grade_id`` with ``solution``, ``points`` or ``locked``, or with ``task`` and
    ``points``. The rest follows: points make a cell graded; a task, and a graded cell that is not a
    solution, are locked. ``where``: file and line, for the message. Raises CourseError for anything
    else.
    """
    facts = _facts(cell, where)
    _regions(cell, facts or {}, where)
    if facts is None:
        return None
    task = facts.get("task", False)  # nbgrader counts a task's points by themselves
    full = {"solution": False, "task": False, "schema_version": 3}
    full |= facts | {"grade": "points" in facts and not task}
    full["locked"] = not full["solution"] and bool(full["grade"] or task or facts.get("locked"))
    return full


def _facts(cell: Any, where: str) -> dict[str, Any] | None:
    """The author's own keys. Raises CourseError for an unknown key, or a value of a wrong type."""
    for key, value in cell.metadata.items():
        if key == _BROKEN or (
            key != "nbgrader" and isinstance(value, dict) and "grade_id" in value
        ):
            shown = value if key == _BROKEN else f"{key}={json.dumps(value)}"
            raise CourseError(
                f'{where}: cannot read {shown}: write nbgrader={{"grade_id": "a_name", …}}, in JSON'
            )
    facts = cell.metadata.get("nbgrader")
    if facts is None:
        return None
    if not isinstance(facts, dict):
        raise CourseError(f"{where}: nbgrader={facts!r} is not a JSON object: write {{…}}")
    facts = dict(facts)
    for key in facts:
        if key not in (*_KEYS, *_NBGRADERS_OWN):
            near = difflib.get_close_matches(key, _KEYS, 1)
            meant = f"did you mean {near[0]!r}?" if near else f"use {', '.join(_KEYS)}"
            raise CourseError(f"{where}: unknown key {key!r}: {meant}")
    if facts.get("grade") is False and not facts.get("task") and not facts.get("points"):
        facts.pop("points", None)  # Jupyter's own editor leaves a 0 there
    if facts.get("grade") is True and "points" not in facts:
        raise CourseError(f"{where}: a graded cell without points: add them")
    facts = {key: facts[key] for key in _KEYS if key in facts}
    _types(facts, where)
    _sense(cell, facts, where)
    return facts


def _types(facts: dict[str, Any], where: str) -> None:
    name = facts.get("grade_id")
    if name is None:
        raise CourseError(f"{where}: nbgrader={facts} without a grade_id: add one")
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
        raise CourseError(f"{where}: the grade_id {name!r} may hold letters, digits, _ and -")
    for key in ("solution", "locked", "task"):
        if not isinstance(facts.get(key, False), bool):
            raise CourseError(f"{where}: {key} is {facts[key]!r}: write true or false")
    points = facts.get("points", 0)
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not points >= 0:
        raise CourseError(f"{where}: points are {points!r}: write a number")


def _sense(cell: Any, facts: dict[str, Any], where: str) -> None:
    """Raise CourseError for keys that do not fit together, or do not fit this kind of cell."""
    name, points = facts["grade_id"], "points" in facts
    is_answer, task = facts.get("solution", False), facts.get("task", False)
    if cell.cell_type not in ("code", "markdown"):
        raise CourseError(f"{where}: {name} is in a {cell.cell_type} cell: use code or markdown")
    if not (is_answer or points or task or facts.get("locked")):
        raise CourseError(f"{where}: {name} has neither solution, points, locked nor task")
    if is_answer and (facts.get("locked") or task):
        raise CourseError(f"{where}: {name} is a solution, so it is neither locked nor a task")
    if task and (not points or cell.cell_type != "markdown"):
        raise CourseError(f"{where}: {name} is a task: it must be a markdown cell with points")
    if points and not is_answer and not task and not _is_test(cell):
        raise CourseError(
            f"{where}: {name} has points, but nothing in it can fail: give the points to a test, "
            'or to a text with "solution": true'
        )


def _is_test(cell: Any) -> bool:
    """Whether the cell has code that could fail."""
    if cell.cell_type != "code":
        return False
    try:
        return any(not isinstance(each, ast.Pass) for each in ast.parse(cell.source).body)
    except SyntaxError:
        return True  # IPython's own syntax, or a mistake that the author's own run will find


def _regions(cell: Any, facts: dict[str, Any], where: str) -> None:
    """Refuse ### BEGIN lines that nbgrader would not remove, and those without an ### END."""
    graded = "points" in facts and not facts.get("task")
    for what, there, needs in (
        ("SOLUTION", facts.get("solution"), '"solution": true'),
        ("HIDDEN TESTS", graded, '"points"'),
    ):
        begun = len(re.findall(rf"^\s*### BEGIN {what}", cell.source, re.M))
        ended = len(re.findall(rf"^\s*### END {what}", cell.source, re.M))
        if begun and not there:
            raise CourseError(f"{where}: ### BEGIN {what} in a cell without {needs}")
        if begun != ended:
            raise CourseError(f"{where}: {begun} ### BEGIN {what}, but {ended} ### END {what}")
