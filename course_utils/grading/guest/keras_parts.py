"""What the description of a Keras model may contain: Keras's ordinary parts, of bounded size.

The description comes from a student's process, so it may hold what Keras would never write. It is
checked here before Keras builds anything from it.
"""

import math
import sys
from types import FunctionType
from typing import Any

from course_utils.grading.guest.errors import CodecError

# layers that no answer needs: they run code, load other programs' models, or read files
_REFUSED_LAYERS = {
    *("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("StringLookup", "IntegerLookup", "TextVectorization", "Layer", "Wrapper"),
}
_OPERATIONS = ("numpy", "nn", "math", "image", "linalg")  # parts of keras.ops: none takes code
_CORE_OPERATIONS = ("Cast", "ConvertToTensor", "Slice", "StopGradient", "Unstack")
_ACTIVATIONS = "keras.src.activations.activations"  # keras.activations.relu(x) in a graph
_FUNCTIONS = ("losses", "metrics", "activations")
_MODELS = ["Sequential", "Functional", "Model"]
_OPEN = (
    *("initializers", "regularizers", "constraints", "losses", "metrics"),
    *("optimizers", "optimizers.schedules"),
)
# the class names by which a configuration writes a connection, a tuple and the like
_MARKS = ("__keras_tensor__", "__tuple__", "__ellipsis__", "__slice__", "slice")
# sizes that Keras hands to its kernels unchecked; at most _LARGEST, far more than an answer needs
_SIZES = {
    *("size", "padding", "cropping"),
    *("height", "width", "target_shape", "n", "pad_width", "units", "filters", "repeats"),
}
# a layer moves a window of this size; at most _LARGEST_WINDOW
_WINDOWS = {"pool_size", "kernel_size", "dilation_rate", "strides"}
# a metric makes tables of the product of two of these; at most _LARGEST_SIDE
_SIDES = {"num_classes", "num_thresholds", "num_labels"}
_SHAPES = ("batch_shape", "input_shape", "shape")
_LARGEST = 100_000
_LARGEST_WINDOW = 4096
_LARGEST_SIDE = 1000
_MOST_METRICS = 20
_MOST_PARTS = 500_000  # numbers, texts, lists and objects; a layer has about sixty
MAX_OUTPUT = 20_000_000  # numbers that a layer gives for one image
# arrays that stand in the graph (x * [0.3, 0.6, 0.1]), under either of Keras's names
_CONSTANTS = ("__numpy__", "__tensor__")
_MOST_NUMBERS = 100_000  # in one such array
_DTYPES = {
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "float32", "float64"),
}
# lists whose items Keras handles one by one, in Python
_LISTS = {"boundaries", "values", "thresholds", "metrics", "weighted_metrics", "loss"}
_LONGEST_LIST = 1000


def refuse_foreign(part: Any, key: str = "") -> None:
    """Raise CodecError unless every object in the configuration is one of Keras's ordinary ones."""
    if isinstance(part, (list, tuple)):
        numbers = [n for n in part[1:] if type(n) in (int, float)] if key in _SHAPES else [0]
        if (size := math.prod(numbers)) > MAX_OUTPUT:
            raise CodecError(
                f"a Keras model with {key} of {size:,} numbers for one image "
                f"(at most {MAX_OUTPUT:,} can be marked)"
            )
        if key in _LISTS and len(part) > _LONGEST_LIST:
            raise CodecError(f"a Keras model with {len(part):,} {key}: too many to be marked")
        for item in part:
            refuse_foreign(item, key)
    elif isinstance(part, dict):
        if "class_name" in part or "module" in part or "registered_name" in part:
            _refuse_object(part)
        for name, item in part.items():
            # {"class_name": "__tuple__", "items": [2, 2]}: its numbers belong to the outer key
            refuse_foreign(item, key if name in ("items", "config") else name)
    elif isinstance(part, (int, float)) and abs(part) > _largest(key):
        raise CodecError(f"a Keras model with {key}={part:,}, which is too large to be marked")


def refuse_too_much(config: Any) -> None:
    """Raise CodecError for a description of too many parts, or of more metrics than anybody reads.

    Each metric makes its tables where the model is read, in the process that marks.
    """
    waiting, metrics, parts = [config], 0, 0
    while waiting and parts <= _MOST_PARTS:
        part = waiting.pop()
        if isinstance(part, dict):
            metrics += part.get("module") == "keras.metrics"
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
        parts += 1
    if parts > _MOST_PARTS:
        raise CodecError(f"a Keras model that is described by more than {_MOST_PARTS:,} parts")
    if metrics > _MOST_METRICS:
        raise CodecError(f"a Keras model with {metrics:,} metrics: too many to be marked")


def _largest(key: str) -> float:
    """The largest number that a configuration may give for ``key``."""
    if key in _WINDOWS:
        return _LARGEST_WINDOW
    if key in _SIDES:
        return _LARGEST_SIDE
    return _LARGEST if key in _SIZES else math.inf


def _refuse_object(part: dict) -> None:
    module, name = str(part.get("module")), str(part.get("class_name"))
    registered = part.get("registered_name")
    if name in _CONSTANTS and module in ("None", "builtins"):
        return _refuse_odd_numbers(part.get("config"))
    if name == "function":
        rooms = ("builtins", *(f"keras.{room}" for room in _FUNCTIONS))
        if module in rooms and _is_keras_function(part.get("config")):
            return
        registered = part.get("config")
    elif _is_ordinary(module, name) and registered in (None, "", name):
        return
    named = str(registered or name)[:100]
    raise CodecError(
        f"a Keras model with {named!r}: only Keras's own layers can be marked (no Lambda, no class "
        "or function of your own)"
    )


def _refuse_odd_numbers(constant: Any) -> None:
    """Raise CodecError unless an array in the graph is lists of numbers, and not too many."""
    facts = constant if isinstance(constant, dict) else {}
    if (dtype := str(facts.get("dtype"))) not in _DTYPES:
        raise CodecError(f"a Keras model with an array of dtype {dtype[:40]!r}")
    waiting, found = [facts.get("value")], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            found += len(value)
            waiting += value if found <= _MOST_NUMBERS else []
        elif not isinstance(value, (bool, int, float)):
            raise CodecError("a Keras model with an array that is not an array of numbers")
    if found > _MOST_NUMBERS:
        raise CodecError(
            f"a Keras model with an array of more than {_MOST_NUMBERS:,} numbers in its graph: "
            "give it to a layer as its weights"
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
        or (module in [f"keras.{room}" for room in _OPEN] and _is_class(module, name))
        or (module in ("None", "builtins") and name in _MARKS)
    )


def _is_class(module: str, name: str) -> bool:
    """Whether ``name`` in Keras's ``module`` is a class: a function could unpack other objects."""
    import keras

    room: Any = keras
    for step in module.split(".")[1:]:
        room = getattr(room, step)
    return isinstance(getattr(room, name, None), type)


def _is_keras_function(name: Any) -> bool:
    """Whether ``name`` is one of Keras's losses, metrics or activations that are functions."""
    import keras

    if not isinstance(name, str) or name in ("deserialize", "serialize", "get"):
        return False
    rooms = [getattr(keras, room) for room in _FUNCTIONS]
    found = [getattr(room, name, None) for room in rooms]
    return any(isinstance(each, FunctionType) for each in found)
