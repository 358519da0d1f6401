"""Which modules a job needs imported before its processes are forked.

The modules that an author's notebook imports are imported once, before the forks; TensorFlow only
where a notebook names it, because to import it takes longer than to mark most notebooks.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

import nbformat

from course_utils.grading.host.pool import Preload
from course_utils.grading.intake.cell_roles import cell_roles, released_cells
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.python_syntax import cell_syntax
from course_utils.requirement import needs_tensorflow

_WORKER = "course_utils.grading.marking.worker"
_INSIDE = ("numpy", "IPython.core.interactiveshell", "course_utils.grading.guest.answer")
_OUTSIDE = ("course_utils.light_imports", "numpy", "IPython.core.inputtransformer2", _WORKER)
_PLOTS = ("matplotlib.pyplot", "matplotlib_inline.backend_inline")
_RUNS_OUTSIDE = ("setup", "student", "derived", "grade")
_HEAVY = ("keras", "tensorflow")
_NAMES_PLOTS = re.compile(r"\b(matplotlib|plt|pylab)\b")


def needs(author: str, cells: Iterable[StudentCell]) -> Preload:
    """The modules for marking these ``cells`` against the ``author``'s notebook (JSON text)."""
    inside, outside, heavy, plots = _of_author(author)
    sources = [cell.source for cell in cells]
    plots = plots or any(map(_NAMES_PLOTS.search, sources))
    inside += (*(_PLOTS if plots else ()), *(_HEAVY if heavy else ()))
    if not heavy and any(map(needs_tensorflow, sources)):
        inside += _HEAVY
    return Preload(inside, outside + (_HEAVY if heavy else ()), _WORKER)


@lru_cache(maxsize=8)
def _of_author(author: str) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    notebook = nbformat.reads(author, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    outside = [role.outside for role in cell_roles(notebook) if role.kind in _RUNS_OUTSIDE]
    released = [cell.source for cell in released_cells(notebook) if cell.cell_type == "code"]
    return (
        _INSIDE + _imported(released),  # not the modules that only a hidden test imports
        _OUTSIDE + _imported(outside),
        any(map(needs_tensorflow, sources)),
        any(map(_NAMES_PLOTS.search, sources)),
    )


def _imported(sources: list[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for source in sources:
        for node in ast.walk(cell_syntax(source)):
            if isinstance(node, ast.Import):
                names |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
    return tuple(names)
