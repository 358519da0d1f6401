"""A whole class: read each student's work, mark it, record it with one writer, in this order."""

import errno
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from course_utils.errors import CourseError
from course_utils.grading.author_run import AuthorRun, Authors, fit_limits
from course_utils.grading.course_paths import (
    Course,
    author_notebooks,
    given_files,
    grade_ids,
    open_course,
)
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.intake.names import compose_names
from course_utils.grading.intake.submission import Submission, find_students, read_submission
from course_utils.grading.marking.fingerprint import fingerprint
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.needs import needs
from course_utils.grading.releases import Releases, remember_release, versions_hash
from course_utils.grading.results import status, table
from course_utils.grading.results.gradebook import usable
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.results.store import Result
from course_utils.grading.side_by_side import mark_side_by_side, short

# no room, no permission: true of everybody's files, and not of one student's
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
_MOST_A_WORKER = 4  # submissions held for each thread here
_MOST_ELSEWHERE = 1000  # submissions held where an executor has its own workers
_QUIET = 0.5  # seconds without a progress bar: nothing to mark is told at once


def grade_class(
    root: Path,
    assignment: str,
    *,
    sample: bool = False,
    student: str = "*",
    workers: int | None = None,
    limits: Limits | None = None,
    by_author: bool | None = None,
    force: bool = False,
    walled: bool = True,
    executor: Executor | None = None,
) -> list[Result]:
    """Mark ``assignment`` for every student that matches; return the results, sorted by student.

    ``by_author``: whether the time of one cell is not that of ``limits`` but what the author's own
    run needs (default: where no limits are given). ``executor``: where the units of work run
    (default: threads here, each with processes of its own); with one, its workers need the sandbox,
    and this machine does not. Work that did not change since it was marked is not marked again
    without ``force``.
    Raises CourseError for a request that cannot be met.
    """
    course = open_course(root, sample)
    authors = author_notebooks(course, assignment)
    if walled and executor is None and (reason := why_not()):
        raise CourseError(
            f"student code cannot be walled in here ({reason}); --no-sandbox marks without walls"
        )
    compose_names(course.submitted, course.autograded)
    students = find_students(course.submitted, unicodedata.normalize("NFC", student))
    with (
        only_run(course.grades),
        usable(course.db_url),
        Recorder(course, assignment) as recorder,
        tqdm(total=len(students), desc=assignment, unit=" students", delay=_QUIET) as bar,
    ):
        recorder.register(authors)
        releases = remember_release(course.root, assignment, authors)
        run = _ClassRun(
            course, assignment, authors, releases, limits or Limits(), walled, recorder, bar
        )
        by_author = limits is None if by_author is None else by_author
        _mark(run, students, force, by_author, workers, executor)
        run.refresh()
        table.write_csv(course.grades / f"{assignment}.csv", run.stored())
    return [run.results[name] for name in students]


def _mark(
    run: "_ClassRun",
    students: list[str],
    force: bool,
    by_author: bool,
    workers: int | None,
    executor: Executor | None,
) -> None:
    """Mark the ``students`` whose work has changed; record each as soon as it is done, here."""
    workers = workers or os.cpu_count() or 1
    pool = Pool(run.walled) if executor is None else None
    where = executor or ThreadPoolExecutor(workers)
    most = _MOST_ELSEWHERE if executor else _MOST_A_WORKER * workers
    try:
        author = run.fit_limits(where, pool) if by_author else None
        submissions = run.to_mark(students, force)
        first = next(submissions, None)
        if first is None:
            return
        author = author or run.author_run(where, pool)
        later: list[str] = []
        work = chain(
            run.work(chain([first], submissions), pool, later),
            run.work(run.to_mark(later, force), pool),  # those that the first part puts off
        )
        for submission, outcomes in mark_side_by_side(work, where, pool, most):
            if run.failed_check is None:  # a test that fails the author's own answer marks nobody
                run.failed_check = author.failed_check()
            run.record(submission, outcomes)
    finally:
        if pool is not None:
            pool.close()
            where.shutdown(cancel_futures=True)


class _ClassRun:
    """One assignment of one class: what is common to the steps of all its submissions."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        authors: Mapping[str, str],
        releases: Releases,
        limits: Limits,
        walled: bool,
        recorder: Recorder,
        bar: "tqdm[NoReturn]",
    ):
        self._recorder, self._bar = recorder, bar
        self._recorded = recorder.students()
        self.assignment, self.authors, self.walled = assignment, authors, walled
        self._course, self._limits = course, limits
        self._releases, self._versions = releases, versions_hash(releases)
        self._store = recorder.results
        self._grade_ids = grade_ids(course)
        self._given = given_files(course.source / assignment)
        self._authors = Authors(authors, self._given, walled)
        self.results: dict[str, Result] = {}
        self.failed_check: str | None = None  # not known until the author's own work is marked

    def fit_limits(self, where: Executor, pool: Pool | None) -> AuthorRun | None:
        """Give a cell the time that the author's own run needs; that run, where it was made now."""
        session = self._recorder.session
        self._limits, run = fit_limits(self._limits, self._authors, session, where, pool)
        return run

    def author_run(self, where: Executor, pool: Pool | None) -> AuthorRun:
        """The author's own answers, being marked from now on."""
        return AuthorRun(self._authors, self._limits, where, pool)

    def _read(self, student: str) -> Submission:
        """What the student handed in."""
        names, submitted = list(self.authors), self._course.submitted
        try:
            return read_submission(submitted, student, self.assignment, names, self._grade_ids)
        except Exception as error:  # whatever it is, it is this student's, and the class goes on
            return Submission(student, "unreadable", f"it cannot be read ({short(error)})")

    def _known(self, submission: Submission) -> bool:
        """Whether the work was marked before and nothing that its mark depends on has changed."""
        marked = self._course.autograded / submission.student / self.assignment
        there = all((marked / f"{name}.ipynb").is_file() for name in self.authors)
        result = self._store.load(submission.student)
        if not there or result is None or result.key != self._key(submission):
            return False
        self.results[submission.student] = result
        self._bar.update()
        return True

    def to_mark(self, students: Iterable[str], force: bool) -> Iterator[Submission]:
        """The work that is to be marked, read when it is asked for; the rest is settled here."""
        for student in students:
            submission = self._read(student)
            if not submission.is_read:
                self._record_unread(submission)
            # a result whose student the gradebook has not is of another gradebook
            elif student in self._recorded and not force and self._known(submission):
                if submission.handed_in not in (None, self._recorded[student]):
                    self._recorder.note_time(student, submission.handed_in)
            else:
                yield submission

    def work(
        self,
        submissions: Iterable[Submission],
        pool: Pool | None,
        later: list[str] | None = None,
    ) -> Iterator[tuple[Submission, list[Job]]]:
        """Each submission with plain data for the executor: one job for each notebook.

        A student whose notebook needs TensorFlow, where the author's does not, is put off: the
        name goes into ``later`` (where one is given), and meanwhile TensorFlow is imported.
        """
        heavy = any(needs(author, []).heavy for author in self.authors.values())
        for submission in submissions:
            jobs = self._jobs(submission)
            needed = [needs(job.author, job.cells) for job in jobs]
            if pool is not None:
                for preload in needed:
                    pool.start(preload)
            if later is not None and not heavy and any(preload.heavy for preload in needed):
                later.append(submission.student)
            else:
                yield submission, jobs

    def _jobs(self, submission: Submission) -> list[Job]:
        files, given = self._files(submission), len(self._given)
        found, limits, walled = submission.notebooks, self._limits, self.walled
        return [
            Job(text, found[name].cells, files, limits, walled, given, self._releases[name])
            for name, text in self.authors.items()
        ]

    def _record_unread(self, submission: Submission) -> None:
        """The result of work that could not be read: a status, a sentence, no score."""
        student = submission.student
        if submission.status == "missing" and (there := self._store.of_another_place(student)):
            self.results[student] = there  # handed in on a machine that shares the gradebook
            self._bar.update()
            return
        self._recorder.remove(student)
        unread = status.of_unread(submission.status, submission.message)
        self._keep(self._result(submission, unread))

    def record(self, submission: Submission, outcomes: list[Outcome]) -> None:
        """One student's marks into the gradebook, then their result.

        What fails there is this student's alone, and the class goes on.
        """
        try:
            self._record(submission, outcomes)
        except (DBAPIError, CourseError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
                raise
            self._recorder.forget_changes()
            fault = f"it could not be recorded ({short(error)})"
            self._record(submission, [Outcome(fault=fault)])

    def _record(self, submission: Submission, outcomes: list[Outcome]) -> None:
        seconds = sum(outcome.seconds for outcome in outcomes)
        fault = "; ".join(filter(None, (outcome.fault.strip() for outcome in outcomes)))
        wall = next((outcome.wall for outcome in outcomes if outcome.wall), "")
        mistake = self.failed_check or "; ".join(o.failed_check for o in outcomes if o.failed_check)
        if fault or mistake:  # none of these marks is certain to be the student's
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
            for name, outcome in zip(self.authors, outcomes, strict=True)
        }
        standing = self._recorder.record(
            submission.student, submission.handed_in, notebooks, self._files(submission)
        )
        result = self._result(
            submission,
            marked,
            questions={name: mark for o in outcomes for name, mark in o.marks.items()},
            seconds=seconds,
            wall=wall,
            cell_seconds=self._limits.cell_seconds,
            key=self._key(submission),
        )
        self._keep(result.standing_at(standing))

    def refresh(self) -> None:
        """Bring every score up to the gradebook's: a person may have marked by hand since."""
        stored = [result for result in self.stored() if result.score is not None]
        recorded = self._recorder.students()
        self._recorder.renew_penalties(r.student for r in stored if r.student in recorded)
        standings = self._recorder.standings()
        for result in stored:
            standing = standings.get(result.student)
            fresh = result.lost() if standing is None else result.standing_at(standing)
            if fresh != result:
                fresh = self._store.save(fresh)
            if fresh.student in self.results:
                self.results[fresh.student] = fresh

    def stored(self) -> list[Result]:
        """Every result of the assignment, those of earlier runs included."""
        return self._store.current(self._course.submitted)

    def _files(self, submission: Submission) -> Files:
        """The author's files, and of the student's those that do not take the place of one."""
        given = [Path(name) for name, _ in self._given]
        taken = {place for path in given for place in (path, *path.parents)}

        def is_free(path: Path) -> bool:
            return path not in taken and not any(path.is_relative_to(other) for other in given)

        theirs = [(name, data) for name, data in submission.files if is_free(Path(name))]
        return (*self._given, *theirs)

    def _result(self, submission: Submission, found: status.Status, **more: Any) -> Result:
        return Result(
            student=submission.student,
            assignment=self.assignment,
            status=found.name,
            to_student=found.student,
            instructor=found.instructor,
            max_score=self._recorder.max_score(),
            **more | ({"seconds": round(more["seconds"], 2)} if "seconds" in more else {}),
        )

    def _keep(self, result: Result) -> None:
        self.results[result.student] = self._store.save(result)
        self._bar.update()

    def _key(self, submission: Submission) -> str:
        authors, given = self.authors.values(), self._given
        return fingerprint(
            submission, authors, given, self._limits, self.walled, versions=self._versions
        )
