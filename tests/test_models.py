"""The two models, the shipped weights, and whether the record's claims are true."""

import h5py
import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.reference import conv_parameters, dense_parameters
from tests.conftest import script_module


@pytest.fixture(scope="module")
def models():
    """course_utils.models, imported when the first test asks (Keras takes a while)."""
    from course_utils import models

    return models


@pytest.fixture(scope="module")
def script():
    """scripts/train_models.py as a module."""
    return script_module("train_models")


def test_the_layers_that_the_book_counts(models):
    """Does Keras count what the reference's formulas count, layer by layer?"""
    counts = [layer.count_params() for layer in models.cnn().layers if layer.count_params()]
    convolutions = [conv_parameters(*layer, 3) for layer in ((1, 32), (32, 64), (64, 64))]
    assert counts == [*convolutions, dense_parameters(576, 64), dense_parameters(64, 10)]
    assert models.cnn().count_params() == 93_322
    assert models.dense_network().count_params() == 407_050


def test_the_shapes_that_the_book_shows(models):
    """Does 28 become 26, 13, 11, 5, 3, then 576 numbers, 64 and 10?"""
    shapes = [layer.output.shape[1:] for layer in models.cnn().layers]
    assert [shape[0] for shape in shapes] == [26, 13, 11, 5, 3, 576, 64, 10]


@pytest.mark.parametrize("build", ["dense_network", "cnn"])
def test_the_models_are_compiled(models, build):
    """Can a model be trained as it comes, on images and integer labels, to probabilities?"""
    model = getattr(models, build)()
    x = np.random.default_rng(0).random((8, 28, 28, 1), np.float32)
    assert np.isfinite(model.train_on_batch(x, np.arange(8))).all()
    np.testing.assert_allclose(model.predict_on_batch(x).sum(axis=1), 1, rtol=1e-5)


def test_the_arguments_shape_the_network(models):
    """Do other filters, kernels, pools and units arrive where they belong?"""
    model = models.cnn(conv_filters=[4, 8], kernel_size=5, pool_size=3, dense_units=16)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["Conv2D", "MaxPooling2D", "Conv2D", "Flatten", "Dense", "Dense"]
    assert [layer.output.shape[1] for layer in model.layers] == [24, 8, 4, 128, 16, 10]
    assert model.layers[0].count_params() == conv_parameters(1, 4, 5)


def test_the_smallest_image_that_is_left(models):
    """Is a stack that shrinks the image to a single cell still a network?"""
    model = models.cnn(conv_filters=(8,) * 4, kernel_size=2)
    assert [layer.output.shape[1] for layer in model.layers[:7]] == [27, 13, 12, 6, 5, 2, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"conv_filters": (8,) * 5}, "conv_4 needs 3×3 cells, but .* shrunk to 1×1"),
        ({"kernel_size": 29}, "conv_1 needs 29×29 cells"),
        ({"pool_size": 27}, "pool_1 needs 27×27 cells, but .* shrunk to 26×26"),
        ({"conv_filters": ()}, r"conv_filters must hold .*\(32, 64, 64\), got \(\)"),
        ({"conv_filters": 32}, "conv_filters must hold .* got 32"),
        ({"conv_filters": (32, 0)}, "conv_filters must be an integer of at least 1, got 0"),
        ({"kernel_size": 2.5}, "kernel_size must be an integer of at least 1, got 2.5"),
        ({"pool_size": 0}, "pool_size must be .* got 0"),
        ({"dense_units": -1}, "dense_units must be .* got -1"),
    ],
)
def test_a_network_that_cannot_be(models, arguments, message):
    """Is an image that shrinks to nothing refused, with the layer's name and the size left?"""
    with pytest.raises(ValueError, match=message):
        models.cnn(**arguments)


# ---- what ``make train`` left


def test_the_shipped_file_holds_the_weights_alone(models):
    """Is it under 400 kB, with 93,322 numbers and no optimizer's state?"""
    assert models.WEIGHTS.stat().st_size < 400_000
    sizes = []
    with h5py.File(models.WEIGHTS) as file:
        file.visititems(lambda _, item: sizes.append(getattr(item, "size", 0)))
    assert sum(sizes) == 93_322


def test_the_training_script_writes_what_trained_cnn_reads(models, script, tmp_path, monkeypatch):
    """Do weights survive the way into the file and back, though the model has been trained?"""
    model = models.cnn()
    x = np.random.default_rng(0).random((8, 28, 28, 1), np.float32)
    model.train_on_batch(x, np.arange(8))
    monkeypatch.setattr(models, "WEIGHTS", tmp_path / "mnist_cnn.weights.h5")
    script.save_weights(model, models.WEIGHTS)
    for mine, theirs in zip(models.trained_cnn().get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_training_script_insists_on_all_of_mnist(script, tmp_path, monkeypatch):
    """Does ``make train`` refuse the package's 5,000 images instead of training on them?"""
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("MNIST_OFFLINE", "1")
    with pytest.raises(CourseError, match=r"60,000 and 10,000 images, but got 4,000 and 1,000"):
        script.main(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_record_is_whole(models, script):
    """Does the record hold seed, versions, both histories, and what the course promises?"""
    record = models.training_record()
    assert (record["seed"], record["epochs"], record["batch_size"]) == (script.SEED, 5, 64)
    assert set(record["versions"]) == {"python", "numpy", "keras", "tensorflow"}
    assert set(record["models"]) == {"dense_network", "cnn"}
    for name, entry in record["models"].items():
        assert entry["parameters"] == getattr(models, name)().count_params()
        assert set(entry["history"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        assert {len(values) for values in entry["history"].values()} == {5}
        assert entry["history"]["val_accuracy"][-1] == pytest.approx(
            entry["test_accuracy"], abs=1e-4
        )
    assert record["models"]["dense_network"]["test_accuracy"] == pytest.approx(0.98, abs=0.005)
    assert record["models"]["cnn"]["test_accuracy"] >= 0.99


def test_the_shipped_weights_reach_what_the_record_claims(models, mnist_npz, monkeypatch):
    """On the real 10,000 test images: is the accuracy the one that the record states?"""
    from course_utils.data import load_mnist

    monkeypatch.setenv("MNIST_NPZ", str(mnist_npz))
    _, (x_test, y_test) = load_mnist(n_train=1)
    loss, accuracy = models.trained_cnn().evaluate(x_test, y_test, batch_size=500, verbose=0)
    claim = models.training_record()["models"]["cnn"]
    assert accuracy == pytest.approx(claim["test_accuracy"], abs=2e-4)
    assert loss == pytest.approx(claim["test_loss"], abs=1e-3)


def test_the_shipped_weights_agree_with_the_reference(models):
    """Does NumPy alone, fed the shipped weights, compute what Keras computes for real digits?"""
    from course_utils import reference as ref
    from course_utils.data import SUBSET

    with np.load(SUBSET) as file:
        x = file["x_test"][:20, ..., None] / np.float32(255)
    model = models.trained_cnn()
    k1, b1, k2, b2, k3, b3, w4, b4, w5, b5 = model.get_weights()
    hidden = ref.max_pool2d(ref.relu(ref.conv2d(x, k1, b1)))
    hidden = ref.max_pool2d(ref.relu(ref.conv2d(hidden, k2, b2)))
    hidden = ref.relu(ref.conv2d(hidden, k3, b3)).reshape(20, -1)
    scores = ref.relu(hidden @ w4 + b4) @ w5 + b5
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    mine = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mine, model.predict_on_batch(x), rtol=1e-3, atol=1e-5)


def test_a_batch_normalized_network_learns_on_the_small_budget(models):
    """After 120 steps, is it accurate with settled statistics, and not without them?"""
    from course_utils.data import load_mnist

    keras, batch = models.keras, models.layers.BatchNormalization
    (x, y), (x_test, y_test) = load_mnist(n_train=480, n_test=300)

    def accuracy():
        keras.utils.set_random_seed(2016)
        layers, small = models.layers, [keras.Input((28, 28, 1))]
        for filters in (8, 16):
            small += [layers.Conv2D(filters, 3), batch(), layers.ReLU(), layers.MaxPooling2D()]
        small += [layers.Flatten(), layers.Dense(32), batch(), layers.ReLU()]
        small += [layers.Dense(10, "softmax")]
        network = keras.Sequential(small)
        network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        network.fit(x, y, epochs=8, batch_size=32, verbose=0)
        return network.evaluate(x_test, y_test, verbose=0)[1]

    before = batch.__init__.__defaults__
    try:
        slow = accuracy()
        models.settle_statistics_fast()
        fast = accuracy()
        assert batch().get_config()["momentum"] == 0.8
        assert batch(momentum=0.5).get_config()["momentum"] == 0.5
    finally:
        batch.__init__.__defaults__ = before
    assert fast > 0.6
    assert fast > slow
