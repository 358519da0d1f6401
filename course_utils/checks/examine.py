"""Ask a question of an answer, and explain a wrong one by the misconception that reproduces it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks import show, values
from course_utils.checks.answer import Case, Outcome, call
from course_utils.checks.catalogue import CATALOGUE
from course_utils.checks.error import CheckError
from course_utils.checks.numpy_changes import version_note
from course_utils.checks.own_work import refuse_reference

# Ways in which code refuses on purpose; any of them stands for any other. Arrays that do not fit
# are a ValueError, too, but nobody's purpose: NumPy says so in one of these words.
_REFUSALS = {"ValueError", "AssertionError", "Exception"}
_MISFITS = ("broadcast", "mismatch", "zero-size", "not aligned")
_PAIRS_MISFIT = "requested shape"  # np.pad's word when it has no pair for every axis


class Mistake(NamedTuple):
    """A small wrong implementation; ``id`` is the catalogue's, or None for a mere slip.

    ``wrong`` and ``right`` speak as in the catalogue; they are needed where ``id`` is None.
    """

    id: str | None
    implementation: Callable
    wrong: str = ""
    right: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked: the truth, the cases in parts, the typical mistakes, and a hint.

    A part is a function of a seeded generator to cases, the smallest and plainest first.
    """

    name: str
    parameters: tuple[str, ...]
    truth: Callable
    parts: dict[str, Callable[[np.random.Generator], list[Case]]]
    mistakes: tuple[Mistake, ...]
    hint: str


class _Trial(NamedTuple):
    case: Case
    expected: Any
    outcome: Outcome

    @property
    def fault(self) -> str | None:
        """What is wrong with the outcome, in words; None if nothing is."""
        if self.outcome.error is not None:
            return "it stopped with an error"
        text = values.complaint(self.expected, self.outcome.value)
        if text is not None:
            return text
        if not values.same(values.numbers(self.expected), values.numbers(self.outcome.value)):
            return "the values differ"
        return None

    @property
    def size(self) -> int:
        return sum(np.size(argument) for argument in self.case.arguments)


def examine(question: Question, answer, part: str | None = None, seed: int = 0) -> None:
    """Raise CheckError unless ``answer`` agrees with the truth; on success say so in one line.

    ``part``: one of the question's parts, or None for all. ``seed``: of the random cases.
    """
    refuse_reference(question.name, answer)
    parts = question.parts if part is None else {part: question.parts[part]}
    cases = [case for make in parts.values() for case in make(np.random.default_rng(seed))]
    trials = []
    for case in cases:
        outcome = outcome_of(question.name, question.parameters, answer, case)
        trials.append(_Trial(case, question.truth(*case.arguments, **case.options), outcome))
    wrong = [trial for trial in trials if trial.fault]
    if wrong:
        raise _explained(question, answer, trials, wrong)
    print(f"{question.name}: right. {len(trials)} cases tried: {', '.join(parts)}.")


def outcome_of(name: str, parameters: tuple[str, ...], answer, case: Case) -> Outcome:
    """Call the answer once. CheckError where there is none yet, or where it changed an argument."""
    if not callable(answer):
        raise CheckError(
            f"{name} should be a function, but it is {values.kind(answer)}.", None, name
        )
    outcome = call(answer, case)
    if outcome.error == "NotImplementedError":
        raise CheckError(
            f"{name} is not written yet: put your code where it says YOUR CODE HERE.", None, name
        )
    if outcome.changed is not None:
        where = outcome.changed
        which = parameters[where] if isinstance(where, int) else where
        raise CheckError(
            f"{name} changed its argument {which}, which belongs to whoever calls it: work on "
            "a copy, or on an array of your own.\n\n" + show.case_text(name, parameters, case),
            question=name,
        )
    return outcome


def value_of(name: str, parameters: tuple[str, ...], answer, *arguments, **options):
    """What the answer returns; CheckError with the student's own traceback where it raises."""
    case = Case(arguments, options)
    outcome = outcome_of(name, parameters, answer, case)
    if outcome.error is not None:
        called = show.case_text(name, parameters, case).splitlines()[0]
        lines = [f"{name} is not right yet: it stopped with an error.", "", called, "stopped with:"]
        lines += [f"    {text}" for text in outcome.trace.splitlines()]
        raise CheckError("\n".join([*lines, version_note(outcome) or ""]).rstrip(), question=name)
    return outcome.value


def _explained(question: Question, answer, trials: list[_Trial], wrong: list[_Trial]) -> CheckError:
    """The mistake that reproduces the answer, or else the smallest failing case and the hint."""
    stopped = [trial for trial in wrong if version_note(trial.outcome)]
    mistake, explained = (None, stopped) if stopped else _likeliest(question, answer, trials, wrong)
    trial = min(explained or wrong, key=lambda t: t.size)
    lines = [f"{question.name} is not right yet: {trial.fault}."]
    if stopped:
        lines[0] += f" {version_note(trial.outcome)}"
    elif mistake is not None:
        lines = [f"{question.name} is not right yet. {_diagnosis(mistake, trial)}"]
        others = sum(not _reproduces(mistake, trial) for trial in wrong)
        if others:
            lines.append(f"{others} of the {len(wrong)} wrong cases must have another reason, too.")
    lines += ["", show.case_text(question.name, question.parameters, trial.case)]
    if trial.outcome.error is None:
        lines.append(show.difference_text(trial.expected, trial.outcome.value))
    else:
        lines += ["stopped with:", *(f"    {text}" for text in trial.outcome.trace.splitlines())]
        lines.append(show.expected_text(trial.expected))
    if trial.outcome.error == "NameError":
        lines.append("Hint: run the cells above, or look for a slip in the name.")
    elif mistake is None and not stopped and not _right_in_number(trial):
        lines.append(f"Hint: {question.hint}")
    if mistake is None:
        return CheckError("\n".join(lines), question=question.name)
    named = None if mistake.id else mistake.wrong
    return CheckError("\n".join(lines), mistake.id, question.name, named)


def _diagnosis(mistake: Mistake, trial: _Trial) -> str:
    entry = CATALOGUE.get(mistake.id or "")
    what, value = mistake.wrong or (entry.wrong if entry else ""), trial.outcome.value
    if trial.outcome.error is not None:
        text = f"It fails the way {what} fails."
    elif isinstance(value, np.ndarray) and value.ndim:
        text = f"Your {'×'.join(map(str, value.shape))} result equals the one with {what}."
    else:
        text = f"Your result equals the one with {what}."
    text += f" {mistake.right or (entry.right if entry else '')}"
    return text + (f"\n{entry.reading}" if entry is not None else "")


def _likeliest(
    question: Question, answer, trials: list[_Trial], wrong: list[_Trial]
) -> tuple[Mistake | None, list[_Trial]]:
    """The mistake that the cases of this part speak for; of several, the one that fits best in all
    parts of the question, so that neighbouring checks say the same of one answer.

    Many faults end in the same error. So where nothing but errors speaks for a mistake, it must fit
    every case of all parts, and no other mistake may.
    """
    in_number = [trial for trial in wrong if not _right_in_number(trial)]
    right = [trial for trial in trials if not trial.fault]
    believed = []
    for mistake in question.mistakes:
        explained = [trial for trial in in_number if _reproduces(mistake, trial)]
        against = sum(not _reproduces(mistake, trial) for trial in right) if explained else 0
        if explained and _is_believed(explained, len(in_number), against):
            believed.append((mistake, explained, against))
    if not believed:
        return None, []
    if len(believed) == 1 and not _by_errors_alone(believed[0][1]):
        return believed[0][:2]  # nothing to choose between: the answer is not called again
    others = _everywhere(question, answer)
    ranked = []
    for mistake, explained, against in believed:
        fits = sum(_reproduces(mistake, trial) for trial in others)
        if fits == len(others) or not _by_errors_alone(explained):
            ranked.append((len(explained), fits, -against, mistake, explained))
    if not ranked:
        return None, []
    best = max(ranked, key=lambda each: each[:3])
    alike = {_cause(each[3]) for each in ranked if each[:2] == best[:2]}
    if len(alike) > 1 and _by_errors_alone(best[4]):
        return None, []
    return best[3:]


def _everywhere(question: Question, answer) -> list[_Trial]:
    """What the answer does in every case of every part of the question."""
    cases = [case for make in question.parts.values() for case in make(np.random.default_rng(0))]
    return [_Trial(case, None, call(answer, case)) for case in cases]


def _by_errors_alone(trials: list[_Trial]) -> bool:
    return all(_is_misfit(trial.outcome) for trial in trials)


def _cause(mistake: Mistake) -> str:
    return mistake.id or mistake.wrong


def _is_misfit(outcome: Outcome) -> bool:
    return outcome.error is not None and _way_out(outcome) != "refused"


def _is_believed(explained: list[_Trial], wrong: int, against: int) -> bool:
    """Whether so many explained of the wrong cases are no chance.

    Two numbers are soon equal, many faults end in the same exception, and right cases that the
    mistake would have spoilt are evidence ``against`` it. Arrays of several values say more.
    """
    count, telling = len(explained), sum(_is_telling(trial) for trial in explained)
    if _by_errors_alone(explained):
        return count == wrong and not against
    most = telling > 0 and 3 * count >= 2 * wrong
    some = telling > 1 and 3 * count >= wrong and not against
    return (count == wrong or most or some) and count > against


def _is_telling(trial: _Trial) -> bool:
    """Whether the answer's numbers, and not only how many there are, show what was done."""
    got, right = values.numbers(trial.outcome.value), values.numbers(trial.expected)
    if trial.outcome.error is not None or got is None or right is None or np.unique(got).size < 3:
        return False
    corner = right[tuple(slice(n) for n in got.shape)] if got.ndim == right.ndim else right
    return not values.same(got, corner)


def _reproduces(mistake: Mistake, trial: _Trial) -> bool:
    theirs, ours = trial.outcome, call(mistake.implementation, trial.case)
    if ours.error is not None or theirs.error is not None:
        return _way_out(ours) == _way_out(theirs)
    return values.same(values.numbers(ours.value), values.numbers(theirs.value))


def _way_out(outcome: Outcome) -> str | None:
    """How a call ended without a value: "refused", a "misfit" of arrays or of a frame's pairs, or
    the exception's type.
    """
    text = outcome.trace.lower()
    if outcome.error == "IndexError":
        return "misfit"
    if _PAIRS_MISFIT in text:
        return "misfit of pairs"
    if outcome.error in _REFUSALS:
        return "misfit" if any(word in text for word in _MISFITS) else "refused"
    return outcome.error


def _right_in_number(trial: _Trial) -> bool:
    """Wrong in its type only, which a mistake in the arithmetic does not explain."""
    return trial.outcome.error is None and values.same(
        values.numbers(trial.expected), values.numbers(trial.outcome.value)
    )
