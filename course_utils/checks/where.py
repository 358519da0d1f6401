"""Where a wrong answer that no typical mistake explains is right, and where not.

Only facts are told: they hold in every case of the question that was tried.
"""

from itertools import permutations

import numpy as np

from course_utils.checks import values
from course_utils.checks.diagnosis import Trial
from course_utils.checks.question import Contrast

_AXES = {
    2: ("row", "column"),
    3: ("row", "column", "channel"),
    4: ("image", "row", "column", "filter"),
}
_FEWEST = 2  # cases right, and cases wrong: fewer say nothing


def where_right(contrasts: tuple[Contrast, ...], trials: list[Trial]) -> str | None:
    """A sentence or two from all trials of the question; None where nothing can be told."""
    if told := _axes_in_another_order(trials) or _another_shape(trials):
        return told
    found = [text for text in (_told_apart(contrasts, trials), _cells(trials)) if text]
    return " ".join(found) or None


def _told_apart(contrasts: tuple[Contrast, ...], trials: list[Trial]) -> str | None:
    """The kind of case to which all wrong trials and no right one belong, or the other way round.

    Two trials of each are the least that says anything. Two kinds together are not tried: among so
    many pairs, one fits by chance.
    """
    wrong = [trial.fault is not None for trial in trials]
    if min(sum(wrong), len(wrong) - sum(wrong)) < _FEWEST:
        return None
    held = [(each.where, [each.holds(trial.case) for trial in trials]) for each in contrasts]
    for where, holds in held:
        if holds == wrong:
            return f"It is wrong where {where}, and right in all other cases tried."
        if [not each for each in holds] == wrong:
            return f"It is right where {where}, and wrong in all other cases tried."
    return None


def _another_shape(trials: list[Trial]) -> str | None:
    """Whether only the shape is wrong, or each axis by the same number of cells in all cases."""
    wrong = [trial for trial in trials if trial.fault]
    if any(type(t.outcome.value) is not np.ndarray for t in wrong):
        return None
    if any(not isinstance(trial.expected, np.ndarray) for trial in wrong):
        return None
    pairs = [(trial.expected, values.numbers(trial.outcome.value)) for trial in wrong]
    arrays = [(right, got) for right, got in pairs if got is not None]
    if not arrays or len(arrays) < len(wrong) or not arrays[0][0].ndim:
        return None
    if any(right.shape == got.shape for right, got in arrays):
        return None
    if all(values.same(np.ravel(right), np.ravel(got)) for right, got in arrays):
        return "Its numbers are right and in their order, but not the shape: look at the axes."
    kinds = {(got.ndim, right.ndim) for right, got in arrays}
    if len(kinds) > 1:
        return None
    (axes, asked), names = kinds.pop(), _AXES.get(arrays[0][0].ndim)
    if axes != asked:
        return f"Its result has {axes} axes, where {asked} were asked for."
    steps = {tuple(np.subtract(got.shape, right.shape)) for right, got in arrays}
    if len(steps) > 1 or names is None:
        return None
    told = [
        f"{abs(step)} {name}{'s' if abs(step) > 1 else ''} too {'many' if step > 0 else 'few'}"
        for step, name in zip(steps.pop(), names, strict=True)
        if step
    ]
    return f"Wherever it is wrong, its result has {' and '.join(told)}."


def _pairs(trials: list[Trial]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Expected and got of all wrong trials; empty unless all of them are arrays of numbers."""
    found = []
    for trial in trials:
        if trial.fault is None:
            continue
        got, right = trial.outcome.value, trial.expected
        if trial.outcome.error or type(got) is not np.ndarray or not isinstance(right, np.ndarray):
            return []
        numbers = values.numbers(got)
        if numbers is None or numbers.ndim != right.ndim:
            return []
        found.append((right.astype(float), numbers))
    return found


def _axes_in_another_order(trials: list[Trial]) -> str | None:
    pairs = _pairs(trials)
    if not pairs or pairs[0][0].ndim not in _AXES:
        return None
    for order in list(permutations(range(pairs[0][0].ndim)))[1:]:
        if all(values.same(right.transpose(order), got) for right, got in pairs):
            names = [f"{name}s" for name in _AXES[len(order)]]
            asked, yours = ", ".join(names), ", ".join(names[axis] for axis in order)
            said = "Its numbers are right, but its axes are in another order:"
            return f"{said} ({yours}), and not ({asked})."
    return None


def _cells(trials: list[Trial]) -> str | None:
    """The first row, column, image or filter that is right alone, or the last one wrong alone."""
    pairs = _pairs(trials)
    if not pairs or any(right.shape != got.shape for right, got in pairs):
        return None
    differ: list[np.ndarray] = [
        np.atleast_1d(~np.isclose(got, right, rtol=1e-4, atol=1e-5)) for right, got in pairs
    ]
    for axis, name in enumerate(_AXES.get(differ[0].ndim, ())):
        lines = [np.moveaxis(each, axis, 0).reshape(each.shape[axis], -1) for each in differ]
        long = [each for each in lines if len(each) > 1]
        if len(long) < 2:
            continue
        for first, words in ((1, "first"), (-1, "last")):
            ordered = [np.flip(each, 0) if first < 0 else each for each in long]
            wrong = [[bool(line.any()) for line in each] for each in ordered]
            if all(not each[0] and all(each[1:]) for each in wrong):
                return f"Of each wrong result the {words} {name} alone is right."
            if len(long) == len(lines) and all(each[0] and not any(each[1:]) for each in wrong):
                return f"Of each wrong result the {words} {name} alone is wrong."
    return None
