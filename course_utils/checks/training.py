"""Checks of training: what a network learns, the final model, the baseline and their accuracies."""

from course_utils.catalogue import read
from course_utils.checks import values
from course_utils.checks.answer import type_of
from course_utils.checks.error import CheckError
from course_utils.checks.familiar import has_missed, has_seen
from course_utils.checks.networks import (
    built,
    has_convolution,
    probabilities,
    quiet_keras,
    refuse_other_images,
)
from course_utils.checks.validation import LEARNT, LOSS_FIRST, UNTRAINED, is_share, share_claimed


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
            f"{accuracy:.2f} of new images right; others get 0.6 and more. Does it have a relu "
            "behind each convolution, a softmax at the end, an ordinary optimizer, and enough "
            "filters and units?",
            question="build_model",
        )
    print(f"build_model: right. It learns: {accuracy:.2f} of new images after {epochs} epochs.")


def check_final(model, claim, x_test, y_test, trained_on=None, validation=0) -> None:
    """Check a convolutional network, and the accuracy that the student claims on these images.

    ``trained_on``: the images and labels that it should know, the last ``validation`` of them, too.
    """
    accuracy = _claimed("final_model", "test_accuracy", model, claim, x_test, y_test)
    if not has_convolution(model):
        raise CheckError(
            f"final_model has no Conv2D layer.\n{read('the stack')}", question="final_model"
        )
    _is_trained("final_model", accuracy)
    _knows_all("final_model", model, trained_on, validation, (x_test, y_test))
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


def check_baseline(
    model, claim, x_test, y_test, at_least=LEARNT, trained_on=None, validation=0
) -> None:
    """Check the dense baseline: no convolutions, its claimed accuracy, and that it was trained.

    ``at_least``: the accuracy to reach; the book's dense network reaches it only after all epochs.
    ``trained_on``: a pair of images and labels, nearly all of which it knows then, the last
    ``validation`` of them, too.
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
            f"baseline_model gets {own:.2f} of its own training images right; after all epochs the "
            "book's dense network gets nearly all of them right. Did you train it on all of x and "
            f"y, and for EPOCHS epochs, not only for one?\n{read('train')}",
            question="baseline_model",
        )
    _knows_all("baseline_model", model, trained_on, validation, (x_test, y_test))
    print(f"baseline_model: right. {accuracy:.3f} of {len(x_test)} test images.")


def measured(model, x_test, y_test) -> float:
    """The share of the images that the model reads right."""
    return float((probabilities(model, x_test).argmax(axis=1) == y_test).mean())


_BY_HEART = 0.95  # after all epochs 0.97 and more of the images, after one 0.92 and less
_WRONG_SET = 0.1  # five standard errors of the difference between 600 and 500 images
_MARGIN = 0.01  # another order of the same sums can change an accuracy by so much


def _claimed(name, claim_name, model, claim, x_test, y_test) -> float:
    _is_model(name, model)
    claim = share_claimed(claim_name, claim, claim_name)
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


def _knows_all(name, model, trained_on, validation, new) -> None:
    if trained_on is not None and validation and has_missed(model, trained_on, validation, new):
        raise CheckError(
            f"{name} knows the first {len(trained_on[0]) - validation} images of x, and not the "
            f"last {validation}: was it trained on x_train, y_train alone, or with "
            "a validation_split? Train it on x, y, all "
            f"of them: the validation images have done their duty.\n{read('train')}",
            question=name,
        )


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
