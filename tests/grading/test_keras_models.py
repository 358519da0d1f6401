"""A student's Keras model is rebuilt outside as it is inside, or refused before it is built."""

import json

import numpy as np
import pytest

from course_utils.grading.guest.codec import CodecError, decode, encode
from course_utils.grading.guest.keras_models import rebuild
from tests.grading import keras_constructions as constructed

SHAPE = (8, 8, 1)


def _plain(keras):
    layers = [keras.Input(SHAPE), keras.layers.Conv2D(2, 3, kernel_regularizer="l2")]
    layers += [keras.layers.BatchNormalization(), keras.layers.Dropout(0.2)]
    model = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(3)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    how = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    model.compile(keras.optimizers.Adam(rate), **how)
    return model


def _functional(keras):
    image = keras.Input(SHAPE)
    both = [keras.layers.Conv2D(2, size, padding="same")(image) for size in (1, 3)]
    pooled = keras.layers.GlobalAveragePooling2D()(keras.layers.Add()(both))
    return keras.Model(image, keras.layers.Dense(3)(pooled))


def _nested(keras):
    return keras.Sequential([keras.Input(SHAPE), _functional(keras), keras.layers.Softmax()])


def _adapted(keras):
    normalization = keras.layers.Normalization()
    normalization.adapt(np.random.default_rng(1).normal(5, 3, (20, *SHAPE)))
    return keras.Sequential([keras.Input(SHAPE), normalization, keras.layers.Flatten()])


def _own_arithmetic(keras):
    """A residual block with operators and keras.ops, losses and metrics as functions."""
    image = keras.Input(SHAPE)
    path = keras.layers.Conv2D(1, 3, padding="same")(image)
    both = keras.ops.relu(path + image) * 2 - 1
    padded = keras.ops.pad(both, [[0, 0], [1, 1], [1, 1], [0, 0]])
    model = keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(padded[:, :4])))
    loss = keras.losses.sparse_categorical_crossentropy
    model.compile("adam", loss, [keras.metrics.sparse_categorical_accuracy])
    return model


def _augmented(keras):
    layers = keras.layers
    made = [layers.RandomContrast(0.1, seed=3), layers.RandomBrightness(0.1), layers.Identity()]
    made += [layers.Flatten(), layers.UnitNormalization(), layers.Dropout(0.1, seed=2**40)]
    return keras.Sequential([keras.Input(SHAPE), *made, layers.Dense(2)])


def _repeated(keras):
    block = keras.layers.TimeDistributed(keras.layers.Dense(2, activation=keras.activations.tanh))
    return keras.Sequential([keras.Input(SHAPE), block, keras.layers.Flatten()])


def _compiled_within(keras):
    """A network that was compiled, and trained, before it became a part of another."""
    return keras.Sequential([keras.Input(SHAPE), _plain(keras), keras.layers.Softmax()])


MAKERS = [
    _compiled_within,
    _plain,
    _functional,
    _nested,
    _adapted,
    _own_arithmetic,
    _augmented,
    _repeated,
]


@pytest.mark.parametrize("make", MAKERS)
def test_a_rebuilt_model_predicts_the_same(keras, make):
    """Does an ordinary model of each kind give the same outputs on both sides?"""
    model = make(keras)
    tree, parts = encode(model)
    rebuilt = decode(json.loads(json.dumps(tree)), parts)
    images = np.random.default_rng(2).random((4, *SHAPE), np.float32)
    here, there = model(images, training=False), rebuilt(images, training=False)
    np.testing.assert_allclose(there, here, rtol=1e-5)
    assert rebuilt.count_params() == model.count_params()


def _set(config, key, value):
    """``value`` for every ``key`` anywhere in ``config``."""
    for part in config.values() if isinstance(config, dict) else config:
        if isinstance(part, dict | list):
            _set(part, key, value)
    if isinstance(config, dict) and key in config:
        config[key] = value


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("units", 10**9, "too large to be marked"),
        ("units", 7, "not those of its layers"),
        ("filters", 10**8, "too large to be marked"),
        ("kernel_size", [2**30, 2**30], "too large to be marked"),
        ("units", -1, "cannot be rebuilt"),
        ("class_name", "Lambda", "Lambda"),
        ("module", "builtins", "own layers"),
        ("registered_name", "my>Layer", "my>Layer"),
        ("class_name", "TFSMLayer", "TFSMLayer"),
    ],
)
def test_a_model_that_was_tampered_with_is_refused(keras, key, value, says):
    """Is a model that would take all memory, or run foreign code, refused before it is built?"""
    model = _plain(keras)
    config = json.loads(model.to_json())
    _set(config, key, value)
    with pytest.raises(CodecError, match=says):
        rebuild(json.dumps(config), model.get_weights())


def test_a_layer_that_would_end_the_process_is_refused(keras):
    """Is a model whose layer gives more numbers than a process can hold named, and not built?"""
    made = [keras.Input(SHAPE), keras.layers.Resizing(9000, 9000), keras.layers.Flatten()]
    tree, parts = encode(keras.Sequential(made))
    with pytest.raises(CodecError, match="81,000,000 numbers for one image"):
        decode(tree, parts)


@pytest.mark.parametrize("name", ["system", "loads", "my_loss", "deserialize"])
def test_a_function_that_is_not_keras_own_is_refused(keras, name):
    """Can a configuration name a function of another module, or one that unpacks things?"""
    model = _own_arithmetic(keras)
    config = json.loads(model.to_json())
    for module in ("builtins", "os", "pickle", "keras.losses"):
        config["compile_config"]["loss"] |= {"config": name, "module": module}
        if (module, name) != ("builtins", "deserialize"):
            with pytest.raises(CodecError):
                rebuild(json.dumps(config), model.get_weights())


def test_what_people_write_comes_over_as_they_see_it(keras):
    """Do common constructions give the same outputs on both sides, compiled in the same way?"""
    images = np.random.default_rng(2).random((2, *constructed.SHAPE), np.float32)
    wrong = {}
    for name, model in constructed.constructions(keras).items():
        try:
            rebuilt = decode(*encode(model))
            outputs = [np.asarray(each(images, training=False)) for each in (model, rebuilt)]
            np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-6)
            if model.compiled:
                assert rebuilt.get_compile_config() == model.get_compile_config()
        except (CodecError, AssertionError) as error:
            wrong[name] = str(error)[:300]
    assert not wrong
