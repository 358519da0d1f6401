"""A whole class: read everybody, mark side by side, record with one writer, in this order."""

import errno
import os
import unicodedata
from collections.abc import Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from course_utils.errors import CourseError
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
from course_utils.grading.intake.notebook_file import author_cells
from course_utils.grading.intake.submission import Submission, find_students, read_submission
from course_utils.grading.marking.fingerprint import fingerprint
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import failed_checks, mark_submission
from course_utils.grading.marking.needs import needs
from course_utils.grading.results import status, table
from course_utils.grading.results.gradebook import usable
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.results.store import Result, ResultStore

# no room, no permission: true of everybody's files, and not of one student's
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def grade_class(
    root: Path,
    assignment: str,
    *,
    sample: bool = False,
    student: str = "*",
    workers: int | None = None,
    limits: Limits | None = None,
    force: bool = False,
    walled: bool = True,
    executor: Executor | None = None,
) -> list[Result]:
    """Mark ``assignment`` for every student that matches; return the results, sorted by student.

    ``executor``: where the units of work run (default: threads here, each with processes of its
    own); with one, its workers need the sandbox, and this machine does not. Work that did not
    change since it was marked is not marked again without ``force``.
    Raises CourseError for a request that cannot be met.
    """
    course = open_course(root, sample)
    authors = author_notebooks(course, assignment)
    if walled and executor is None and (reason := why_not()):
        raise CourseError(
            f"student code cannot be walled in here ({reason}); --no-sandbox marks without walls"
        )
    run = _ClassRun(course, assignment, authors, limits or Limits(), walled)
    compose_names(course.submitted, course.autograded)
    students = find_students(course.submitted, unicodedata.normalize("NFC", student))
    submissions = [run.read(name) for name in students]
    with (
        only_run(course.grades),
        usable(course.db_url),
        Recorder(course, assignment) as recorder,
    ):
        recorded = recorder.students()
        waiting = []
        for submission in submissions:
            # a result whose student the gradebook has not is of another gradebook
            known = submission.student in recorded and not force and run.known(submission)
            if submission.is_read and not known:
                waiting.append(submission)
            elif known:
                recorder.note_time(submission.student, submission.handed_in)
        _mark_side_by_side(run, recorder, submissions, waiting, workers, executor)
        run.refresh(recorder)
    table.write_csv(course.grades / f"{assignment}.csv", run.stored())
    return [run.results[name] for name in students]


def _mark_side_by_side(
    run: "_ClassRun",
    recorder: Recorder,
    submissions: list[Submission],
    waiting: list[Submission],
    workers: int | None,
    executor: Executor | None,
) -> None:
    """Mark those that are ``waiting``; record each as soon as it is done, here."""
    pool = Pool(run.walled) if executor is None else None
    where = executor or ThreadPoolExecutor(workers or os.cpu_count() or 1)
    bar = tqdm(total=len(waiting), desc=run.assignment, unit=" students", disable=not waiting)
    try:
        work = [(submission, run.jobs(submission)) for submission in waiting]
        work.sort(key=lambda item: _is_heavy(item[1]))  # meanwhile TensorFlow is imported
        if pool is not None:
            for _, jobs in work:
                for job in jobs:
                    pool.start(needs(job.author, job.cells))
        verdict = where.submit(_mark_all, run.author_jobs(), pool) if work else None
        futures = {where.submit(_mark_all, jobs, pool): submission for submission, jobs in work}
        recorder.register(run.authors)
        for submission in submissions:
            if not submission.is_read:
                run.record_unread(recorder, submission)
        if verdict is not None:  # a test that fails the author's own answer gives nobody a mark
            run.failed_check = "; ".join(filter(None, map(failed_checks, _result(verdict, pool))))
        for done in as_completed(futures):
            outcomes = _result(done, pool)
            try:
                run.record(recorder, futures[done], outcomes)
            except (DBAPIError, CourseError):
                raise
            except Exception as error:  # this student's alone: the class goes on
                if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
                    raise
                recorder.forget_changes()
                failed = Outcome(fault=f"it could not be recorded ({_short(error)})")
                run.record(recorder, futures[done], [failed])
            bar.update()
    finally:
        if pool is not None:
            pool.close()
            where.shutdown(cancel_futures=True)
        bar.close()


def _result(done: "Future[list[Outcome]]", pool: Pool | None) -> list[Outcome]:
    """What came of one student's notebooks. Raises CourseError where nothing can be marked."""
    try:
        return done.result()
    except CourseError:
        if pool is not None:
            pool.check()
        raise


def _is_heavy(jobs: list[Job]) -> bool:
    return any(needs(job.author, job.cells).heavy for job in jobs)


def _mark_all(jobs: list[Job], pool: Pool | None) -> list[Outcome]:
    """One student's notebooks; what fails in the grader itself fails for this student alone."""
    try:
        return [mark_submission(job, pool) for job in jobs]
    except CourseError:
        raise  # the author's, or nothing can be marked here: the run cannot go on
    except Exception as error:
        return [Outcome(fault=_short(error))]


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


class _ClassRun:
    """One assignment of one class: what is common to the steps of all its submissions."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        authors: Mapping[str, str],
        limits: Limits,
        walled: bool,
    ):
        self.assignment, self.authors, self.walled = assignment, authors, walled
        self._course, self._limits = course, limits
        self._store = ResultStore(course.grades / assignment)
        self._grade_ids = grade_ids(course)
        self._given = given_files(course.source / assignment)
        self.results: dict[str, Result] = {}
        self.failed_check = ""

    def read(self, student: str) -> Submission:
        """What the student handed in."""
        names, submitted = list(self.authors), self._course.submitted
        try:
            return read_submission(submitted, student, self.assignment, names, self._grade_ids)
        except Exception as error:  # whatever it is, it is this student's, and the class goes on
            return Submission(student, "unreadable", f"it cannot be read ({_short(error)})")

    def known(self, submission: Submission) -> bool:
        """Whether the work was marked before and nothing that its mark depends on has changed."""
        marked = self._course.autograded / submission.student / self.assignment
        there = all((marked / f"{name}.ipynb").is_file() for name in self.authors)
        result = self._store.load(submission.student)
        if not there or result is None or result.key != self._key(submission):
            return False
        self.results[submission.student] = result
        return True

    def jobs(self, submission: Submission) -> list[Job]:
        """Plain data for the executor: one job for each notebook."""
        files, given = self._files(submission), len(self._given)
        return [
            Job(author, submission.notebooks[name].cells, files, self._limits, self.walled, given)
            for name, author in self.authors.items()
        ]

    def author_jobs(self) -> list[Job]:
        """The author's own answers as a submission: what its tests say of them."""
        given = self._given
        cells = {name: author_cells(text) for name, text in self.authors.items()}
        return [
            Job(author, cells[name], given, self._limits, self.walled, len(given))
            for name, author in self.authors.items()
        ]

    def record_unread(self, recorder: Recorder, submission: Submission) -> None:
        """The result of work that could not be read: a status, a sentence, no score."""
        recorder.remove(submission.student)
        unread = status.of_unread(submission.status, submission.message)
        self._keep(self._result(recorder, submission, unread))

    def record(self, recorder: Recorder, submission: Submission, outcomes: list[Outcome]) -> None:
        """One student's marks into the gradebook, then their result."""
        seconds = sum(outcome.seconds for outcome in outcomes)
        fault = "; ".join(filter(None, (outcome.fault.strip() for outcome in outcomes)))
        wall = next((outcome.wall for outcome in outcomes if outcome.wall), "")
        mistake = self.failed_check or "; ".join(o.failed_check for o in outcomes if o.failed_check)
        if fault or mistake:  # none of these marks is certain to be the student's
            failed = status.of_failed_check(mistake) if mistake else status.of_fault(fault)
            self._keep(self._result(recorder, submission, failed, seconds=seconds, wall=wall))
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
        standing = recorder.record(
            submission.student, submission.handed_in, notebooks, self._files(submission)
        )
        result = self._result(
            recorder,
            submission,
            marked,
            questions={name: mark for o in outcomes for name, mark in o.marks.items()},
            seconds=seconds,
            wall=wall,
            key=self._key(submission),
        )
        self._keep(result.standing_at(standing))

    def refresh(self, recorder: Recorder) -> None:
        """Bring every score up to the gradebook's: a person may have marked by hand since."""
        recorded = recorder.students()
        for result in self.stored():
            if result.score is None:
                continue
            if result.student in recorded:
                recorder.renew_penalty(result.student)
                fresh = result.standing_at(recorder.standing(result.student))
            else:
                fresh = result.lost()
            if fresh != result:
                self._store.save(fresh)
            if fresh.student in self.results:
                self.results[fresh.student] = fresh

    def stored(self) -> list[Result]:
        """Every result of the assignment, those of earlier runs included."""
        submitted = self._course.submitted
        return [result for result in self._store.all() if (submitted / result.student).is_dir()]

    def _files(self, submission: Submission) -> Files:
        """The author's files, and of the student's those that do not take the place of one."""
        given = [Path(name) for name, _ in self._given]
        taken = {place for path in given for place in (path, *path.parents)}

        def is_free(path: Path) -> bool:
            return path not in taken and not any(path.is_relative_to(other) for other in given)

        theirs = [(name, data) for name, data in submission.files if is_free(Path(name))]
        return (*self._given, *theirs)

    def _result(
        self, recorder: Recorder, submission: Submission, found: status.Status, **more
    ) -> Result:
        return Result(
            student=submission.student,
            assignment=self.assignment,
            status=found.name,
            to_student=found.student,
            instructor=found.instructor,
            max_score=recorder.max_score(),
            **more | ({"seconds": round(more["seconds"], 2)} if "seconds" in more else {}),
        )

    def _keep(self, result: Result) -> None:
        self.results[result.student] = result
        self._store.save(result)

    def _key(self, submission: Submission) -> str:
        authors = self.authors.values()
        return fingerprint(submission, authors, self._given, self._limits, self.walled)
