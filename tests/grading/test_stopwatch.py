"""The time of a cell is the same on a busy machine as on an idle one."""

import pytest

from course_utils.grading.host.stopwatch import Stopwatch


@pytest.mark.parametrize(
    ("clock", "waited", "seconds"),
    [
        (2.0, 0.0, 2.0),  # an idle machine, or a cell that sleeps
        (12.0, 10.0, 2.0),  # the same cell, of whose time others took ten seconds
        (2.0, 2.1, 0.0),  # rounding
        (2.0, -5.0, 2.0),  # a process that has ended meanwhile
    ],
)
def test_what_others_took_is_not_counted(clock, waited, seconds):
    """Is it the clock's time less what was waited since then, within 0 and the clock?"""
    machine = {"clock": 100.0, "waited": 5.0}
    watch = Stopwatch(lambda: machine["waited"], lambda: machine["clock"])
    machine["clock"] += clock
    machine["waited"] += waited
    assert watch.seconds() == pytest.approx(seconds)
