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

from course_utils.grading.host.pool import LEAST, Preload
from course_utils.grading.intake.cell_roles import cell_roles
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.python_syntax import cell_syntax
from course_utils.requirement import needs_tensorflow

_PLOTS = ("matplotlib.pyplot", "matplotlib_inline.backend_inline")
_HEAVY = ("keras", "tensorflow")
_NAMES_PLOTS = re.compile(r"\b(matplotlib|plt|pylab)\b")


def needs(author: str, cells: Iterable[StudentCell]) -> Preload:
    """The modules for marking these ``cells`` against the ``author``'s notebook (JSON text)."""
    inside, outside, heavy, plots, for_reader = _of_author(author)
    sources = [cell.source for cell in cells if cell.source not in for_reader]
    plots = plots or any(map(_NAMES_PLOTS.search, sources))
    inside += (*(_PLOTS if plots else ()), *(_HEAVY if heavy else ()))
    if not heavy and any(map(needs_tensorflow, sources)):
        inside += _HEAVY
    return Preload(inside, outside + (_HEAVY if heavy else ()), LEAST.worker)


@lru_cache(maxsize=8)
def _of_author(
    author: str,
) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool, frozenset[str]]:
    """Modules inside and outside, whether TensorFlow and Matplotlib are named, and cells not run.

    Where one of these cells must be run after all, it imports what it needs itself.
    """
    roles = [role for role in cell_roles(nbformat.reads(author, as_version=4)) if role.is_code]
    run = [role for role in roles if not role.for_reader]
    sources = [role.source for role in run]
    return (
        # of the text that students get: not the modules of hidden tests alone
        LEAST.inside + _imported([role.released for role in run]),
        LEAST.outside + _imported([role.outside for role in run]),
        any(map(needs_tensorflow, sources)),
        any(map(_NAMES_PLOTS.search, sources)),
        frozenset(role.released for role in roles if role.for_reader),
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
