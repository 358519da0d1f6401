"""The author's notebook with the student's text in its answer cells.

Three things are taken from the submission: the text of solution cells, the text of cells that the
author left open, and added cells. Whatever else happened to it (cells that were deleted,
duplicated, renamed, edited, re-tagged, moved, or lost their metadata) is so put right, and a
sentence says what it was. An older version of the author's notebook is brought up to date as well,
but without a sentence: that is not the student's doing.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LockCells
from nbgrader.utils import compute_checksum

from course_utils.grading.intake.cell_roles import AuthorCell, cell_roles, is_open
from course_utils.grading.intake.given_cells import Given, Release, release_of
from course_utils.grading.intake.match_cells import CellMatch
from course_utils.grading.intake.notebook_file import StudentCell

ELSEWHERE = "# The answer to this question is in another cell of yours."


@dataclass(frozen=True)
class CodeCell:
    """One code cell of the notebook to mark: its ``index`` in it, its text, and its role.

    ``role`` is None for a cell that the student added.
    """

    index: int
    source: str
    role: AuthorCell | None


@dataclass(frozen=True)
class Author:
    """The author's ``notebook`` (nbformat 4), and all that is found out from it alone.

    A class needs this once, and not for each student. ``locked``: the notebook with nbgrader's
    locks. ``release``: what students get now.
    """

    notebook: NotebookNode
    roles: list[AuthorCell]
    release: Release
    locked: NotebookNode

    @classmethod
    def of(cls, notebook: NotebookNode) -> "Author":
        """What is found out from ``notebook``."""
        locked = copy.deepcopy(notebook)
        LockCells().preprocess(locked, {})
        return cls(notebook, cell_roles(notebook), release_of(notebook), locked)


@dataclass(frozen=True)
class Reassembled:
    """The notebook to mark (no outputs yet) and its code cells in order.

    ``repairs``: a sentence for each kind of thing that was put right. ``untouched``: the student
    filled nothing in.
    """

    notebook: NotebookNode
    code_cells: list[CodeCell]
    repairs: list[str]
    untouched: bool


def reassemble(
    author: Author,
    cells: Sequence[StudentCell],
    modules: Mapping[str, str] | None = None,
    earlier: Sequence[Release] = (),
) -> Reassembled:
    """Put the student's ``cells`` into the ``author``'s notebook.

    ``modules``: module name → source, of the Python modules that were handed in beside it.
    ``earlier``: the earlier releases of the notebook.
    """
    roles = author.roles
    given = Given(author.release, earlier)
    match = CellMatch(author.notebook, roles, cells, modules or {}, given)
    notebook = copy.deepcopy(author.locked)
    made: list[NotebookNode] = []
    code_cells: list[CodeCell] = []

    def add(cell: NotebookNode, role: AuthorCell | None) -> None:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            code_cells.append(CodeCell(len(made), cell.source, role))
        made.append(cell)

    for number in range(-1, len(roles)):
        if number >= 0:
            for copied in match.copies.get(number, []):
                add(_added(copied, len(made)), None)
            cell, role = notebook.cells[number], roles[number]
            theirs = match.cell(number)
            if role.kind != "student" and match.as_given(number):
                theirs = None  # it may be the text of an earlier release
            cell = _taken(cell, role, theirs)
            if number in match.elsewhere:
                cell.source = ELSEWHERE
            if answer := match.written_below(number):
                cell.source = answer.source
                if answer.attachments:
                    cell["attachments"] = answer.attachments
            add(cell, roles[number])
        for extra in match.added.get(number, []):
            add(_added(extra, len(made)), None)
    notebook.cells = made
    untouched = match.only_given and not match.copies and _is_untouched(author, match)
    return Reassembled(notebook, code_cells, match.repairs.sentences(), untouched)


def _is_untouched(author: Author, match: CellMatch) -> bool:
    """Whether every cell that the student may edit is as it was handed out."""
    return all(
        match.as_given(number)
        for number, role in enumerate(author.roles)
        if role.is_answer or is_open(author.notebook.cells[number])
    )


def _taken(cell: NotebookNode, role: AuthorCell, theirs: StudentCell | None) -> NotebookNode:
    """The author's cell with the student's text, and nbgrader's checksum of the unchanged cell."""
    mine = role.is_answer or is_open(cell)
    if "nbgrader" in cell.metadata:
        if role.is_answer:
            cell.source = role.released
        cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    if mine:
        cell.source = role.released if theirs is None else theirs.source
        if cell.cell_type == "markdown" and theirs and theirs.attachments:
            cell["attachments"] = theirs.attachments
    return cell


def _added(cell: StudentCell, number: int) -> NotebookNode:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    made = make.get(cell.cell_type, nbformat.v4.new_raw_cell)(cell.source)
    made["id"] = f"added-{number}"
    if made.cell_type == "markdown" and cell.attachments:
        made["attachments"] = cell.attachments
    return made
