"""What is no validation accuracy is said in words, and the split that it stands on is checked."""

import pytest

from course_utils.checks import (
    check_split_validation,
    check_validation_accuracy,
)
from tests.checks.small_networks import answer, arguments
from tests.checks.telling import told


def test_the_split_shows_which_labels_came():
    """Can a wrong split be seen in the message, where images would be too large to show?"""
    with told("and dtype float64, [0])") as caught:
        check_split_validation(lambda x, y, n: (x[n:], y[n:], x[:n], y[:n]))
    assert "and dtype float64, [3])" in " ".join(str(caught.value).split())  # expected


@pytest.mark.parametrize("places", [2, 3])
def test_a_rounded_accuracy_passes(digits, places):
    """Is an accuracy that was rounded to a few places still a share of the images?"""
    honest = answer()
    check_validation_accuracy(lambda *a: round(honest(*a) * 0.987, places), *arguments(digits))


def test_what_was_measured_is_said_and_no_more(digits, capsys):
    """Does the success message claim only what was shown?"""
    check_validation_accuracy(answer(), *arguments(digits))
    assert "for 79 validation images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *_: 8 / 79, "is about what guessing gives"),
        (lambda *_: 0.34, "is too little; even a small network reaches 0.4"),
        (answer(scale=100), "lies between 0 and 1 (a share: not per cent"),
        (lambda *_: 2.302, "lies between 0 and 1 (evaluate returns the loss first"),
        (lambda *_: 0.5532, "Is it the loss (evaluate returns the loss first, then the accuracy)"),
        (lambda *_: [0.3, 0.9], "a list: a float was asked for"),
        (lambda *_: float("nan"), "a number was asked for"),
        (lambda *_: None, "is there a `return`"),
    ],
    ids=["untrained", "a little", "percent", "large loss", "loss", "both", "nan", "none"],
)
def test_what_is_no_accuracy_is_said(digits, function, words):
    """Are an untrained network and values that are no accuracy told apart?"""
    with told(words):
        check_validation_accuracy(function, *arguments(digits))
