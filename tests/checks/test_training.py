"""The checks of what a network learns, of the final model and of the baseline."""

from course_utils.checks import (
    check_baseline,
    check_final,
    check_goal,
    check_learns,
)
from tests.checks.small_networks import build
from tests.checks.telling import told


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
        (check_baseline, (dense, flat, x, y, 0.4, (x, others)), "of its own training images right"),
    ):
        with told(said):
            check(*arguments_)
