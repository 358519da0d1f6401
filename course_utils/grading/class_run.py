"""A whole class: read each student's work, mark it, record it with one writer, in this order."""

import os
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from course_utils.errors import CourseError
from course_utils.grading.author_run import AuthorRun, Authors, fit_limits, measure
from course_utils.grading.class_results import ClassResults
from course_utils.grading.class_work import ClassWork
from course_utils.grading.course_paths import author_notebooks, given_files, open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.names import compose_names
from course_utils.grading.intake.submission import Submission, find_students
from course_utils.grading.releases import remember_release, share_releases
from course_utils.grading.results import table
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.gradebook import is_begun, usable
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.run_lock import only_machine, only_run
from course_utils.grading.results.store import Result
from course_utils.grading.side_by_side import mark_side_by_side

_MOST_A_WORKER = 4  # submissions held in memory for each thread here
_MOST_ELSEWHERE = 1000  # submissions held in memory where an executor has its own workers
_QUIET = 0.5  # seconds before the progress bar appears: a run with nothing to mark ends sooner


class _Bar(tqdm):
    """A progress bar without a thread that watches it: with one thread, page makers are forked."""

    monitor_interval = 0


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
    pool: Pool | None = None,
) -> list[Result]:
    """Mark ``assignment`` for every student that matches; return the results, sorted by student.

    Whoever is in the gradebook and has no folder is among them: as missing, or with what was
    recorded when there was a folder.
    ``student``: a pattern for their names. ``by_author``: whether the time limit of one cell comes
    from the author's own run and not from ``limits`` (default: where no limits are given).
    ``walled``: whether student code must run in a sandbox. ``executor``: where the jobs run
    (default: in threads here, each with its own processes); then its workers need the sandbox, and
    this machine does not. ``pool``: the processes for threads here, where they are begun already
    (see ``head_start``). Work that did not change since it was marked is not marked again without
    ``force``. Raises CourseError for a request that cannot be met.
    """
    course = open_course(root, sample)
    refuse_cut_off(course.grades)
    authors = author_notebooks(course, assignment)
    if walled and executor is None and (reason := why_not()):
        raise CourseError(
            f"this machine cannot build a sandbox ({reason}); --no-sandbox marks without one"
        )
    compose_names(course.submitted, course.autograded)
    pattern = unicodedata.normalize("NFC", student)
    students = find_students(course.submitted, pattern)
    by_author = limits is None if by_author is None else by_author
    limits = limits or Limits()
    given = given_files(course.source / assignment)
    own = Authors(authors, given, walled, str(course.root))
    with (
        only_run(course.grades),
        _places(own, executor, pool, workers) as places,
        usable(course.db_url),
    ):
        author = None
        if by_author and not is_begun(course.db_url):  # it is marked while the gradebook is made
            author = measure(limits, own, places.where, places.pool)
        with (
            Recorder(course, assignment) as recorder,
            only_machine(course.db_url, assignment),
            _Bar(total=len(students), desc=assignment, unit=" students", delay=_QUIET) as bar,
        ):
            recorder.register(authors)
            releases = remember_release(course.root, assignment, authors)
            releases = share_releases(recorder.session, assignment, releases)
            if by_author:
                where, pool = places.where, places.pool
                limits, author = fit_limits(limits, own, recorder.session, where, pool, author)
            work = ClassWork(course, assignment, authors, releases, limits, walled)
            results = ClassResults(work, recorder, bar.update)
            _mark(work, results, students, force, own, author, places)
            results.refresh()
            absent = results.absent()
            stored = results.stored()
            everybody = sorted([*stored, *absent], key=_by_student)
            table.write_csv(course.grades / f"{assignment}.csv", everybody)
    without_folder = [*absent, *(result for result in stored if not result.is_there)]
    asked = [result for result in without_folder if fnmatch(result.student, pattern)]
    return sorted([*(results.settled[name] for name in students), *asked], key=_by_student)


def _by_student(result: Result) -> str:
    return result.student


class _Places(NamedTuple):
    """``where``: what runs the jobs, with the preloaded processes of ``pool`` where it is here.

    ``most``: the submissions that are held in memory.
    """

    where: Executor
    pool: Pool | None
    most: int


@contextmanager
def _places(
    own: Authors, executor: Executor | None, pool: Pool | None, workers: int | None
) -> Generator[_Places, None, None]:
    """In a ``with``: the places where jobs run; those of ours end with it."""
    workers = workers or os.cpu_count() or 1
    if executor is not None:
        yield _Places(executor, pool, _MOST_ELSEWHERE)
        return
    pool = pool or Pool(own.walled, Path(own.course))
    threads = ThreadPoolExecutor(workers)
    try:
        yield _Places(threads, pool, _MOST_A_WORKER * workers)
    finally:
        pool.close()  # a job that is being marked ends at once
        threads.shutdown(cancel_futures=True)
        pool.close()  # that job may have begun a process meanwhile


def _mark(
    work: ClassWork,
    results: ClassResults,
    students: list[str],
    force: bool,
    own: Authors,
    author: AuthorRun | None,
    places: _Places,
) -> None:
    """Mark the ``students`` whose work has changed; record each as soon as it is done.

    ``author``: the run of the author's ``own`` work, where it was begun already.
    """
    where, pool, most = places
    failed_check: str | None = None  # not known until the author's own work is marked
    submissions = _to_mark(work, results, students, force)
    first = next(submissions, None)
    if first is None:
        return
    author = author or AuthorRun(own, work.limits, where, pool)
    later: list[str] = []
    jobs = chain(
        work.jobs(chain([first], submissions), pool, later),
        work.jobs(_to_mark(work, results, later, force), pool),  # those put off by the first
    )
    for submission, outcomes in mark_side_by_side(jobs, where, pool, most):
        if failed_check is None:  # no mark from a test that fails the author's own answer
            failed_check = author.failed_check()
        results.record(submission, outcomes, failed_check)


def _to_mark(
    work: ClassWork, results: ClassResults, students: Iterable[str], force: bool
) -> Iterator[Submission]:
    """Yield the work that must be marked, and read it only then; record the other students."""
    for student in students:
        submission = work.read(student)
        if not submission.is_read:
            results.record_unread(submission)
        elif force or not results.keep_known(submission):
            yield submission
