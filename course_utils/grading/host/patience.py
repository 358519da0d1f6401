"""Time limits that do not count the time in which a submission waits for a processor.

So other programs on the machine cost it nothing. A limit is in clock seconds; it is extended by the
seconds in which the submission could have run but did not get a processor (``host.resources``
counts them). A submission can make itself wait, so a limit grows to at most ``MOST`` times its
length.
"""

import time
from collections.abc import Callable

MOST = 3.0


class Allowed:
    """The time limit of one submission, for all its processes; it begins when this is created.

    ``waited``: the seconds that the submission has waited for a processor so far.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic):
        self._seconds, self._start = seconds, now()
        self._now = now
        self.waited = 0.0

    @property
    def ends(self) -> float:
        """When the time is over, as far as is known now (in the time of ``time.monotonic()``)."""
        return self._start + _with_waiting(self._seconds, self.waited)

    def left(self) -> float:
        """The seconds that are left, at least 0.01: a timer that is set to 0 never rings."""
        return max(self.ends - self._now(), 0.01)

    def is_over(self) -> bool:
        """Whether the time is over."""
        return self._now() >= self.ends


class Patience:
    """The time limit of one answer: ``seconds``, and no longer than ``allowed`` has left.

    ``waited``: returns the seconds that the process has waited for a processor since it started.
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
        """When the time is over (``time.monotonic()``). Only when it comes may it be put off."""
        if self._now() >= self._ends:
            self.count()
            own = self._start + _with_waiting(self._seconds, self._counted)
            self._ends = min(own, self._allowed.ends)
        return self._ends

    def count(self) -> None:
        """Add the seconds waited since the last call to those of ``allowed``."""
        waited = max(self._waited() - self._before, self._counted)
        self._allowed.waited += waited - self._counted
        self._counted = waited


def _with_waiting(seconds: float, waited: float) -> float:
    return min(seconds + waited, MOST * seconds)
