"""Checks of the accuracy on validation images.

Accuracies differ from run to run, so these checks test what every honest answer does: a network
learns if the labels mean something, and cannot know labels that mean nothing.
"""

import math
from typing import NoReturn

from course_utils.catalogue import read
from course_utils.checks import values
from course_utils.checks.answer import Case, Outcome, call
from course_utils.checks.error import CheckError
from course_utils.checks.examine import outcome_of, value_of
from course_utils.checks.networks import quiet_keras

NAME = "validation_accuracy"
_ARGUMENTS = ("setting", "x_train", "y_train", "x_validation", "y_validation", "epochs")
LEARNT = 0.4  # chance is 0.1; even small networks get more of the small set in 8 epochs
CHANCE = 0.2  # the most for a network that was never trained
UNTRAINED = 0.35  # an untrained network may always answer with the most frequent digit
LOSS_FIRST = "evaluate returns the loss first, then the accuracy"


def check_validation_accuracy(answer, setting, x_train, y_train, x_val, y_val, epochs) -> None:
    """``answer(setting, x_train, y_train, x_validation, y_validation, epochs)`` → a float that
    shows that a network of this setting has learnt something.

    The numbers of validation and training images have no common divisor, so an accuracy on the
    training images is almost never a possible share of the validation images.
    """
    images = next(n for n in range(len(x_val), 0, -1) if math.gcd(n, len(x_train)) == 1)
    x_val, y_val = x_val[:images], y_val[:images]
    accuracy = accuracy_of(NAME, answer, setting, x_train, y_train, x_val, y_val, epochs)
    if not is_share(accuracy, images):
        refuse(
            f"{accuracy:.4f} is no share of {images} images: that would be "
            f"{accuracy * images:.2f} of them. Is it the loss ({LOSS_FIRST}), or the accuracy on "
            "other images, such as the training images, of which validation_split takes some?"
        )
    if accuracy < LEARNT:
        refuse_error_rate(answer, (setting, x_train, y_train, x_val, y_val), epochs, accuracy)
        guess = "about what guessing gives" if accuracy < CHANCE else "too little"
        refuse(
            f"{accuracy:.2f} after {epochs} epochs on {len(x_train)} images is {guess}; "
            f"even a small network reaches {LEARNT}. Is the model trained for all these epochs, "
            "on x_train and y_train, before it is evaluated?"
        )
    print(f"{NAME}: right. It returns {accuracy:.2f} for {images} validation images.")


def refuse_error_rate(answer, given, epochs, accuracy) -> None:
    """Raise CheckError if the answer returns more for an untrained network: an error rate."""
    untrained = returned(answer, *given, 0)
    if untrained is not None and untrained > 1 - UNTRAINED and accuracy < LEARNT:
        refuse(
            f"after {epochs} epochs it returns {accuracy:.2f}, and after none {untrained:.2f}: "
            "it falls while the network learns. Is it the error rate, 1 − accuracy?"
        )


def refuse(text: str) -> NoReturn:
    raise CheckError(f"{NAME}: {text}\n{read('train')}", question=NAME)


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


def returned(answer, *arguments) -> float | None:
    """The accuracy that the answer returns; None where it raises or returns something else.

    Raises CheckError for a number that no accuracy can be.
    """
    outcome = call(answer, Case(arguments))
    if outcome.error is not None or values.complaint(0.5, outcome.value) is not None:
        return None
    _refuse_fault(NAME, outcome, len(arguments[3]), arguments[5])
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
