"""Find out what each of the author's cells is for, from the author's notebook alone.

``setup``    runs on both sides: in the sandbox for the student, outside for the grade cells
``student``  a solution cell: the student's text, runs in the sandbox only
``derived``  a locked cell that uses names of the student's: it runs in the sandbox; outside run
             only its statements that use no such name and that a grade cell needs
``grade``    runs outside only; there the names that the student defines are proxies
``written``  an answer that a person marks
``text``     everything else

When an author's solution cell binds a name (gives it a value), the name is the *student's* from
there on. When a set-up cell or a grade cell binds a name, it is the author's, whatever the student
did to it.
"""
# pyright: reportMissingTypeStubs=false

import ast
import copy
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from course_utils.grading.intake.python_syntax import (
    bound_names,
    cell_syntax,
    import_statements,
    syntax,
    used_names,
)

TAG = "skip-when-marking"  # an author's word for a cell that only draws or prints


@dataclass(frozen=True)
class AuthorCell:
    """One of the author's cells and its role (``kind``, see above).

    ``name``: nbgrader's grade id, "" where it has none. ``source``: the author's own text;
    ``released``: the text that students receive. ``binds``: the names that the cell gives a value.
    ``student_names``: the names that are the student's when the cell starts. ``inside``: the
    source of a grade cell that runs in the sandbox (the imports of its visible part).
    ``outside``: the source that runs with the grade cells. ``for_reader``: the author says that it
    need not run while work is marked (see ``for_reader``).
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
    for_reader: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether the text of the cell is the student's."""
        return self.kind in ("student", "written")

    @property
    def is_code(self) -> bool:
        """Whether it is a code cell."""
        return self.kind not in ("written", "text")


def cell_roles(notebook: NotebookNode) -> list[AuthorCell]:
    """The cells of the author's ``notebook`` (nbformat 4, with answers and hidden tests)."""
    released = released_cells(notebook)
    student: frozenset[str] = frozenset()
    cells: list[AuthorCell] = []
    shares: list[list[ast.stmt]] = []
    for cell, given in zip(notebook.cells, released, strict=True):
        tree = cell_syntax(cell.source) if cell.cell_type == "code" else ast.Module([], [])
        kind = _kind(cell, tree, student)
        facts = cell.metadata.get("nbgrader", {})
        cells.append(
            AuthorCell(
                kind=kind,
                name=facts.get("grade_id", ""),
                source=cell.source,
                released=given.source,
                points=float(facts.get("points", 0) or 0),
                binds=bound_names(tree),
                student_names=student,
                inside=import_statements(cell_syntax(given.source)) if kind == "grade" else "",
                outside=import_statements(tree) if kind == "student" else cell.source,
                for_reader=kind in ("setup", "derived") and TAG in cell.metadata.get("tags", []),
            )
        )
        share, student = _share(kind, tree, student)
        shares.append(share)
    return _only_what_is_needed(cells, shares)


def _share(
    kind: str, tree: ast.Module, student: frozenset[str]
) -> tuple[list[ast.stmt], frozenset[str]]:
    """The cell's statements that use no name of the student's; and the student's names after it.

    A locked cell may use a student's name in one statement and load images in another. The second
    then runs outside, too: a student cannot replace the images.
    """
    if kind == "student":
        return [], student | (bound_names(tree) - bound_names(syntax(import_statements(tree))))
    share: list[ast.stmt] = []
    for statement in tree.body if kind in ("setup", "grade", "derived") else ():
        alone = ast.Module([statement], [])
        if kind == "derived" and student & used_names(alone):
            student |= bound_names(alone)
        else:
            student -= bound_names(alone)
            share.append(statement)
    return share, student


def _only_what_is_needed(cells: list[AuthorCell], shares: list[list[ast.stmt]]) -> list[AuthorCell]:
    """Keep only the statements of derived cells that a later cell outside needs.

    ``shares``: for each cell, the statements that could run outside. A drawing is not made twice.
    """
    needed: set[str] = set()
    done: list[AuthorCell] = []
    for part, share in zip(reversed(cells), reversed(shares), strict=True):
        kept = share
        if part.kind == "derived":
            kept = list[ast.stmt]()
            for statement in reversed(share):
                alone = ast.Module([statement], [])
                if needed & bound_names(alone):
                    kept.insert(0, statement)
                    needed |= used_names(alone)
            part = replace(part, outside="\n".join(map(ast.unparse, kept)))
        elif part.kind in ("setup", "grade"):
            needed |= used_names(ast.Module(share, []))
        done.append(part)
    return done[::-1]


def released_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells as a student receives them, without answers and hidden tests (nbgrader's steps)."""
    notebook = copy.deepcopy(notebook)
    resources: Any = {}
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook.cells


def _kind(cell: NotebookNode, tree: ast.Module, student: frozenset[str]) -> str:
    if is_task(cell) or (cell.cell_type != "code" and (is_grade(cell) or is_solution(cell))):
        return "written"
    if cell.cell_type != "code":
        return "text"
    if is_solution(cell):
        return "student"
    if is_grade(cell):
        return "grade"
    return "derived" if student & used_names(tree) else "setup"


def is_open(cell: NotebookNode) -> bool:
    """Whether students may edit this code cell although nbgrader does not know it."""
    return cell.cell_type == "code" and not (is_locked(cell) or is_grade(cell) or is_solution(cell))
