"""Checks of training: the sweep, the final model, the baseline, and the claimed accuracies."""

from typing import NoReturn

import numpy as np

from course_utils.checks import values
from course_utils.checks.answer import type_of
from course_utils.checks.catalogue import read
from course_utils.checks.error import CheckError
from course_utils.checks.familiar import has_seen
from course_utils.checks.networks import (
    built,
    has_convolution,
    probabilities,
    quiet_keras,
    refuse_other_images,
)
from course_utils.checks.validation import (
    LEARNT,
    LOSS_FIRST,
    UNTRAINED,
    accuracy_of,
    is_share,
)

# ---- results: the sweep --------------------------------------------------------------------------

_KEY = "validation_accuracy"


def check_results(results) -> None:
    """``results``: a list of at least four dicts, each a different setting and its accuracy."""
    _rows(results)
    print(f"results: right. {len(results)} settings, each with its validation accuracy.")


def check_results_again(results, answer, x_train, y_train, x_val, y_val, epochs, within) -> None:
    """Train the row with the highest claim again; the result must be ``within`` a margin of it.

    Then train three other rows: their mean difference, together with the first, may be a third of
    the margin, up or down. If all rows claim the same, which hardly ever happens by chance, the
    first may differ by half the margin.
    """
    rows = _rows(results)
    for place, (_, accuracy) in enumerate(rows):
        if not is_share(accuracy, len(x_val)):
            _refuse_results(
                f"row {place} claims {accuracy:.4g}, which is no share of the {len(x_val)} "
                "validation images. Was it measured on other images, such as x_test, or typed by "
                "hand?"
            )
    alike = len({claim for _, claim in rows}) == 1
    best = max(range(len(rows)), key=lambda place: rows[place][1])

    def trained(place) -> float:
        setting = rows[place][0]
        return accuracy_of(_KEY, answer, setting, x_train, y_train, x_val, y_val, epochs)

    (setting, claim), again = rows[best], trained(best)
    if claim - again > (within / 2 if alike else within):
        _refuse_results(
            f"the setting {setting} stands there with {claim:.3f}, but trained again with "
            f"the same budget it reaches {again:.3f}. Fill the table by running your own "
            "validation_accuracy on the images and epochs of this notebook."
        )
    others = [place for place in range(len(rows)) if place != best]
    some = others[:: -(-len(others) // _MORE_ROWS)]
    claims = float(np.mean([claim, *(rows[place][1] for place in some)]))
    reached = float(np.mean([again, *map(trained, some)]))
    if claims - reached > within / 3:
        _refuse_results(
            f"{1 + len(some)} rows claim {claims:.3f} on average, but trained again they reach "
            f"{reached:.3f}. Are validation images among those that they were trained on, or "
            "were the numbers typed by hand?"
        )
    if reached - claims > within / 3:
        _refuse_results(
            f"{1 + len(some)} rows claim {claims:.3f} on average, but trained again they reach "
            f"{reached:.3f}. Were they trained for fewer epochs than EPOCHS?"
        )
    print(f"results: right. {setting} claims {claim:.3f}, and again reaches {again:.3f}.")


_MORE_ROWS = 3  # trained again beside the best: four in all, whose mean chance moves by 0.012


def _refuse_results(text: str) -> NoReturn:
    raise CheckError(f"results: {text}\n{read('how good')}", question="results")


def _rows(results) -> list[tuple[dict, float]]:
    results = values.plain(results)
    if type(results) is not list or len(results) < 4:
        count = ""
        if type(results) is list:
            count = f" of {len(results)}"
            if results:
                count += " (is `append` inside the loop, and is every row kept?)"
        _refuse_results(
            "it should be a list of at least four rows, one for each setting, not "
            f"{values.kind(results)}{count}."
        )
    rows = []
    for number, row in enumerate(results):
        example = f"a dict with the setting and {_KEY!r}, such as {{'filters': 16, {_KEY!r}: 0.91}}"
        if type(row) is not dict:
            why = " (update and append change what they belong to, and return None)"
            kind = f"None{why}" if row is None else values.kind(row)
            _refuse_results(f"row {number} is {kind}; it should be {example}.")
        if _KEY not in row:
            _refuse_results(
                f"row {number} has the keys {list(row)}, and no {_KEY!r}; it should be {example}."
            )
        nested = next((key for key, value in row.items() if type(value) is dict), None)
        if nested is not None:
            _refuse_results(
                f"row {number} holds a dict under {nested!r}: the setting's entries belong "
                "into the row itself, as in the example."
            )
        claim = _accuracy(f"{_KEY} of row {number}", row[_KEY], "results")
        rows.append(({k: v for k, v in row.items() if k != _KEY}, claim))
    different = len({repr(sorted(setting.items(), key=repr)) for setting, _ in rows})
    if different < 4:
        why = "the rows hold no setting" if not any(s for s, _ in rows) else "the rest are repeated"
        if len({repr(row) for row in rows}) == 1 and rows[0][0]:
            why = "all rows are alike. Is one and the same dict appended each time? Make a new one"
        _refuse_results(
            f"it should have at least four different settings; there are {different}: {why}."
        )
    return rows


def _accuracy(name: str, claim, question: str) -> float:
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


# ---- what is learnt, and what is claimed ---------------------------------------------------------


def check_learns(answer, x_train, y_train, x_test, y_test, epochs) -> None:
    """Check that ``answer()``, when it is trained here, learns digits from a small set."""
    quiet_keras().utils.set_random_seed(2016)
    model = built(answer)
    refuse_other_images("build_model", model)
    if (shape := probabilities(model, x_test[:1]).shape) != (1, 10):
        raise CheckError(
            f"build_model: for one image the network gives numbers of shape {shape}, not (1, 10).\n"
            + read("the stack"),
            question="build_model",
        )
    before = measured(model, x_test, y_test)
    if before > UNTRAINED:
        raise CheckError(
            f"build_model: the network that it returns gets {before:.2f} of new images right "
            "before any training. It should return a new, untrained network each time.",
            question="build_model",
        )
    try:
        model.fit(x_train, y_train, epochs=epochs, batch_size=32, verbose=0)  # pyright: ignore[reportArgumentType]
    except Exception as error:  # for example a loss that does not fit the output
        raise CheckError(
            f"build_model: its network does not train: {type_of(error)}. Do output, loss and "
            f"labels fit?\n{read('train')}",
            question="build_model",
        ) from None
    accuracy = measured(model, x_test, y_test)
    if accuracy < LEARNT:
        raise CheckError(
            f"build_model: trained on {len(x_train)} images for {epochs} epochs, the network gets "
            f"{accuracy:.2f} of new images right; others get 0.6 and more. Are there a relu "
            "behind each convolution, a softmax at the end, an ordinary optimizer, and filters and "
            "units enough?",
            question="build_model",
        )
    print(f"build_model: right. It learns: {accuracy:.2f} of new images after {epochs} epochs.")


def check_final(model, claim, x_test, y_test) -> None:
    """Check a convolutional network, and the accuracy that the student claims on these images."""
    accuracy = _claimed("final_model", "test_accuracy", model, claim, x_test, y_test)
    if not has_convolution(model):
        raise CheckError(
            f"final_model has no Conv2D layer.\n{read('the stack')}", question="final_model"
        )
    _is_trained("final_model", accuracy)
    print(f"final_model: right. {accuracy:.3f} of {len(x_test)} test images.")


def check_goal(model, x_test, y_test, goal, trained_on=None, kept_back=None) -> None:
    """Check that the final model reaches the accuracy ``goal`` on these images.

    ``trained_on`` and ``kept_back``: pairs of images and labels. A model that knows the images kept
    back for the test much better than those to train on was trained on the wrong set.
    """
    _is_model("final_model", model)
    accuracy = measured(model, x_test, y_test)
    if trained_on is not None and kept_back is not None:
        own, other = measured(model, *trained_on), measured(model, *kept_back)
        if other - own > _WRONG_SET or has_seen(model, trained_on, kept_back, (x_test, y_test)):
            raise CheckError(
                f"final_model gets {other:.2f} of x_test right, but {accuracy:.2f} of other test "
                f"images, and {own:.2f} of x: it was trained on x_test. Train it on x and y alone; "
                f"x_test and y_test are for the very end.\n{read('how good')}",
                question="final_model",
            )
    if accuracy < goal:
        raise CheckError(
            f"final_model gets {accuracy:.3f} of {len(x_test)} test images right; {goal:.2f} was "
            "asked for. Is it trained on all of x and y, for EPOCHS epochs?\n" + read("train"),
            question="final_model",
        )
    print(f"final_model: right. {accuracy:.3f} of {len(x_test)} test images, at least {goal:.2f}.")


def check_baseline(model, claim, x_test, y_test, at_least=LEARNT, trained_on=None) -> None:
    """Check the dense baseline: no convolutions, its claimed accuracy, and that it was trained.

    ``at_least``: the accuracy to reach; the book's dense network reaches it only after all epochs.
    ``trained_on``: a pair of images and labels, nearly all of which it knows then.
    """
    accuracy = _claimed("baseline_model", "baseline_accuracy", model, claim, x_test, y_test)
    if has_convolution(model):
        raise CheckError(
            "baseline_model should be the dense network: it has a convolution.\n" + read("build"),
            question="baseline_model",
        )
    if accuracy < at_least:
        raise CheckError(
            f"baseline_model gets {accuracy:.2f} of the test images right; trained like the final "
            f"model it gets {at_least:.2f} or more. Is it trained on all of x and y, for EPOCHS "
            "epochs?\n" + read("train"),
            question="baseline_model",
        )
    if trained_on is not None and (own := measured(model, *trained_on)) < _BY_HEART:
        raise CheckError(
            f"baseline_model gets {own:.2f} of the images right that it should be trained on; the "
            "book's dense network knows them nearly by heart after all of its epochs. Is it "
            f"trained on all of x and y, for EPOCHS epochs, and not for one?\n{read('train')}",
            question="baseline_model",
        )
    print(f"baseline_model: right. {accuracy:.3f} of {len(x_test)} test images.")


def measured(model, x_test, y_test) -> float:
    """The share of the images that the model reads right."""
    return float((probabilities(model, x_test).argmax(axis=1) == y_test).mean())


_BY_HEART = 0.95  # after all epochs 0.97 and more of the images, after one 0.92 and less
_WRONG_SET = 0.1  # five standard errors of the difference between 600 and 500 images
_MARGIN = 0.01  # another order of the same sums can change an accuracy by so much


def _claimed(name, claim_name, model, claim, x_test, y_test) -> float:
    _is_model(name, model)
    claim = _accuracy(claim_name, claim, claim_name)
    accuracy = measured(model, x_test, y_test)
    if abs(accuracy - claim) > _MARGIN:
        why = (
            f"Is it the accuracy of another model, or on other images, or the loss ({LOSS_FIRST})?"
        )
        if not is_share(claim, len(x_test)):
            why = f"It is no share of {len(x_test)} images: is it the loss ({LOSS_FIRST}), was it"
            why += " measured on other images than x_test, or typed by hand?"
        raise CheckError(
            f"{claim_name} is {claim:.3f}, but {name} gets {accuracy:.3f} of the images in "
            f"x_test right. {why} Evaluate the model that you hand in, on all of x_test.\n"
            + read("how good"),
            question=claim_name,
        )
    return accuracy


def _is_trained(name, accuracy) -> None:
    if accuracy < LEARNT:
        raise CheckError(
            f"{name} gets {accuracy:.3f} of the test images right: is it trained?\n{read('train')}",
            question=name,
        )


def _is_model(name, model) -> None:
    if not isinstance(model, quiet_keras().Model):
        why = " (fit returns it; keep the model)" if type(model).__name__ == "History" else ""
        why = " (call it: the brackets are missing)" if type(model).__name__ == "function" else why
        raise CheckError(
            f"{name} should be a Keras model, not {values.kind(model)}{why}.\n{read('train')}",
            question=name,
        )
