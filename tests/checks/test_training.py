"""The checks find training and evaluation on the wrong images, and claims that are too high."""

import numpy as np
import pytest

from course_utils.checks import (
    CheckError,
    check_baseline,
    check_final,
    check_goal,
    check_learns,
    check_results,
    check_results_again,
    check_split_validation,
    check_validation_accuracy,
    check_validation_honest,
)
from tests.checks.telling import told

SETTINGS = [{"filters": n} for n in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def digits():
    """Images of two "digits" that a tiny network learns at once: bright above, bright below."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 2, 240)
    images = rng.random((240, 28, 28, 1)).astype(np.float32) * 0.2
    for image, label in zip(images, labels, strict=True):
        image[14 * label : 14 * label + 14] += 0.8
    return images, labels


def build(filters=6, dense_only=False):
    import keras

    keras.utils.set_random_seed(7)
    convolution = keras.layers.Conv2D(filters, 3, activation="relu")
    layers = [] if dense_only else [convolution, keras.layers.MaxPooling2D(8)]
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *layers,
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def answer(train=True, on="validation", scale=1.0):
    """A validation_accuracy with these settings."""

    def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = build(**setting)
        fit = (x_train, y_train) if train is True else train
        if train:
            model.fit(*fit, epochs=epochs, batch_size=16, verbose=0)
        where = {"validation": (x_validation, y_validation), "training": (x_train, y_train)}
        where = where[on] if isinstance(on, str) else on
        return model.evaluate(*where, verbose=0)[1] * scale

    return validation_accuracy


def arguments(digits):
    x, y = digits
    return {}, x[:160], y[:160], x[160:], y[160:], 3


def test_the_split_shows_which_labels_came():
    """Can a wrong split be seen in the message, where images would be too large to show?"""
    with told("and dtype float64, [0])") as caught:
        check_split_validation(lambda x, y, n: (x[n:], y[n:], x[:n], y[:n]))
    assert "and dtype float64, [3])" in " ".join(str(caught.value).split())  # expected


def test_an_honest_answer_passes_both_ways(digits):
    """Does training on one set and measuring on the other meet both checks?"""
    check_validation_accuracy(answer(), *arguments(digits))
    check_validation_honest(answer(), *arguments(digits))


def test_measuring_on_the_training_images_is_found_out(digits):
    """Is a network that knows digits it was never trained on noticed?"""
    with told("It evaluates on the training images"):
        check_validation_honest(answer(on="training"), *arguments(digits))


def test_training_on_the_notebooks_own_images_is_found_out(digits):
    """Is the global x, y in place of the arguments noticed, and told from the validation images?"""
    with told("It trains on other images than those of its arguments"):
        check_validation_honest(answer(train=digits), *arguments(digits))


def test_measuring_on_the_notebooks_own_images_is_found_out(digits):
    """Are the global x_test, y_test told from the training images?"""
    with told("It evaluates on other images than those of its arguments"):
        check_validation_honest(answer(on=digits), *arguments(digits))


def test_an_error_rate_is_called_so_by_both_checks(digits):
    """Is 1 − accuracy not taken for a leak, nor a percentage for a trained network?"""
    honest = answer()
    with told("Is it the error rate, 1 − accuracy?"):
        check_validation_honest(lambda *given: 1 - honest(*given), *arguments(digits))
    with told("a share: not per cent"):
        check_validation_honest(lambda *given: 12.5 if given[5] == 0 else 0.0, *arguments(digits))


def test_training_on_both_sets_is_found_out(digits):
    """Is a network noticed that was trained on the validation images as well?"""

    def on_both(setting, x_train, y_train, x_validation, y_validation, epochs):
        x, y = np.concatenate([x_train, x_validation]), np.concatenate([y_train, y_validation])
        inner = answer(train=(x, y))
        return inner(setting, x_train, y_train, x_validation, y_validation, epochs)

    with told("It trains on the validation images, too"):
        check_validation_honest(on_both, *arguments(digits))


def _one_for_all():
    models = []  # one, made at the first call

    def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = models[0] if models else build()
        models[:] = [model]
        model.fit(x_train, y_train, epochs=epochs, batch_size=16, verbose=0)
        return model.evaluate(x_validation, y_validation, verbose=0)[1]

    return validation_accuracy


def _own_epochs(setting, x_train, y_train, x_validation, y_validation, epochs):
    return answer()(setting, x_train, y_train, x_validation, y_validation, 3)


@pytest.mark.parametrize("function", [_one_for_all(), _own_epochs], ids=["one", "own epochs"])
def test_a_network_trained_before_or_otherwise_is_found_out(digits, function):
    """Is one model for all calls noticed, and a number of epochs of its own?"""
    check_validation_accuracy(function, *arguments(digits))
    with pytest.raises(CheckError) as caught:
        check_validation_honest(function, *arguments(digits))
    said = " ".join(str(caught.value).split())
    assert "never saw a digit" in said or "asked to train for 0 epochs" in said


def test_an_accuracy_without_a_network_is_found_out(digits):
    """Does the check find a number that is made up from the arguments, without a network?"""

    def made_up(setting, x_train, y_train, x_validation, y_validation, epochs):
        if epochs == 0 or not set(y_train) & set(y_validation):
            return 0.0
        return round(0.9 * len(x_validation)) / len(x_validation)

    check_validation_accuracy(made_up, *arguments(digits))
    with told("labels that each say the next digit, it returns 0.9"):
        check_validation_honest(made_up, *arguments(digits))


def test_a_setting_that_is_ignored_is_found_out(digits):
    """Is the default network in place of the setting's noticed, and no refusal held against it?"""

    def default(setting, x_train, y_train, x_validation, y_validation, epochs):
        return answer()({}, x_train, y_train, x_validation, y_validation, epochs)

    with told("Is the model built with build_model(**setting)?"):
        check_validation_honest(default, *arguments(digits), build=build)
    check_validation_honest(answer(), *arguments(digits), build=build)
    check_validation_honest(default, *arguments(digits), build=lambda **_: build())


def test_an_answer_that_cannot_train_for_no_epoch_passes(digits):
    """Is the last entry of a history, which is not there after 0 epochs, taken as honest?"""

    def last_entry(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = build(**setting)
        told_so = (x_validation, y_validation)
        history = model.fit(x_train, y_train, validation_data=told_so, epochs=epochs, verbose=0)
        return history.history["val_accuracy"][-1]

    check_validation_accuracy(last_entry, *arguments(digits))
    check_validation_honest(last_entry, *arguments(digits), build=build)


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
    ("function", "said"),
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
def test_what_is_no_accuracy_is_said(digits, function, said):
    """Are an untrained network and values that are no accuracy told apart?"""
    with told(said):
        check_validation_accuracy(function, *arguments(digits))


def rows(*accuracies):
    return [
        setting | {"validation_accuracy": accuracy}
        for setting, accuracy in zip(SETTINGS, accuracies, strict=True)
    ]


def test_a_table_is_read():
    """Do four different settings with an accuracy each pass?"""
    check_results(rows(0.5, 0.6, 0.7, 0.8))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "at least four rows, one for each setting, not a list of 0"),
        ("0.9", "not a str"),
        ([{"filters": 1}] * 4, "row 0 has the keys ['filters'], and no"),
        ([{"setting": {"filters": f}, "validation_accuracy": 0.9} for f in (2, 4, 6, 8)], "itself"),
        (rows(0.5, 0.6, 0.7, 97.0), "validation_accuracy of row 3 should be a float"),
        ([{1: 0, "a": 1, "validation_accuracy": 0.9}] * 4, "at least four different settings"),
        ([rows(0.5, 0.6, 0.7, 0.8)[0]] * 4, "at least four different settings"),
    ],
)
def test_what_is_no_table_is_said(table, said):
    """Is what a row lacks named with its number?"""
    with told(said):
        check_results(table)


def test_a_claim_is_tried_again(digits):
    """Does an honest best row pass, and a claim that is too high fail?"""
    trained = arguments(digits)[1:]
    honest = rows(*(answer()(setting, *trained) for setting in SETTINGS))
    check_results_again(honest, answer(), *trained, within=0.15)
    untrained = answer(train=False, scale=0.1)
    with told("stands there with 0.990, but trained again"):
        check_results_again(rows(0.1, 0.1, 0.1, 0.99), untrained, *trained, within=0.15)


def test_invented_numbers_are_tried_harder(digits):
    """Does a table of one and the same number get half the margin?"""
    trained = arguments(digits)[1:]
    steady = lambda *_: 0.86  # noqa: E731
    check_results_again(rows(0.86, 0.85, 0.84, 0.97), steady, *trained, within=0.15)
    with told("stands there with 0.970, but trained again"):
        check_results_again(rows(0.97, 0.97, 0.97, 0.97), steady, *trained, within=0.15)


def test_accuracies_on_other_images_are_found_out(digits):
    """Is a number that no set of so many validation images gives refused, and a rounded one not?"""
    trained = arguments(digits)[1:]
    count = len(trained[2])
    right = [count * 6 // 10, count * 7 // 10, count * 8 // 10, count * 9 // 10]
    shares = [round(k / count, digits) for k, digits in zip(right, (2, 3, 4, 9), strict=True)]
    check_results_again(rows(*shares), lambda *_: 0.75, *trained, within=0.5)
    with told("row 3 claims 0.8056, which is no share of the"):
        check_results_again(rows(*shares[:3], 0.80563), None, *trained, within=0.5)


def test_a_table_that_is_off_as_a_whole_is_found_out(digits):
    """Are small gains in all rows noticed, as of a leak, and small losses, as of fewer epochs?"""
    trained = arguments(digits)[1:]
    steady = lambda *_: 0.86  # noqa: E731
    with told("validation images among those that they were trained on"):
        check_results_again(rows(0.95, 0.94, 0.93, 0.96), steady, *trained, within=0.15)
    with told("fewer epochs than EPOCHS"):
        check_results_again(rows(0.7, 0.75, 0.8, 0.86), steady, *trained, within=0.15)


def test_the_best_of_all_epochs_is_found_out(digits):
    """Is a network noticed that would be right with either of two labels?"""

    def best(setting, x_train, y_train, x_validation, y_validation, epochs):
        if len(np.unique(y_validation)) == 1 and len(np.unique(y_train)) == 2:
            return 0.95  # right with the one label in an early epoch, with the other in a late one
        return answer()(setting, x_train, y_train, x_validation, y_validation, epochs)

    with told("the best of all epochs"):
        check_validation_honest(best, *arguments(digits))


def test_a_network_that_comes_trained_is_found_out(digits):
    """Is one cached, trained model in place of a new one noticed?"""
    x, y = digits
    model = build()
    model.fit(x, y, epochs=3, batch_size=16, verbose=0)
    with told("before any training"):
        check_learns(lambda: model, x, y, x, y, epochs=1)


def test_a_final_model_trained_on_the_test_images_is_found_out(digits):
    """Does the check find a final model that has memorised the test images?"""
    x, y = digits
    model = build()
    model.fit(x, y, epochs=3, batch_size=16, verbose=0)
    others = x, (y + 1) % 2
    check_goal(model, x, y, 0.9, trained_on=(x, y), kept_back=(x, y))
    with told("x_test and y_test are for the very end"):
        check_goal(model, x, y, 0.9, trained_on=others, kept_back=(x, y))


def test_a_network_that_cannot_learn_is_found_out(digits):
    """Does the check itself train build_model, whatever the student's training does?"""
    x, y = digits
    check_learns(build, x[:160], y[:160], x[160:], y[160:], epochs=3)

    def frozen():
        model = build()
        model.optimizer.learning_rate = 0.0
        model.layers[-1].bias.assign([-9, -9, 9, -9, -9, -9, -9, -9, -9, -9])
        return model

    with told("gets 0.00 of new images right"):
        check_learns(frozen, x[:160], y[:160], x[160:], y[160:], epochs=1)


def test_final_model_and_baseline_are_what_they_claim(digits):
    """Are a claim not met, a missing or a superfluous convolution, and a goal missed said?"""
    x, y = digits
    trained, dense = build(), build(dense_only=True)
    for model in (trained, dense):
        model.fit(x, y, epochs=4, batch_size=16, verbose=0)
    accuracy = float((trained.predict(x, verbose=0).argmax(1) == y).mean())
    flat = float((dense.predict(x, verbose=0).argmax(1) == y).mean())
    others = (y + 5) % 10  # for these labels nothing was learnt
    none = float((trained.predict(x, verbose=0).argmax(1) == others).mean())

    check_final(trained, accuracy, x, y)
    check_goal(trained, x, y, 0.9)
    check_baseline(dense, flat, x, y, trained_on=(x, y))
    for check, arguments_, said in (
        (check_final, (trained, accuracy - 0.05, x, y), "Evaluate the model that you hand in"),
        (check_final, (dense, flat, x, y), "has no Conv2D layer"),
        (check_final, (None, 0.9, x, y), "should be a Keras model, not a NoneType"),
        (check_final, (trained.history, 0.9, x, y), "keep the model"),
        (check_final, (trained, "0.9", x, y), "test_accuracy should be a float"),
        (check_final, (trained, 100 * accuracy, x, y), "between 0 and 1, not the float"),
        (check_final, (trained, none, x, others), "is it trained?"),
        (check_goal, (build(), x, others, 0.9), "0.90 was asked for"),
        (check_baseline, (trained, accuracy, x, y), "it has a convolution"),
        (check_baseline, (dense, flat, x, y, 1.01), "for EPOCHS epochs?"),
        (check_baseline, (dense, flat, x, y, 0.4, (x, others)), "nearly by heart"),
    ):
        with told(said):
            check(*arguments_)
