"""A Keras model from its configuration and weights, built from ordinary Keras parts only."""

import contextlib
import math
from typing import Any

import numpy as np

from course_utils.grading.guest import symbols
from course_utils.grading.guest.errors import CodecError
from course_utils.grading.guest.keras_parts import (
    MAX_OUTPUT,
    refuse_foreign,
    refuse_too_much,
)
from course_utils.grading.guest.read_json import read_json

_MAX_WEIGHTS = 50_000_000
_MOST_BESIDE_WEIGHTS = 16
_ARRAYS = (np.ndarray, np.generic)


def rebuild(text: str, weights: list):
    """The model that ``text`` (Keras's JSON) describes, with ``weights`` (list of arrays).

    Raises CodecError naming the first part that is not one of Keras's ordinary ones (a Lambda, a
    custom layer), and for weights that do not fit.
    """
    return rebuild_and_note(text, weights)[0]


def rebuild_and_note(text: str, weights: list | None) -> tuple[Any, list[Any]]:
    """The model that ``rebuild`` returns, and the shapes of its graph, which ``outline`` reads.

    Without ``weights`` the initializers of its layers give them; they run here.
    """
    with symbols.noted() as shapes:
        model = _built(text, weights)
    with _named():
        for layer in model._flatten_layers():  # Normalization computes with what adapt() found
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
        if getattr(model, "optimizer", None) and model.built:
            model.optimizer.build(model.trainable_variables)
    return model, shapes


def outline(text: str, weights: list, shapes: list[Any]):
    """The same model, to be read only: none of its initializers, layers or optimizers runs.

    ``shapes``: the shapes that ``rebuild_and_note`` returned in the process where layers may run.
    Each variable begins with its array in ``weights``. Raises CodecError as ``rebuild`` does.
    """
    with symbols.read(shapes):
        return _built(text, weights)


def _built(text: str, weights: list | None):
    """The model; its layers were called on symbols only, in the way that ``symbols`` sets up."""
    try:
        config = read_json(text)
        refuse_too_much(config)
        refuse_foreign(config)
    except CodecError:
        raise
    except (TypeError, ValueError, RecursionError):
        raise CodecError("something that is not a Keras model") from None
    if not isinstance(config, dict) or not all(isinstance(w, _ARRAYS) for w in weights or []):
        raise CodecError("something that is not a Keras model")
    if sum(w.size for w in weights or []) > _MAX_WEIGHTS:
        raise CodecError(f"a model of more than {_MAX_WEIGHTS:,} weights")
    with _named():
        how = config.get("compile_config")
        _drop_compilation(config)
        model = _structure(config, weights)
        if how:
            import keras

            model.compile(**keras.saving.deserialize_keras_object(how, safe_mode=True))
    return model


@contextlib.contextmanager
def _named():
    """In a ``with``: an error of Keras's becomes a CodecError with the first line of the reason.

    Keras wraps each reason in an error of its own, which has the same words every time.
    """
    try:
        yield
    except Exception as error:
        first: BaseException = error
        while not isinstance(first, CodecError) and first.__context__ is not None:
            first = first.__context__
        if isinstance(first, CodecError):
            raise first from None
        reason = str(first).partition("\n")[0][:300]
        raise CodecError(f"a Keras model that cannot be rebuilt: {reason}") from None


def _drop_compilation(part) -> None:
    """Remove how the model, and each model within it, was compiled: its structure is needed."""
    if isinstance(part, dict):
        part.pop("compile_config", None)
    for item in part.values() if isinstance(part, dict) else part:
        if isinstance(item, (dict, list)):
            _drop_compilation(item)


def _structure(config: dict, weights: list | None):
    """Build without allocating memory, refuse what is too large, then put in the ``weights``.

    Without ``weights`` each variable gets what its initializer gives.
    """
    import keras
    from keras.src.backend.common import global_state

    waiting: list = []
    global_state.set_global_attribute("uninitialized_variables", waiting)
    try:
        with keras.StatelessScope(initialize_variables=False), _no_initializer():
            model = keras.saving.deserialize_keras_object(config, custom_objects={}, safe_mode=True)
            shapes = [tuple(v.shape) for v in model.weights]
            if weights is None and sum(map(math.prod, shapes)) > _MAX_WEIGHTS:
                raise CodecError(f"a model of more than {_MAX_WEIGHTS:,} weights")
            if weights is not None and shapes != [w.shape for w in weights]:
                raise CodecError("a Keras model whose weights are not those of its layers")
            _refuse_large_outputs(model)
        waiting = global_state.get_global_attribute("uninitialized_variables") or []
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    if weights is None:
        for variable in model.weights:
            variable._deferred_initialize()
    else:
        for variable, array in zip(model.weights, weights, strict=True):
            variable._initialize(np.asarray(array, variable._dtype))
            variable._initializer = None
    for variable in waiting:
        if variable._value is not None:
            continue
        if isinstance(variable._initializer, keras.initializers.Initializer):
            # a layer that its wrapper (Bidirectional) copied: the original is never run
            variable._initializer = keras.initializers.Zeros()
        elif math.prod(variable.shape) > _MOST_BESIDE_WEIGHTS:
            raise CodecError("a Keras model with variables that are not weights")
        else:  # the state of a random generator
            variable._deferred_initialize()
    for layer in model._flatten_layers():  # finalize_state does this with TensorFlow
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            shape = layer._broadcast_shape
            layer.mean = np.reshape(np.asarray(layer.adapt_mean), shape)
            layer.variance = np.reshape(np.asarray(layer.adapt_variance), shape)
    return model


@contextlib.contextmanager
def _no_initializer():
    """In a ``with``: every initializer of Keras's gives zeros, whichever a layer names."""
    import keras

    kinds, found = [keras.initializers.Initializer], []
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if "__call__" in vars(kind):
            found.append((kind, kind.__call__))
    try:
        for kind, _ in found:
            kind.__call__ = _zeros
        yield
    finally:
        for kind, own in found:
            kind.__call__ = own


def _zeros(_, shape, dtype=None, **__):
    """In place of an initializer: Keras reads this where a variable has no value yet."""
    import keras

    if math.prod(shape) > _MAX_WEIGHTS:
        raise CodecError(f"a model of more than {_MAX_WEIGHTS:,} weights")
    return keras.ops.zeros(shape, dtype)


def _refuse_large_outputs(model) -> None:
    """Raise CodecError where a layer gives more than MAX_OUTPUT numbers for one image.

    A Resizing to 9,000 pixels would use up the memory of a process.
    """
    for layer in model._flatten_layers():
        for node in layer._inbound_nodes:
            for tensor in node.output_tensors:
                size = math.prod(n for n in tensor.shape if n is not None)
                if size > MAX_OUTPUT:
                    raise CodecError(
                        f"a Keras model whose layer {layer.name!r} gives {size:,} numbers for one "
                        f"image (at most {MAX_OUTPUT:,} can be marked)"
                    )
