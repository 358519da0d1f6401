"""Measure how long a cell needs, on a busy machine as on an idle one."""

import time
from collections.abc import Callable


class Stopwatch:
    """The clock time since this was created, without the time spent waiting for a processor.

    ``waited``: returns the seconds that the timed processes have waited so far, in all (see
    ``resources.delays``). The processes take turns, so no second is counted for two of them.
    """

    def __init__(self, waited: Callable[[], float], now: Callable[[], float] = time.monotonic):
        self._waited, self._now = waited, now
        self._before, self._begun = waited(), now()

    def seconds(self) -> float:
        """The seconds until now: never more than the clock says, and never less than 0."""
        clock = self._now() - self._begun
        return min(max(clock - (self._waited() - self._before), 0.0), clock)
