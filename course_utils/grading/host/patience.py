"""Time limits that do not count what a submission waits for a processor.

Busy neighbours cost it nothing. A limit is in seconds of the clock, and moves by the seconds in
which the submission could have run and did not get a processor (``host.resources`` counts them). A
submission can make itself wait, so a limit moves to ``MOST`` times its length and no further.
"""

import time
from collections.abc import Callable

MOST = 3.0


class Allowed:
    """What one submission may take in all, in however many processes; begins when it is made.

    ``waited``: the seconds that it waited for a processor so far.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic):
        self._seconds, self._start = seconds, now()
        self._now = now
        self.waited = 0.0

    @property
    def ends(self) -> float:
        """When it is over, as things stand (a ``time.monotonic()``)."""
        return self._start + _with_waiting(self._seconds, self.waited)

    def left(self) -> float:
        """The seconds until then, at least a hundredth: a timer of 0 never rings."""
        return max(self.ends - self._now(), 0.01)

    def is_over(self) -> bool:
        """Whether it has gone."""
        return self._now() >= self.ends


class Patience:
    """How long one answer may take: ``seconds``, and no longer than what is ``allowed`` in all.

    ``waited``: tells the seconds that the process asked has ever waited for a processor.
    """

    def __init__(
        self,
        seconds: float,
        allowed: Allowed,
        waited: Callable[[], float],
        now: Callable[[], float] = time.monotonic,
    ):
        self._seconds, self._allowed, self._waited, self._now = seconds, allowed, waited, now
        self._start, self._before, self._counted = now(), waited(), 0.0
        self._ends = min(self._start + seconds, allowed.ends)

    def ends(self) -> float:
        """When it is over. While that is still to come it stays; then it may have moved."""
        if self._now() >= self._ends:
            self.count()
            own = self._start + _with_waiting(self._seconds, self._counted)
            self._ends = min(own, self._allowed.ends)
        return self._ends

    def count(self) -> None:
        """Add what was waited since the last time to what is allowed in all."""
        waited = max(self._waited() - self._before, self._counted)
        self._allowed.waited += waited - self._counted
        self._counted = waited


def _with_waiting(seconds: float, waited: float) -> float:
    return min(seconds + waited, MOST * seconds)
