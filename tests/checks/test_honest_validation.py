"""An answer that trains or evaluates on something else, or for another time, is found out."""

import numpy as np
import pytest

from course_utils.checks import (
    CheckError,
    check_validation_accuracy,
    check_validation_honest,
)
from course_utils.data import load_mnist
from course_utils.models import cnn, dense_network
from tests.checks.small_networks import answer, arguments, build
from tests.checks.telling import told


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
    """Does the check find one model that is used in all calls, and a fixed number of epochs?"""
    check_validation_accuracy(function, *arguments(digits))
    with pytest.raises(CheckError) as caught:
        check_validation_honest(function, *arguments(digits))
    words = " ".join(str(caught.value).split())
    assert "never saw a digit" in words or "asked to train for 0 epochs" in words


def test_a_new_network_in_each_epoch_is_found_out():
    """Is a network that was trained for one epoch told from one that was trained for all?"""
    (x, y), _ = load_mnist(n_train=600, n_test=1)

    def in_the_loop(setting, x_train, y_train, x_validation, y_validation, epochs):
        for _ in range(epochs):
            model = build(**setting)
            model.fit(x_train, y_train, batch_size=16, verbose=0)
        return model.evaluate(x_validation, y_validation, verbose=0)[1]

    with told("Is the model built once, before any loop"):
        check_validation_honest(in_the_loop, {}, x[:480], y[:480], x[480:], y[480:], 8)


def test_an_early_epochs_accuracy_is_found_out():
    """Are the best of all epochs and early stopping told from the last epoch's entry?"""
    import keras

    (x, y), _ = load_mnist(n_train=600, n_test=1)

    def answering(choose, **stop):
        def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
            early = keras.callbacks.EarlyStopping("val_accuracy", **stop)
            history = cnn((16, 32), dense_units=64).fit(
                x_train,
                y_train,
                validation_data=(x_validation, y_validation),
                epochs=epochs,
                batch_size=32,
                verbose=0,
                callbacks=[early] if stop else [],
            )
            return choose(history.history["val_accuracy"])

        return validation_accuracy

    given = {}, x[:480], y[:480], x[480:], y[480:], 8
    for wrong in (answering(max), answering(max, patience=1)):
        with told("not the best of all epochs"):
            check_validation_honest(wrong, *given)
    check_validation_honest(answering(lambda entries: entries[-1]), *given)


def test_images_and_epochs_that_are_left_out_are_found_out():
    """Are validation_split and a first epoch that is skipped told from validation_data?"""
    import keras

    (x, y), _ = load_mnist(n_train=600, n_test=1)
    given = {}, x[:480], y[:480], x[480:], y[480:], 8

    def holding(**more):
        def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
            keras.utils.set_random_seed(1)  # whose new network knows neither 0 nor 1 by chance
            model = dense_network()
            model.fit(x_train, y_train, epochs=epochs, batch_size=16, verbose=0, **more)
            return model.evaluate(x_validation, y_validation, verbose=0)[1]

        return validation_accuracy

    for left_out in ({"validation_split": 0.2}, {"initial_epoch": 1}):
        with told("it knows none of that digit"):
            check_validation_honest(holding(**left_out), *given)
    check_validation_honest(holding(validation_data=(x[480:], y[480:])), *given)


def test_an_accuracy_without_a_network_is_found_out(digits):
    """Does the check find a number that is made up from the arguments, without a network?"""

    def made_up(setting, x_train, y_train, x_validation, y_validation, epochs):
        if epochs == 0 or not set(y_train) & set(y_validation):
            return 0.0
        return round(0.9 * len(x_validation)) / len(x_validation)

    check_validation_accuracy(made_up, *arguments(digits))
    with told("asked to train on wrong labels, each the next digit, it returns 0.9"):
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


def test_an_epoch_for_each_epoch_is_found_out():
    """Is fit(epochs=epochs) in a loop over the epochs told from fit() in that loop?"""
    (x, y), _ = load_mnist(n_train=600, n_test=1)
    given = {}, x[:480], y[:480], x[480:], y[480:], 8

    def squared(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = dense_network()
        for _ in range(epochs):
            model.fit(x_train, y_train, epochs=epochs, verbose=0)
        return model.evaluate(x_validation, y_validation, verbose=0)[1]

    def one_by_one(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = dense_network()
        for _ in range(epochs):
            model.fit(x_train, y_train, batch_size=8, verbose=0)
        return model.evaluate(x_validation, y_validation, verbose=0)[1]

    with told("asked to train for 8 epochs, it trains for many more"):
        check_validation_honest(squared, *given)
    check_validation_honest(one_by_one, *given)
