"""Answers that were written blind: is each wrong one named, none accused falsely, none accepted?"""

from collections import Counter
from functools import cache

import pytest

from tests.checks.blind_answers import FOLDER, Class, answers

NAMED = (
    227  # of as many wrong answers to the questions in NumPy; see `python -m tests.bench checks`
)
_ANSWERS = [answer for answer in answers() if answer.notebook != "cnn"]


@cache
def verdict(answer):
    return notebook(answer.notebook).verdict(answer)


@cache
def notebook(name):
    return Class(name)


@pytest.mark.parametrize("answer", _ANSWERS, ids=lambda a: f"{a.question}-{a.cause}")
def test_a_right_answer_passes_and_a_wrong_one_does_not(answer):
    """Do the checks of its question, hidden ones included, tell right from wrong?"""
    assert (verdict(answer).kind == "passed") == answer.right, verdict(answer).said


def test_no_wrong_answer_is_accused_of_what_it_did_not_do():
    """Is a diagnosis either the true one, or not given?"""
    assert [a for a in _ANSWERS if verdict(a).kind == "misleading"] == []


def test_as_many_are_named_as_ever():
    """Has no change to the checks lost a name that they had?"""
    kinds = Counter(verdict(answer).kind for answer in _ANSWERS if not answer.right)
    assert kinds["named"] >= NAMED, kinds


def test_every_question_has_answers_of_both_kinds():
    """Is no question of the three notebooks left out, and no file left unread?"""
    asked = {(answer.question, answer.right) for answer in answers()}
    assert {name for name, _ in asked} == {name for name, right in asked if not right}
    for name in ("convolution", "pooling"):
        assert set(notebook(name).questions) <= {question for question, right in asked if right}
    files = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")]
    assert sum(text.count("\n## ") for text in files) == len(answers())
