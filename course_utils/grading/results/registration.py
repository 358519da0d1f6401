"""Tell the gradebook an assignment's cells, by the steps of nbgrader's generate_assignment."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import logging
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)

from course_utils.grading.results.registered_cells import complete_submissions, meet_new_cells

_RELEASE = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
Row = Any  # a row of nbgrader's, whose classes do not give the types of their columns
LOG = logging.getLogger("course_utils.grading.nbgrader")
LOG.setLevel(logging.ERROR)


def register(
    gradebook: Gradebook, db_url: str, assignment: str, notebooks: Mapping[str, str]
) -> None:
    """Make the cells of ``assignment`` in the gradebook those of the author's notebooks now."""
    released = {name: _released(text) for name, text in notebooks.items()}
    if is_registered(gradebook, assignment, released):
        return
    gradebook.update_or_create_assignment(assignment)
    for name, notebook in released.items():
        meet_new_cells(gradebook, assignment, name, notebook)
        quiet(SaveCells()).preprocess(notebook, resources_of(db_url, assignment, name, "."))
    complete_submissions(gradebook, assignment)


def is_registered(
    gradebook: Gradebook, assignment: str, released: Mapping[str, NotebookNode]
) -> bool:
    """Whether the gradebook has the assignment's notebooks, with each cell as it is now."""
    try:
        known = {
            notebook.name: notebook for notebook in gradebook.find_assignment(assignment).notebooks
        }
    except MissingEntry:
        return False
    return all(name in known and _same_cells(known[name], released[name]) for name in released)


def _same_cells(known: Row, notebook: NotebookNode) -> bool:
    facts = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.name: cell.checksum for cell in known.source_cells} == {
        cell.grade_id: cell.checksum for cell in facts
    }


def _released(source: str) -> NotebookNode:
    """The author's notebook as nbgrader's generate_assignment gives it to the gradebook."""
    notebook: Any = nbformat.reads(source, as_version=4)
    resources: Any = {}
    for step in _RELEASE:
        notebook, resources = quiet(step()).preprocess(notebook, resources)
    return notebook


def resources_of(db_url: str, assignment: str, notebook: str, student: str) -> Any:
    """What nbgrader hands to each of its steps: whose notebook it is, and in which gradebook."""
    names = {"notebook": notebook, "assignment": assignment, "student": student, "db_url": db_url}
    return {"nbgrader": names, "unique_key": notebook}


def quiet(step: Any) -> Any:
    """``step``, which from now on logs only errors."""
    step.log = LOG
    return step
