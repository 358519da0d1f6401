"""The parts of a question: the truth, the cases, the typical mistakes, and a hint."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.answer import Case


class Mistake(NamedTuple):
    """A small wrong implementation; ``id`` is the catalogue's, or None for a slip.

    ``wrong`` and ``right`` are phrases as in the catalogue; they are needed where ``id`` is None.
    ``section``: where to read about it, if that is not the question's section.
    """

    id: str | None
    implementation: Callable
    wrong: str = ""
    right: str = ""
    section: str = ""


class Reading(NamedTuple):
    """Another layout of the arguments: an answer that is right with it expects that layout.

    ``asked`` makes the call from a case, ``meant`` the case with the truth for that call, ``back``
    puts the result into the truth's layout. ``given`` completes "It is right if it gets …".
    ``unlike``, if there is one, makes a case in which such an answer must be wrong.
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
        """The layout that the answer expects, for the teacher's report."""
        return self.given


class Sign(NamedTuple):
    """A mistake that shows in the result, if no implementation can repeat it (such as a shuffle).

    ``shown(case, value)``: whether the result shows it; the other fields are as in Mistake.
    """

    id: str | None
    shown: Callable[[Case, Any], bool]
    wrong: str
    right: str
    section: str = ""


class Contrast(NamedTuple):
    """A simple kind of case; ``where`` completes "It is right where …" (or "wrong where …")."""

    where: str
    holds: Callable[[Case], bool]


@dataclass(frozen=True)
class Question:
    """One question; ``section``: where the book explains it (a key of the catalogue's), or "".

    A part is a function from a seeded generator to cases, the smallest and simplest first.
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
    contrasts: tuple[Contrast, ...] = ()  # what may tell right cases from wrong ones
    whole_numbers: str = ""  # what to do with arrays of ints, said where they alone fail
    new_array: bool = False  # whether the result must not share memory with an argument
