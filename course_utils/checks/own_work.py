"""Find answers that use the course's own solution, which is not available when work is marked."""

import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any

from course_utils.checks.error import CheckError

_REFERENCE = "course_utils.reference"
_NOTEBOOK = "__main__"  # the module of functions that a notebook's cells define
_DEEPEST = 5  # so many functions of the student's own that call one another are followed


def refuse_reference(name: str, answer: Any) -> None:
    """Raise CheckError when a notebook's ``answer``, or what it calls, uses the reference.

    Only the names in the code are looked at; nothing is run. An unused import is no error.
    """
    if not isinstance(answer, FunctionType):
        return
    own = answer.__module__ == _NOTEBOOK
    taken = getattr(sys.modules.get(_NOTEBOOK), name, None) is answer
    if (own or taken) and _uses_reference(answer, _DEEPEST, set()):
        raise CheckError(
            f"{name} calls the course's own solution ({_REFERENCE}). When your work is marked, "
            "that is not there, so this gets no points: write the part yourself. To compare with "
            "it outside your function is fine.",
            question=name,
        )


def _uses_reference(function: FunctionType, depth: int, seen: set[FunctionType]) -> bool:
    if function.__module__ == _REFERENCE:
        return True
    if depth == 0 or function in seen or function.__module__ != _NOTEBOOK:
        return False
    seen.add(function)
    names = _names(function.__code__)
    if {"course_utils", "reference"} <= names or _REFERENCE in names:
        return True  # imported by the function itself
    scope = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            scope[name] = cell.cell_contents
        except ValueError:  # the cell has no value yet
            continue
    for name in names:
        found = scope.get(name)
        if isinstance(found, ModuleType) and found.__name__ == _REFERENCE:
            return True
        if isinstance(found, FunctionType) and _uses_reference(found, depth - 1, seen):
            return True
    return False


def _names(code: CodeType) -> set[str]:
    """The names that the code reads, also in its inner functions."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return {*code.co_names, *code.co_freevars}.union(*map(_names, inner))
