"""Does validation_accuracy do what its arguments say, and nothing else?

Each question below is an experiment with images or labels of which it is known in advance what an
honest answer's network can know.
"""

import numpy as np

from course_utils.checks.answer import Case, call
from course_utils.checks.validation import (
    NAME,
    UNTRAINED,
    accuracy_of,
    refuse,
    refuse_error_rate,
    returned,
)

_UNSEEN = 0.2  # the most for a network that never saw these digits
_KNOWN = 0.6  # a network gets more only on images that it saw with these labels
_FREQUENT, _RARE = 420, 12  # so unequal that the rare digit is not learnt in the first epochs
_EARLY, _LATE = 0.8, 0.3  # shares of the rare digit's images that are taken for the frequent one
_FEW, _OFTEN, _BY_HEART = 32, 60, 0.6  # so few images: 0.9 and more after all epochs, 0.4 after one
_MIXED, _MORE = 0.8, 0.3  # see _trains_longer


def check_validation_honest(
    answer, setting, x_train, y_train, x_val, y_val, epochs, build=None
) -> None:
    """Check that the answer does what its arguments say, and nothing else.

    The check lets it train on five digits and evaluate on the other five: a network cannot know
    digits that it never saw. Then it lets it train for no epoch at all; on mixed labels, which
    take long to learn; for one epoch on images that end with all those of one digit; for many
    epochs on few images, which a network must then know by heart; with a setting that has an
    unknown argument (if ``build`` refuses it); on labels that are each the next digit, from which
    no network learns the right ones; and on so few images of one digit that it is learnt late.
    """
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    digits = np.unique(y)
    known = np.isin(y, digits[: len(digits) // 2])
    halves = x[known], y[known], x[~known], y[~known]
    accuracy = accuracy_of(NAME, answer, setting, *halves, epochs)
    if accuracy > _UNSEEN:
        given = setting, x_train, y_train, x_val, y_val
        refuse_error_rate(answer, given, epochs, accuracy_of(NAME, answer, *given, epochs))
        refuse(
            "asked to train on images of one half of the digits and to evaluate on images "
            f"of the other half, it returns {accuracy:.2f}; a network that never saw a digit gets "
            f"0. {_leak(answer, setting, halves, epochs)}"
        )
    untrained = returned(answer, setting, x_train, y_train, x_val, y_val, 0)
    if untrained is not None and untrained > UNTRAINED:
        refuse(
            f"asked to train for 0 epochs, it returns {untrained:.2f}; a new network gets "
            "about 0.10. Build a new model in each call, and train it for as many epochs as the "
            "argument says."
        )
    if _trains_longer(answer, setting, x_train, y_train, epochs):
        refuse(
            f"asked to train for {epochs} epochs, it trains for many more. Is fit called in a "
            "loop over the epochs, and told epochs=epochs each time? Call it once with "
            "epochs=epochs, or in the loop with epochs=1."
        )
    if _leaves_out(answer, setting, x_train, y_train, epochs):
        refuse(
            "asked to train for one epoch on images that end with all those of one digit, it knows "
            "none of that digit. Train on all of x_train, y_train (validation_split=… in fit holds "
            "the last ones back), and for all epochs, not for one fewer."
        )
    few = x_train[:_FEW], y_train[:_FEW]
    by_heart = returned(answer, setting, *few, *few, _OFTEN)
    if by_heart is not None and by_heart < _BY_HEART:
        refuse(
            f"asked to train on {len(few[0])} images for {_OFTEN} epochs, and to evaluate on the "
            f"same images, it returns {by_heart:.2f}; a network knows so few by heart after so "
            "many epochs. Is the model built once, before any loop, and trained for all epochs?"
        )
    odd = {**setting, "no_such_argument": 1}
    refuses = build is not None and call(build, Case((), odd)).error is not None
    if refuses and returned(answer, odd, x_train, y_train, x_val, y_val, 1) is not None:
        refuse(
            "called with a setting that build_model refuses, it returns an accuracy all "
            "the same. Is the model built with build_model(**setting)?"
        )
    next_digits = following(y_train, digits)
    accuracy = accuracy_of(NAME, answer, setting, x_train, next_digits, x_val, y_val, epochs)
    if accuracy > UNTRAINED:
        refuse(
            f"asked to train on wrong labels, each the next digit, it returns {accuracy:.2f} on "
            "the right labels; a network that learned the wrong labels gets about 0. Does your "
            "function train a new model on x_train, y_train, and return its accuracy?"
        )
    if _chooses_an_epoch(answer, setting, x, y, epochs):
        refuse(
            f"trained for {epochs} epochs, it says that images are right with a label that is "
            "wrong, as only a network of an early epoch would. Return the accuracy after the last "
            "epoch, not the best of all epochs, and train for all of them, without EarlyStopping."
        )
    print(f"{NAME}: right. It trains on the one set and evaluates on the other.")


def following(labels, digits) -> np.ndarray:
    """Of each label the next one of these digits; of the last the first: ``labels`` (N,) → (N,)."""
    return digits[(np.searchsorted(digits, labels) + 1) % len(digits)]


def _at_once(answer, setting, x, y, x_asked, y_asked, epochs) -> float | None:
    """The accuracy after one epoch on these images, each ``epochs`` times: as many steps."""
    often = np.concatenate([x] * epochs), np.concatenate([y] * epochs)
    return returned(answer, setting, *often, x_asked, y_asked, 1)


def _trains_longer(answer, setting, x_train, y_train, epochs) -> bool:
    """Whether the network is trained for many more epochs than it was told.

    Mixed labels are learnt by heart only, which takes many epochs. If the network knows them, the
    same images are given once more, but each of them ``epochs`` times and for one epoch: an honest
    answer takes as many steps and knows about as many of them.
    """
    mixed = np.random.default_rng(0).permutation(y_train)

    def differs() -> bool:
        long = returned(answer, setting, x_train, mixed, x_train, mixed, epochs)
        if long is None or long < _MIXED:
            return False
        short = _at_once(answer, setting, x_train, mixed, x_train, mixed, epochs)
        return short is not None and long - short > _MORE

    return epochs > 1 and differs() and differs()  # twice: one training may fail by chance


def _leaves_out(answer, setting, x_train, y_train, epochs) -> bool:
    """Whether the last training images are not used, such as those of Keras's validation_split.

    Each image stands there ``epochs`` times, so that one epoch is enough: an answer that trains for
    one epoch fewer knows nothing.
    """

    def forgets(digit) -> bool:
        last = y_train == digit
        order = np.repeat(np.argsort(last, kind="stable"), epochs)
        images = x_train[order], y_train[order], x_train[last], y_train[last]
        seen = returned(answer, setting, *images, 1)
        return seen is not None and seen < _UNSEEN

    easiest = [digit for digit in (1, 0) if digit in y_train]  # the two that are learnt first
    return bool(easiest) and all(forgets(digit) for digit in easiest)


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
        return returned(answer, setting, x_known, y_train, x_new, y_validation, epochs)

    def is_low(accuracy: float | None) -> bool:
        return accuracy is not None and accuracy <= _KNOWN

    trained = asked(noise, y_new)
    if trained is None or is_low(trained):
        if is_low(asked(following(y_known, digits), y_new)):
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
    if is_low(asked(noise, following(y_new, digits))):
        return (
            "It trains on other images than those of its arguments, such as the notebook's x and "
            "y: train on x_train, y_train alone."
        )
    return "It trains on the validation images, too: train on x_train, y_train alone."


def _chooses_an_epoch(answer, setting, x, y, epochs) -> bool:
    """Whether the accuracy is an early epoch's, as of the best of all or where training stopped.

    A network first takes a rare digit for the frequent one, and then learns it. So the rare digit's
    images, labelled as the frequent one, are right in an early epoch and wrong in the last. The
    same images are given once more, each ``epochs`` times and for one epoch, in which nothing can
    be chosen: where the network learns the rare digit so, it does in as many steps, too.
    """
    digits = np.unique(y)
    frequent, rare = digits[[4, 9]] if len(digits) == 10 else digits[:2]
    many, few = x[y == frequent], x[y == rare][:_RARE]
    if len(few) < _RARE or epochs < 2:
        return False
    many = np.concatenate([many] * -(-_FREQUENT // len(many)))[:_FREQUENT]
    images = np.concatenate([many, few])
    labels = np.repeat([frequent, rare], [len(many), len(few)])
    other = few, np.full(len(few), frequent)

    def differs() -> bool:
        chosen = returned(answer, setting, images, labels, *other, epochs)
        if chosen is None or chosen < _EARLY:
            return False
        at_once = _at_once(answer, setting, images, labels, *other, epochs)
        return at_once is not None and at_once < _LATE

    return differs() and differs() and differs()  # three times: one training may fail by chance
