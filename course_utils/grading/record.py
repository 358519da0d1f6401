"""Step 5, record: marks into nbgrader's gradebook, the marked notebook beside it; one writer.

The order makes a kill at any moment harmless: the marked notebook, the gradebook, and last the
submission's own result, without which the next run marks it again.
"""

import hashlib
import json
import logging
import shutil
from pathlib import Path

import nbformat
from nbgrader.api import Grade, Gradebook, MissingEntry
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from nbgrader.utils import (
    compute_checksum,
    determine_grade,
    is_grade,
    is_solution,
    is_task,
    parse_utc,
)

from course_utils.grading.course_paths import Course
from course_utils.grading.gradebook import open_gradebook
from course_utils.grading.recorded import to_look_at

_RELEASE = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
_PENALTIES = {"AssignLatePenalties", "LateSubmissionPlugin"}  # set by who wants any
_LOG = logging.getLogger("course_utils.grading.nbgrader")
_LOG.setLevel(logging.ERROR)


class Recorder:
    """The only writer of a class's gradebook. Use it in a ``with``."""

    def __init__(self, course: Course, assignment: str):
        self._course, self._assignment = course, assignment
        self._earlier: dict[str, str] = {}  # the answers that were marked before: name → text
        self._gradebook = open_gradebook(course.db_url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._gradebook.close()

    def students(self) -> set[str]:
        """Those whose work is recorded."""
        there = self._gradebook.assignment_submissions(self._assignment)
        return {one.student_id for one in there}

    def register(self, notebooks: dict[str, str]) -> None:
        """Tell the gradebook the assignment's cells, as nbgrader's generate_assignment does."""
        register(self._gradebook, self._course.db_url, self._assignment, notebooks)

    def submission(self, student: str, timestamp) -> None:
        """The student, and that something was handed in; what was marked before is cleared away."""
        self._earlier = _answers(self._folder(student))
        self.remove(student)
        try:
            known = self._gradebook.find_submission(self._assignment, student)
            if timestamp in (None, known.timestamp):
                return
        except MissingEntry:
            self._gradebook.update_or_create_student(student)
        more = {"timestamp": timestamp} if timestamp else {}
        self._gradebook.update_or_create_submission(self._assignment, student, **more)

    def marked(self, student: str, name: str, notebook: str, files) -> Path:
        """Store one marked notebook and its marks; manual marks stay as they are."""
        folder = self._folder(student)
        for file, data in files:
            _write(folder / file, data)
        path = folder / f"{name}.ipynb"
        _write(path, notebook.encode())
        parsed = nbformat.v4.reads(notebook)
        self._save(
            parsed, self._gradebook.find_submission_notebook(name, self._assignment, student)
        )
        if _PENALTIES & set(self._course.config):
            resources = _resources(self._course.db_url, self._assignment, name, student)
            penalties = AssignLatePenalties(config=self._course.config)
            _quiet(penalties).preprocess(parsed, resources)
        return path

    def _save(self, notebook, mine) -> None:
        """What nbgrader's SaveAutoGrades does, all of a notebook at once or not at all."""
        grades = {grade.name: grade for grade in mine.grades}
        comments = {comment.name: comment for comment in mine.comments}
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if is_grade(cell):
                grade, before = grades[name], grades[name].auto_score
                grade.auto_score, _ = determine_grade(cell, _LOG)
                if grade.manual_score is None:
                    grade.needs_manual_grade = grade.auto_score is None
                elif grade.auto_score != before or self._is_new(cell, name):
                    grade.needs_manual_grade = True  # the mark stays, a person looks again
            if is_solution(cell) or is_task(cell):
                same = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
                untouched = same and not is_task(cell)
                comments[name].auto_comment = "No response." if untouched else None
        self._gradebook.db.commit()

    def _is_new(self, cell, name: str) -> bool:
        """Whether an answer is another than the one that was marked before."""
        return (is_solution(cell) or is_task(cell)) and self._earlier.get(name) != cell.source

    def _folder(self, student: str) -> Path:
        return self._course.autograded / student / self._assignment

    def remove(self, student: str) -> None:
        """What an earlier run marked is not shown any more: files of then may have gone."""
        shutil.rmtree(self._folder(student), ignore_errors=True)

    def scores(self, student: str) -> dict:
        """What the gradebook has: ``score``, ``max_score``, and what a person has to look at.

        ``waiting``: name → points to give; ``again``: names of answers that changed since a person
        marked them; ``said``: what a person has given and written, as a hash. Whatever changes here
        makes the student's page old.
        """
        self._gradebook.db.expire_all()
        submission = self._gradebook.find_submission(self._assignment, student)
        waiting, again = to_look_at(submission)
        said = [
            *((one.name, one.score) for book in submission.notebooks for one in book.grades),
            *((one.name, one.comment) for book in submission.notebooks for one in book.comments),
        ]
        return {
            "score": submission.score,
            "max_score": submission.max_score,
            "waiting": {grade.name: grade.max_score for grade in waiting},
            "again": [grade.name for grade in again],
            "said": hashlib.sha256(repr(sorted(said, key=repr)).encode()).hexdigest(),
        }

    def max_score(self) -> float:
        """The most that the assignment can give."""
        return self._gradebook.find_assignment(self._assignment).max_score


def register(gradebook: Gradebook, db_url: str, assignment: str, notebooks: dict[str, str]) -> None:
    """Bring the gradebook's idea of ``assignment`` up to the author's notebooks."""
    released = {name: _released(text) for name, text in notebooks.items()}
    if is_registered(gradebook, assignment, released):
        return
    gradebook.update_or_create_assignment(assignment)
    for name, notebook in released.items():
        _quiet(SaveCells()).preprocess(notebook, _resources(db_url, assignment, name, "."))
    gradebook.db.expire_all()
    for submission in gradebook.find_assignment(assignment).submissions:
        for mine in submission.notebooks:
            there = {grade.cell_id for grade in mine.grades}
            for cell in mine.notebook.grade_cells:
                if cell.id not in there:  # a question that was added since
                    gradebook.db.add(Grade(cell_id=cell.id, notebook=mine))
    gradebook.db.commit()


def is_registered(gradebook: Gradebook, assignment: str, released: dict) -> bool:
    """Whether the gradebook knows the assignment's notebooks, each of its cells as it is now."""
    try:
        known = {
            notebook.name: notebook for notebook in gradebook.find_assignment(assignment).notebooks
        }
    except MissingEntry:
        return False
    return all(name in known and _same_cells(known[name], released[name]) for name in released)


def _same_cells(known, notebook) -> bool:
    facts = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.name: cell.checksum for cell in known.source_cells} == {
        one.grade_id: one.checksum for one in facts
    }


def _released(source: str):
    """The author's notebook as nbgrader's generate_assignment gives it to the gradebook."""
    notebook, resources = nbformat.reads(source, as_version=4), {}
    for step in _RELEASE:
        notebook, resources = _quiet(step()).preprocess(notebook, resources)
    return notebook


def _answers(folder: Path) -> dict[str, str]:
    """The student's texts in the marked notebooks of a folder, by their grade ids."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))]
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in cells
        if is_solution(cell) or is_task(cell)
    }


def timestamp_of(folder: Path) -> tuple[object, str]:
    """When the work was handed in (``timestamp.txt``), or None and what is wrong with the file."""
    path = folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 200:
        return None, ""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return None, f"timestamp.txt cannot be read: {error.strerror}"
    try:
        return (parse_utc(text), "") if text else (None, "")
    except (ValueError, OverflowError, TypeError):
        return None, f"timestamp.txt says {text[:40]!a}, which is no time"


def store_result(path: Path, result: dict) -> None:
    """The submission's own result, at once or not at all; any name fits into ASCII's escapes."""
    _write(path, json.dumps(result, indent=1).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    aside.replace(path)


def _resources(db_url: str, assignment: str, notebook: str, student: str) -> dict:
    names = {"notebook": notebook, "assignment": assignment, "student": student, "db_url": db_url}
    return {"nbgrader": names, "unique_key": notebook}


def _quiet(step):
    step.log = _LOG
    return step
