"""Checks of the accuracy on validation images.

Accuracies differ from run to run, so these checks test what every honest answer does: a network
learns if the labels mean something, and cannot know labels that mean nothing.
"""

import math
from typing import NoReturn

import numpy as np

from course_utils.checks import values
from course_utils.checks.answer import Case, Outcome, call
from course_utils.checks.catalogue import read
from course_utils.checks.error import CheckError
from course_utils.checks.examine import outcome_of, value_of
from course_utils.checks.networks import quiet_keras

_NAME = "validation_accuracy"
_ARGUMENTS = ("setting", "x_train", "y_train", "x_validation", "y_validation", "epochs")
LEARNT = 0.4  # chance is 0.1; even small networks get more of the small set in 8 epochs
_CHANCE = 0.2  # the most for a network that never saw these digits, or was never trained
UNTRAINED = 0.35  # an untrained network may always answer with the most frequent digit
_KNOWN = 0.6  # a network gets more only on images that it saw with these labels
_FREQUENT, _RARE = 420, 6  # so unequal that in the first epochs the rare digit is not learnt
_FEW, _OFTEN, _BY_HEART = 32, 60, 0.6  # so few images: 0.9 and more after all epochs, 0.4 after one
_BOTH = 0.8  # one network is right with one label or the other: the two shares add up to 1
LOSS_FIRST = "evaluate returns the loss first, then the accuracy"


def check_validation_accuracy(answer, setting, x_train, y_train, x_val, y_val, epochs) -> None:
    """``answer(setting, x_train, y_train, x_validation, y_validation, epochs)`` → a float that
    shows that a network of this setting has learnt something.

    The numbers of validation and training images have no common divisor, so an accuracy on the
    training images is almost never a possible share of the validation images.
    """
    images = next(n for n in range(len(x_val), 0, -1) if math.gcd(n, len(x_train)) == 1)
    x_val, y_val = x_val[:images], y_val[:images]
    accuracy = accuracy_of(_NAME, answer, setting, x_train, y_train, x_val, y_val, epochs)
    if not is_share(accuracy, images):
        _refuse(
            f"{accuracy:.4f} is no share of {images} images: that would be "
            f"{accuracy * images:.2f} of them. Is it the loss ({LOSS_FIRST}), or the accuracy on "
            "other images, such as the training images, of which validation_split takes some?"
        )
    if accuracy < LEARNT:
        _refuse_error_rate(answer, (setting, x_train, y_train, x_val, y_val), epochs, accuracy)
        guess = "about what guessing gives" if accuracy < _CHANCE else "too little"
        _refuse(
            f"{accuracy:.2f} after {epochs} epochs on {len(x_train)} images is {guess}; "
            f"even a small network reaches {LEARNT}. Is the model trained for all these epochs, "
            "on x_train and y_train, before it is evaluated?"
        )
    print(f"{_NAME}: right. It returns {accuracy:.2f} for {images} validation images.")


def _refuse_error_rate(answer, given, epochs, accuracy) -> None:
    """Raise CheckError if the answer returns more for an untrained network: an error rate."""
    untrained = _returned(answer, *given, 0)
    if untrained is not None and untrained > 1 - UNTRAINED and accuracy < LEARNT:
        _refuse(
            f"after {epochs} epochs it returns {accuracy:.2f}, and after none {untrained:.2f}: "
            "it falls while the network learns. Is it the error rate, 1 − accuracy?"
        )


def _refuse(text: str) -> NoReturn:
    raise CheckError(f"{_NAME}: {text}\n{read('train')}", question=_NAME)


def share_claimed(name: str, claim, question: str) -> float:
    """``claim`` as a number. Raises CheckError where it is not from 0 to 1."""
    fault = values.complaint(0.5, claim)
    if fault is None and 0 <= claim <= 1:
        return float(claim)
    why = ""
    if fault is None and claim > 1:
        why = " (a share, not per cent)" if claim >= 10 else f" ({LOSS_FIRST})"
    raise CheckError(
        f"{name} should be a float between 0 and 1, not {values.kind(claim)}{why}.\n"
        + read("how good"),
        question=question,
    )


def is_share(accuracy: float, images: int) -> bool:
    """Whether this accuracy is possible with so many images, also rounded to two places or more."""
    right = round(accuracy * images)
    rounded = (round(right / images, places) for places in (2, 3, 4))
    exact = abs(accuracy * images - right) <= 0.01
    return exact or any(abs(accuracy - each) < 1e-6 for each in rounded)


def check_validation_honest(
    answer, setting, x_train, y_train, x_val, y_val, epochs, build=None
) -> None:
    """Check that the answer does what its arguments say, and nothing else.

    The check lets it train on five digits and evaluate on the other five: a network cannot know
    digits that it never saw. Then it lets it train for no epoch at all; for many epochs on few
    images, which a network must then know by heart; with a setting that has an unknown argument
    (if ``build`` refuses it); and on labels that are each the next digit, from
    which no network learns the right ones.
    """
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    digits = np.unique(y)
    known = np.isin(y, digits[: len(digits) // 2])
    halves = x[known], y[known], x[~known], y[~known]
    accuracy = accuracy_of(_NAME, answer, setting, *halves, epochs)
    if accuracy > _CHANCE:
        given = setting, x_train, y_train, x_val, y_val
        _refuse_error_rate(answer, given, epochs, accuracy_of(_NAME, answer, *given, epochs))
        _refuse(
            "asked to train on images of one half of the digits and to evaluate on images "
            f"of the other half, it returns {accuracy:.2f}; a network that never saw a digit gets "
            f"0. {_leak(answer, setting, halves, epochs)}"
        )
    untrained = _returned(answer, setting, x_train, y_train, x_val, y_val, 0)
    if untrained is not None and untrained > UNTRAINED:
        _refuse(
            f"asked to train for 0 epochs, it returns {untrained:.2f}; a new network gets "
            "about 0.10. Build a new model in each call, and train it for as many epochs as the "
            "argument says."
        )
    few = x_train[:_FEW], y_train[:_FEW]
    known = _returned(answer, setting, *few, *few, _OFTEN)
    if known is not None and known < _BY_HEART:
        _refuse(
            f"asked to train on {len(few[0])} images for {_OFTEN} epochs, and to evaluate on the "
            f"same images, it returns {known:.2f}; a network knows so few by heart after so many "
            "epochs. Is the model built once, before any loop, and trained for all epochs?"
        )
    odd = {**setting, "no_such_argument": 1}
    refuses = build is not None and call(build, Case((), odd)).error is not None
    if refuses and _returned(answer, odd, x_train, y_train, x_val, y_val, 1) is not None:
        _refuse(
            "called with a setting that build_model refuses, it returns an accuracy all "
            "the same. Is the model built with build_model(**setting)?"
        )
    next_digits = _following(y_train, digits)
    accuracy = accuracy_of(_NAME, answer, setting, x_train, next_digits, x_val, y_val, epochs)
    if accuracy > UNTRAINED:
        _refuse(
            f"asked to train on wrong labels, each the next digit, it returns {accuracy:.2f} on "
            "the right labels; a network that learned the wrong labels gets about 0. Does your "
            "function train a new model on x_train, y_train, and return its accuracy?"
        )
    if _keeps_the_best(answer, setting, x, y, epochs):
        _refuse(
            "the same images are said to be mostly right with one label and mostly right with "
            "another. That is the best of all epochs: return the accuracy after the last one, the "
            "one that the trained network has."
        )
    print(f"{_NAME}: right. It trains on the one set and evaluates on the other.")


def _following(labels, digits) -> np.ndarray:
    """Of each label the next one of these digits; of the last the first."""
    return digits[(np.searchsorted(digits, labels) + 1) % len(digits)]


def _leak(answer, setting, halves, epochs) -> str:
    """Which images are used that should not be.

    Found with labels that mean nothing, and with labels that each say the next digit: only a
    network that was trained with them gets those right.
    """
    x_known, y_known, x_new, y_new = halves
    rng = np.random.default_rng(0)
    digits = np.unique(np.concatenate([y_known, y_new]))
    noise = rng.choice(digits, len(y_known))

    def asked(y_train, y_validation) -> float | None:
        return _returned(answer, setting, x_known, y_train, x_new, y_validation, epochs)

    def is_low(accuracy: float | None) -> bool:
        return accuracy is not None and accuracy <= _KNOWN

    trained = asked(noise, y_new)
    if trained is None or is_low(trained):
        if is_low(asked(_following(y_known, digits), y_new)):
            return (
                "It evaluates on other images than those of its arguments, such as the notebook's "
                "x_test and y_test: evaluate on x_validation, y_validation."
            )
        return "It evaluates on the training images: evaluate on x_validation, y_validation."
    again = asked(noise, rng.choice(digits, len(y_new)))
    if again is not None and again > _KNOWN:
        return (
            "It returns as much when all labels are mixed up: it uses other images than those of "
            "its arguments, such as the notebook's x and y."
        )
    if is_low(asked(noise, _following(y_new, digits))):
        return (
            "It trains on other images than those of its arguments, such as the notebook's x and "
            "y: train on x_train, y_train alone."
        )
    return "It trains on the validation images, too: train on x_train, y_train alone."


def _keeps_the_best(answer, setting, x, y, epochs) -> bool:
    """Whether the claimed accuracies are those of the best epoch, not of one network.

    A network first takes a rare digit for the frequent one, and then learns it. So for either label
    of the rare digit some epoch is right, but one network cannot be right for both.
    """
    digits = np.unique(y)
    frequent, rare = digits[[7, 1]] if len(digits) == 10 else digits[:2]
    many, few = x[y == frequent], x[y == rare]
    if len(few) <= 2 * _RARE:
        return False
    many = np.concatenate([many] * -(-_FREQUENT // len(many)))[:_FREQUENT]
    images = np.concatenate([many, few[:_RARE]])
    labels = np.repeat([frequent, rare], [len(many), _RARE])
    asked = few[_RARE:]

    def returned(label) -> float:
        named = np.full(len(asked), label)
        return _returned(answer, setting, images, labels, asked, named, epochs) or 0.0

    return returned(frequent) > _BOTH and returned(rare) > _BOTH


def _returned(answer, *arguments) -> float | None:
    """The accuracy that the answer returns; None where it raises or returns something else.

    Raises CheckError for a number that no accuracy can be.
    """
    outcome = call(answer, Case(arguments))
    if outcome.error is not None or values.complaint(0.5, outcome.value) is not None:
        return None
    _refuse_fault(_NAME, outcome, len(arguments[3]), arguments[5])
    return float(outcome.value)


def accuracy_of(name, answer, setting, x_train, y_train, x_val, y_val, epochs) -> float:
    """The result of ``validation_accuracy``. Raises CheckError where it is not an accuracy."""
    quiet_keras()
    arguments = setting, x_train, y_train, x_val, y_val, epochs
    outcome = outcome_of(name, _ARGUMENTS, answer, Case(arguments))
    if outcome.error == "TypeError" and "'dict'" in outcome.trace:
        raise CheckError(
            f"{name} is not right yet: a dict came where single arguments are expected. Is the "
            "setting unpacked, as in build_model(**setting)?\n"
            f"    {outcome.trace}\n{read('build')}",
            question=name,
        )
    if outcome.error is not None:
        value_of(name, _ARGUMENTS, answer, *arguments)  # raises, with the student's own lines
    _refuse_fault(name, outcome, len(x_val), epochs)
    return float(outcome.value)


def _refuse_fault(name: str, outcome: Outcome, images: int, epochs: int) -> None:
    fault = _fault(outcome, images, epochs)
    if fault is not None:
        raise CheckError(f"{name} is not right yet: {fault}.\n{read('train')}", question=name)


def _fault(outcome: Outcome, images: int, epochs: int) -> str | None:
    """Why the value is no accuracy of so many images, in words."""
    accuracy = outcome.value
    fault = values.complaint(0.5, accuracy)
    if fault is None and not 0 <= accuracy <= 1:
        fault = f"it returned {accuracy:.4g}: an accuracy lies between 0 and 1"
        if accuracy > 1:  # an accuracy below 10 % is rare
            counted = accuracy <= images and accuracy == round(accuracy)
            share = counted or (accuracy <= 100 and is_share(accuracy / 100, images))
            text = "a share: not per cent, and not how many images"
            fault += f" ({text})" if share and accuracy >= 10 else f" ({LOSS_FIRST})"
    if fault is not None and type(accuracy) in (list, tuple):
        if len(accuracy) == 2:
            fault += f" ({LOSS_FIRST}: return the second)"
        elif len(accuracy) == epochs:
            fault += " (one number for each epoch: return the last epoch's)"
    return fault
