"""Checks of what was trained: the sweep, the final model, the baseline, and what is claimed."""

from course_utils.checks import values
from course_utils.checks.error import CheckError
from course_utils.checks.networks import built, has_convolution, probabilities, quiet_keras
from course_utils.checks.validation import LEARNT, LOSS_FIRST, UNTRAINED, accuracy_of

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
    again = accuracy_of(_KEY, answer, setting, x_train, y_train, x_val, y_val, epochs)
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
    if before > UNTRAINED:
        raise CheckError(
            f"build_model: the network that it returns gets {before:.2f} of new images right "
            "before any training. It should return a new, untrained network each time.",
            question="build_model",
        )
    model.fit(x_train, y_train, epochs=epochs, batch_size=32, verbose=0)  # pyright: ignore[reportArgumentType]
    accuracy = measured(model, x_test, y_test)
    if accuracy < LEARNT:
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


def check_baseline(model, claim, x_test, y_test, at_least=LEARNT) -> None:
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
            f"x_test right: evaluate the model that you hand in, on all of x_test ({LOSS_FIRST}).",
            question=claim_name,
        )
    return accuracy


def _is_trained(name, accuracy) -> None:
    if accuracy < LEARNT:
        raise CheckError(
            f"{name} gets {accuracy:.3f} of the test images right: is it trained?", question=name
        )


def _is_model(name, model) -> None:
    if not isinstance(model, quiet_keras().Model):
        why = " (fit returns it; keep the model)" if type(model).__name__ == "History" else ""
        raise CheckError(
            f"{name} should be a Keras model, not {values.kind(model)}{why}.", question=name
        )
