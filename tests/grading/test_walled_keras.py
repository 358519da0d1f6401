"""What a check makes of a student's Keras model runs behind the wall, or is refused."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.grading.guest import codec, model_twin
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.models import Models
from course_utils.grading.host.walled_keras import NotMarkable, free, holds_theirs
from tests.grading.tensorflow_operations import OF_VARIABLES, operations

IMAGES = np.random.default_rng(2).random((6, 8, 8, 1), np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2])
LOSS = "sparse_categorical_crossentropy"


@pytest.fixture
def ran(keras):
    """The names of TensorFlow's operations that run, or are traced, on this side of the wall."""
    with operations(lambda: not _Twins.running) as names:
        yield names


class _Twins:
    """In place of the process behind the wall: the same functions and the same wire, but here."""

    stopped, running = None, 0

    def run(self, *_: Any) -> bool:
        return True

    def get(self, name: str) -> Callable[..., Any]:
        def over_the_wire(*given: Any) -> Any:
            args = codec.decode(*codec.encode(list(given)))
            _Twins.running += 1
            try:
                with free():  # Keras is changed on the other side alone
                    return codec.decode(*codec.encode(getattr(model_twin, name)(*args)))
            finally:
                _Twins.running -= 1

        return over_the_wire


def _student(keras, kind: str) -> Any:
    layers = keras.layers
    image = keras.Input((8, 8, 1))
    conv = layers.Conv2D(
        *(2, 3),
        name="conv",
        kernel_initializer="orthogonal",
        kernel_regularizer="l2",
        activity_regularizer="l1",
    )
    if kind == "graph":
        maps = keras.ops.relu(conv(image * 2)) + 1
        end = layers.Dense(3, activation="softmax", name="end")(layers.Flatten(name="flat")(maps))
        model = keras.Model(image, end)
    else:
        ends = [layers.Flatten(name="flat"), layers.Dense(3, "softmax", name="end")]
        model = keras.Sequential([image, conv, layers.BatchNormalization(), layers.ReLU(), *ends])
    model.compile("adam", LOSS, metrics=["accuracy"])
    return model


@pytest.fixture(params=["stack", "graph"])
def both(request, keras):
    """A student's model as a check sees it while a grade cell runs, and the student's own."""
    own = _student(keras, request.param)
    start: Any = _Twins
    models = Models(start, Limits())
    with models.guarding():
        yield models.make(own.to_json(), own.get_weights()), own


COPIES = {
    "clone": lambda keras, model: keras.models.clone_model(model),
    "configuration": lambda _, model: type(model).from_config(model.get_config()),
    "JSON": lambda keras, model: keras.models.model_from_json(model.to_json()),
    "its JSON by hand": lambda keras, model: keras.saving.deserialize_keras_object(
        json.loads(model.to_json())
    ),
}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_a_model_behind_the_wall(keras, both, ran, way):
    """Has a copy the layers and new weights, does it learn, and does nothing of it run here?"""
    model, own = both
    keras.utils.set_random_seed(5)
    ran.clear()
    made = COPIES[way](keras, model)
    assert [type(layer) for layer in made.layers] == [type(layer) for layer in own.layers]
    kernel, theirs = (each.get_layer("conv").kernel.numpy() for each in (made, model))
    assert not np.allclose(kernel, theirs)
    flat = kernel.reshape(-1, 2)  # as Orthogonal, which ran behind the wall, makes it
    np.testing.assert_allclose(flat.T @ flat, np.eye(2), atol=1e-5)
    made.compile("adam", LOSS, metrics=["accuracy"])
    made.fit(IMAGES, LABELS, epochs=2, verbose=0)
    assert not np.allclose(made.get_layer("conv").kernel.numpy(), kernel)
    assert len(made.evaluate(IMAGES, LABELS, verbose=0)) == 2
    assert ran <= OF_VARIABLES, ran - OF_VARIABLES
    keras.utils.set_random_seed(5)
    np.testing.assert_array_equal(COPIES[way](keras, model).get_layer("conv").kernel, kernel)


def test_a_copy_with_its_weights_answers_the_same(both, ran, tmp_path, keras):
    """Do a deep copy, and a model that was saved and loaded, answer the same, from there?"""
    model, _ = both
    before = np.asarray(model(IMAGES))
    model.save(tmp_path / "model.keras")
    ran.clear()
    for made in (copy.deepcopy(model), keras.models.load_model(tmp_path / "model.keras")):
        np.testing.assert_allclose(made(IMAGES), before, rtol=1e-5)
    assert ran <= OF_VARIABLES, ran - OF_VARIABLES


def test_a_model_around_some_of_its_layers_computes_the_same(keras, both, ran):
    """Does a feature extractor give the student's maps, and run no layer or operation here?"""
    model, own = both
    extract, there = (keras.Model(m.inputs, m.get_layer("flat").output) for m in (model, own))
    assert holds_theirs(extract)
    expected = there.predict(IMAGES, verbose=0)
    ran.clear()
    np.testing.assert_allclose(extract.predict(IMAGES, verbose=0), expected, rtol=1e-5)
    assert not ran & {"Conv2D", "Relu", "Mul", "AddV2", "Rsqrt"}
    assert model.get_layer("conv")(keras.Input((20, 20, 1))).shape == (None, 18, 18, 2)
    assert not ran & {"Conv2D", "Relu", "Mul", "AddV2", "Rsqrt"}
    twice = keras.models.clone_model(model, clone_function=lambda layer: layer)
    np.testing.assert_allclose(twice(IMAGES), own(IMAGES), rtol=1e-5)
    around = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Rescaling(0.5), model])
    around.compile("adam", LOSS, metrics=["accuracy"])
    assert len(around.evaluate(IMAGES, LABELS, verbose=0)) == 2


def test_weights_are_reset_with_its_own_initializers(both, ran):
    """Does the usual loop over the layers give new weights, made behind the wall?"""
    model, _ = both
    before = model.get_layer("conv").kernel.numpy()
    ran.clear()
    for layer in model.layers:
        if hasattr(layer, "kernel_initializer"):
            layer.kernel.assign(layer.kernel_initializer(layer.kernel.shape))
    assert not ran & {"Qr", "StatelessRandomUniformV2", "StatelessRandomNormalV2"}
    assert not np.allclose(model.get_layer("conv").kernel.numpy(), before)
    assert float(sum(model.losses)) == pytest.approx(0.02, rel=1e-3)  # L2 of two unit vectors


def test_what_a_call_in_training_changes_is_changed_here(keras, both):
    """Are the means that BatchNormalization found behind the wall those of the model outside?"""
    model, own = both
    for each in (model, own):
        each(IMAGES, training=True)
    for mine, theirs in zip(model.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def _gradient(_: Any, model: Any) -> None:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(IMAGES))
    tape.gradient(loss, model.trainable_variables)


def _trained_around(keras: Any, model: Any) -> None:
    around = keras.Sequential([keras.Input((8, 8, 1)), model])
    around.compile("adam", LOSS)
    around.fit(IMAGES, LABELS, verbose=0)


def _traced(_: Any, model: Any) -> None:
    import tensorflow as tf

    tf.function(model)(tf.constant(IMAGES))


def _again(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


REFUSED = {
    "a layer alone": ("Conv2D.from_config", lambda _, m: _again(m.get_layer("conv"))),
    "layer by layer": (
        "from_config",
        lambda keras, m: keras.models.clone_model(m, clone_function=_again),
    ),
    "Bidirectional": (
        "Bidirectional around",
        lambda keras, m: keras.layers.Bidirectional(m.get_layer("conv")),
    ),
    "gradient": ("a gradient of the layer", _gradient),
    "trained around": ("a gradient of the layer", _trained_around),
    "traced": ("in a function that TensorFlow traces", _traced),
    "train_step": ("train_step", lambda _, m: m.train_step((IMAGES, LABELS))),
    "built again": ("the build of the layer", lambda _, m: m.get_layer("end").build((None, 8))),
    "optimizer": ("optimizer.build", lambda _, m: m.optimizer.build(m.trainable_variables)),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_would_run_here_is_refused_with_a_sentence(keras, both, way):
    """Does it raise what no ``except Exception`` catches, and tell the author what to do?"""
    model, _ = both
    says, does = REFUSED[way]
    with pytest.raises(NotMarkable, match=says) as caught:
        does(keras, model)
    assert "copy a whole model with keras.models.clone_model" in str(caught.value)


def test_the_authors_own_models_run_as_ever(keras, both):
    """Are an author's own layers and copies, in the same cell, Keras's own?"""
    _, own = both
    made = keras.models.clone_model(own)
    assert not holds_theirs(made)
    made.compile("adam", LOSS)
    made.fit(IMAGES, LABELS, verbose=0)
    two_ways = keras.layers.Bidirectional(keras.layers.LSTM(2))
    assert two_ways(np.zeros((1, 3, 2), np.float32)).shape == (1, 4)


def test_outside_of_a_grade_cell_keras_is_as_it_was(keras):
    """Does a layer come from its configuration again where no grade cell runs?"""
    layer = _again(_student(keras, "stack").get_layer("conv"))
    assert layer(IMAGES).shape == (6, 6, 6, 2)
