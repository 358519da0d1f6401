"""A model's graph outside: its shapes are read as they were noted inside, and nothing runs."""

import contextlib
import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.grading.guest.codec import CodecError
from course_utils.grading.guest.keras_models import outline, rebuild_and_note
from tests.grading import keras_constructions as constructed
from tests.grading.damage import damaged
from tests.grading.tensorflow_operations import OF_VARIABLES, operations


@pytest.fixture
def ran(keras):
    """The names of TensorFlow's operations that run, or are traced, while the test does."""
    with operations() as names:
        yield names


def graph(keras) -> Any:
    image = keras.Input(constructed.SHAPE, name="image")
    maps = keras.layers.Conv2D(2, 3, name="conv")(image)
    return keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(maps * 2)))


def test_what_people_write_is_read_without_running_or_tracing_it(keras, ran):
    """Are shapes, parameters and outputs the same, and no operation of theirs run or traced?"""
    images = np.random.default_rng(2).random((2, *constructed.SHAPE), np.float32)
    made = constructed.constructions(keras)
    assert len(made) >= 70
    for name, model in made.items():
        text, weights = model.to_json(), model.get_weights()
        _, notes = rebuild_and_note(text, weights)
        ran.clear()
        read = outline(text, weights, json.loads(json.dumps(notes)))
        assert ran <= OF_VARIABLES, (name, ran - OF_VARIABLES)
        assert (read.input_shape, read.output_shape) == (model.input_shape, model.output_shape)
        assert read.count_params() == model.count_params()
        there = np.asarray(read(images, training=False))
        np.testing.assert_allclose(
            there, np.asarray(model(images, training=False)), rtol=1e-4, atol=1e-6, err_msg=name
        )
    assert "MatMul" in ran  # the callback sees what does run


KEYS = [
    *("class_name", "module", "registered_name", "config", "name", "inbound_nodes", "args"),
    *("kwargs", "batch_shape", "build_config", "input_shape", "dtype", "initializer", "seed"),
    *("activation", "units", "shared_object_id", "layers", "input_layers", "output_layers"),
    *("compile_config", "optimizer", "learning_rate", "loss", "metrics", "trainable", "value"),
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_description_is_a_model_or_an_error(keras, ran, data):
    """Is any description either read or refused with one kind of error, and never run?"""
    model = graph(keras)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    _, notes = rebuild_and_note(model.to_json(), model.get_weights())
    config = data.draw(damaged(json.loads(model.to_json()), KEYS))
    ran.clear()
    with contextlib.suppress(CodecError):
        read = outline(json.dumps(config), model.get_weights(), notes)
        assert isinstance(read, keras.Model)
    assert ran <= OF_VARIABLES, ran - OF_VARIABLES


FORGED = {
    "keras.src.ops.numpy": {"Arange": [0, 50_000_000], "Linspace": [0, 1]},
    "keras.src.ops.nn": {"Relu": [[1.0, 2.0]]},
}


@pytest.mark.parametrize(
    ("module", "kind"), [(module, kind) for module, kinds in FORGED.items() for kind in kinds]
)
def test_an_operation_that_would_run_at_once_is_refused(keras, ran, module, kind):
    """Is an operation on numbers alone, as only a forger writes it, run on neither side?"""
    model = graph(keras)
    _, notes = rebuild_and_note(model.to_json(), model.get_weights())
    config = json.loads(model.to_json())
    config["config"]["layers"].append(
        {
            "module": module,
            "class_name": kind,
            "registered_name": kind,
            "name": "at_once",
            "config": {"name": "at_once"},
            "inbound_nodes": [{"args": FORGED[module][kind], "kwargs": {}}],
        }
    )
    ran.clear()
    with pytest.raises(CodecError, match=f"a {kind} that depends on no input"):
        outline(json.dumps(config), model.get_weights(), notes)
    assert ran <= OF_VARIABLES
    with pytest.raises(CodecError, match=f"a {kind} that depends on no input"):
        rebuild_and_note(json.dumps(config), model.get_weights())
    assert not ran & {"Range", "LinSpace", "Relu"}


def first(notes: list, change: Any) -> list:
    made = copy.deepcopy(notes)
    made[0] = change(made[0])
    return made


@pytest.mark.parametrize(
    "damage",
    [
        lambda notes: None,
        lambda notes: notes[:1],
        lambda notes: notes[1:],
        lambda notes: first(notes, lambda note: 7),
        lambda notes: first(notes, lambda note: None),
        lambda notes: first(notes, lambda note: note | {"dtype": "object"}),
        lambda notes: first(notes, lambda note: note | {"shape": ["8"]}),
        lambda notes: first(notes, lambda note: note | {"shape": [None, -1]}),
        lambda notes: first(notes, lambda note: note | {"shape": [1] * 21}),
        lambda notes: first(notes, lambda note: note | {"shape": [None, 2**62, 2**62]}),
        lambda notes: first(notes, lambda note: {"tuple": 3}),
    ],
)
def test_damaged_notes_are_an_error_and_no_model(keras, damage):
    """Do damaged shapes always raise CodecError?"""
    model = graph(keras)
    _, notes = rebuild_and_note(model.to_json(), model.get_weights())
    with pytest.raises(CodecError):
        outline(model.to_json(), model.get_weights(), damage(notes))
    read = outline(model.to_json(), model.get_weights(), notes)
    assert read.output_shape == (None, 3)
    layer = keras.layers.Dense(2)
    assert layer(keras.Input((4,))).shape == (None, 2)  # and Keras traces again
