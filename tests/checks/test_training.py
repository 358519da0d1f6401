"""The checks of what a network learns, of the final model and of the baseline."""

from contextlib import nullcontext

import keras

from course_utils.checks import check_baseline, check_final, check_goal, check_learns
from course_utils.checks.training import measured
from course_utils.data import load_mnist
from course_utils.models import cnn, dense_network
from tests.checks.small_networks import build
from tests.checks.telling import told


def test_a_network_that_comes_trained_is_found_out(digits):
    """Does the check find a trained model that is returned again instead of a new one?"""
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


def test_networks_trained_without_the_validation_images_are_found_out():
    """Is a final model or a baseline that was trained on x_train alone told from one of all x?"""
    (x, y), test = load_mnist(n_train=600, n_test=500)
    keras.utils.set_random_seed(7)
    for images in (600, 480):
        for make, check in ((dense_network, check_baseline), (lambda: cnn((8, 16)), check_final)):
            model = make()
            model.fit(x[:images], y[:images], epochs=8, batch_size=32, verbose=0)
            handed_in = (model, measured(model, *test), *test)
            refused = told("not the last 120") if images == 480 else nullcontext()
            with refused:
                check(*handed_in, trained_on=(x, y), validation=120)


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
        (check_baseline, (dense, flat, x, y, 0.4, (x, others)), "of its own training images right"),
    ):
        with told(said):
            check(*arguments_)
