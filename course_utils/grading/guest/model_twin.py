"""Run the layers of a student's Keras models: in a sandbox process without the student's code.

The marking process asks for what it needs (see ``host.models``). None of the student's code is
here: only the configuration and weights of each model, and Keras's own layers, which may crash.
"""

import gc
from itertools import count
from typing import Any

import numpy as np

from course_utils.grading.guest import symbols
from course_utils.grading.guest.keras_models import rebuild_and_note

_MODELS: dict[int, Any] = {}
_NUMBERS = count()


def build(
    text: str,
    weights: list | int,
    how: dict | None,
    optimizer: list | None,
    unused: list[int],
) -> tuple[int, list[Any], list | None]:
    """Rebuild a model; return its number, and the shapes of its graph, not traced outside.

    ``weights``: its weights, or a seed for new ones; new ones are returned, too, else None.
    ``how``: the configuration with which the marking process has compiled it since, or None;
    ``optimizer``: the values of its optimizer's variables in a process that was stopped, or None;
    ``unused``: the numbers of models that are no longer needed. Raises CodecError for a model that
    may not be rebuilt.
    """
    for old in unused:
        _MODELS.pop(old, None)
    if unused:
        gc.collect()
    is_new = isinstance(weights, int)
    if is_new:
        import keras

        keras.utils.set_random_seed(weights)
    model, shapes = rebuild_and_note(text, None if is_new else weights)
    if how is not None:
        model.compile_from_config(how)
    if optimizer is not None:
        for variable, value in zip(model.optimizer.variables, optimizer, strict=True):
            variable.assign(value)
    number = next(_NUMBERS)
    _MODELS[number] = model
    return number, shapes, _arrays(model.get_weights()) if is_new else None


def call(
    number: int, part: int, weights: list | None, args: tuple, kwargs: dict
) -> tuple[Any, list | None]:
    """The output of the model's part number ``part`` for ``args``; 0 is the model itself.

    Then, where it trains, what it keeps besides its trainable weights (BatchNormalization's
    means), else None.
    """
    called = parts_of(_with(number, weights))[part]
    result = called(*args, **kwargs)
    return result, _arrays(called.non_trainable_weights) if kwargs.get("training") else None


def spec(number: int, part: int, weights: list | None, args: tuple, kwargs: dict) -> Any:
    """The shapes of a part's output for symbols, which are written as ``symbols`` writes them."""
    part_there = parts_of(_with(number, weights))[part]
    args, kwargs = symbols.arguments(list(args)), symbols.arguments(kwargs)
    return symbols.written(part_there.compute_output_spec(*args, **kwargs))


def piece(number: int, what: list, weights: list | None, args: tuple, kwargs: dict) -> Any:
    """Call an attribute of a part: ``what`` is the part's number, and the attribute's name."""
    part, name = what
    return getattr(parts_of(_with(number, weights))[part], name)(*args, **kwargs)


def ask(
    number: int, method: str, weights: list | None, args: tuple, kwargs: dict
) -> tuple[Any, list | None, list | None]:
    """Call the model's ``method`` (``predict``, ``evaluate``, ``fit`` …).

    Returns its result; then, where the method trains, the new weights and the values of the
    optimizer's variables, else None and None.
    """
    model = _with(number, weights)
    result = getattr(model, method)(*args, **kwargs)
    if method not in ("fit", "train_on_batch"):
        return result, None, None
    kept = [np.asarray(v) for v in model.optimizer.variables]
    return result, _arrays(model.get_weights()), kept


def recompile(number: int, how: dict) -> None:
    """Compile the model as the marking process has compiled its own."""
    _MODELS[number].compile_from_config(how)


def parts_of(model: Any) -> list[Any]:
    """The model, its layers, and the operations in its graphs, also those of inner models.

    They come in the same order on both sides.
    """
    layers = list(model._flatten_layers())
    graphs = [getattr(layer, "_operations", []) for layer in layers]
    found = {id(part): part for parts in (layers, *graphs) for part in parts}
    return list(found.values())


def _arrays(weights: list) -> list:
    return [np.asarray(weight) for weight in weights]


def _with(number: int, weights: list | None) -> Any:
    """The model, with these weights (None: as they are)."""
    model = _MODELS[number]
    if weights is not None:
        model.set_weights(weights)
    return model
