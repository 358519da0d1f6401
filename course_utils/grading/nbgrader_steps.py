"""The same steps as plug-ins of nbgrader: so ``nbgrader autograde`` and the formgrader mark like
``course grade``. ``nbgrader_config.py`` names them; nbgrader does the rest.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict
from traitlets.config import Application

from course_utils.errors import CourseError
from course_utils.grading.author_run import AtOnce, Authors, fit_limits
from course_utils.grading.course_paths import (
    author_notebooks,
    given_files,
    grade_ids,
    open_course,
)
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.extra_files import read_extra_files
from course_utils.grading.intake.notebook_file import (
    StudentCell,
    Unreadable,
    read_notebook,
    student_cell,
)
from course_utils.grading.intake.other_assignment import other_assignment
from course_utils.grading.intake.reassemble import Author, reassemble
from course_utils.grading.marking.job import Job
from course_utils.grading.marking.mark_submission import mark_submission
from course_utils.grading.releases import remember_release
from course_utils.grading.results import status
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.recorder import answers_of
from course_utils.grading.results.registration import register
from course_utils.grading.results.store import ResultStore


def register_assignment(assignment: str, **_) -> None:
    """nbgrader's pre_convert_hook: register the assignment in the gradebook before it is needed."""
    course = open_course(Path.cwd())
    app: Any = Application.instance() if Application.initialized() else None
    db_url = app.coursedir.db_url if hasattr(app, "coursedir") else course.db_url
    authors = author_notebooks(course, assignment)
    with open_gradebook(db_url) as gradebook:
        register(gradebook, db_url, assignment, authors)


class ReadSubmitted(NotebookExporter):
    """In place of nbconvert's exporter: reads a submitted notebook as ``course grade`` does."""

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        # here nbgrader has not yet deleted or written anything
        if MarkOutside(parent=self).walled and (reason := why_not()):
            message = f"nothing was marked: this machine cannot build a sandbox: {reason}"
            self.log.error(message)
            raise NbGraderException(message)

    def from_filename(self, filename: str, resources: Any = None, **more: Any):
        """Read the file and run the steps; nbgrader calls this twice, first for the hand-in."""
        converter: Any = self.parent
        if not converter._sanitizing:
            return super().from_filename(filename, resources, **more)
        try:
            cells = read_notebook(Path(filename)).cells
        except Unreadable as error:
            raise _unmarked(self, resources["nbgrader"], f"{error}; ask for it again") from None
        names = resources["nbgrader"]
        known = grade_ids(open_course(Path.cwd()))
        if other := other_assignment(cells, names["assignment"], known):
            raise _unmarked(self, names, f"this is the notebook of {other}")
        made = {"cells": [_as_node(cell) for cell in cells], "metadata": {}}
        notebook: Any = nbformat.from_dict(made | {"nbformat": 4, "nbformat_minor": 5})
        return self.from_notebook_node(notebook, resources, **more)


def _unmarked(step, names: dict, message: str) -> CourseError:
    """The error to raise where work gets no mark; removes the 0 that nbgrader already recorded.

    nbgrader gives 0 to an empty row and, where a link leads to no file, to each question.
    """
    student, assignment = names["student"], names["assignment"]
    with open_gradebook(names["db_url"]) as gradebook:
        marked = gradebook.find_submission(assignment, student)
        grades = [grade for notebook in marked.notebooks for grade in notebook.grades]
        if not any(grade.auto_score or grade.manual_score is not None for grade in grades):
            gradebook.remove_submission(assignment, student)
    message = f"{student} has no mark for {assignment}: {message}"
    step.log.error(message)
    return CourseError(message)


class Reassemble(NbGraderPreprocessor):
    """In place of nbgrader's clearing, de-duplicating and overwriting of cells."""

    def preprocess(self, nb, resources):
        exporter: Any = self.parent
        coursedir = exporter.parent.coursedir
        names = resources["nbgrader"]
        self._refuse_links(coursedir, names)
        author, name = _author(coursedir, names), names["notebook"]
        releases = remember_release(
            Path(coursedir.root), names["assignment"], {name: nbformat.writes(author)}
        )
        made = reassemble(Author.of(author), _cells(nb), earlier=releases[name])
        for repair in made.repairs:
            self.log.warning("%s: repaired: %s", names["student"], repair)
        return made.notebook, resources

    def _refuse_links(self, coursedir, names):
        """Remove the files that nbgrader copied from links: they need not be the student's."""
        places = [
            Path(coursedir.format_path(place, names["student"], names["assignment"]))
            for place in (coursedir.submitted_directory, coursedir.autograded_directory)
        ]
        for path in places[0].rglob("*"):
            if path.is_symlink():
                self.log.warning("%s is a link and was left out", path)
                (places[1] / path.relative_to(places[0])).unlink(missing_ok=True)


class MarkOutside(NbGraderPreprocessor):
    """In place of nbgrader's Execute: the student's cells in a sandbox, the checks outside it."""

    walled = Bool(True, help="refuse to run student code without a sandbox").tag(config=True)
    limits = Dict({}, help="what one submission may use: see guest/limits.py").tag(config=True)

    def preprocess(self, nb, resources):
        exporter: Any = self.parent
        coursedir, names = exporter.parent.coursedir, resources["nbgrader"]
        folder = Path(
            coursedir.format_path(
                coursedir.autograded_directory, names["student"], names["assignment"]
            )
        )
        course = open_course(Path.cwd())
        given = given_files(course.source / names["assignment"])
        limits = Limits(**self.limits)
        if "cell_seconds" not in self.limits:
            notebooks = author_notebooks(course, names["assignment"])
            limits = _fitted(names["db_url"], limits, Authors(notebooks, given, self.walled))
        own = {name for name, _ in given}
        theirs = [each for each in read_extra_files(folder)[0] if each[0] not in own]
        job = Job(
            author=nbformat.writes(_author(coursedir, names)),
            cells=_cells(nb),
            files=(*given, *theirs),
            limits=limits,
            walled=self.walled,
            given=len(given),
        )
        outcome = mark_submission(job)
        if outcome.failed_check:
            found = status.of_failed_check(outcome.failed_check)
            raise _unmarked(self, names, found.instructor)
        if outcome.fault:  # a failure of the grader is not a mark
            raise _unmarked(self, names, status.of_fault(outcome.fault).instructor)
        for where, stop in outcome.stops.items():
            self.log.warning("%s: stopped at %s: %s", names["student"], where, stop.message)
        marked = nbformat.reads(outcome.notebook, as_version=4)
        _keep_answers(names, marked)
        return marked, resources


def _keep_answers(names: dict, marked: NotebookNode) -> None:
    """Keep hashes of the marked answers: ``course grade`` says "look again" only of later ones."""
    with open_gradebook(names["db_url"]) as gradebook:
        results = ResultStore(gradebook.db, names["assignment"])
        kept = results.answers(names["student"]) or {}
        new = answers_of({names["notebook"]: marked})
        results.keep_answers(names["student"], kept | new)


def _fitted(db_url: str, limits: Limits, authors: Authors) -> Limits:
    """``limits`` with the time limit of one cell that ``course grade`` uses.

    It is measured here if no other run has measured it.
    """
    with open_gradebook(db_url) as gradebook:
        return fit_limits(limits, authors, gradebook.db, AtOnce(), None)[0]


def _author(coursedir, names):
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", names["assignment"]))
    path = folder / f"{names['notebook']}.ipynb"
    if not path.is_file():
        raise CourseError(f"no {path}: run `course exercises {names['assignment']}`")
    return nbformat.read(path, as_version=4)


def _as_node(cell: StudentCell) -> dict:
    """The cell as a dict of a notebook."""
    facts = {"id": cell.id, "attachments": cell.attachments}
    node: dict[str, Any] = {"cell_type": cell.cell_type, "source": cell.source}
    node |= {name: value for name, value in facts.items() if value}
    node["metadata"] = {"tags": list(cell.tags), "nbgrader": cell.nbgrader}
    return node | ({"outputs": []} if cell.cell_type == "code" else {})


def _cells(notebook) -> list[StudentCell]:
    return [student_cell(cell) for cell in notebook.cells]
