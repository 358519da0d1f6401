"""What each of the author's cells is for, told from the author's notebook alone.

``setup``    runs on both sides: in the sandbox for the student, outside for the grade cells
``student``  a solution cell: the student's text, in the sandbox only
``derived``  a locked cell that uses what the student wrote: in the sandbox only
``grade``    runs outside only; the names that the student defines are proxies there
``written``  an answer that a person marks
``text``     everything else

A name that an author's solution cell binds is the *student's* from there on; a name that a set-up
cell or a grade cell binds is the author's, whatever the student did to it.
"""

import ast
from typing import NamedTuple

from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_grade, is_locked, is_solution, is_task


class Planned(NamedTuple):
    """One of the author's cells.

    ``released``: the text that students receive. ``student_names``: those that are the student's
    when the cell starts. ``imports``: the import statements of a solution cell, which run outside.
    """

    kind: str
    name: str
    source: str
    released: str
    points: float
    binds: frozenset[str]
    student_names: frozenset[str]
    imports: str


def plan(notebook) -> list[Planned]:
    """The author's ``notebook`` (nbformat 4, with answers and hidden tests), cell by cell."""
    released = released_cells(notebook)
    student: frozenset[str] = frozenset()
    planned = []
    for cell, given in zip(notebook.cells, released, strict=True):
        tree = syntax(cell.source) if cell.cell_type == "code" else ast.Module([], [])
        kind = _kind(cell, tree, student)
        binds = bound_names(tree)
        planned.append(
            Planned(
                kind,
                cell.metadata.get("nbgrader", {}).get("grade_id", ""),
                cell.source,
                given.source,
                float(cell.metadata.get("nbgrader", {}).get("points", 0) or 0),
                binds,
                student,
                imports(tree) if kind in ("student", "grade") else "",
            )
        )
        if kind in ("student", "derived"):
            student |= binds - bound_names(ast.parse(imports(tree)))
        elif kind in ("setup", "grade"):
            student -= binds
    return planned


def released_cells(notebook) -> list:
    """The cells as a student receives them: nbgrader's own steps, without answers and tests."""
    import copy

    notebook, resources = copy.deepcopy(notebook), {}
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook.cells


def syntax(source: str) -> ast.Module:
    """The cell's syntax tree, magics turned into calls; empty where it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def bound_names(tree: ast.Module) -> frozenset[str]:
    """The names that the cell's own level binds (not what its functions bind inside)."""
    names = set()
    open_nodes = list(tree.body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names}
        open_nodes += ast.iter_child_nodes(node)
    return frozenset(names)


def imports(tree: ast.Module) -> str:
    """The import statements at the cell's own level, as source."""
    found = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return "\n".join(ast.unparse(node) for node in found)


def _used_names(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _kind(cell, tree, student) -> str:
    if is_task(cell) or (cell.cell_type != "code" and (is_grade(cell) or is_solution(cell))):
        return "written"
    if cell.cell_type != "code":
        return "text"
    if is_solution(cell):
        return "student"
    if is_grade(cell):
        return "grade"
    return "derived" if student & _used_names(tree) else "setup"


def is_open(cell) -> bool:
    """An author's code cell that the student may edit: no part of nbgrader's."""
    return cell.cell_type == "code" and not (is_locked(cell) or is_grade(cell) or is_solution(cell))
