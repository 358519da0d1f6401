"""Measure how long a cell needs, on a busy machine as on an idle one."""

import time
from collections.abc import Callable


class Stopwatch:
    """The clock's time since it was made, less what was waited for a processor meanwhile.

    ``waited``: tells the seconds that those who are timed ever waited (see ``resources.delays``).
    They take turns: one waits for the other's answer, so that their waits are no time twice.
    """

    def __init__(self, waited: Callable[[], float], now: Callable[[], float] = time.monotonic):
        self._waited, self._now = waited, now
        self._before, self._begun = waited(), now()

    def seconds(self) -> float:
        """Until now: never more than the clock says, and never less than 0."""
        clock = self._now() - self._begun
        return min(max(clock - (self._waited() - self._before), 0.0), clock)
