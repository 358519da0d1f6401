"""Mark submissions in parallel, a few at a time, so that a large class needs no more memory."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from queue import SimpleQueue

from course_utils.errors import CourseError
from course_utils.grading.host.pool import Pool
from course_utils.grading.intake.submission import Submission
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import SetUpFailed, mark_submission


def mark_side_by_side(
    work: Iterable[tuple[Submission, list[Job]]], where: Executor, pool: Pool | None, most: int
) -> Iterator[tuple[Submission, list[Outcome]]]:
    """Each submission with the outcomes of its jobs, in the order in which they are done.

    ``work`` is read only as far as there is room: at most ``most`` submissions (one or more) are
    waiting, being marked or done at any time. ``pool``: the preloaded processes here; None where
    the workers of ``where`` have their own. Raises CourseError where nothing can be marked.
    """
    done: SimpleQueue[Future[list[Outcome]]] = SimpleQueue()
    under_way: dict[Future[list[Outcome]], Submission] = {}
    for submission, jobs in work:
        future = where.submit(mark_all, jobs, pool)
        under_way[future] = submission
        future.add_done_callback(done.put)
        while under_way and (len(under_way) >= most or not done.empty()):
            finished = done.get()
            yield under_way.pop(finished), _of_a_student(finished, pool)
    while under_way:
        finished = done.get()
        yield under_way.pop(finished), _of_a_student(finished, pool)


def _of_a_student(done: "Future[list[Outcome]]", pool: Pool | None) -> list[Outcome]:
    """``outcomes_of``, where one student's work does not end the run.

    The run of the author's own answers tells whether a set-up cell that failed is wrong.
    """
    try:
        return outcomes_of(done, pool)
    except SetUpFailed as error:
        return [Outcome(fault=f"{error} (a student's function may have changed what it uses)")]


def mark_all(jobs: list[Job], pool: Pool | None) -> list[Outcome]:
    """Mark one student's notebooks; an error of the grader becomes a fault in the outcomes."""
    try:
        return [mark_submission(job, pool) for job in jobs]
    except CourseError:
        raise  # the author's mistake, or nothing can be marked here: the run cannot go on
    except Exception as error:
        return [Outcome(fault=short(error))]


def outcomes_of(done: "Future[list[Outcome]]", pool: Pool | None) -> list[Outcome]:
    """The outcomes of one student's notebooks. Raises CourseError where nothing can be marked."""
    try:
        return done.result()
    except CourseError:
        if pool is not None:
            pool.check()
        raise


def short(error: Exception) -> str:
    """An unexpected error in one line of at most 300 characters."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]
