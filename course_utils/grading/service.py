"""Which preloaded processes a job needs, and the ones that run.

What an author's notebook imports is imported once, before the forks; TensorFlow only where a
notebook speaks of it, for it takes longer than most notebooks.
"""

import ast
import re
from functools import lru_cache
from typing import NamedTuple

import nbformat

from course_utils.errors import CourseError
from course_utils.grading.plan import released_cells, syntax
from course_utils.grading.sandbox import Preloaded

_INSIDE = ("numpy", "IPython.core.interactiveshell", "course_utils.grading.inside")
_OUTSIDE = ("numpy", "IPython.core.inputtransformer2", "course_utils.grading.mark")
_PLOTS = ("matplotlib.pyplot", "matplotlib_inline.backend_inline")
_HEAVY = ("keras", "tensorflow")
_SPEAKS_OF_PLOTS = re.compile(r"\b(matplotlib|plt|pylab)\b")
_SPEAKS_OF_KERAS = re.compile(r"\b(keras|tensorflow|course_utils\.models)\b")


class Needs(NamedTuple):
    """The modules to preload for a job: in the sandbox, and for the author's cells."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def heavy(self) -> bool:
        """Whether TensorFlow is among them."""
        return "tensorflow" in self.inside


def needs(author: str, cells: list[dict]) -> Needs:
    """What marking these ``cells`` against the ``author``'s notebook (JSON) needs."""
    inside, outside, heavy, plots = _of_author(author)
    theirs = [cell["source"] for cell in cells]
    plots = plots or any(map(_SPEAKS_OF_PLOTS.search, theirs))
    inside += (*(_PLOTS if plots else ()), *(_HEAVY if heavy else ()))
    if not heavy and any(map(_SPEAKS_OF_KERAS.search, theirs)):
        inside += _HEAVY
    return Needs(inside, outside + (_HEAVY if heavy else ()))


@lru_cache(maxsize=8)
def _of_author(author: str) -> tuple[tuple, tuple, bool, bool]:
    notebook = nbformat.reads(author, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    released = [cell.source for cell in released_cells(notebook) if cell.cell_type == "code"]
    return (
        _INSIDE + _imported(released),  # nothing that only a hidden test names
        _OUTSIDE + _imported(sources),
        any(map(_SPEAKS_OF_KERAS.search, sources)),
        any(map(_SPEAKS_OF_PLOTS.search, sources)),
    )


def _imported(sources: list[str]) -> tuple[str, ...]:
    names = {}
    for source in sources:
        for node in ast.walk(syntax(source)):
            if isinstance(node, ast.Import):
                names |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
    return tuple(names)


class Service:
    """The preloaded processes of one run, started when first needed. Close it when done."""

    def __init__(self, walled=True):
        self._role = "submission" if walled else "unwalled"
        self._running: dict[tuple, Preloaded] = {}

    def start(self, needed: Needs) -> dict[str, str]:
        """Addresses for a job; starts what is missing and does not wait until it is ready."""
        inside, outside = (self._role, *needed.inside), ("marks", *needed.outside)
        for key in (inside, outside):
            if key not in self._running or not self._running[key].alive():
                self._running[key] = Preloaded(key[0], list(key[1:]))
        return {"inside": self._running[inside].address, "outside": self._running[outside].address}

    def check(self) -> None:
        """Raise CourseError for one that ended by itself, with its last words."""
        for process in self._running.values():
            if not process.alive():
                said = process.last_words()
                raise CourseError(f"the grader's preloaded process ended: {said}")

    def close(self) -> None:
        """End them, and everything that they forked."""
        for process in self._running.values():
            process.close()
        self._running.clear()
