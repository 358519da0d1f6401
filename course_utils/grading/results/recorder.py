"""Record marks in nbgrader's gradebook and write the marked notebooks: the only writer of both.

The order makes a kill at any moment harmless: first the marked notebook is written, then the
gradebook and the submission's own result in one step (see ``at_once``). Without its result the next
run marks the submission again.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import contextlib
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import (
    Assignment,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import (
    compute_checksum,
    determine_grade,
    is_grade,
    is_solution,
    is_task,
)
from sqlalchemy import select, update

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.one_commit import commit_now, one_commit
from course_utils.grading.results.own_tables import Session
from course_utils.grading.results.registration import LOG, quiet, register, resources_of
from course_utils.grading.results.sheets import sheets
from course_utils.grading.results.store import Standing, open_results, write_file
from course_utils.grading.results.submission_rows import (
    Marks,
    Place,
    add_place,
    find_place,
    set_time,
)

_PENALTIES = {"AssignLatePenalties", "LateSubmissionPlugin"}  # settings of a policy for late work
Files = Iterable[tuple[str, bytes]]  # (path relative to the notebook's folder, bytes)
_STUDENT: Any = Student.__table__
_ASSIGNMENT: Any = Assignment  # as Any: the type checker knows no types of its columns
Row = Any  # a row of nbgrader's, whose classes do not give the types of their columns


class Recorder:
    """The only writer of a class's gradebook. Use it in a ``with``."""

    def __init__(self, course: Course, assignment: str):
        self._course, self._assignment = course, assignment
        self._earlier: dict[str, str] = {}  # the answers that were marked before: name → hash
        self._gradebook = open_gradebook(course.db_url)
        self.results = open_results(course, self.session, assignment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._gradebook.close()

    def at_once(self) -> AbstractContextManager[None]:
        """In a ``with``: all that is recorded is committed at its end; after an error, nothing.

        A policy for late work reads on its own connection: with one, the marks are committed before
        it runs.
        """
        return one_commit(self.session)

    def students(self) -> dict[str, datetime | None]:
        """The students whose work is recorded → when it was handed in."""
        found = sheets(self.session, self._assignment)
        return {student: sheet.handed_in for student, sheet in found.items()}

    def people(self) -> list[str]:
        """Everybody in the gradebook, sorted."""
        return list(self.session.execute(select(_STUDENT.c.id).order_by(_STUDENT.c.id)).scalars())

    @property
    def session(self) -> Session:
        """The gradebook's connection, for what we keep beside it."""
        return self._gradebook.db

    def register(self, notebooks: Mapping[str, str]) -> None:
        """Tell the gradebook the assignment's cells, as nbgrader's generate_assignment does."""
        register(self._gradebook, self._course.db_url, self._assignment, notebooks)

    def record(
        self,
        student: str,
        handed_in: datetime | None,
        notebooks: Mapping[str, str],
        files: Files,
    ) -> Standing:
        """Store a student's marked ``notebooks`` (name → JSON) with their marks; manual marks stay.

        ``files`` are written beside the notebooks. Earlier marked notebooks are removed.
        """
        kept = self.results.answers(student)
        self._earlier = _answers_in(self._folder(student)) if kept is None else kept
        self.remove(student)
        place = self._enrol(student, handed_in)
        for file, data in files:
            write_file(self._folder(student) / file, data)
        marked = {n: self._store(student, place, n, text) for n, text in notebooks.items()}
        self.results.keep_answers(student, answers_of(marked))
        self.renew_penalty(student)
        return self.standing(student)

    def _enrol(self, student: str, handed_in: datetime | None) -> Place:
        """Add the student and the submission to the gradebook, where they are not in it yet."""
        place = find_place(self.session, self._assignment, student)
        if place is None:
            add_place(self.session, self._assignment, student, handed_in)
            self.session.commit()
            place = find_place(self.session, self._assignment, student)
            assert place is not None
        elif handed_in not in (None, place.timestamp):
            set_time(self.session, place, handed_in)
            self.session.commit()
        return place

    def _store(self, student: str, place: Place, name: str, notebook: str) -> NotebookNode:
        write_file(self._folder(student) / f"{name}.ipynb", notebook.encode())
        parsed = nbformat.v4.reads(notebook)
        self._save(parsed, name, Marks(self.session, place, name))
        return parsed

    def renew_penalties(self, students: Iterable[str]) -> None:
        """Do ``renew_penalty`` for each of ``students``; without a policy, all in one step."""
        if self._has_policy:
            for student in students:
                self.renew_penalty(student)
        else:
            self._take_no_penalty()

    @property
    def _has_policy(self) -> bool:
        return bool(_PENALTIES & set(self._course.config))

    def renew_penalty(self, student: str) -> None:
        """Set the penalty for lateness by the present policy, due date and time of hand-in.

        Without a policy there is none. Raises CourseError when the policy's own plug-in fails.
        """
        if not self._has_policy:
            self._take_no_penalty(student)
            return
        commit_now(self.session)
        submission: Row = self._gradebook.find_submission(self._assignment, student)
        for notebook in submission.notebooks:
            resources = resources_of(self._course.db_url, self._assignment, notebook.name, student)
            try:
                penalties = AssignLatePenalties(config=self._course.config)
                quiet(penalties).preprocess(nbformat.v4.new_notebook(), resources)
            except Exception as error:
                raise CourseError(
                    f"the policy for late work failed for {student} ({type(error).__name__}: "
                    f"{error}): correct c.AssignLatePenalties in nbgrader_config.py"
                ) from error
        self._gradebook.db.commit()
        self._gradebook.db.expire_all()

    def _take_no_penalty(self, student: str | None = None) -> None:
        """Remove every penalty for lateness, or only that of ``student``."""
        mine = select(SubmittedAssignment.id).join(Assignment)
        mine = mine.where(_ASSIGNMENT.name == self._assignment)
        if student is not None:
            mine = mine.where(SubmittedAssignment.student_id == student)
        late = update(SubmittedNotebook).where(
            SubmittedNotebook.assignment_id.in_(mine),
            SubmittedNotebook.late_submission_penalty != 0,
        )
        self.session.execute(
            late.values(late_submission_penalty=None),
            execution_options={"synchronize_session": False},
        )
        self.session.commit()
        self.session.expire_all()

    def note_time(self, student: str, handed_in: datetime | None) -> None:
        """Record when the work was handed in, where that is known and has changed."""
        self._enrol(student, handed_in)

    def _save(self, notebook: NotebookNode, name: str, marks: Marks) -> None:
        """Save the marks as nbgrader's SaveAutoGrades does, but a whole notebook or nothing."""
        for cell in notebook.cells:
            question = cell.metadata.get("nbgrader", {}).get("grade_id")
            if is_grade(cell):
                grade = marks.grades[question]
                before = grade["auto_score"]
                grade["auto_score"], _ = determine_grade(cell, LOG)
                if grade["manual_score"] is None:
                    grade["needs_manual_grade"] = grade["auto_score"] is None
                elif grade["auto_score"] != before or self._is_new(cell, name):
                    grade["needs_manual_grade"] = True  # keep the mark; a person looks again
            if is_solution(cell) or is_task(cell):
                same = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
                untouched = same and not is_task(cell)
                marks.comments[question]["auto_comment"] = "No response." if untouched else None
        marks.save()
        self.session.commit()

    def _is_new(self, cell: NotebookNode, notebook: str) -> bool:
        """Whether the answer in ``cell`` differs from the one that was marked before."""
        return any(
            self._earlier.get(name) != digest
            for name, digest in answers_of({notebook: new_notebook(cells=[cell])}).items()
        )

    def _folder(self, student: str) -> Path:
        return self._course.autograded / student / self._assignment

    def remove(self, student: str) -> None:
        """Remove what an earlier run marked: files that were handed in then may be gone now."""
        shutil.rmtree(self._folder(student), ignore_errors=True)

    def standing(self, student: str) -> Standing:
        """The present scores of the student's submission in the gradebook."""
        found = sheets(self.session, self._assignment, student)
        return found[student].standing(self.max_score())

    def standings(self) -> dict[str, Standing]:
        """Student → standing, of all students whose work is recorded."""
        most = self.max_score()
        found = sheets(self.session, self._assignment)
        return {student: sheet.standing(most) for student, sheet in found.items()}

    def max_score(self) -> float:
        """All points of the assignment."""
        most = select(_ASSIGNMENT.max_score).where(_ASSIGNMENT.name == self._assignment)
        return self.session.execute(most).scalar_one()


def answers_of(notebooks: Mapping[str, NotebookNode]) -> dict[str, str]:
    """The hash of each of the student's answers: "notebook/grade id" → hash."""
    return {
        f"{name}/{cell.metadata.nbgrader.grade_id}": hashlib.sha256(
            cell.source.encode("utf-8", "backslashreplace")
        ).hexdigest()
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if is_solution(cell) or is_task(cell)
    }


def _answers_in(folder: Path) -> dict[str, str]:
    """``answers_of`` the marked notebooks in a folder; an older version kept no hashes of them."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(Exception):  # a notebook that was cut short: it is made again now
            found |= answers_of({path.stem: nbformat.read(path, as_version=4)})
    return found
