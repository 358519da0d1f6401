"""Stop the author's code when it takes too long."""

import contextlib
import signal
from collections.abc import Callable, Generator

from course_utils.grading.host.patience import Allowed


class TooLong(BaseException):
    """An author's cell took longer than its limit; no ordinary ``except`` catches this."""


@contextlib.contextmanager
def alarm(seconds: float, waited: Callable[[], float]) -> Generator[None, None, None]:
    """In a ``with``: raise TooLong in this (main) thread after so many ``seconds``.

    As in the sandbox, time spent waiting for a processor does not count. ``waited``: returns the
    seconds that have been waited so far.
    """
    patience = Allowed(seconds)
    before = waited()

    def late(*_: object) -> None:
        patience.waited = waited() - before
        if patience.is_over():
            raise TooLong
        signal.setitimer(signal.ITIMER_REAL, patience.left())

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, patience.left())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
