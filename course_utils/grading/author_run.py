"""Mark the author's own answers as a submission, to see if they pass and how long cells take."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.intake.notebook_file import author_cells
from course_utils.grading.marking.cell_time import CEILING, cell_seconds
from course_utils.grading.marking.fingerprint import author_hash
from course_utils.grading.marking.job import Job
from course_utils.grading.marking.mark_submission import failed_checks
from course_utils.grading.results.cell_times import remember, remembered
from course_utils.grading.results.own_tables import Session
from course_utils.grading.side_by_side import mark_all, outcomes_of


class Authors(NamedTuple):
    """The author's notebooks (name → JSON text) and other files of an assignment.

    ``walled``: whether code runs in a sandbox. ``course``: see ``Job``.
    """

    notebooks: Mapping[str, str]
    files: Files
    walled: bool
    course: str = ""

    def jobs(self, limits: Limits) -> list[Job]:
        """The jobs that mark the author's own answers."""
        files, walled, course = self.files, self.walled, self.course
        return [
            Job(text, author_cells(text), files, limits, walled, len(files), course=course)
            for text in self.notebooks.values()
        ]


class AtOnce(Executor):
    """Runs a function at once, in the thread that submits it.

    The preloaded processes of a pool end with the thread that started them, so another thread would
    end them too early.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done, with the result or the exception of ``fn``."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class AuthorRun:
    """The marking of the author's own answers on ``where``; it starts when this is created."""

    def __init__(self, authors: Authors, limits: Limits, where: Executor, pool: Pool | None):
        self._pool = pool
        self._future = where.submit(mark_all, authors.jobs(limits), pool)

    def failed_check(self) -> str:
        """Which test fails the author's own answer, and how, or ""; waits until that is known."""
        outcomes = outcomes_of(self._future, self._pool)
        return "; ".join(filter(None, map(failed_checks, outcomes)))

    def slowest(self) -> float | None:
        """The seconds of the slowest cell; None where the run failed. Waits for the run's end."""
        outcomes = outcomes_of(self._future, self._pool)
        if any(outcome.fault or outcome.failed_check or outcome.stops for outcome in outcomes):
            return None
        return max((outcome.slowest for outcome in outcomes), default=None)


def measure(limits: Limits, authors: Authors, where: Executor, pool: Pool | None) -> AuthorRun:
    """Begin the author's run that sets the time limit of a cell."""
    return AuthorRun(authors, limits._replace(cell_seconds=CEILING), where, pool)


def fit_limits(
    limits: Limits,
    authors: Authors,
    session: Session,
    where: Executor,
    pool: Pool | None,
    begun: AuthorRun | None = None,
) -> tuple[Limits, AuthorRun | None]:
    """``limits`` with a time limit of one cell that fits the author's own run.

    It is measured once for the author's notebooks and remembered in the gradebook's database
    (``session``). Also returns the run, or None where none was needed; ``begun`` is that run, where
    it was begun already. Where it failed, ``limits`` stay as they are.
    """
    basis = author_hash(authors.notebooks.values(), authors.files)
    seconds, run = remembered(session, basis), begun
    if seconds is None:
        run = begun or measure(limits, authors, where, pool)
        slowest = run.slowest()
        if slowest is None:
            return limits, run
        seconds = remember(session, basis, cell_seconds(slowest))
    return limits._replace(cell_seconds=seconds), run
