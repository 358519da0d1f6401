"""Checks of the split, and of the accuracy on validation images.

Accuracies differ from run to run, so these checks look at behaviour that no honest answer misses:
what a network learns when the labels mean something, and what it cannot know when they do not.
"""

import math

import numpy as np

from course_utils.checks import values
from course_utils.checks.answer import Case, call
from course_utils.checks.error import CheckError
from course_utils.checks.examine import examine, value_of
from course_utils.checks.networks import quiet_keras
from course_utils.checks.question import Mistake, Question

# ---- split_validation ----------------------------------------------------------------------------


def _split(x, y, n):
    cut = len(x) - n
    return x[:cut], y[:cut], x[cut:], y[cut:]


def _splits(rng):
    cases = []
    for total, n in ((4, 1), (7, 2), (12, 5)):
        x = rng.integers(0, 9, (total, 2, 2, 1)).astype(float)
        cases.append(Case((x, rng.permutation(total), n)))
    return cases


_ORDER = "The order is x_train, y_train, x_validation, y_validation."

_SPLIT_VALIDATION = Question(
    name="split_validation",
    parameters=("x", "y", "n"),
    truth=_split,
    parts={"small sets": _splits},
    mistakes=(
        Mistake(
            None,
            lambda x, y, n: (x[n:], y[n:], x[:n], y[:n]),
            "the first images set aside",
            "The *last* n images are for validation.",
        ),
        Mistake(
            None,
            lambda x, y, n: (x, y, *_split(x, y, n)[2:]),
            "the validation images still among the training images",
            "What a network has been trained on says nothing about new images.",
        ),
        Mistake(
            None,
            lambda x, y, n: (x[:n], y[:n], x[n:], y[n:]),
            "n images for training and the rest for validation",
            "n is the number of validation images.",
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(_split(x, y, n)[i] for i in (0, 2, 1, 3)),
            "both sets of images first",
            _ORDER,
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(_split(x, y, n)[i] for i in (2, 3, 0, 1)),
            "the validation set first",
            _ORDER,
        ),
    ),
    hint="two slices of x and the same two of y.",
    section="data",
)


def check_split_validation(answer, part=None, seed=0) -> None:
    """``answer(x, y, n)`` → x_train, y_train, x_validation, y_validation: the last n set aside."""
    examine(_SPLIT_VALIDATION, answer, part, seed)


# ---- validation_accuracy -------------------------------------------------------------------------

_ARGUMENTS = ("setting", "x_train", "y_train", "x_validation", "y_validation", "epochs")
LEARNT = 0.4  # chance is 0.1; even small networks get more of the small set in 8 epochs
_CHANCE = 0.2  # what a network that never saw these digits, or was never trained, may get
UNTRAINED = 0.35  # an untrained one may always answer with the digit that is most frequent
LOSS_FIRST = "evaluate returns the loss first, then the accuracy"


def check_validation_accuracy(answer, setting, x_train, y_train, x_val, y_val, epochs) -> None:
    """``answer(setting, x_train, y_train, x_validation, y_validation, epochs)`` → a float that
    shows that a network of this setting has learnt something.

    As many validation images are used as have no divisor in common with the training images: so an
    accuracy on the training images is nearly never a share of them.
    """
    name = "validation_accuracy"
    images = next(n for n in range(len(x_val), 0, -1) if math.gcd(n, len(x_train)) == 1)
    x_val, y_val = x_val[:images], y_val[:images]
    accuracy = accuracy_of(name, answer, setting, x_train, y_train, x_val, y_val, epochs)
    if accuracy < LEARNT:
        guess = "about what guessing gives" if accuracy < _CHANCE else "too little"
        raise CheckError(
            f"{name}: {accuracy:.2f} after {epochs} epochs on {len(x_train)} images is {guess}; "
            f"even a small network reaches {LEARNT}. Is the model trained for all these epochs, "
            "on x_train and y_train, before it is evaluated?",
            question=name,
        )
    if not _is_share(accuracy, images):
        raise CheckError(
            f"{name}: {accuracy:.4f} is no share of {images} images: that would be "
            f"{accuracy * images:.2f} of them. Is it the loss ({LOSS_FIRST}), or the accuracy on "
            "the training images?",
            question=name,
        )
    print(f"{name}: right. It returns {accuracy:.2f} for {images} validation images.")


def _is_share(accuracy: float, images: int) -> bool:
    """Whether so many images can give this accuracy, also rounded to two or three places."""
    right = round(accuracy * images)
    rounded = (round(right / images, places) for places in (2, 3))
    exact = abs(accuracy * images - right) <= 0.01
    return exact or any(abs(accuracy - each) < 1e-6 for each in rounded)


def check_validation_honest(
    answer, setting, x_train, y_train, x_val, y_val, epochs, build=None
) -> None:
    """The answer does what its arguments say, and nothing else.

    It is asked to train on the one half of the digits and to evaluate on the other: a network
    cannot know digits that it never saw. Then to train for no epoch at all; if ``build`` refuses an
    argument that nobody has, with a setting that holds this argument; and on labels that are each
    the next digit, from which nobody learns the right ones.
    """
    name = "validation_accuracy"
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    digits = np.unique(y)
    known = np.isin(y, digits[: len(digits) // 2])
    accuracy = accuracy_of(name, answer, setting, x[known], y[known], x[~known], y[~known], epochs)
    if accuracy > _CHANCE:
        raise CheckError(
            f"{name}: asked to train on images of one half of the digits and to evaluate on images "
            f"of the other half, it returns {accuracy:.2f}; a network that never saw a digit gets "
            "0. It must train on x_train, y_train alone, and evaluate on x_validation, "
            "y_validation alone.",
            question=name,
        )
    untrained = _returned(answer, setting, x_train, y_train, x_val, y_val, 0)
    if untrained is not None and untrained > UNTRAINED:
        raise CheckError(
            f"{name}: asked to train for 0 epochs, it returns {untrained:.2f}; a new network gets "
            "about 0.10. Build a new model in each call, and train it for as many epochs as the "
            "argument says.",
            question=name,
        )
    odd = {**setting, "no_such_argument": 1}
    refuses = build is not None and call(build, Case((), odd)).error is not None
    if refuses and _returned(answer, odd, x_train, y_train, x_val, y_val, 1) is not None:
        raise CheckError(
            f"{name}: called with a setting that build_model refuses, it returns an accuracy all "
            "the same. Is the model built with build_model(**setting)?",
            question=name,
        )
    following = digits[(np.searchsorted(digits, y_train) + 1) % len(digits)]
    accuracy = accuracy_of(name, answer, setting, x_train, following, x_val, y_val, epochs)
    if accuracy > UNTRAINED:
        raise CheckError(
            f"{name}: asked to train on labels that each say the next digit, it returns "
            f"{accuracy:.2f} on the right ones; what learns from such labels gets about 0. Is a "
            "new model trained on x_train, y_train, and its own accuracy returned?",
            question=name,
        )
    print(f"{name}: right. It trains on the one set and evaluates on the other.")


def _returned(answer, *arguments) -> float | None:
    """The accuracy that the answer returns; None where it stops or returns something else."""
    outcome = call(answer, Case(arguments))
    is_float = outcome.error is None and values.complaint(0.5, outcome.value) is None
    return float(outcome.value) if is_float else None


def accuracy_of(name, answer, setting, x_train, y_train, x_val, y_val, epochs) -> float:
    """What ``validation_accuracy`` returns; CheckError where it is no accuracy."""
    quiet_keras()
    accuracy = value_of(name, _ARGUMENTS, answer, setting, x_train, y_train, x_val, y_val, epochs)
    fault = values.complaint(0.5, accuracy)
    if fault is None and not 0 <= accuracy <= 1:
        fault = f"it returned {accuracy:.4g}: an accuracy lies between 0 and 1"
        if accuracy > 1:  # a loss of more than 10 is rare, an accuracy below 10 % too
            fault += f" ({LOSS_FIRST})" if accuracy < 10 else " (a share, not per cent)"
    if fault is not None:
        raise CheckError(f"{name} is not right yet: {fault}.", question=name)
    return float(accuracy)
