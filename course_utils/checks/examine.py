"""Check an answer to a question, and explain a wrong one by a mistake with the same results."""

import numpy as np

from course_utils.catalogue import CATALOGUE, read
from course_utils.checks import show, values
from course_utils.checks.answer import Case, Outcome, call
from course_utils.checks.crashes import told
from course_utils.checks.diagnosis import (
    DIFFER,
    Explained,
    Trial,
    everywhere,
    explain,
    holds_ints,
    is_constant,
    read_otherwise,
    with_floats,
)
from course_utils.checks.error import CheckError
from course_utils.checks.numpy_changes import version_note
from course_utils.checks.own_work import refuse_reference
from course_utils.checks.question import Mistake, Question, Sign
from course_utils.checks.where import where_right


def examine(question: Question, answer, part: str | None = None, seed: int = 0) -> None:
    """Raise CheckError unless ``answer`` agrees with the truth; if it does, print one line.

    ``part``: one of the question's parts, or None for all. ``seed``: of the random cases.
    """
    refuse_reference(question.name, answer)
    parts = question.parts if part is None else {part: question.parts[part]}
    cases = [case for make in parts.values() for case in make(np.random.default_rng(seed))]
    trials = []
    for case in cases:
        outcome = outcome_of(question.name, question.parameters, answer, case)
        if question.new_array:
            _refuse_argument(question, outcome, case)
        trials.append(Trial(case, question.truth(*case.arguments, **case.options), outcome))
    wrong = [trial for trial in trials if trial.fault]
    if wrong:
        raise _explained(question, answer, trials, wrong)
    print(f"{question.name}: right. {len(trials)} cases tried: {', '.join(parts)}.")


def outcome_of(name: str, parameters: tuple[str, ...], answer, case: Case) -> Outcome:
    """Call the answer once. Raises CheckError if it is still a stub, or changes an argument."""
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


def _refuse_argument(question: Question, outcome: Outcome, case: Case) -> None:
    """Raise CheckError if the answer returns one of its arguments, or a view of it."""
    if outcome.shared is not None:
        which = question.parameters[outcome.shared]
        raise CheckError(
            f"{question.name} returned its own argument {which}: a new array was asked for. Who "
            "changes the result would change the argument, too.\n\n"
            + show.case_text(question.name, question.parameters, case)
            + f"\n{read(question.section)}",
            question=question.name,
        )


def value_of(name: str, parameters: tuple[str, ...], answer, *arguments, **options):
    """The answer's result. Raises CheckError, with the student's own traceback, where it raises."""
    case = Case(arguments, options)
    outcome = outcome_of(name, parameters, answer, case)
    if outcome.error is not None:
        called = show.case_text(name, parameters, case).splitlines()[0]
        lines = [f"{name} is not right yet: it stopped with an error.", "", called, "stopped with:"]
        lines += [f"    {text}" for text in outcome.trace.splitlines()]
        raise CheckError("\n".join([*lines, version_note(outcome) or ""]).rstrip(), question=name)
    return outcome.value


def _explained(question: Question, answer, trials: list[Trial], wrong: list[Trial]) -> CheckError:
    """The error that names a mistake with the same results, or else shows a failing case."""
    stopped = [trial for trial in wrong if version_note(trial.outcome)]
    reading = None
    found = None if stopped else explain(question, answer, trials)
    ints_alone = False
    if (
        question.whole_numbers
        and not (stopped or found)
        and any(holds_ints(trial.case) for trial in trials)
    ):
        tried = with_floats(question, answer, trials)
        faults = [trial for trial in tried if trial.fault]
        ints_alone = not faults
        if faults:
            trials, wrong, found = tried, faults, explain(question, answer, tried)
    trial = min(stopped or (found.trials if found else wrong), key=lambda t: t.size)
    lines = [f"{question.name} is not right yet: {trial.fault}."]
    if stopped:
        lines[0] += f" {version_note(trial.outcome)}"
    elif ints_alone:
        lines[0] += " It is right where arrays hold floats, and wrong where they hold whole numbers"
        lines[0] += f" (ints). {question.whole_numbers}".rstrip()
    elif found is None and (reading := read_otherwise(question, answer, trials)) is not None:
        lines = [f"{question.name} is not right yet. It is right if it gets {reading.given}."]
        lines[0] += f" {reading.right}"
        where = CATALOGUE[reading.id].reading if reading.id else read(question.section)
        lines.append(where)
    elif found is not None:
        lines = [f"{question.name} is not right yet. {_diagnosis(question, found, trial)}"]
    elif crash := told(trial.outcome):
        lines = [f"{question.name} is not right yet. It stopped: {crash}"]
    elif facts := where_right(question.contrasts, [*trials, *everywhere(question, answer)]):
        untold = trial.fault == DIFFER or trial.outcome.error
        lines = [f"{question.name} is not right yet. {facts}" if untold else f"{lines[0]} {facts}"]
    elif is_constant(wrong):
        lines[0] += f" They are the same in {len(wrong)} cases with different right answers: does "
        lines[0] += "it use its arguments?"
    lines += ["", show.case_text(question.name, question.parameters, trial.case)]
    if trial.outcome.error is None:
        lines.append(show.difference_text(trial.expected, trial.outcome.value))
    else:
        lines += ["stopped with:", *(f"    {text}" for text in trial.outcome.trace.splitlines())]
        lines.append(show.expected_text(trial.expected))
    if trial.outcome.error == "NameError":
        lines.append("Hint: run the cells above, or look for a slip in the name.")
    elif not (found or reading or stopped or trial.right_in_number):
        lines += [f"Hint: {question.hint}", read(question.section)]
    named = found.mistakes if found else [reading] if reading else []
    ids = {each.id for each in named} or {None}
    id = ids.pop() if len(ids) == 1 else None
    words = " or ".join(each.wrong for each in named if not id and each.wrong)
    return CheckError("\n".join(lines).rstrip(), id, question.name, words or None)


def _diagnosis(question: Question, found: Explained, trial: Trial) -> str:
    """Sentences: what the answer does, what is right instead, and where to read about it."""
    whats, value = " and the one with ".join(map(_wrong, found.mistakes)), trial.outcome.value
    if trial.outcome.error is not None:
        text = f"It stops as an answer with {whats} stops."
    elif isinstance(value, np.ndarray) and value.ndim:
        text = f"Your {'×'.join(map(str, value.shape))} result equals the one with {whats}."
    else:
        text = f"Your result equals the one with {whats}."
    mistake = found.mistakes[0]
    entry = CATALOGUE.get(mistake.id or "")
    text += f" {mistake.right or (entry.right if entry else '')}"
    where = entry.reading if entry and not mistake.section else None
    return f"{text}\n{where or read(mistake.section or question.section)}"


def _wrong(mistake: Mistake | Sign) -> str:
    return mistake.wrong or CATALOGUE[mistake.id or ""].wrong
