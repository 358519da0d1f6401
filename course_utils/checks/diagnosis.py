"""Find the typical mistake that explains a wrong answer: it does the same in every case tried.

A wrong diagnosis is worse than none. So a mistake is accepted only if it returns what the answer
returns in all cases of the part, also where that is right, and raises where the answer raises.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks import values
from course_utils.checks.answer import Case, Outcome, call
from course_utils.checks.question import Mistake, Question, Reading, Sign

DIFFER = "the values differ"
_NOT, _BOTH_STOP, _SAME = range(3)


class Trial(NamedTuple):
    """One case, the expected result, and the outcome of the call."""

    case: Case
    expected: Any
    outcome: Outcome

    @property
    def fault(self) -> str | None:
        """What is wrong with the outcome, in words; None if it is right."""
        if self.outcome.error is not None:
            return "it stopped with an error"
        text = values.complaint(self.expected, self.outcome.value)
        return text or (None if self.right_in_number else DIFFER)

    @property
    def right_in_number(self) -> bool:
        """Whether the numbers are right: if so, no mistake in the arithmetic explains a fault."""
        return self.outcome.error is None and values.same(
            values.numbers(self.expected), values.numbers(self.outcome.value)
        )

    @property
    def size(self) -> int:
        return sum(np.size(argument) for argument in self.case.arguments)

    @property
    def is_telling(self) -> bool:
        """Whether the wrong numbers themselves, not only their count, can show what was done."""
        got, right = values.numbers(self.outcome.value), values.numbers(self.expected)
        stopped = self.outcome.error is not None
        if stopped or got is None or right is None or np.unique(got).size < 3:
            return False
        corner = right[tuple(slice(n) for n in got.shape)] if got.ndim == right.ndim else right
        return not values.same(got, corner)


class Explained(NamedTuple):
    """The mistakes that explain an answer equally well (mostly one), and the cases that show it."""

    mistakes: Sequence[Mistake | Sign]
    trials: list[Trial]


def holds_ints(case: Case) -> bool:
    """Whether an argument is an array of whole numbers."""
    return any(isinstance(a, np.ndarray) and a.dtype.kind in "iu" for a in case.arguments)


def as_floats(case: Case) -> Case:
    """The case with arrays of floats."""
    arguments = (
        a.astype(float) if isinstance(a, np.ndarray) and a.dtype.kind in "iu" else a
        for a in case.arguments
    )
    return Case(tuple(arguments), case.options)


def with_floats(question: Question, answer, trials: list[Trial]) -> list[Trial]:
    """The trials with arrays of floats in the place of ints, each of which is tried again."""
    tried = []
    for trial in trials:
        if holds_ints(trial.case):
            case = as_floats(trial.case)
            right = question.truth(*case.arguments, **case.options)
            trial = Trial(case, right, call(answer, case))
        tried.append(trial)
    return tried


def explain(question: Question, answer, trials: list[Trial]) -> Explained | None:
    """The mistake that explains all trials of one part.

    Of several mistakes it takes the one that fits most cases of all parts of the question, so that
    related checks say the same about the same answer.
    """
    believed = []
    for mistake in question.mistakes:
        degrees = _degrees(mistake, trials)
        if _NOT in degrees:
            continue
        shown = [
            trial
            for trial, degree in zip(trials, degrees, strict=True)
            if trial.fault and degree == _SAME and not trial.right_in_number
        ]
        if shown and _is_enough(shown, degrees):
            believed.append((mistake, _BOTH_STOP in degrees or _by_errors_alone(shown), shown))
    if not believed:
        return _shown_by_a_sign(question, trials)
    if len(believed) == 1 and not believed[0][1]:
        return Explained([believed[0][0]], believed[0][2])
    everywhere = _everywhere(question, answer)
    ranked = []
    for mistake, by_errors, shown in believed:
        degrees = _degrees(mistake, everywhere)
        if not (by_errors and _NOT in degrees):
            fits = sum(degree != _NOT for degree in degrees)
            ranked.append(((fits, degrees.count(_SAME)), mistake, shown))
    best = max((rank for rank, *_ in ranked), default=None)
    first = {_cause(each[1]): each for each in reversed(ranked) if each[0] == best}
    if not first:
        return None
    return Explained([mistake for _, mistake, _ in first.values()], next(iter(first.values()))[2])


def _shown_by_a_sign(question: Question, trials: list[Trial]) -> Explained | None:
    wrong = [trial for trial in trials if trial.fault]
    for sign in question.signs:
        if all(t.outcome.error is None and sign.shown(t.case, t.outcome.value) for t in wrong):
            return Explained([sign], wrong)
    return None


def is_constant(wrong: list[Trial]) -> bool:
    """Whether these calls all return the same number or pair.

    At least three of them must have different expected results.
    """
    right = {repr(trial.expected) for trial in wrong if type(trial.expected) in (int, tuple)}
    got = [values.numbers(trial.outcome.value) for trial in wrong]
    alike = all(trial.fault == DIFFER for trial in wrong) and all(
        values.same(got[0], each) for each in got
    )
    return len(right) >= 3 and alike


def read_otherwise(question: Question, answer, trials: list[Trial]) -> Reading | None:
    """The reading of the arguments with which the answer would be right where it is wrong.

    The reading must change each of these cases. What the answer does with the unchanged case, an
    error or wrong numbers, needs no explanation.
    """
    wrong = [trial.case for trial in trials if trial.fault]
    if any(trial.fault and trial.right_in_number for trial in trials):
        return None  # the numbers are right already
    for reading in question.readings:
        asked = [reading.asked(case) for case in wrong]
        if all(
            _differ(case, other) and _is_right(question, answer, reading, case, other)
            for case, other in zip(wrong, asked, strict=True)
        ) and not _is_right_unlike(question, answer, reading, wrong[0]):
            return reading
    return None


def _is_right_unlike(question: Question, answer, reading: Reading, case: Case) -> bool:
    if reading.unlike is None:
        return False
    case = reading.unlike(case)
    right, outcome = question.truth(*case.arguments, **case.options), call(answer, case)
    return values.same(values.numbers(outcome.value), values.numbers(right))


def _differ(case: Case, other: Case) -> bool:
    pairs = zip(case.arguments, other.arguments, strict=True)
    return any(not np.array_equal(before, after) for before, after in pairs)


def _is_right(question: Question, answer, reading: Reading, case: Case, asked: Case) -> bool:
    meant, outcome = reading.meant(case), call(answer, asked)
    truth = question.truth(*meant.arguments, **meant.options)
    got = outcome.value
    if type(got) is not np.ndarray or got.ndim != np.ndim(truth):
        return False
    return values.same(values.numbers(reading.back(got)), values.numbers(truth))


def _degrees(mistake: Mistake, trials: list[Trial]) -> list[int]:
    degrees = []
    for trial in trials:
        degrees.append(_degree(call(mistake.implementation, trial.case), trial.outcome))
        if degrees[-1] == _NOT and trial.expected is not None:
            return degrees  # in the part that is checked, every case must fit
    return degrees


def _degree(ours: Outcome, theirs: Outcome) -> int:
    """How far two calls end in the same way.

    Two errors are the same if both were raised on purpose, or at the same place with the same
    shapes.
    """
    if ours.error is None and theirs.error is None:
        same = values.same(values.numbers(ours.value), values.numbers(theirs.value))
        return _SAME if same else _NOT
    if ours.error is None or theirs.error is None or ours.on_purpose != theirs.on_purpose:
        return _NOT
    if ours.on_purpose or (ours.crash is not None and _alike(ours.crash, theirs.crash)):
        return _SAME
    return _BOTH_STOP


def _alike(ours: tuple, theirs: tuple | None) -> bool:
    """Whether two calls crashed alike; the sandbox tells only the type and the numbers."""
    return theirs is not None and (ours == theirs or (ours[0], "", "", ours[3]) == theirs)


def _is_enough(shown: list[Trial], degrees: list[int]) -> bool:
    """Whether some case shows more than an error in both: many faults end in an error."""
    if _BOTH_STOP not in degrees:
        return True
    return any(trial.is_telling for trial in shown) or len(shown) > 1


def _by_errors_alone(trials: list[Trial]) -> bool:
    return all(t.outcome.error is not None and not t.outcome.on_purpose for t in trials)


def everywhere(question: Question, answer) -> list[Trial]:
    """The trials of the answer in every case of every part, with the right results."""
    return [
        each._replace(expected=question.truth(*each.case.arguments, **each.case.options))
        for each in _everywhere(question, answer)
    ]


def _everywhere(question: Question, answer) -> list[Trial]:
    """The trials of the answer in every case of every part of the question."""
    cases = [case for make in question.parts.values() for case in make(np.random.default_rng(0))]
    if question.whole_numbers:
        cases = [as_floats(case) for case in cases]
    return [Trial(case, None, call(answer, case)) for case in cases]


def _cause(mistake: Mistake) -> str:
    return mistake.wrong or mistake.id or ""
