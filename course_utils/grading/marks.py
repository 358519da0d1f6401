"""What a grade cell gave, and why a part of a submission was stopped: plain data for every room."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """One graded cell. ``score`` is None while it waits for a person.

    ``misconceptions``: ids of the catalogue that a check recognised in the answer. ``mistakes``:
    what else the author's test called it, in its own words.
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
