"""Checks of a Keras network before training: its layers, its compilation, its settings."""

import logging

import numpy as np

from course_utils.catalogue import read
from course_utils.checks import values
from course_utils.checks.activations import without_relu
from course_utils.checks.answer import Case, call
from course_utils.checks.crashes import not_built
from course_utils.checks.error import CheckError
from course_utils.checks.examine import value_of

_LARGEST = 2_000_000  # parameters; more would take minutes to train here
_MOST_SETTINGS = 100  # each is built here, and trained by the student's sweep


def check_build_model(answer, part=None, settings=None) -> None:
    """``answer(**setting)`` → a compiled Keras model: (N, 28, 28, 1) → (N, 10) probabilities.

    Parts: "layers", "compiled", "settings"; the last one builds a model of each of ``settings``.
    """
    name = "build_model"
    model = built(answer)
    sentences = []
    if part in (None, "layers"):
        sentences.append(_check_layers(name, model))
        _refuse_shared(name, model, built(answer))
    if part in (None, "compiled"):
        sentences.append(_check_compiled(name, model))
    if part == "settings" or settings is not None:
        sentences.append(_check_settings(name, answer, settings))
    print(f"{name}: right. {'; '.join(sentences)}.")


def built(answer, **setting):
    """The model of one setting. Raises CheckError where it is not a Keras model."""
    outcome = call(answer, Case((), setting)) if callable(answer) else None
    if outcome is not None and outcome.error == "TypeError" and "line " not in outcome.trace:
        raise CheckError(_not_called(setting, outcome.trace), question="build_model")
    if outcome is not None and (why := not_built(outcome, setting)):
        called = f"build_model({', '.join(f'{k}={v!r}' for k, v in setting.items())})"
        raise CheckError(
            f"build_model is not right yet: {why}\n\n{called}\nstopped with:\n"
            + "\n".join(f"    {line}" for line in outcome.trace.splitlines())
            + f"\n{read('build')}",
            question="build_model",
        )
    model = value_of("build_model", (), answer, **setting)
    keras = quiet_keras()
    if not isinstance(model, keras.Model):
        why = " (is there a `return` at the end? compile() itself returns None)"
        why = why if model is None else ""
        raise CheckError(
            f"build_model should return a Keras model, not {values.kind(model)}{why}.\n"
            + read("build"),
            question="build_model",
        )
    return model


def _not_called(setting: dict, trace: str) -> str:
    """The sentence for a call that Python itself refused: no default, or no such argument."""
    if not setting:
        why = "build_model() should work: give each of its arguments a default."
    else:
        why = f"build_model(**{setting}) should work: has it arguments of these names?"
    return f"build_model is not right yet: {why}\n    {trace}\n{read('build')}"


def _check_layers(name: str, model) -> str:
    refuse_other_images(name, model)
    outputs = _shape(model, "output_shape")
    if outputs != (None, 10):
        raise CheckError(
            f"{name}: the model should give 10 numbers for each image, but its output shape is "
            f"{outputs}: end with Flatten and a Dense layer of 10 units.\n" + read("the stack"),
            question=name,
        )
    if not has_convolution(model):
        raise CheckError(
            f"{name}: there is no Conv2D layer in the model.\n{read('the stack')}", question=name
        )
    foreign = [part for part in (model, *model.layers) if _is_foreign(part)]
    if foreign:
        raise CheckError(
            f"{name}: {values.kind(foreign[0])} cannot be marked: use only Keras's own layers (no "
            "Lambda, no class of your own).\n" + read("the stack"),
            question=name,
        )
    if (why := without_relu(model)) is not None:
        raise CheckError(f"{name}: {why}\n{read('activation')}", question=name)
    _refuse_large(name, model)
    chances = probabilities(model, np.zeros((2, 28, 28, 1), np.float32))
    if not np.allclose(chances.sum(axis=1), 1, atol=1e-3) or (chances < 0).any():
        raise CheckError(
            f"{name}: the 10 outputs should be probabilities that sum to 1, but for an empty image "
            f"they sum to {chances[0].sum():.3g}: end with activation='softmax'.\n"
            + read("the stack"),
            question=name,
        )
    return f"{len(model.layers)} layers, {model.count_params():,} parameters, probabilities out"


def refuse_other_images(name: str, model) -> None:
    """CheckError where the model takes something else than images of 28 × 28 × 1."""
    inputs = _shape(model, "input_shape")
    if inputs != (None, 28, 28, 1):
        raise CheckError(
            f"{name}: the model should take images of 28 × 28 × 1, but its input shape is "
            f"{inputs}: begin with keras.Input((28, 28, 1)).\n" + read("the stack"),
            "channels-first" if inputs == (None, 1, 28, 28) else None,
            name,
        )


def _is_foreign(part) -> bool:
    own = type(part).__module__.startswith("keras.")
    return not own or isinstance(part, quiet_keras().layers.Lambda)


def _refuse_shared(name: str, model, again) -> None:
    """Raise CheckError where two calls give networks with weights in common."""
    own = {id(weight) for weight in model.weights}
    shared = [layer.name for layer in again.layers if own & {id(w) for w in layer.weights}]
    if shared:
        raise CheckError(
            f"{name}: two calls return networks that share the weights of {shared[0]}: who trains "
            "the one trains the other, too. Make the model and all of its layers inside "
            f"{name}, so that each call makes new ones.\n{read('build')}",
            question=name,
        )


def _check_compiled(name: str, model) -> str:
    if not model.compiled:
        raise CheckError(
            f"{name}: the model is not compiled: call its compile().\n{read('build')}",
            question=name,
        )
    how = model.get_compile_config() or {}
    if "sparse_categorical_crossentropy" not in _words(how.get("loss")):
        raise CheckError(
            f"{name}: the labels are digits from 0 to 9, so the loss should be "
            "'sparse_categorical_crossentropy'.\n" + read("build"),
            question=name,
        )
    if "acc" not in _words(how.get("metrics")):  # Keras's short name for it, or one of its classes
        raise CheckError(
            f"{name}: compile with metrics=['accuracy'].\n{read('build')}", question=name
        )
    if _is_plain_sgd(how.get("optimizer")):
        raise CheckError(
            f"{name}: plain 'sgd' learns too slowly for these few epochs: take 'rmsprop' or "
            "'adam'.\n" + read("build"),
            question=name,
        )
    return "compiled for digits"


def _is_plain_sgd(optimizer) -> bool:
    if isinstance(optimizer, dict):
        facts = optimizer.get("config", {})
        rate = facts.get("learning_rate")  # or a schedule
        plain = not facts.get("momentum") and type(rate) is float and rate < 0.05
        return optimizer.get("class_name") == "SGD" and plain
    return str(optimizer).lower() == "sgd"


def _refuse_large(name: str, model, setting: dict | None = None) -> None:
    if model.count_params() > _LARGEST:
        which = "" if setting is None else f"with the setting {setting}, "
        raise CheckError(
            f"{name}: {which}{model.count_params():,} parameters are too many to train here; stay "
            f"below {_LARGEST:,}. Most of them are usually behind Flatten: pool more before it.\n"
            + read("the stack"),
            question=name,
        )


def _check_settings(name: str, answer, settings) -> str:
    """Check that each setting is a dict that makes a model, and that the models differ."""
    settings = values.plain(settings)
    if type(settings) not in (list, tuple) or len(settings) < 4:
        raise CheckError(
            "SETTINGS should be a list of at least four dicts, such as "
            "{'filters': 16, 'kernel_size': 3}.\n" + read("build"),
            question=name,
        )
    if len(settings) > _MOST_SETTINGS:
        raise CheckError(
            f"SETTINGS holds {len(settings):,} settings: more than {_MOST_SETTINGS} take too long "
            "to train. Choose those that tell you something.",
            question=name,
        )
    seen = {}
    for place, setting in enumerate(settings):
        if type(setting) is not dict:  # an empty one is the default network
            raise CheckError(
                "each of SETTINGS should be a dict of build_model's arguments, not "
                f"{values.kind(setting)}.\n" + read("build"),
                question=name,
            )
        if setting in settings[:place]:
            raise CheckError(f"SETTINGS holds {setting} twice.\n{read('build')}", question=name)
        model = built(answer, **setting)
        if not has_convolution(model) and all(setting.values()):  # layers=0 may be meant
            raise CheckError(
                f"{name}: with the setting {setting} the network has no Conv2D layer: does a loop "
                f"make one layer less than the setting says?\n{read('build')}",
                question=name,
            )
        _refuse_large(name, model, setting)
        shape = repr([(type(layer).__name__, _bare(layer)) for layer in model.layers])
        if shape in seen:
            raise CheckError(
                f"{name}: the settings {seen[shape]} and {setting} give the very same network: "
                "does build_model use all of its arguments, or is one given its default?\n"
                + read("build"),
                question=name,
            )
        seen[shape] = setting
    if len(varied := _varied(settings)) < 2:
        which = f"only {varied[0]!r} takes" if varied else "no argument takes"
        raise CheckError(
            f"{name}: in SETTINGS {which} different values. Let at least two of build_model's "
            "arguments vary.\n" + read("build"),
            question=name,
        )
    return f"{len(seen)} settings, {len(seen)} different networks"


def _varied(settings) -> list[str]:
    """The arguments that differ between settings; a missing argument is a value of its own."""
    names = dict.fromkeys(key for setting in settings for key in setting)
    return [n for n in names if len({repr(s.get(n, "left out")) for s in settings}) > 1]


def _bare(layer) -> dict:
    return {key: value for key, value in layer.get_config().items() if key != "name"}


def _shape(model, which: str):
    shape = getattr(model, which, None)
    return tuple(shape) if isinstance(shape, tuple | list) else None


def _words(part) -> str:
    return repr(part).replace("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")


def probabilities(model, images) -> np.ndarray:
    """(N, 28, 28, 1) → (N, 10). Calls the model: ``predict`` would compile it first, and warn."""
    rows = [
        np.asarray(model(images[i : i + 500], training=False)) for i in range(0, len(images), 500)
    ]
    return np.concatenate(rows)


def has_convolution(model) -> bool:
    """Whether the model has a Conv2D, also inside a model that is used as a layer."""
    layers, conv2d = model._flatten_layers(), quiet_keras().layers.Conv2D
    return any(isinstance(layer, conv2d) for layer in layers)


def quiet_keras():
    """Keras, imported only for the questions that need it (it takes seconds).

    TensorFlow warns on standard error when several models are trained in a row, which nbgrader's
    own autograde would take for a failed test.
    """
    import keras

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return keras
