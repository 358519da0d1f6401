"""A Keras model from its configuration and weights, built from ordinary Keras parts only."""

import contextlib
import json
import math
import sys
from types import FunctionType

import numpy as np

from course_utils.grading.guest.errors import CodecError

# what Keras offers and an answer never needs here: code, other programs' models, files to read
_REFUSED_LAYERS = {
    *("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("StringLookup", "IntegerLookup", "TextVectorization", "Layer", "Wrapper"),
}
_OPERATIONS = ("numpy", "nn", "math", "image", "linalg")  # rooms of keras.ops that take no function
_CORE_OPERATIONS = ("Cast", "ConvertToTensor", "Slice", "StopGradient", "Unstack")
_ACTIVATIONS = "keras.src.activations.activations"  # keras.activations.relu(x) in a graph
_FUNCTIONS = ("losses", "metrics", "activations")
_MODELS = ["Sequential", "Functional", "Model"]
_OPEN = (
    *("initializers", "regularizers", "constraints", "losses", "metrics"),
    *("optimizers", "optimizers.schedules"),
)
# how a configuration writes a connection, a tuple and the like
_MARKS = ("__keras_tensor__", "__tuple__", "__ellipsis__", "__slice__", "slice")
# sizes that Keras hands to its kernels as they are: far above what any answer needs
_SIZES = {
    *("size", "padding", "cropping"),
    *("height", "width", "target_shape", "n", "pad_width", "units", "filters", "repeats"),
}
# of these a layer or a metric makes a table, or moves a window
_WINDOWS = {
    *("pool_size", "kernel_size", "dilation_rate", "strides"),
    *("num_classes", "num_thresholds"),
}
_SHAPES = ("batch_shape", "input_shape", "shape")
_LARGEST = 100_000
_LARGEST_WINDOW = 4096
_MAX_OUTPUT = 20_000_000  # numbers that a layer gives for one image
_MAX_WEIGHTS = 50_000_000
_MOST_BESIDE_WEIGHTS = 16
_ARRAYS = (np.ndarray, np.generic)


def rebuild(text: str, weights: list):
    """The model that ``text`` (Keras's JSON) describes, with ``weights`` (list of arrays).

    Raises CodecError naming the first part that is not one of Keras's ordinary ones (a Lambda, a
    custom layer), and for weights that do not fit.
    """
    model = outline(text, weights)
    with _named():
        for layer in model._flatten_layers():  # Normalization works with what adapt() counted
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
        if getattr(model, "optimizer", None) and model.built:
            model.optimizer.build(model.trainable_variables)
    return model


def outline(text: str, weights: list):
    """The same model to be read, not run: no initializer of it runs, no layer, no optimizer.

    Its structure is traced with symbols, and each variable begins with the array that came for it.
    Raises CodecError as ``rebuild``.
    """
    config = json.loads(text)
    if not isinstance(config, dict) or not all(isinstance(w, _ARRAYS) for w in weights):
        raise CodecError("something that is no Keras model")
    _refuse_foreign(config)
    if sum(w.size for w in weights) > _MAX_WEIGHTS:
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
    """In a ``with``: what Keras cannot rebuild is a CodecError with Keras's first line."""
    try:
        yield
    except CodecError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0][:300]
        raise CodecError(f"a Keras model that cannot be rebuilt: {reason}") from None


def _drop_compilation(part) -> None:
    """How a model was compiled is no part of its structure, nor of that of a model within it."""
    if isinstance(part, dict):
        part.pop("compile_config", None)
    for item in part.values() if isinstance(part, dict) else part:
        if isinstance(item, (dict, list)):
            _drop_compilation(item)


def _structure(config: dict, weights: list):
    """Build without allocating, refuse what is too large, then put in the arrays that came."""
    import keras
    from keras.src.backend.common import global_state

    waiting: list = []
    global_state.set_global_attribute("uninitialized_variables", waiting)
    try:
        with keras.StatelessScope(initialize_variables=False), _no_initializer():
            model = keras.saving.deserialize_keras_object(config, custom_objects={}, safe_mode=True)
            if [tuple(v.shape) for v in model.weights] != [w.shape for w in weights]:
                raise CodecError("a Keras model whose weights are not those of its layers")
            _refuse_large_outputs(model)
        waiting = global_state.get_global_attribute("uninitialized_variables") or []
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    for variable, array in zip(model.weights, weights, strict=True):
        variable._initialize(np.asarray(array, variable._dtype))
        variable._initializer = None
    for variable in waiting:
        if variable._value is not None:
            continue
        if isinstance(variable._initializer, keras.initializers.Initializer):
            # of a layer that its wrapper copied (Bidirectional) and nobody runs
            variable._initializer = keras.initializers.Zeros()
        elif math.prod(variable.shape) > _MOST_BESIDE_WEIGHTS:
            raise CodecError("a Keras model with variables that are no weights")
        else:  # the state of a random generator
            variable._deferred_initialize()
    for layer in model._flatten_layers():  # what finalize_state would make of them, in NumPy
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            shape = layer._broadcast_shape
            layer.mean = np.reshape(np.asarray(layer.adapt_mean), shape)
            layer.variance = np.reshape(np.asarray(layer.adapt_variance), shape)
    return model


@contextlib.contextmanager
def _no_initializer():
    """In a ``with``: every initializer of Keras's, whatever a layer names, gives zeros."""
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
    """In place of an initializer: what Keras reads of a variable that has no value yet."""
    import keras

    if math.prod(shape) > _MAX_WEIGHTS:
        raise CodecError(f"a model of more than {_MAX_WEIGHTS:,} weights")
    return keras.ops.zeros(shape, dtype)


def _refuse_large_outputs(model) -> None:
    """Every layer's output for one image must fit: a Resizing to 9,000 pixels ends a process."""
    for layer in model._flatten_layers():
        for node in layer._inbound_nodes:
            for tensor in node.output_tensors:
                size = math.prod(n for n in tensor.shape if n is not None)
                if size > _MAX_OUTPUT:
                    raise CodecError(
                        f"a Keras model whose layer {layer.name!r} gives {size:,} numbers for one "
                        f"image (at most {_MAX_OUTPUT:,} can be marked)"
                    )


def _refuse_foreign(part, key="") -> None:
    """Every object named anywhere in the configuration must be one of Keras's ordinary ones."""
    if isinstance(part, (list, tuple)):
        numbers = [n for n in part[1:] if type(n) in (int, float)] if key in _SHAPES else [0]
        if (size := math.prod(numbers)) > _MAX_OUTPUT:
            raise CodecError(
                f"a Keras model with {key} of {size:,} numbers for one image "
                f"(at most {_MAX_OUTPUT:,} can be marked)"
            )
        for item in part:
            _refuse_foreign(item, key)
    elif isinstance(part, dict):
        if "class_name" in part or "module" in part or "registered_name" in part:
            _refuse_object(part)
        for name, item in part.items():
            # {"class_name": "__tuple__", "items": [2, 2]}: its numbers belong to the outer key
            _refuse_foreign(item, key if name in ("items", "config") else name)
    elif isinstance(part, (int, float)) and abs(part) > _largest(key):
        raise CodecError(f"a Keras model with {key}={part:,}, which is too large to be marked")


def _largest(key: str) -> float:
    """The largest number that a configuration may give for ``key``."""
    if key in _WINDOWS:
        return _LARGEST_WINDOW
    return _LARGEST if key in _SIZES else math.inf


def _refuse_object(part: dict) -> None:
    module, name = str(part.get("module")), str(part.get("class_name"))
    registered = part.get("registered_name")
    if name == "function":
        rooms = ("builtins", *(f"keras.{room}" for room in _FUNCTIONS))
        if module in rooms and _is_keras_function(part.get("config")):
            return
        registered = part.get("config")
    elif _is_ordinary(module, name) and registered in (None, "", name):
        return
    raise CodecError(
        f"a Keras model with {registered or name!r}: only Keras's own layers can be marked "
        "(no Lambda, no class or function of your own)"
    )


def _is_ordinary(module: str, name: str) -> bool:
    """Whether Keras itself offers this class, and it neither runs code nor reads files."""
    import keras

    if module == "keras.layers":
        layer = getattr(keras.layers, name, None)
        known = isinstance(layer, type) and issubclass(layer, keras.layers.Layer)
        return known and name not in _REFUSED_LAYERS
    if module.startswith("keras.src.ops.") or module == _ACTIVATIONS:
        room = "nn" if module == _ACTIVATIONS else module.removeprefix("keras.src.ops.")
        operation = getattr(sys.modules.get(module), name, None)
        known = isinstance(operation, type) and issubclass(operation, keras.Operation)
        return known and (room in _OPERATIONS or (room == "core" and name in _CORE_OPERATIONS))
    models = ("keras", "keras.models", "keras.src.models.functional")
    return (
        (module in models and name in _MODELS)
        or (module == "keras" and name in ("DTypePolicy", "Variable"))
        or (module == "keras.random" and name == "SeedGenerator")
        or (module in [f"keras.{room}" for room in _OPEN] and name.isidentifier())
        or (module in ("None", "builtins") and name in _MARKS)
    )


def _is_keras_function(name) -> bool:
    """Whether ``name`` is a loss, metric or activation of Keras's own, written as a function."""
    import keras

    if not isinstance(name, str) or name in ("deserialize", "serialize", "get"):
        return False
    rooms = [getattr(keras, room) for room in _FUNCTIONS]
    found = [getattr(room, name, None) for room in rooms]
    return any(isinstance(each, FunctionType) for each in found)
