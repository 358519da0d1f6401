"""A student's Keras models outside: real models that can be read; no layer of them runs here."""

import gc
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_utils.grading.guest.codec import CodecError
from course_utils.grading.guest.keras_models import outline, rebuild_and_note
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.models import Models
from course_utils.grading.host.pool import Pool, Preload
from course_utils.grading.host.proxy import StudentError
from course_utils.grading.host.session import Session, Stopped
from course_utils.grading.marking.cell_task import CellOutcome
from tests.grading.conftest import LIGHT, shown
from tests.grading.test_worker import ANSWER, CHECK, SETUP, told_by

SHAPE = (8, 8, 1)
LIMITS = Limits(cell_seconds=90, submission_seconds=600, memory_mb=1500, restarts=2)
IMAGES = np.random.default_rng(2).random((6, *SHAPE), np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2])


@pytest.fixture(scope="module")
def pool():
    """Preloaded processes with TensorFlow, behind this machine's wall."""
    made = Pool()
    heavy = ("keras", "tensorflow")
    yield made.start(Preload((*LIGHT.inside, *heavy), (*LIGHT.outside, *heavy), LIGHT.worker))
    made.close()


@pytest.fixture
def models(pool):
    """The models of one submission."""
    made = Models(lambda: Session(pool.inside, LIMITS, ()), LIMITS)
    yield made
    made.close()


def student_model(keras) -> Any:
    layers = [keras.Input(SHAPE), keras.layers.Conv2D(2, 3, activation="relu", name="conv")]
    model = keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_it_is_a_model_that_answers_from_behind_the_wall(keras, models):
    """Are calls, predictions, evaluation and training the same as in one process, weights too?"""
    own = student_model(keras)
    outside = models.make(own.to_json(), own.get_weights())
    assert isinstance(outside, keras.Model)
    assert (outside.input_shape, outside.output_shape) == ((None, *SHAPE), (None, 3))
    assert [type(layer).__name__ for layer in outside.layers] == ["Conv2D", "Flatten", "Dense"]
    for layer in (outside, *outside.layers):  # nothing of it is run here
        assert "models" in layer.call.__module__
    there = np.asarray(outside(IMAGES, training=False))
    np.testing.assert_allclose(there, np.asarray(own(IMAGES, training=False)), rtol=1e-5)
    np.testing.assert_allclose(outside.predict(IMAGES, verbose=0), there, rtol=1e-5)
    maps = outside.get_layer("conv")(IMAGES)
    np.testing.assert_allclose(maps, own.get_layer("conv")(IMAGES), rtol=1e-5)
    loss, accuracy = outside.evaluate(IMAGES, LABELS, verbose=0)
    np.testing.assert_allclose([loss, accuracy], own.evaluate(IMAGES, LABELS, verbose=0), rtol=1e-4)

    history = outside.fit(IMAGES, LABELS, epochs=3, verbose=0, shuffle=False)
    own.fit(IMAGES, LABELS, epochs=3, verbose=0, shuffle=False)
    assert len(history.history["loss"]) == 3
    for mine, theirs in zip(outside.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-5)
    outside.set_weights([np.zeros_like(w) for w in outside.get_weights()])
    np.testing.assert_allclose(outside(IMAGES), np.full((6, 3), 1 / 3), rtol=1e-6)
    outside.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    assert len(outside.evaluate(IMAGES, LABELS, verbose=0)) == 2


def test_a_layer_that_ends_its_process_ends_no_other(keras, models):
    """Is a model whose layer takes all memory stopped, and is the next one, and itself, rebuilt?"""
    good, large = student_model(keras), [keras.Input(SHAPE), keras.layers.UpSampling2D(500)]
    bad = keras.Sequential([*large, keras.layers.Flatten(), keras.layers.Dense(1)])
    outside = models.make(good.to_json(), good.get_weights())
    before = np.asarray(outside(IMAGES))
    hungry = models.make(bad.to_json(), bad.get_weights())
    with pytest.raises((Stopped, StudentError), match=r"memory|OOM"):
        hungry(np.zeros((200, *SHAPE), np.float32))
    np.testing.assert_allclose(outside(IMAGES), before)
    models.session()._limits = LIMITS._replace(cell_seconds=3)
    with pytest.raises(Stopped, match="your Keras model was run, and it took more than 3 s"):
        outside.fit(IMAGES, LABELS, epochs=10**6, verbose=0)
    np.testing.assert_allclose(outside(IMAGES), before)
    assert 2 <= models.started <= 3


def test_what_may_not_be_rebuilt_is_refused_as_before(keras, models):
    """Is a Lambda an error that names it, and the process still there for the next model?"""
    layers = [keras.Input(SHAPE), keras.layers.Lambda(lambda x: x)]
    with pytest.raises(CodecError, match="Lambda"):
        models.make(keras.Sequential(layers).to_json(), [])
    own = student_model(keras)
    assert models.make(own.to_json(), own.get_weights()).count_params() == own.count_params()
    assert models.started == 1


def test_a_model_that_ends_its_process_costs_its_question_alone(pool):
    """Is the check that runs such a model 0, and the next question marked, with its points?"""
    hungry = """
def make():
    import keras
    layers = [keras.Input((8, 8, 1)), keras.layers.UpSampling2D(500)]
    return keras.Sequential([*layers, keras.layers.GlobalAveragePooling2D()])
def resized():
    import keras
    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Resizing(9000, 9000)])
def pooled():
    import keras
    pool = keras.layers.MaxPooling2D(2**30, strides=1, padding="same")
    return keras.Sequential([keras.Input((8, 8, 1)), pool])"""
    runs = replace(
        CHECK,
        name="make_check",
        outside="make()(np.zeros((200, 8, 8, 1), np.float32))",
        student_names=frozenset({"make"}),
    )
    reads = replace(runs, index=3, name="read_check", outside="assert len(make().layers) == 2")
    answer = replace(ANSWER, inside=ANSWER.inside + hungry)
    others = [
        replace(
            runs,
            index=index,
            name=f"{name}_check",
            outside=f"{name}()(np.zeros((1, 8, 8, 1), np.float32))",
            student_names=frozenset({name}),
        )
        for index, name in enumerate(("resized", "pooled"), 4)
    ]
    cells = (SETUP, answer, runs, reads, *others, replace(CHECK, index=6))
    told = told_by(pool, *cells, limits=LIMITS)
    assert told[-1] == {"type": "end", "sizes": []}
    outcomes = [CellOutcome.from_json(each["outcome"]) for each in told[2:7]]
    assert [outcome.mark and outcome.mark.score for outcome in outcomes] == [0, 2, 0, 0, 2]
    assert "81,000,000 numbers for one image" in str(outcomes[2])
    assert "too large to be marked" in str(outcomes[3])
    assert "memory" in str(outcomes[0]) or "OOM" in str(outcomes[0])


def test_a_test_that_would_run_a_layer_here_is_the_authors_mistake(pool):
    """Is there no mark, but a sentence for the author, where a check copies a layer alone?"""
    build = (
        ANSWER.inside
        + """
def make():
    import keras
    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(1, 3)])"""
    )
    copies = "layer = make().layers[0]\ntype(layer).from_config(layer.get_config())"
    check = replace(CHECK, outside=copies, student_names=frozenset({"make"}))
    told = told_by(pool, SETUP, replace(ANSWER, inside=build), check, limits=LIMITS)
    assert told[-1]["type"] == "check"
    assert (
        "f_check: Conv2D.from_config would run layers that a student chose" in told[-1]["message"]
    )


INITIALIZERS = ("Orthogonal", "GlorotUniform", "Constant", "RandomNormal", "Zeros")


@pytest.mark.parametrize("named", [True, False])
def test_no_initializer_and_no_optimizer_of_theirs_runs_outside(keras, monkeypatch, named):
    """Is a model read without one call of an initializer, layer or optimizer, named or as text?"""
    ran = []

    def noted(kind, name):
        own = getattr(kind, name)

        def run(self, *args, **kwargs):
            ran.append(kind.__name__)
            return own(self, *args, **kwargs)

        return run

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Normalization(name="scaled"),
            layers.Conv2D(2, 3, kernel_initializer="orthogonal", name="conv"),
            layers.BatchNormalization(gamma_initializer=keras.initializers.Constant(2.0)),
            layers.Dropout(0.5, seed=1),
            layers.Flatten(),
            layers.Dense(3, kernel_initializer="random_normal"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    config = json.loads(model.to_json())
    if not named:  # as nobody's Keras writes it, but a student's own process may
        config["config"]["layers"][2]["config"]["kernel_initializer"] = "orthogonal"
    _, shapes = rebuild_and_note(json.dumps(config), model.get_weights())
    for name in INITIALIZERS:
        kind = getattr(keras.initializers, name)
        monkeypatch.setattr(kind, "__call__", noted(kind, "__call__"))
    monkeypatch.setattr(
        keras.layers.Normalization,
        "finalize_state",
        noted(keras.layers.Normalization, "finalize_state"),
    )
    monkeypatch.setattr(keras.Optimizer, "build", noted(keras.Optimizer, "build"))
    read = outline(json.dumps(config), model.get_weights(), shapes)
    # Keras's own zeros to count the loss with; Normalization, of zeros, before its weights come
    assert set(ran) <= {"Normalization", "Zeros"}, ran
    assert ran.count("Zeros") <= 2
    assert type(read.get_layer("conv").kernel_initializer).__name__ == "Orthogonal"
    own = model.get_layer("scaled")
    own.finalize_state()
    np.testing.assert_allclose(read.get_layer("scaled").mean, own.mean)
    assert type(read.optimizer).__name__ == "Adam"
    for mine, theirs in zip(read.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    keras.layers.Dense(2)(np.ones((1, 2)))
    assert "GlorotUniform" in ran  # and the author's own layers have theirs again


def test_twins_that_nobody_asks_are_freed_and_optimizers_go_on(keras, models):
    """Is the twin of a model that is gone removed, and does Adam go on after a stop?"""
    own = student_model(keras)
    text, weights = own.to_json(), own.get_weights()
    outside = models.make(text, weights)
    for _ in range(3):
        models.make(text, weights)
    gc.collect()
    outside.fit(IMAGES, LABELS, epochs=2, verbose=0, shuffle=False)
    own.fit(IMAGES, LABELS, epochs=2, verbose=0, shuffle=False)
    last = models.make(text, weights)
    look = "from course_utils.grading.guest.model_twin import _MODELS; print(len(_MODELS))"
    assert shown(models.session(), look)[0]["text"] == "2\n"
    models.session()._stop("time", "it was stopped for this test")
    models.close()
    outside.fit(IMAGES, LABELS, epochs=2, verbose=0, shuffle=False)
    own.fit(IMAGES, LABELS, epochs=2, verbose=0, shuffle=False)
    assert models.started == 2
    for mine, theirs in zip(outside.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-5)
    assert len(last.get_weights()) == len(weights)
