"""Ways in which people write small image networks in Keras: all of them can be marked."""

from collections.abc import Callable
from typing import Any

import numpy as np

SHAPE = (8, 8, 3)


def constructions(keras: Any) -> dict[str, Any]:
    """Name → a model of its kind; compiled where the name says how."""
    made: dict[str, Any] = {name: _stack(keras, *some) for name, some in _stacks(keras).items()}
    made |= {name: _graph(keras, body) for name, body in _graphs(keras).items()}
    for name, how in _compilations(keras).items():
        made[name] = _stack(keras, keras.layers.Flatten())
        made[name].compile(**how)
    return made


def _stack(keras: Any, *layers: Any) -> Any:
    end = [keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
    return keras.Sequential([keras.Input(SHAPE), *layers, *end])


def _graph(keras: Any, body: Callable[[Any], Any]) -> Any:
    image = keras.Input(SHAPE)
    end = keras.layers.Dense(4, activation="softmax")(keras.layers.Flatten()(body(image)))
    return keras.Model(image, end)


def _stacks(keras: Any) -> dict[str, list]:
    k = keras.layers
    conv = {"padding": "same", "activation": "relu"}
    return {
        "one convolution": [k.Conv2D(3, 3, activation="relu"), k.MaxPooling2D(2)],
        "average pooling": [k.Conv2D(3, 3, **conv), k.AveragePooling2D(2)],
        "global pooling": [k.Conv2D(3, 3, **conv), k.GlobalAveragePooling2D()],
        "global maximum": [k.Conv2D(3, 3, **conv), k.GlobalMaxPooling2D(keepdims=True)],
        "strides": [k.Conv2D(3, 3, strides=2, use_bias=False), k.BatchNormalization(), k.ReLU()],
        "dilation": [k.Conv2D(3, 3, dilation_rate=2, activation="elu")],
        "groups": [k.Conv2D(6, 3, groups=3, activation="gelu")],
        "separable": [k.SeparableConv2D(4, 3, **conv)],
        "depthwise": [k.DepthwiseConv2D(3, depth_multiplier=2), k.Conv2D(4, 1)],
        "transposed": [k.Conv2DTranspose(2, 3, strides=2, padding="same")],
        "rescaled": [k.Rescaling(1 / 255), k.Conv2D(2, 3)],
        "rescaled by channel": [k.Rescaling([0.1, 0.2, 0.3], offset=[0.0, 1.0, 2.0])],
        "normalized by numbers": [k.Normalization(mean=0.13, variance=0.3)],
        "normalized by channel": [k.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0])],
        "augmented": [k.RandomFlip("horizontal"), k.RandomRotation(0.1), k.RandomZoom(0.1)],
        "shifted": [k.RandomTranslation(0.1, 0.1), k.RandomContrast(0.1), k.RandomBrightness(0.1)],
        "cropped": [k.RandomCrop(6, 6), k.Resizing(8, 8), k.CenterCrop(4, 4)],
        "padded": [k.ZeroPadding2D(1), k.Cropping2D(1), k.UpSampling2D(2)],
        "dropouts": [k.SpatialDropout2D(0.2), k.Dropout(0.3, seed=1), k.GaussianDropout(0.1)],
        "noise": [k.GaussianNoise(0.1, seed=2), k.AlphaDropout(0.1)],
        "layer normalization": [k.LayerNormalization(), k.GroupNormalization(groups=3)],
        "unit normalization": [k.UnitNormalization(), k.Identity()],
        "spectral": [k.SpectralNormalization(k.Conv2D(2, 3))],
        "leaky": [k.Conv2D(2, 3), k.LeakyReLU(negative_slope=0.2), k.PReLU(shared_axes=[1, 2])],
        "activations": [k.Activation("swish"), k.ELU(), k.Softmax(), k.Activation("tanh")],
        "activation function": [k.Conv2D(2, 3, activation=keras.activations.relu)],
        "regularized": [
            k.Conv2D(2, 3, kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-4)),
            k.ActivityRegularization(l2=1e-3),
        ],
        "constrained": [k.Conv2D(2, 3, kernel_constraint=keras.constraints.MaxNorm(2.0))],
        "initialized": [
            k.Conv2D(2, 3, kernel_initializer="he_normal", bias_initializer="ones"),
            k.Conv2D(2, 3, kernel_initializer=keras.initializers.Orthogonal(seed=1)),
            k.Conv2D(2, 3, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.1)),
        ],
        "reshaped": [k.Reshape((64, 3)), k.Permute((2, 1)), k.Conv1D(2, 3)],
        "masked": [k.Reshape((8, 24)), k.Masking(), k.LSTM(3)],
        "rows as a sequence": [k.Reshape((8, 24)), k.LSTM(3, return_sequences=True), k.GRU(2)],
        "both directions": [k.Reshape((8, 24)), k.Bidirectional(k.SimpleRNN(3))],
        "each row": [k.TimeDistributed(k.Dense(2))],
        "repeated": [k.Flatten(), k.Dense(3), k.RepeatVector(2)],
        "blocks within": [
            keras.Sequential([k.Conv2D(2, 3, **conv), k.MaxPooling2D(2)], name="block_1"),
            keras.Sequential([k.Conv2D(2, 3, **conv), k.MaxPooling2D(2)], name="block_2"),
        ],
    }


def _graphs(keras: Any) -> dict[str, Callable[[Any], Any]]:
    k, ops = keras.layers, keras.ops

    def residual(x: Any) -> Any:
        path = k.Conv2D(3, 3, padding="same", activation="relu")(x)
        path = k.BatchNormalization()(k.Conv2D(3, 3, padding="same")(path))
        return k.ReLU()(k.Add()([x, path]))

    def shared(x: Any) -> Any:
        twice = k.Conv2D(3, 3, padding="same")
        return twice(twice(x))

    def squeeze(x: Any) -> Any:
        weights = k.Dense(3, activation="sigmoid")(k.GlobalAveragePooling2D()(x))
        return k.Multiply()([x, k.Reshape((1, 1, 3))(weights)])

    def attended(x: Any) -> Any:
        rows = k.Reshape((64, 3))(x)
        return k.MultiHeadAttention(num_heads=2, key_dim=2)(rows, rows)

    return {
        "residual": residual,
        "shared": shared,
        "squeeze and excite": squeeze,
        "attention": attended,
        "inception": lambda x: k.Concatenate()([k.Conv2D(2, n, padding="same")(x) for n in (1, 3)]),
        "sum by operator": lambda x: x + k.Conv2D(3, 3, padding="same")(x),
        "difference and product": lambda x: (x - 0.5) * 2 / 3,
        "negated and squared": lambda x: 1 - (-x) ** 2,
        "product of two": lambda x: x * k.Conv2D(3, 1, activation="sigmoid")(x),
        "slices": lambda x: x[:, ::2, 1:-1, :2],
        "keras.ops.relu": lambda x: ops.relu(k.Conv2D(2, 3)(x)),
        "keras.ops.pad": lambda x: ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]),
        "keras.ops.concatenate": lambda x: ops.concatenate([x, ops.flip(x, axis=2)], axis=-1),
        "keras.ops.mean": lambda x: ops.mean(x, axis=[1, 2]),
        "keras.ops.max": lambda x: ops.max(x, axis=-1, keepdims=True),
        "keras.ops.max_pool": lambda x: ops.max_pool(x, 2, strides=2),
        "keras.ops.reshape": lambda x: ops.reshape(x, (-1, 192)),
        "keras.ops.transpose": lambda x: ops.transpose(x, (0, 2, 1, 3)),
        "keras.ops.clip": lambda x: ops.clip(x, 0.1, 0.9),
        "keras.ops.tanh": lambda x: ops.tanh(ops.sqrt(ops.abs(x))),
        "keras.ops.cast": lambda x: ops.cast(x, "float32"),
        "maximum and average": lambda x: k.Average()([x, k.Maximum()([x, k.ReLU()(x)])]),
        "one of several outputs": lambda x: k.LSTM(3, return_state=True)(k.Reshape((8, 24))(x))[1],
        "grey by an array": lambda x: x * np.array([0.3, 0.6, 0.1], np.float32),
        "shifted by a tensor": lambda x: x - ops.array([[[0.5]]]),
        "keras.activations": lambda x: keras.activations.relu(x),
    }


def _compilations(keras: Any) -> dict[str, dict]:
    losses, metrics, best = keras.losses, keras.metrics, keras.optimizers
    sparse = "sparse_categorical_crossentropy"
    drop = best.schedules.PiecewiseConstantDecay([100, 200], [0.1, 0.01, 0.001])
    return {
        "compiled: words": {"optimizer": "adam", "loss": sparse, "metrics": ["accuracy"]},
        "compiled: short words": {"optimizer": "rmsprop", "loss": "mse", "metrics": ["mae"]},
        "compiled: objects": {
            "optimizer": best.SGD(0.1, momentum=0.9, nesterov=True),
            "loss": losses.SparseCategoricalCrossentropy(from_logits=True),
            "metrics": [metrics.SparseTopKCategoricalAccuracy(3, name="top")],
        },
        "compiled: functions": {
            "optimizer": best.AdamW(1e-3, weight_decay=1e-4),
            "loss": losses.sparse_categorical_crossentropy,
            "metrics": [metrics.sparse_categorical_accuracy],
        },
        "compiled: schedule": {"optimizer": best.Adam(drop), "loss": sparse},
        "compiled: cosine": {
            "optimizer": best.Nadam(best.schedules.CosineDecay(0.01, 100), clipnorm=1.0),
            "loss": sparse,
        },
        "compiled: smoothed": {
            "optimizer": best.Adagrad(0.1),
            "loss": losses.CategoricalCrossentropy(label_smoothing=0.1),
            "metrics": [metrics.CategoricalAccuracy(), metrics.AUC(num_thresholds=50)],
        },
        "compiled: moving average": {
            "optimizer": best.Adam(use_ema=True, amsgrad=True),
            "loss": sparse,
            "weighted_metrics": ["accuracy"],
        },
    }
