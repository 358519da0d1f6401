"""What a question consists of: the truth, the cases in parts, the typical mistakes, and a hint."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.answer import Case


class Mistake(NamedTuple):
    """A small wrong implementation; ``id`` is the catalogue's, or None for a mere slip.

    ``wrong`` and ``right`` speak as in the catalogue; they are needed where ``id`` is None.
    ``section`` is the place to read, where it is another than the question's.
    """

    id: str | None
    implementation: Callable
    wrong: str = ""
    right: str = ""
    section: str = ""


class Reading(NamedTuple):
    """Arguments laid out otherwise, with which an answer may be right: so it reads them that way.

    ``asked`` makes the call from a case, ``meant`` the case whose truth belongs to it, ``back`` the
    result as the truth has it. ``given`` completes "It is right if it gets …". ``unlike``, if there
    is one, makes a case with which such an answer must be wrong.
    """

    id: str | None
    asked: Callable[[Case], Case]
    given: str
    right: str
    back: Callable[[np.ndarray], np.ndarray] = lambda result: result
    meant: Callable[[Case], Case] = lambda case: case
    unlike: Callable[[Case], Case] | None = None

    @property
    def wrong(self) -> str:
        """What the answer takes for granted, for the teacher's report."""
        return self.given


class Sign(NamedTuple):
    """What a wrong result shows by itself, where no implementation can repeat it (as a shuffle).

    ``shown`` says of a case and the result's value whether it is there; the rest as in Mistake.
    """

    id: str | None
    shown: Callable[[Case, Any], bool]
    wrong: str
    right: str
    section: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked, and where the book explains it: ``section`` is one of the catalogue's, or "".

    A part is a function of a seeded generator to cases, the smallest and plainest first.
    """

    name: str
    parameters: tuple[str, ...]
    truth: Callable
    parts: dict[str, Callable[[np.random.Generator], list[Case]]]
    mistakes: tuple[Mistake, ...]
    hint: str
    section: str = ""
    readings: tuple[Reading, ...] = ()
    signs: tuple[Sign, ...] = ()
    new_array: bool = False  # whether the result must be no part of an argument
