"""Tell where a wrong answer is right, and where not, when no typical mistake explains it."""

from itertools import combinations

import numpy as np

from course_utils.checks.answer import call
from course_utils.checks.diagnosis import Trial, as_floats, holds_ints
from course_utils.checks.question import Question

_FEWEST = 2  # right cases outside the kind; fewer say nothing


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


def told_apart(question: Question, answer) -> str | None:
    """One sentence on the kind of case to which all wrong results belong, or None."""
    cases = [case for make in question.parts.values() for case in make(np.random.default_rng(0))]
    right, wrong = [], []
    for case in cases:
        expected = question.truth(*case.arguments, **case.options)
        trial = Trial(case, expected, call(answer, case))
        (wrong if trial.fault else right).append(case)
    kinds = list(question.contrasts)
    found = []
    for group in [*combinations(kinds, 1), *combinations(kinds, 2)]:
        if all(kind.holds(case) for kind in group for case in wrong):
            among = [case for case in right if all(kind.holds(case) for kind in group)]
            if len(right) - len(among) >= _FEWEST:
                found.append((len(among), len(group), group, among))
    if not found or not wrong:
        return None
    _, _, group, among = min(found, key=lambda each: (each[0] > 0, each[1], each[0]))
    where = " and ".join(kind.where for kind in group)
    if not among:
        return f"It is wrong where {where}, and right in all other cases tried."
    return (
        f"It is right in all cases tried but some of those where {where} "
        f"({len(wrong)} of {len(wrong) + len(among)} are wrong)."
    )
