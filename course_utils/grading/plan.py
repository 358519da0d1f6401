"""What each of the author's cells is for, told from the author's notebook alone.

``setup``    runs on both sides: in the sandbox for the student, outside for the grade cells
``student``  a solution cell: the student's text, in the sandbox only
``derived``  a locked cell that uses what the student wrote: in the sandbox; outside only those of
             its statements that use nothing of the student's and that a grade cell needs
``grade``    runs outside only; the names that the student defines are proxies there
``written``  an answer that a person marks
``text``     everything else

A name that an author's solution cell binds is the *student's* from there on; a name that a set-up
cell or a grade cell binds is the author's, whatever the student did to it.
"""

import ast
import copy
import threading
from typing import NamedTuple

from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

# workers are threads, and before 3.11.8 and 3.12.2 two of them that parse at once can end in
# "SystemError: AST constructor recursion depth mismatch" (CPython's gh-106905)
_PARSING = threading.Lock()


class Planned(NamedTuple):
    """One of the author's cells.

    ``released``: the text that students receive. ``binds``: the names that the cell gives a value.
    ``student_names``: those that are the student's when the cell starts. ``inside``: what of a
    grade cell runs in the sandbox (the imports of its visible part). ``outside``: what runs with
    the grade cells.
    """

    kind: str
    name: str
    source: str
    released: str
    points: float
    binds: frozenset[str]
    student_names: frozenset[str]
    inside: str
    outside: str


def plan(notebook) -> list[Planned]:
    """The author's ``notebook`` (nbformat 4, with answers and hidden tests), cell by cell."""
    released = released_cells(notebook)
    student: frozenset[str] = frozenset()
    planned, shares = [], []
    for cell, given in zip(notebook.cells, released, strict=True):
        tree = syntax(cell.source) if cell.cell_type == "code" else ast.Module([], [])
        kind = _kind(cell, tree, student)
        facts = cell.metadata.get("nbgrader", {})
        planned.append(
            Planned(
                kind,
                facts.get("grade_id", ""),
                cell.source,
                given.source,
                float(facts.get("points", 0) or 0),
                bound_names(tree),
                student,
                imports(syntax(given.source)) if kind == "grade" else "",
                imports(tree) if kind == "student" else cell.source,
            )
        )
        share, student = _share(kind, tree, student)
        shares.append(share)
    return _only_what_is_needed(planned, shares)


def _share(kind: str, tree: ast.Module, student: frozenset) -> tuple[list, frozenset]:
    """A cell's statements that are the author's alone, and whose names are the student's after it.

    In a locked cell that uses a student's name, a statement that does not (loading the images)
    still gives the author's own value outside: what it binds is not the student's to replace.
    """
    if kind == "student":
        return [], student | (bound_names(tree) - bound_names(parsed(imports(tree))))
    share = []
    for statement in tree.body if kind in ("setup", "grade", "derived") else ():
        alone = ast.Module([statement], [])
        if kind == "derived" and student & _used_names(alone):
            student |= bound_names(alone)
        else:
            student -= bound_names(alone)
            share.append(statement)
    return share, student


def _only_what_is_needed(planned: list[Planned], shares: list[list]) -> list[Planned]:
    """Of the derived cells' shares keep what a later cell outside uses: no second drawing."""
    needed: set[str] = set()
    done = []
    for part, share in zip(reversed(planned), reversed(shares), strict=True):
        kept = share
        if part.kind == "derived":
            kept = []
            for statement in reversed(share):
                alone = ast.Module([statement], [])
                if needed & bound_names(alone):
                    kept.insert(0, statement)
                    needed |= _used_names(alone)
            part = part._replace(outside="\n".join(map(ast.unparse, kept)))
        elif part.kind in ("setup", "grade"):
            needed |= _used_names(ast.Module(share, []))
        done.append(part)
    return done[::-1]


def released_cells(notebook) -> list:
    """The cells as a student receives them: nbgrader's own steps, without answers and tests."""
    notebook, resources = copy.deepcopy(notebook), {}
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook.cells


def syntax(source: str) -> ast.Module:
    """The cell's syntax tree, magics turned into calls; empty where it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        text = TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
    return parsed(text)


def parsed(text: str) -> ast.Module:
    """The syntax tree of ``text``; empty where it is not Python."""
    with _PARSING:
        try:
            return ast.parse(text)
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
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


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
