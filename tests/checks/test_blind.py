"""Answers that were written blind: is each wrong one named, none accused falsely, none accepted?

Answers that train networks are tried by ``python -m tests.bench checks``: they take minutes; so are
the later sets' networks, each of which takes a second to build.
"""

from collections import Counter
from functools import cache

import pytest

from tests.checks.blind_answers import FOLDER, NOTEBOOKS, SETS, Class, answers

# How many of each set's wrong answers are named, at least (see `python -m tests.bench checks`)
NAMED = {
    "first": 277,
    "second": 324,
    "third": 220,
    "fourth": 141,
    "fifth": 132,
    "sixth": 137,
    "seventh": 130,
    "eighth": 132,
    "ninth": 131,
    "tenth": 129,
    "eleventh": 112,
}
_TRAINED = {"validation_accuracy", "sweep", "final"}
_BUILT = {*_TRAINED, "build_model"}
_BENCH_ALONE = dict.fromkeys(SETS, _BUILT) | {"first": _TRAINED}
_ANSWERS = [answer for answer in answers() if answer.question not in _BENCH_ALONE[answer.set]]


@cache
def verdict(answer):
    return notebook(answer.notebook).verdict(answer)


@cache
def notebook(name):
    return Class(name, until="validation_accuracy")


@pytest.mark.parametrize("answer", _ANSWERS, ids=lambda a: f"{a.set}-{a.question}-{a.cause}")
def test_a_right_answer_passes_and_a_wrong_one_does_not(answer):
    """Do the checks of its question, hidden ones included, tell right from wrong?"""
    assert (verdict(answer).kind == "passed") == answer.right, verdict(answer).said


def test_no_wrong_answer_is_accused_of_what_it_did_not_do():
    """Is a diagnosis either the true one, or not given?"""
    assert [a for a in _ANSWERS if verdict(a).kind == "misleading"] == []


@pytest.mark.parametrize("which", SETS)
def test_as_many_are_named_as_ever(which):
    """Has no change to the checks lost a name that they had?"""
    wrong = [answer for answer in _ANSWERS if answer.set == which and not answer.right]
    kinds = Counter(verdict(answer).kind for answer in wrong)
    assert kinds["named"] >= NAMED[which], kinds


def test_every_question_has_answers_of_both_kinds():
    """Is no question left out that is answered in code, and no file left unread?"""
    asked = {(answer.question, answer.right) for answer in answers()}
    assert all((name, True) in asked and (name, False) in asked for name, _ in asked)
    for name in NOTEBOOKS:
        assert set(notebook(name).questions) <= {question for question, _ in asked}
    files = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.md")]
    assert sum(text.count("\n## ") for text in files) == len(answers())
