"""Tiny networks, and answers that train them, for the tests of the checks of training."""

SETTINGS = [{"filters": n} for n in (1, 2, 3, 4)]


def build(filters=6, dense_only=False):
    import keras

    keras.utils.set_random_seed(7)
    convolution = keras.layers.Conv2D(filters, 3, activation="relu")
    layers = [] if dense_only else [convolution, keras.layers.MaxPooling2D(8)]
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *layers,
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def answer(train=True, on="validation", scale=1.0):
    """A validation_accuracy with these settings."""

    def validation_accuracy(setting, x_train, y_train, x_validation, y_validation, epochs):
        model = build(**setting)
        fit = (x_train, y_train) if train is True else train
        if train:
            model.fit(*fit, epochs=epochs, batch_size=16, verbose=0)
        where = {"validation": (x_validation, y_validation), "training": (x_train, y_train)}
        where = where[on] if isinstance(on, str) else on
        return model.evaluate(*where, verbose=0)[1] * scale

    return validation_accuracy


def arguments(digits):
    x, y = digits
    return {}, x[:160], y[:160], x[160:], y[160:], 3


def rows(*accuracies):
    """A table with these accuracies for the settings."""
    return [
        setting | {"validation_accuracy": accuracy}
        for setting, accuracy in zip(SETTINGS, accuracies, strict=True)
    ]
