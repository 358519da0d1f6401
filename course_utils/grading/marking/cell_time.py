"""How long one cell of a student's may take: as long as the author's slowest, times a factor.

An answer that never ends runs until its limit. With a limit of minutes for work of milliseconds,
one such student would cost more time than all others. The factor leaves room for loops where the
author uses NumPy, and for a busier machine. The author's time does not include the time spent
waiting for a processor.
"""

FACTOR = 20
FLOOR, CEILING = 10.0, 300.0  # seconds; the ceiling is the limit of the author's own cells, too
_STEPS = (FLOOR, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, CEILING)
RULE = f"{FACTOR} × the author's slowest cell, at least {FLOOR:g} s and at most {CEILING:g} s"


def cell_seconds(slowest: float) -> float:
    """The limit of one cell, in seconds, where the author's slowest took ``slowest`` seconds.

    It goes up in steps, so that two measurements of one notebook mostly give the same limit.
    """
    return next((step for step in _STEPS if step >= FACTOR * slowest), CEILING)
