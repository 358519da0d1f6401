"""Update an assignment's cells in the gradebook when the author adds or drops a question later.

nbgrader refuses to add or remove cells once something was handed in. Here a dropped question is
removed with its marks, a new one gets an empty place in every submission, and all other marks stay,
also those that a person gave.
"""
# pyright: reportMissingTypeStubs=false

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.utils import is_grade, is_locked, is_solution, is_task


def meet_new_cells(
    gradebook: Gradebook, assignment: str, name: str, notebook: NotebookNode
) -> None:
    """Give the notebook ``name`` in the gradebook the cells of ``notebook``, the released version.

    Does nothing for a notebook that is not registered, or has no submissions: for these nbgrader's
    own SaveCells works.
    """
    try:
        known = gradebook.find_notebook(name, assignment)
    except MissingEntry:
        return
    if not known.submissions:
        return
    wanted = _wanted(notebook)
    session: Any = gradebook.db
    for kind, there in (
        (GradeCell, known.grade_cells),
        (SolutionCell, known.solution_cells),
        (TaskCell, known.task_cells),
        (SourceCell, known.source_cells),
    ):
        names = {cell.name for cell in there}
        for cell in list(there):
            if cell.name not in wanted[kind]:
                session.query(Grade).filter(Grade.cell_id == cell.id).delete()
                session.query(Comment).filter(Comment.cell_id == cell.id).delete()
                session.delete(cell)
        for cell_name, facts in wanted[kind].items():
            if cell_name not in names:
                session.add(kind(name=cell_name, notebook_id=known.id, **facts))
    session.commit()
    session.expire_all()


def complete_submissions(gradebook: Gradebook, assignment: str) -> None:
    """Add the places for marks and comments that a submission lacks, for every submission.

    It lacks all of them where an extension was given before anything was marked.
    """
    session: Any = gradebook.db
    session.expire_all()
    known: Any = gradebook.find_assignment(assignment)
    for submission in known.submissions:
        there = {mine.notebook_id for mine in submission.notebooks}
        for notebook in known.notebooks:
            if notebook.id not in there:
                session.add(SubmittedNotebook(notebook=notebook, assignment=submission))
    session.flush()
    for submission in known.submissions:
        for mine in submission.notebooks:
            graded = {grade.cell_id for grade in mine.grades}
            commented = {comment.cell_id for comment in mine.comments}
            tasks = list(mine.notebook.task_cells)
            for cell in (*mine.notebook.grade_cells, *tasks):
                if cell.id not in graded:
                    session.add(Grade(cell_id=cell.id, notebook=mine))
            for cell in (*mine.notebook.solution_cells, *tasks):
                if cell.id not in commented:
                    session.add(Comment(cell_id=cell.id, notebook=mine))
    session.commit()


def _wanted(notebook: NotebookNode) -> dict[type, dict[str, dict[str, Any]]]:
    """Kind of cell → name → what a new row of it needs."""
    wanted: dict[type, dict[str, dict[str, Any]]] = {
        kind: {} for kind in (GradeCell, SolutionCell, TaskCell, SourceCell)
    }
    for cell in notebook.cells:
        if "nbgrader" not in cell.metadata:
            continue
        facts = cell.metadata.nbgrader
        points = {"max_score": float(facts.get("points", 0) or 0), "cell_type": cell.cell_type}
        if is_grade(cell):
            wanted[GradeCell][facts.grade_id] = points
        if is_solution(cell):
            wanted[SolutionCell][facts.grade_id] = {}
        if is_task(cell):
            wanted[TaskCell][facts.grade_id] = points
        if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell):
            wanted[SourceCell][facts.grade_id] = {"cell_type": cell.cell_type}
    return wanted
