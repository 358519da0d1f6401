# %% [markdown]
# # A network of your own
#
# You build a convolutional network for handwritten digits in Keras, try several sizes of it, choose
# one with the help of validation images, and see what it is worth on images that it has never seen.
# It takes about 90 minutes, a good part of which the machine spends training. Chapters 7 and 8 of
# the book are the background.
#
# **How it works.** Write your code where it says `YOUR CODE HERE`, then run the cells below it. A
# check that finds no mistake prints one line; another says what is missing. Questions 1 and 2
# stand alone; from question 3 on you build upon your own `build_model`.
#
# **Points.** 50 in all: 45 by checks and further tests when your work is marked, 5 for a written
# answer that a person reads.
#
# **Budget.** Training on all 6,000 images takes a few minutes on a laptop. For a quick try set
# `QUICK = True` below, restart the kernel and run everything: 600 images and 8 epochs instead. The
# marking does the same: it trains about fifteen such small networks, in less than a minute.
# Nothing else differs.

# %%
QUICK = False  # True: the small budget, for a quick try

# %% nbgrader={"grade_id": "setup", "locked": true}
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before the import: TensorFlow is talkative

import keras
import matplotlib.pyplot as plt
import numpy as np

from course_utils.checks import (
    check_baseline,
    check_build_model,
    check_default_parameters,
    check_final,
    check_goal,
    check_learns,
    check_results,
    check_results_again,
    check_split_validation,
    check_validation_accuracy,
    check_validation_honest,
)
from course_utils.data import load_mnist
from course_utils.models import dense_network, settle_statistics_fast

BUDGET = "small" if QUICK or os.environ.get("COURSE_MARKING") == "1" else "full"
IMAGES, EPOCHS, GOAL = {"full": (6000, 5, 0.93), "small": (600, 8, 0.60)}[BUDGET]

if BUDGET == "small":
    settle_statistics_fast()  # BatchNormalization would need more steps than this budget has
keras.utils.set_random_seed(2016)
keras.ops.zeros(1)  # TensorFlow looks for a graphics card once, and says here what it found
(x, y), (x_test, y_test) = load_mnist(n_train=IMAGES, n_test=500)
VALIDATION = len(x) // 5
print(f"Budget: {BUDGET}. {len(x)} images, {VALIDATION} of them for validation; {EPOCHS} epochs.")

# %% [markdown]
# `x` holds the images, shape (N, 28, 28, 1), numbers from 0 to 1; `y` the digits 0 to 9 that they
# show. `x_test`, `y_test` are for the very end: who chooses a network by its test accuracy has no
# honest number left.
#
# ## 1. Set images aside (4 points)
#
# `split_validation(x, y, n)` returns four arrays, in this order: the images and the labels for
# training, then the images and the labels for validation. The **last** `n` images are for
# validation; the order stays as it is, and no image is in both parts.
#
# Example: of 10 images and n = 3, images 0 to 6 are for training and 7 to 9 for validation.


# %% nbgrader={"grade_id": "split_validation", "solution": true}
def split_validation(x, y, n):
    """(N images, N labels, n) → x_train, y_train, x_validation, y_validation."""
    ### BEGIN SOLUTION
    cut = len(x) - n
    return x[:cut], y[:cut], x[cut:], y[cut:]
    ### END SOLUTION


# %% nbgrader={"grade_id": "split_validation_check", "points": 3}
check_split_validation(split_validation)

# %% nbgrader={"grade_id": "split_validation_hidden", "points": 1}
# Other sets are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_split_validation(split_validation, seed=601)
### END HIDDEN TESTS

# %% [markdown]
# So that a mistake there does not follow you, here is the split that the rest of the notebook uses:

# %% nbgrader={"grade_id": "split", "locked": true}
x_train, x_validation = np.split(x, [len(x) - VALIDATION])
y_train, y_validation = np.split(y, [len(x) - VALIDATION])

# %% [markdown]
# ## 2. Count the parameters by hand (7 points)
#
# This is the network of the book, layer by layer (convolutions without padding and with 3 × 3
# kernels, pooling with 2 × 2 windows):
#
# | layer | output | parameters |
# |---|---|---|
# | input | 28 × 28 × 1 | |
# | `conv_1`, 32 filters | 26 × 26 × 32 | … |
# | `pool_1` | 13 × 13 × 32 | … |
# | `conv_2`, 64 filters | 11 × 11 × 64 | … |
# | `pool_2` | 5 × 5 × 64 | … |
# | `conv_3`, 64 filters | 3 × 3 × 64 | … |
# | `flatten` | 576 | … |
# | `dense`, 64 units | 64 | … |
# | `digits`, 10 units | 10 | … |
#
# Return a dict with the number for each of the eight layers, by name. You can write
# `3 * 3 * …` and let Python multiply. (Yes, Keras would tell you. By hand you will understand it.)
#
# Worked example: a layer with 8 filters of 5 × 5 on a colour image has 5·5·3 weights and 1 bias for
# each filter, so 8·(75 + 1) = 608.
#
# <details><summary>A nudge</summary>
#
# What does a filter of `conv_2` receive: the one channel of the picture, or the 32 of `pool_1`?
# </details>
# <details><summary>The idea</summary>
#
# Convolution: filters × (rows × columns × channels that come in, plus one bias). Dense layer: units
# × (numbers that come in, plus one bias). What only picks or reshapes has nothing to learn.
# </details>


# %% nbgrader={"grade_id": "default_parameters", "solution": true}
def default_parameters():
    """{"conv_1": …, "pool_1": …, …, "digits": …}: the number of parameters of each layer."""
    ### BEGIN SOLUTION
    return {
        "conv_1": 32 * (3 * 3 * 1 + 1),
        "pool_1": 0,
        "conv_2": 64 * (3 * 3 * 32 + 1),
        "pool_2": 0,
        "conv_3": 64 * (3 * 3 * 64 + 1),
        "flatten": 0,
        "dense": 64 * (576 + 1),
        "digits": 10 * (64 + 1),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "default_parameters_convolutions", "points": 3}
check_default_parameters(default_parameters, "convolutions")

# %% nbgrader={"grade_id": "default_parameters_dense", "points": 2}
check_default_parameters(default_parameters, "dense layers")

# %% nbgrader={"grade_id": "default_parameters_rest", "points": 2}
check_default_parameters(default_parameters, "the rest")

# %% [markdown]
# ## 3. Build it, with knobs (12 points)
#
# Write `build_model(...)`: it returns a new, **compiled** Keras model for the digits. Its arguments
# are the hyperparameters that *you* want to try: choose at least two among the number of layers,
# the number of filters, the kernel's size, the pool's size, and the units of the dense layer. Give
# every argument a default, so that `build_model()` works.
#
# - Input: images of 28 × 28 × 1. Output: 10 probabilities (`softmax`).
# - At least one `Conv2D` layer, `relu` (or its kin, as `leaky_relu`, `elu` or `gelu`) behind each
#   convolution, only Keras's own layers (no `Lambda`, no class of your own), below 2,000,000
#   parameters.
# - Compiled with the loss `"sparse_categorical_crossentropy"` (the labels are digits, not vectors),
#   `metrics=["accuracy"]` and an optimizer that learns in these few epochs, such as `"rmsprop"` or
#   `"adam"` (plain `"sgd"` is too slow).
#
# Example of a model with one fixed convolution; yours will have knobs:
# ```python
# model = keras.Sequential([
#     keras.Input((28, 28, 1)),
#     keras.layers.Conv2D(8, 3, activation="relu"),
#     keras.layers.MaxPooling2D(2),
#     keras.layers.Flatten(),
#     keras.layers.Dense(10, activation="softmax"),
# ])
# model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
# ```
#
# Then put at least four different settings into the list `SETTINGS`, one cell below. Each is a dict
# of your arguments: `build_model(**setting)` must work, and each must make a different network. Let
# at least two arguments take different values in the list. Small networks train faster.
#
# <details><summary>A nudge</summary>
#
# A list of layers can be made in a loop, and given to `keras.Sequential` in the end. Which layers
# come once, which as often as an argument says?
# </details>
# <details><summary>The idea</summary>
#
# Start the list with the input; in a loop append a convolution and, except behind the last one, a
# pooling layer; then flatten and the dense layers. With three convolutions and pooling between them
# kernels of 3 fit (28, 26, 13, 11, 5, 3). Larger ones run out of pixels: Keras will say so.
# </details>


# %% nbgrader={"grade_id": "build_model", "solution": true}
def build_model(layers=2, filters=16, kernel_size=3, dense_units=64):
    """A new compiled model: (N, 28, 28, 1) → (N, 10). Change the arguments as you like."""
    ### BEGIN SOLUTION
    stack = [keras.Input((28, 28, 1))]
    for depth in range(layers):
        if depth:
            stack.append(keras.layers.MaxPooling2D(2))
        doubled = filters * (2 if depth else 1)
        stack.append(keras.layers.Conv2D(doubled, kernel_size, activation="relu"))
    stack += [
        keras.layers.Flatten(),
        keras.layers.Dense(dense_units, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    model = keras.Sequential(stack)
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% nbgrader={"grade_id": "settings", "solution": true}
SETTINGS = []  # such as {"layers": 2, "filters": 8}, four of them or more
### BEGIN SOLUTION
SETTINGS = [
    {"layers": 2, "filters": 4},
    {"layers": 2, "filters": 8},
    {"layers": 2, "filters": 16},
    {"layers": 3, "filters": 16},
]
### END SOLUTION

# %% nbgrader={"grade_id": "build_model_layers", "points": 3}
check_build_model(build_model, "layers")

# %% nbgrader={"grade_id": "build_model_compiled", "points": 2}
check_build_model(build_model, "compiled")

# %% nbgrader={"grade_id": "build_model_settings", "points": 3}
check_build_model(build_model, "settings", settings=SETTINGS)

# %% nbgrader={"grade_id": "build_model_hidden", "points": 4}
# When your work is marked, build_model() is trained here on 480 images and must beat 40 %.
### BEGIN HIDDEN TESTS
check_learns(build_model, x[:480], y[:480], x_test, y_test, epochs=8)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Train and validate (8 points)
#
# `validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs)` builds a new
# model with `build_model(**setting)`, trains it on the training images for `epochs` epochs, and
# returns its accuracy on the validation images as a `float` between 0 and 1. Use a batch size of
# 32 or 64, and `verbose=0`, else you will see a lot of bars.
#
# <details><summary>A nudge</summary>
#
# `fit` trains, `evaluate` measures. In which order does `evaluate` return loss and accuracy?
# </details>
# <details><summary>The idea</summary>
#
# Three steps: build, fit on one set, evaluate on the other, and return the second number. Only the
# arguments of the function may take part, not the notebook's `x` and `y`.
# </details>


# %% nbgrader={"grade_id": "validation_accuracy", "solution": true}
def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
    """Train a new model of this setting; return its accuracy on the validation images: a float."""
    ### BEGIN SOLUTION
    model = build_model(**setting)
    model.fit(x_train, y_train, epochs=epochs, batch_size=32, verbose=0)
    return model.evaluate(x_validation, y_validation, verbose=0)[1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "validation_accuracy_check", "points": 4}
check_validation_accuracy(validation_accuracy, {}, x[:480], y[:480], x[480:600], y[480:600], 8)

# %% nbgrader={"grade_id": "validation_accuracy_hidden", "points": 4}
# When your work is marked: does it train a new network of this setting, on the one set only, for as
# many epochs as it was told, and measure on the other?
### BEGIN HIDDEN TESTS
check_validation_honest(
    validation_accuracy, {}, x[:480], y[:480], x[480:600], y[480:600], 8, build=build_model
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Sweep (7 points)
#
# Fill the list `results`: for each of your `SETTINGS` a dict with the setting's own entries and one
# more, `"validation_accuracy"`, measured with the split above and `EPOCHS` epochs. One row could be
# `{"filters": 16, "kernel_size": 3, "validation_accuracy": 0.957}`.
#
# With the full budget this takes a few minutes. When your work is marked, the cell runs once more
# on the small budget, and four rows are trained again and compared: let the code write the numbers.

# %% nbgrader={"grade_id": "sweep", "solution": true}
results = []
### BEGIN SOLUTION
for setting in SETTINGS:
    accuracy = validation_accuracy(
        setting, x_train, y_train, x_validation, y_validation, epochs=EPOCHS
    )
    results.append({**setting, "validation_accuracy": accuracy})
### END SOLUTION

# %% tags=["raises-exception"]
for row in sorted(results, key=lambda row: row["validation_accuracy"]):
    print(row)

# %% nbgrader={"grade_id": "sweep_check", "points": 4}
check_results(results)

# %% nbgrader={"grade_id": "sweep_hidden", "points": 3}
# When your work is marked, the best row and three others are trained again here.
### BEGIN HIDDEN TESTS
check_results_again(
    results,
    validation_accuracy,
    x_train,
    y_train,
    x_validation,
    y_validation,
    EPOCHS,
    within={"full": 0.05, "small": 0.15}[BUDGET],
)
### END HIDDEN TESTS

# %% [markdown]
# Optional (no points): plot the validation accuracy against one hyperparameter, or two (one on the
# axis, one as colour). `plt.plot(…, "o")` is enough.

# %% nbgrader={"grade_id": "plot", "solution": true}
### BEGIN SOLUTION
plt.plot([row["filters"] for row in results], [row["validation_accuracy"] for row in results], "o")
plt.xlabel("filters")
plt.ylabel("validation accuracy")
plt.show()
### END SOLUTION

# %% [markdown]
# ## 6. Choose (5 points, read by a person)
#
# Which setting do you take, and why? Name the differences between your rows, say how large a
# difference would have to be before you believe it (how many validation images are there?), and
# what speaks for a smaller network. Four to six sentences.

# %% [markdown] nbgrader={"grade_id": "choice", "solution": true, "points": 5}
# I take two layers with 16 filters first: it has the best validation accuracy. With 1,200
# validation images an accuracy of 97 % has a standard error of about half a percent, so a
# difference of 0.3 % between two rows is no evidence; from 4 to 16 filters the step is larger than
# that. Another seed would move each number by about as much. If two settings are that close, the
# one with fewer parameters is the better choice: it trains faster, and has less room to learn the
# training images by heart.
#
# (One point each: a choice that the table supports; the differences named; noise considered with
# the number of images or of runs; the size or the time of training weighed; clear reasoning.)

# %% [markdown]
# ## 7. The final model, and what it is worth (7 points)
#
# - `final_model`: a new model of the setting that you chose, trained on **all** of `x`, `y` (the
#   validation images have done their duty) for `EPOCHS` epochs;
# - `test_accuracy`: its accuracy on `x_test`, `y_test`, a float;
# - `baseline_model`: the book's dense network, from `dense_network()`, trained in the same way;
# - `baseline_accuracy`: its accuracy on the same test images.
#
# With the full budget the final model should reach at least 93 % on test images, also on others
# than these 500; with the small one 60 %.

# %% nbgrader={"grade_id": "final", "solution": true}
final_model = None
test_accuracy = None
baseline_model = None
baseline_accuracy = None
### BEGIN SOLUTION
best = max(results, key=lambda row: row["validation_accuracy"])
final_model = build_model(**{k: v for k, v in best.items() if k != "validation_accuracy"})
final_model.fit(x, y, epochs=EPOCHS, batch_size=32, verbose=0)
test_accuracy = final_model.evaluate(x_test, y_test, verbose=0)[1]

baseline_model = dense_network()
baseline_model.fit(x, y, epochs=EPOCHS, batch_size=32, verbose=0)
baseline_accuracy = baseline_model.evaluate(x_test, y_test, verbose=0)[1]
### END SOLUTION

# %% nbgrader={"grade_id": "final_check", "points": 2}
check_final(final_model, test_accuracy, x_test, y_test, trained_on=(x, y), validation=VALIDATION)

# %% nbgrader={"grade_id": "baseline_check", "points": 2}
check_baseline(
    baseline_model,
    baseline_accuracy,
    x_test,
    y_test,
    at_least={"full": 0.90, "small": 0.81}[BUDGET],
    trained_on=(x, y),
    validation=VALIDATION,
)

# %% nbgrader={"grade_id": "final_hidden", "points": 3}
# When your work is marked, final_model is tried here on test images that are not in x_test.
### BEGIN HIDDEN TESTS
_, (more_x, more_y) = load_mnist(n_train=1, n_test=2500)
check_goal(
    final_model,
    more_x[500:],
    more_y[500:],
    GOAL,
    trained_on=(x, y),
    kept_back=(x_test, y_test),
)
### END HIDDEN TESTS

# %% [markdown]
# How much better is your network than the dense one, and how many parameters does each have? If you
# like, compare them with `final_model.summary()` and `baseline_model.summary()`.
#
# Save the notebook, restart the kernel and run all cells once more: if no check finds a mistake,
# hand it in.
