"""A grade cell's mark, and why a part of a submission was stopped: plain data for all rooms."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """One graded cell. ``score`` is None while a person still has to mark it.

    ``misconceptions``: ids of misconceptions that a check recognised in the answer. ``mistakes``:
    other mistakes, in the words of the author's test.
    """

    points: float
    score: float | None = 0.0
    misconceptions: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stop:
    """Why a part of a submission was stopped: a ``reason`` (time, memory, …) and a sentence."""

    reason: str
    message: str
