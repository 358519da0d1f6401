"""The results of one run over a class: those that still hold are kept, others are recorded."""

import errno
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError

from course_utils.errors import CourseError
from course_utils.grading.class_work import ClassWork
from course_utils.grading.intake.submission import Submission
from course_utils.grading.marking.job import Outcome
from course_utils.grading.results import status
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.store import Result
from course_utils.grading.side_by_side import short

# no room, no permission: such an error would be the same for every student's files
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


class ClassResults:
    """``settled``: student → result of this run. ``told``: called after each new result."""

    def __init__(self, work: ClassWork, recorder: Recorder, told: Callable[[], Any]):
        self._work, self._recorder, self._told = work, recorder, told
        self._store = recorder.results
        self._recorded = recorder.students()
        self.settled: dict[str, Result] = {}

    def keep_known(self, submission: Submission) -> bool:
        """Keep the result of work that was marked before; return False where it must be marked.

        It must be marked where anything has changed that its mark depends on, and where the result
        is from another gradebook: then this gradebook does not have the student.
        """
        student, work = submission.student, self._work
        if student not in self._recorded:
            return False
        marked = work.course.autograded / student / work.assignment
        there = all((marked / f"{name}.ipynb").is_file() for name in work.authors)
        result = self._store.load(student)
        if not there or result is None or result.key != work.key(submission):
            return False
        self._settle(result)
        if submission.handed_in not in (None, self._recorded[student]):
            self._recorder.note_time(student, submission.handed_in)
        return True

    def record_unread(self, submission: Submission) -> None:
        """Record work that could not be read: a status, a sentence, no score."""
        student = submission.student
        if submission.status == "missing" and (there := self._store.of_another_place(student)):
            self._settle(there)  # it was handed in on another machine with the same gradebook
            return
        self._recorder.remove(student)
        unread = status.of_unread(submission.status, submission.message)
        self._keep(self._result(submission, unread))

    def record(self, submission: Submission, outcomes: list[Outcome], failed_check: str) -> None:
        """Record one student's marks in the gradebook, then the result.

        ``failed_check``: which test fails the author's own answer, and how; or "". An error here is
        this student's only, and the class goes on.
        """
        try:
            self._record(submission, outcomes, failed_check)
        except Exception as error:
            of_all = isinstance(error, CourseError | DBAPIError) and not isinstance(
                error, DataError
            )
            if of_all or (isinstance(error, OSError) and error.errno in _OF_THE_MACHINE):
                raise
            fault = f"it could not be recorded ({short(error)})"
            self._record(submission, [Outcome(fault=fault)], failed_check)

    def _record(self, submission: Submission, outcomes: list[Outcome], failed_check: str) -> None:
        seconds = sum(outcome.seconds for outcome in outcomes)
        fault = "; ".join(filter(None, (outcome.fault.strip() for outcome in outcomes)))
        wall = next((outcome.wall for outcome in outcomes if outcome.wall), "")
        mistake = failed_check or "; ".join(o.failed_check for o in outcomes if o.failed_check)
        if fault or mistake:  # then no mark is certain to be what the student earned
            failed = status.of_failed_check(mistake) if mistake else status.of_fault(fault)
            self._keep(self._result(submission, failed, seconds=seconds, wall=wall))
            return
        marked = status.of_marked(
            [sentence for outcome in outcomes for sentence in outcome.repairs],
            {where: stop for outcome in outcomes for where, stop in outcome.stops.items()},
            submission.notes,
            all(outcome.untouched for outcome in outcomes),
            wall,
        )
        notebooks = {
            name: status.with_note(outcome.notebook, marked.student)
            for name, outcome in zip(self._work.authors, outcomes, strict=True)
        }
        result = self._result(
            submission,
            marked,
            questions={name: mark for o in outcomes for name, mark in o.marks.items()},
            seconds=seconds,
            wall=wall,
            cell_seconds=self._work.limits.cell_seconds,
            key=self._work.key(submission),
        )
        with self._recorder.at_once():
            standing = self._recorder.record(
                submission.student, submission.handed_in, notebooks, self._work.files(submission)
            )
            result = self._store.save(result.standing_at(standing))
        self._settle(result)

    def refresh(self) -> None:
        """Read every score from the gradebook again: a person may have marked by hand since."""
        stored = [result for result in self.stored() if result.score is not None]
        recorded = self._recorder.students()
        self._recorder.renew_penalties(r.student for r in stored if r.student in recorded)
        standings = self._recorder.standings()
        for result in stored:
            standing = standings.get(result.student)
            fresh = result.lost() if standing is None else result.standing_at(standing)
            if fresh != result:
                fresh = self._store.save(fresh)
            if fresh.student in self.settled:
                self.settled[fresh.student] = fresh

    def stored(self) -> list[Result]:
        """Every result of the assignment, also those of earlier runs."""
        return self._store.current(self._work.course.submitted, self._recorder.people())

    def absent(self) -> list[Result]:
        """A result for everybody in the gradebook who has none, and no folder here either."""
        known = {result.student for result in self.stored()} | self.settled.keys()
        nothing = status.of_unread("missing", status.NOTHING)
        return [
            self._result(Submission(student, "missing", status.NOTHING), nothing)
            for student in self._recorder.people()
            if student not in known
        ]

    def _result(self, submission: Submission, found: status.Status, **more: Any) -> Result:
        return Result(
            student=submission.student,
            assignment=self._work.assignment,
            status=found.name,
            to_student=found.student,
            instructor=found.instructor,
            max_score=self._recorder.max_score(),
            **more | ({"seconds": round(more["seconds"], 2)} if "seconds" in more else {}),
        )

    def _keep(self, result: Result) -> None:
        self._settle(self._store.save(result))

    def _settle(self, result: Result) -> None:
        self.settled[result.student] = result
        self._told()
