"""The two Keras models of the book, and the CNN's weights from ``make train``."""

import json
from numbers import Integral
from pathlib import Path
from typing import Any

import keras
from keras import layers

WEIGHTS = Path(__file__).with_name("mnist_cnn.weights.h5")
RECORD = Path(__file__).with_name("mnist_training.json")


def dense_network():
    """784-512-10, compiled: images (N, 28, 28, 1) → (N, 10) probabilities; 407,050 parameters."""
    return _compiled(
        "dense_network",
        [
            layers.Flatten(name="flatten"),
            layers.Dense(512, activation="relu", name="dense"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
    )


def cnn(conv_filters=(32, 64, 64), kernel_size=3, pool_size=2, dense_units=64):
    """Conv-Pool-Conv-Pool-Conv-Flatten-Dense-Dense, compiled: (N, 28, 28, 1) → (N, 10).

    ``conv_filters`` holds the number of filters of each convolution; a pooling layer stands between
    neighbours. Nothing is padded, so 28 becomes 26, 13, 11, 5, 3 by default: 93,322 parameters.

    Raises ValueError where a number is not a positive integer, or the image shrinks to nothing.
    """
    if not isinstance(conv_filters, tuple | list) or not conv_filters:
        raise ValueError(
            "conv_filters must hold the number of filters of each convolution, as (32, 64, 64), "
            f"got {conv_filters!r}"
        )
    for name, number in (
        *(("conv_filters", filters) for filters in conv_filters),
        *(("kernel_size", kernel_size), ("pool_size", pool_size), ("dense_units", dense_units)),
    ):
        if not isinstance(number, Integral) or number < 1:
            raise ValueError(f"{name} must be an integer of at least 1, got {number!r}")
    side, stack = 28, []
    for depth, filters in enumerate(conv_filters, start=1):
        if depth > 1:
            side = _side_after(f"pool_{depth - 1}", side, pool_size, pool_size)
            stack.append(layers.MaxPooling2D(pool_size, name=f"pool_{depth - 1}"))
        side = _side_after(f"conv_{depth}", side, kernel_size, 1)
        stack.append(layers.Conv2D(filters, kernel_size, activation="relu", name=f"conv_{depth}"))
    stack += [
        layers.Flatten(name="flatten"),
        layers.Dense(dense_units, activation="relu", name="dense"),
        layers.Dense(10, activation="softmax", name="digits"),
    ]
    return _compiled("cnn", stack)


def trained_cnn():
    """``cnn()`` with the weights from ``make train``, after 5 epochs on all of MNIST."""
    model = cnn()
    bare(model).load_weights(WEIGHTS)
    return model


def bare(model):
    """A model of the same layers (shared, not copied) without the optimizer and its state."""
    return keras.Sequential([keras.Input(model.input_shape[1:]), *model.layers])


def training_record() -> dict:
    """The measurements of ``make train``.

    The keys are ``seed``, ``epochs``, ``batch_size``, ``versions``, ``data`` and ``models``. For
    each of the models "dense_network" and "cnn" there are ``parameters``, ``history`` (``loss``,
    ``accuracy``, ``val_loss`` and ``val_accuracy``, each a list with a number per epoch; val is on
    the test images), ``test_loss`` and ``test_accuracy``.
    """
    return json.loads(RECORD.read_text())


def _side_after(layer, side, window, stride):
    """The image's side after a layer. Raises ValueError, which names a layer that does not fit."""
    if window > side:
        raise ValueError(
            f"{layer} needs {window}×{window} cells, but the 28×28 image has shrunk to "
            f"{side}×{side}: take fewer layers, or a smaller kernel_size or pool_size"
        )
    return (side - window) // stride + 1


def _compiled(name, stack):
    model = keras.Sequential([keras.Input((28, 28, 1), name="image"), *stack], name=name)
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def settle_statistics_fast(momentum: float = 0.8) -> None:
    """Let new BatchNormalization layers follow their data faster: ``momentum`` is the new default.

    With Keras's default of 0.99 the statistics forget their start only after some 300 steps
    (0.99³⁰⁰ = 0.05). A network that trains for 120 steps learns as well as others, but would then
    be tested with the statistics of its first pictures.
    """
    import inspect

    init: Any = keras.layers.BatchNormalization.__init__
    names = [
        name for name, p in inspect.signature(init).parameters.items() if p.default is not p.empty
    ]
    defaults: list[Any] = list(init.__defaults__)
    defaults[names.index("momentum")] = momentum
    init.__defaults__ = tuple(defaults)
