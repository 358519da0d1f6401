"""Checks of training: the split, the accuracy on validation images, the sweep, the final model.

Accuracies differ from run to run, so these checks look at behaviour that no honest answer misses:
what a network learns when the labels mean something, and what it cannot know when they do not.
"""

import math

import numpy as np

from course_utils.checks import values
from course_utils.checks.answer import Case, call
from course_utils.checks.error import CheckError
from course_utils.checks.examine import Mistake, Question, examine, value_of
from course_utils.checks.networks import built, has_convolution, probabilities, quiet_keras

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
)


def check_split_validation(answer, part=None, seed=0) -> None:
    """``answer(x, y, n)`` → x_train, y_train, x_validation, y_validation: the last n set aside."""
    examine(_SPLIT_VALIDATION, answer, part, seed)


# ---- validation_accuracy -------------------------------------------------------------------------

_ARGUMENTS = ("setting", "x_train", "y_train", "x_validation", "y_validation", "epochs")
_LEARNT = 0.4  # chance is 0.1; even small networks get more of the small set in 8 epochs
_CHANCE = 0.2  # what a network that never saw these digits, or was never trained, may get
_UNTRAINED = 0.35  # an untrained one may always answer with the digit that is most frequent
_LOSS_FIRST = "evaluate returns the loss first, then the accuracy"


def check_validation_accuracy(answer, setting, x_train, y_train, x_val, y_val, epochs) -> None:
    """``answer(setting, x_train, y_train, x_validation, y_validation, epochs)`` → a float that
    shows that a network of this setting has learnt something.

    As many validation images are used as have no divisor in common with the training images: so an
    accuracy on the training images is nearly never a share of them.
    """
    name = "validation_accuracy"
    images = next(n for n in range(len(x_val), 0, -1) if math.gcd(n, len(x_train)) == 1)
    x_val, y_val = x_val[:images], y_val[:images]
    accuracy = _accuracy(name, answer, setting, x_train, y_train, x_val, y_val, epochs)
    if accuracy < _LEARNT:
        guess = "about what guessing gives" if accuracy < _CHANCE else "too little"
        raise CheckError(
            f"{name}: {accuracy:.2f} after {epochs} epochs on {len(x_train)} images is {guess}; "
            f"even a small network reaches {_LEARNT}. Is the model trained for all these epochs, "
            "on x_train and y_train, before it is evaluated?",
            question=name,
        )
    if not _is_share(accuracy, images):
        raise CheckError(
            f"{name}: {accuracy:.4f} is no share of {images} images: that would be "
            f"{accuracy * images:.2f} of them. Is it the loss ({_LOSS_FIRST}), or the accuracy on "
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
    cannot know digits that it never saw. Then to train for no epoch at all; and, if ``build``
    refuses an argument that nobody has, with a setting that holds this argument.
    """
    name = "validation_accuracy"
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    digits = np.unique(y)
    known = np.isin(y, digits[: len(digits) // 2])
    accuracy = _accuracy(name, answer, setting, x[known], y[known], x[~known], y[~known], epochs)
    if accuracy > _CHANCE:
        raise CheckError(
            f"{name}: asked to train on images of one half of the digits and to evaluate on images "
            f"of the other half, it returns {accuracy:.2f}; a network that never saw a digit gets "
            "0. It must train on x_train, y_train alone, and evaluate on x_validation, "
            "y_validation alone.",
            question=name,
        )
    untrained = _returned(answer, setting, x_train, y_train, x_val, y_val, 0)
    if untrained is not None and untrained > _UNTRAINED:
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
    print(f"{name}: right. It trains on the one set and evaluates on the other.")


def _returned(answer, *arguments) -> float | None:
    """The accuracy that the answer returns; None where it stops or returns something else."""
    outcome = call(answer, Case(arguments))
    is_float = outcome.error is None and values.complaint(0.5, outcome.value) is None
    return float(outcome.value) if is_float else None


def _accuracy(name, answer, setting, x_train, y_train, x_val, y_val, epochs) -> float:
    quiet_keras()
    accuracy = value_of(name, _ARGUMENTS, answer, setting, x_train, y_train, x_val, y_val, epochs)
    fault = values.complaint(0.5, accuracy)
    if fault is None and not 0 <= accuracy <= 1:
        fault = f"it returned {accuracy:.4g}: an accuracy lies between 0 and 1"
        if accuracy > 1:  # a loss of more than 10 is rare, an accuracy below 10 % too
            fault += f" ({_LOSS_FIRST})" if accuracy < 10 else " (a share, not per cent)"
    if fault is not None:
        raise CheckError(f"{name} is not right yet: {fault}.", question=name)
    return float(accuracy)


# ---- results: the sweep --------------------------------------------------------------------------

_KEY = "validation_accuracy"


def check_results(results) -> None:
    """``results``: a list of at least four dicts, each a different setting and its accuracy."""
    _rows(results)
    print(f"results: right. {len(results)} settings, each with its validation accuracy.")


def check_results_again(results, answer, x_train, y_train, x_val, y_val, epochs, within) -> None:
    """Train the row that claims most once more; its claim must be met, ``within`` a margin.

    Where all rows claim the same, which chance hardly ever does, half the margin is allowed.
    """
    rows = _rows(results)
    if len({claim for _, claim in rows}) == 1:
        within = within / 2
    setting, claim = max(rows, key=lambda row: row[1])
    again = _accuracy(_KEY, answer, setting, x_train, y_train, x_val, y_val, epochs)
    if claim - again > within:
        raise CheckError(
            f"results: the setting {setting} stands there with {claim:.3f}, but trained again with "
            f"the same budget it reaches {again:.3f}. Fill the table by running your own "
            "validation_accuracy on the images and epochs of this notebook.",
            question="results",
        )
    print(f"results: right. {setting} claims {claim:.3f}, and again reaches {again:.3f}.")


def _rows(results) -> list[tuple[dict, float]]:
    results = values.plain(results)
    if type(results) is not list or len(results) < 4:
        raise CheckError(
            "results should be a list of at least four rows, one for each setting, not "
            f"{values.kind(results)}{f' of {len(results)}' if type(results) is list else ''}.",
            question="results",
        )
    rows = []
    for number, row in enumerate(results):
        if type(row) is not dict or _KEY not in row:
            raise CheckError(
                f"results[{number}] should be a dict with the setting and {_KEY!r}, such as "
                f"{{'filters': 16, {_KEY!r}: 0.91}}.",
                question="results",
            )
        nested = next((key for key, value in row.items() if type(value) is dict), None)
        if nested is not None:
            raise CheckError(
                f"results[{number}] holds a dict under {nested!r}: the setting's entries belong "
                "into the row itself, as in the example.",
                question="results",
            )
        fault = values.complaint(0.5, row[_KEY])
        if fault is not None or not 0 <= row[_KEY] <= 1:
            raise CheckError(
                f"results[{number}]: {_KEY} should be a float between 0 and 1, not "
                f"{values.kind(row[_KEY])}.",
                question="results",
            )
        rows.append(({k: v for k, v in row.items() if k != _KEY}, float(row[_KEY])))
    if len({repr(sorted(setting.items(), key=repr)) for setting, _ in rows}) < 4:
        raise CheckError(
            "results should have at least four different settings.", question="results"
        )
    return rows


# ---- what is learnt, and what is claimed ---------------------------------------------------------


def check_learns(answer, x_train, y_train, x_test, y_test, epochs) -> None:
    """``answer()``, trained here and not by the student, must learn digits from a small set."""
    quiet_keras().utils.set_random_seed(2016)
    model = built(answer)
    before = measured(model, x_test, y_test)
    if before > _UNTRAINED:
        raise CheckError(
            f"build_model: the network that it returns gets {before:.2f} of new images right "
            "before any training. It should return a new, untrained network each time.",
            question="build_model",
        )
    model.fit(x_train, y_train, epochs=epochs, batch_size=32, verbose=0)  # pyright: ignore[reportArgumentType]
    accuracy = measured(model, x_test, y_test)
    if accuracy < _LEARNT:
        raise CheckError(
            f"build_model: trained on {len(x_train)} images for {epochs} epochs, the network gets "
            f"{accuracy:.2f} of new images right; others get 0.6 and more. Are there a relu "
            "behind each convolution, a softmax at the end, and an ordinary optimizer?",
            question="build_model",
        )
    print(f"build_model: right. It learns: {accuracy:.2f} of new images after {epochs} epochs.")


def check_final(model, claim, x_test, y_test) -> None:
    """A convolutional network, and the accuracy that the student claims for it on these images."""
    accuracy = _claimed("final_model", "test_accuracy", model, claim, x_test, y_test)
    if not has_convolution(model):
        raise CheckError("final_model has no Conv2D layer.", question="final_model")
    _is_trained("final_model", accuracy)
    print(f"final_model: right. {accuracy:.3f} of {len(x_test)} test images.")


def check_goal(model, x_test, y_test, goal, trained_on=None, kept_back=None) -> None:
    """The final model reaches ``goal`` on these images.

    ``trained_on`` and ``kept_back``: pairs of images and labels. Where it knows those that were
    kept back for the test much better than those to train on, it was trained on the wrong ones.
    """
    _is_model("final_model", model)
    if trained_on is not None and kept_back is not None:
        own, other = measured(model, *trained_on), measured(model, *kept_back)
        if other - own > _WRONG_SET:
            raise CheckError(
                f"final_model gets {other:.2f} of x_test right, but only {own:.2f} of x, on which "
                "it should be trained. Train it on x and y; x_test and y_test are for the very "
                "end.",
                question="final_model",
            )
    accuracy = measured(model, x_test, y_test)
    if accuracy < goal:
        raise CheckError(
            f"final_model gets {accuracy:.3f} of {len(x_test)} test images right; {goal:.2f} was "
            "asked for. Is it trained on all of x and y, for EPOCHS epochs?",
            question="final_model",
        )
    print(f"final_model: right. {accuracy:.3f} of {len(x_test)} test images, at least {goal:.2f}.")


def check_baseline(model, claim, x_test, y_test, at_least=_LEARNT) -> None:
    """The dense baseline: without convolutions, its claimed accuracy, and trained to ``at_least``
    this accuracy, which the book's dense network reaches only after all of its epochs.
    """
    accuracy = _claimed("baseline_model", "baseline_accuracy", model, claim, x_test, y_test)
    if has_convolution(model):
        raise CheckError(
            "baseline_model should be the dense network: it has a convolution.",
            question="baseline_model",
        )
    if accuracy < at_least:
        raise CheckError(
            f"baseline_model gets {accuracy:.2f} of the test images right; trained like the final "
            f"model it gets {at_least:.2f} or more. Is it trained on all of x and y, for EPOCHS "
            "epochs?",
            question="baseline_model",
        )
    print(f"baseline_model: right. {accuracy:.3f} of {len(x_test)} test images.")


def measured(model, x_test, y_test) -> float:
    """The share of images whose most probable digit is the right one."""
    return float((probabilities(model, x_test).argmax(axis=1) == y_test).mean())


_WRONG_SET = 0.1  # five standard errors of the difference between 600 and 500 images
_MARGIN = 0.01  # what another order of the same sums can change


def _claimed(name, claim_name, model, claim, x_test, y_test) -> float:
    _is_model(name, model)
    if values.complaint(0.5, claim) is not None or not 0 <= claim <= 1:
        raise CheckError(
            f"{claim_name} should be a float between 0 and 1, not {values.kind(claim)}.",
            question=claim_name,
        )
    accuracy = measured(model, x_test, y_test)
    if abs(accuracy - float(claim)) > _MARGIN:
        raise CheckError(
            f"{claim_name} is {float(claim):.3f}, but {name} gets {accuracy:.3f} of the images in "
            f"x_test right: evaluate the model that you hand in, on all of x_test ({_LOSS_FIRST}).",
            question=claim_name,
        )
    return accuracy


def _is_trained(name, accuracy) -> None:
    if accuracy < _LEARNT:
        raise CheckError(
            f"{name} gets {accuracy:.3f} of the test images right: is it trained?", question=name
        )


def _is_model(name, model) -> None:
    if not isinstance(model, quiet_keras().Model):
        why = " (fit returns it; keep the model)" if type(model).__name__ == "History" else ""
        raise CheckError(
            f"{name} should be a Keras model, not {values.kind(model)}{why}.", question=name
        )
