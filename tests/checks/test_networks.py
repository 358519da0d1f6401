"""Counting by hand, and models that are almost what was asked for."""

from functools import partial

import numpy as np
import pytest

from course_utils.checks import CheckError, check_build_model, check_default_parameters
from tests.checks.telling import told

RIGHT = {
    "conv_1": 320,
    "pool_1": 0,
    "conv_2": 18_496,
    "pool_2": 0,
    "conv_3": 36_928,
    "flatten": 0,
    "dense": 36_928,
    "digits": 650,
}


def test_the_books_numbers_pass():
    """Are 320; 18,496; 36,928; … what the check takes for right, in all parts?"""
    for part in (None, "convolutions", "dense layers", "the rest"):
        check_default_parameters(lambda: RIGHT, part)


def test_they_are_keras_own():
    """Does Keras count the same in the book's network?"""
    from course_utils.models import cnn

    model = cnn()
    assert {layer.name: layer.count_params() for layer in model.layers} == RIGHT


@pytest.mark.parametrize(
    ("changes", "misconception"),
    [
        ({"conv_1": 18_496}, "second-layer-called-first"),
        ({"conv_1": 18_496, "conv_2": 36_928}, "second-layer-called-first"),
        ({"conv_2": 320}, "same-parameters-anywhere"),
        ({"conv_3": 18_496}, "same-parameters-anywhere"),
        ({"conv_2": 36_928}, "same-parameters-anywhere"),
        ({"conv_2": 640}, "no-input-channels"),
        ({"conv_3": 640}, "no-input-channels"),
        ({"conv_1": 288}, "bias-missing"),
        ({"dense": 576 * 64}, "bias-missing"),
        ({"conv_1": 288 + 32 * 26**2}, "bias-per-cell"),
        ({"conv_2": 18_432 * 121 + 64}, "weights-grow-with-image"),
        ({"pool_1": 128}, "pooling-has-weights"),
        ({"flatten": 576}, "pooling-has-weights"),
        ({"conv_1": 36_928}, "same-parameters-anywhere"),
        ({"dense": 64 * 65}, None),
        ({"digits": 10 * 577}, None),
        ({"conv_2": 12_345}, None),
    ],
)
def test_a_wrong_count_is_explained(changes, misconception):
    """Is the misconception behind a number named, and the right number never said?"""
    with pytest.raises(CheckError) as caught:
        check_default_parameters(lambda: RIGHT | changes)
    assert caught.value.misconception == misconception
    said = str(caught.value)
    layer = next(iter(changes))
    explained = "18,496 = 32·3·3·64 + 64"  # the entry itself speaks of this number
    assert RIGHT[layer] == 0 or f"{RIGHT[layer]:,}" not in said.replace(explained, "")[:200]


@pytest.mark.parametrize(
    ("layer", "count", "said"),
    [
        ("dense", 64 * 65, "with the 64 channels alone"),
        ("dense", 576 * 65, "a bias for each number that comes in"),
        ("digits", 10 * 577, "dense, before it, gives 64"),
        ("conv_2", 12_345, "Hint:"),
    ],
)
def test_a_slip_in_a_dense_layer_is_no_misconception_of_convolutions(layer, count, said):
    """Does the message say what was counted, and name no misconception that this does not show?"""
    with told(said) as caught:
        check_default_parameters(lambda: RIGHT | {layer: count})
    assert caught.value.misconception is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: [1, 2], "should return a dict, not a list"),
        (lambda: {"conv_1": 320}, "has no entry 'conv_2'"),
        (lambda: RIGHT | {"digits": 650.0}, "digits: the float 650"),
        (lambda: RIGHT | {"pool_1": None}, "pool_1: None is no number"),
        (lambda: RIGHT | {"dense": 576 * 64}, "So has each unit."),
    ],
)
def test_what_is_no_count_is_said(answer, said):
    """Does the message distinguish a wrong type and a missing layer from a wrong number?"""
    with told(said):
        check_default_parameters(answer)


def network(*, shape=(28, 28, 1), units=10, end="softmax", convolution=True, bend="relu", how=None):
    import keras

    layers = [keras.Input(shape)]
    if convolution:
        layers += [keras.layers.Conv2D(2, 3, activation=bend), keras.layers.MaxPooling2D(4)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(units, activation=end)]
    model = keras.Sequential(layers)
    if how is not False:
        model.compile(
            **{"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]} | (how or {})
        )
    return model


def test_an_ordinary_network_passes(capsys):
    """Does a small compiled network pass, also with its loss given as an object?"""
    import keras

    check_build_model(network)
    assert "262 parameters" not in capsys.readouterr().err
    loss = keras.losses.SparseCategoricalCrossentropy()
    check_build_model(lambda: network(how={"loss": loss}))


def test_a_convolution_inside_a_block_counts():
    """Is a Conv2D seen that is in a model used as a layer?"""
    import keras

    def build():
        block = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(2, 3)])
        end = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
        return keras.Sequential([keras.Input((28, 28, 1)), block, *end])

    check_build_model(build, "layers")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"shape": (1, 28, 28)}, "its input shape is (None, 1, 28, 28)"),
        ({"units": 9}, "its output shape is (None, 9)"),
        ({"convolution": False}, "there is no Conv2D layer"),
        ({"end": None}, "end with activation='softmax'"),
        ({"bend": None}, "give each activation='relu'"),
        ({"bend": "tanh"}, "stands 'tanh', where relu was asked for"),
        ({"bend": "softmax"}, "stands 'softmax', where relu was asked for"),
        ({"how": {"optimizer": "sgd"}}, "take 'rmsprop' or 'adam'"),
        ({"how": False}, "is not compiled"),
        ({"how": {"loss": "categorical_crossentropy"}}, "'sparse_categorical_crossentropy'"),
        ({"how": {"metrics": []}}, "metrics=['accuracy']"),
    ],
    ids=lambda v: next(iter(v)) if isinstance(v, dict) else "",
)
def test_a_network_that_is_almost_right(facts, said):
    """Does the message name what is missing, and the next step?"""
    if facts.get("shape"):
        facts = facts | {"convolution": False}
    with told(said) as caught:
        check_build_model(lambda: network(**facts))
    channels_first = caught.value.misconception == "channels-first"
    assert channels_first == ("shape" in facts)


def test_an_activation_may_be_a_layer_or_an_operation():
    """Are the other ways to write relu right, and layers that cannot be marked named at once?"""
    import keras

    def built_of(behind):
        image = keras.Input((28, 28, 1))
        maps = behind(keras.layers.Conv2D(2, 3)(image))
        flat = keras.layers.Flatten()(keras.layers.MaxPooling2D(4)(maps))
        return keras.Model(image, keras.layers.Dense(10, activation="softmax")(flat))

    def block(maps):
        return keras.Sequential([keras.layers.BatchNormalization(), keras.layers.ReLU()])(maps)

    own = (keras.ops.relu, keras.activations.gelu, keras.activations.leaky_relu)
    for right in (*own, keras.layers.ReLU(), keras.layers.Activation("relu"), block):
        check_build_model(partial(built_of, right), "layers")
    named = keras.layers.Identity(name="relu")  # by its name alone
    for wrong in (named, keras.layers.Activation("linear"), keras.ops.softmax, lambda maps: -maps):
        with told("has no activation behind it"):
            check_build_model(partial(built_of, wrong), "layers")
    for other in (keras.ops.tanh, keras.layers.Activation("sigmoid")):
        with told("where relu was asked for"):
            check_build_model(partial(built_of, other), "layers")
    with told("a Lambda cannot be marked"):
        check_build_model(lambda: built_of(keras.layers.Lambda(keras.ops.relu)), "layers")


def test_each_convolution_needs_an_activation_of_its_own():
    """Is one relu for two convolutions too few, before a pool or in a branch, and enough at a sum?

    A pool may stand between a convolution and its relu, and branches may share one behind them.
    """
    import keras

    layers = keras.layers

    def ended(image, maps):
        flat = layers.Flatten()(layers.MaxPooling2D(4)(maps))
        return keras.Model(image, layers.Dense(10, activation="softmax")(flat))

    def built_of(*stack):
        end = [layers.Flatten(), layers.Dense(10, activation="softmax")]
        return keras.Sequential([keras.Input((28, 28, 1)), *stack, *end])

    def one_behind_the_last():
        pool = layers.MaxPooling2D(2)
        return built_of(layers.Conv2D(2, 3), pool, layers.Conv2D(2, 3), layers.ReLU())

    def pool_before_relu():
        return built_of(layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.ReLU())

    def branches(relu):
        image = keras.Input((28, 28, 1))
        left = layers.Conv2D(2, 3, padding="same")(image)
        right = relu(layers.Conv2D(2, 5, padding="same")(image))
        return image, left, right

    def summed():
        image, left, right = branches(layers.Identity())
        return ended(image, layers.ReLU()(left + right))

    def one_bare_branch():
        image, left, right = branches(layers.ReLU())
        return ended(image, layers.Concatenate()([left, right]))

    for right in (pool_before_relu, summed):
        check_build_model(right, "layers")
    for wrong in (one_behind_the_last, one_bare_branch):
        with told("has no activation behind it"):
            check_build_model(wrong, "layers")


def test_each_call_makes_all_of_its_layers_anew():
    """Do the checks find a layer, or a whole model, that was made outside the function?"""
    import keras

    convolution, kept = keras.layers.Conv2D(2, 3, activation="relu", name="made_once"), network()

    def around():
        end = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
        return keras.Sequential([keras.Input((28, 28, 1)), convolution, *end])

    for shares in (around, lambda: kept):
        with told("two calls return networks that share the weights of"):
            check_build_model(shares, "layers")


def test_an_optimizer_may_be_made_by_hand():
    """Does SGD pass with a learning rate or a momentum that learns in a few epochs?"""
    import keras

    for optimizer in (keras.optimizers.SGD(0.1), keras.optimizers.SGD(momentum=0.9)):
        check_build_model(partial(network, how={"optimizer": optimizer}), "compiled")
    with told("plain 'sgd' learns too slowly"):
        check_build_model(lambda: network(how={"optimizer": keras.optimizers.SGD()}), "compiled")


@pytest.mark.parametrize(
    ("shape", "said"),
    [((28, 28, 1), "runs out of pixels"), ((1, 28, 28), "has its channel first")],
)
def test_a_map_that_is_too_small_is_said(shape, said):
    """Is Keras's own error explained, in the words that it has today?"""

    def build():
        import keras

        return keras.Sequential([keras.Input(shape), keras.layers.Conv2D(2, 29)])

    with told(said):
        check_build_model(build)


def test_no_model_is_said():
    """Does the message name a missing ``return``, and only where it is missing?"""
    with told("not a NoneType (is there a `return` at the end? compile() itself returns None)"):
        check_build_model(lambda: None)
    with told("should return a Keras model, not a tuple."):
        check_build_model(lambda: (network(), {}))


def test_settings_must_make_a_difference():
    """Do the checks find an argument that build_model does not use?"""
    settings = [{"units": 10, "filters": n} for n in (1, 2, 3, 4)]

    def deaf(units=10, filters=1):
        return network(units=units)

    with told("give the very same network"):
        check_build_model(deaf, "settings", settings=settings)
    with told("with the setting {'units': 28000}, 2,044,020 parameters are too many"):
        check_build_model(deaf, "settings", settings=[{"units": 28_000}, *settings])
    with told("at least four dicts"):
        check_build_model(deaf, "settings", settings=settings[:3])
    with told("SETTINGS holds {'units': 10, 'filters': 1} twice"):
        check_build_model(deaf, "settings", settings=[*settings[:1] * 2, *settings[2:]])
    with told("each of SETTINGS should be a dict"):
        check_build_model(deaf, "settings", settings=[3, *settings])
    with told("SETTINGS holds 101 settings: more than 100 take too long"):
        check_build_model(deaf, "settings", settings=[{"units": n} for n in range(101)])


def test_a_setting_without_a_convolution_is_found_unless_it_asks_for_none():
    """Is a loop that makes one layer less than asked found, where this leaves no convolution?"""

    def build(layers=2, bend="relu"):
        return network(convolution=layers > 1, bend=bend)

    settings = [{"layers": n, "bend": bend} for n in (2, 1) for bend in ("relu", "tanh")]
    with told("with the setting {'layers': 1, 'bend': 'relu'} the network has no Conv2D layer"):
        check_build_model(build, "settings", settings=settings)


def test_any_kind_of_dict_is_a_setting_and_an_empty_one_is_the_default_network():
    """Are OrderedDict, defaultdict, Counter and {} taken, in a tuple as well as in a list?"""
    from collections import Counter, OrderedDict, defaultdict

    def build(bend="relu", convolution=True, end="softmax"):
        return network(bend=bend, convolution=convolution, end=end)

    settings = ({}, OrderedDict(bend="tanh"), defaultdict(str, bend="elu"), Counter(convolution=0))
    check_build_model(build, "settings", settings=settings)


def test_probabilities_are_asked_in_pieces():
    """Do 501 images give 501 rows?"""
    from course_utils.checks.networks import probabilities

    assert probabilities(network(), np.zeros((501, 28, 28, 1), np.float32)).shape == (501, 10)
