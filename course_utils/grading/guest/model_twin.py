"""Run the layers of a student's Keras models: in a sandbox process without the student's code.

The marking process asks for what it needs (see ``host.models``). None of the student's code is
here: only the configuration and weights of each model, and Keras's own layers, which may crash.
"""

import gc
from itertools import count
from typing import Any

import numpy as np

from course_utils.grading.guest.keras_models import rebuild_and_note

_MODELS: dict[int, Any] = {}
_NUMBERS = count()


def build(
    text: str, weights: list, how: dict | None, optimizer: list | None, unused: list[int]
) -> tuple[int, list[Any]]:
    """Rebuild a model; return its number, and the shapes of its graph, not traced outside.

    ``how``: the configuration with which the marking process has compiled it since, or None;
    ``optimizer``: the values of its optimizer's variables in a process that was stopped, or None;
    ``unused``: the numbers of models that are no longer needed. Raises CodecError for a model that
    may not be rebuilt.
    """
    for old in unused:
        _MODELS.pop(old, None)
    if unused:
        gc.collect()
    model, shapes = rebuild_and_note(text, weights)
    if how is not None:
        model.compile_from_config(how)
    if optimizer is not None:
        for variable, value in zip(model.optimizer.variables, optimizer, strict=True):
            variable.assign(value)
    number = next(_NUMBERS)
    _MODELS[number] = model
    return number, shapes


def call(number: int, layer: int, weights: list | None, args: tuple, kwargs: dict) -> Any:
    """The output of the model's layer number ``layer`` for ``args``; 0 is the model itself."""
    model = _with(number, weights)
    return layers_of(model)[layer](*args, **kwargs)


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
    return result, [np.asarray(w) for w in model.get_weights()], kept


def recompile(number: int, how: dict) -> None:
    """Compile the model as the marking process has compiled its own."""
    _MODELS[number].compile_from_config(how)


def layers_of(model: Any) -> list[Any]:
    """The model and all its layers, also those of inner models, in the same order on both sides."""
    return list(model._flatten_layers())


def _with(number: int, weights: list | None) -> Any:
    """The model, with these weights (None: as they are)."""
    model = _MODELS[number]
    if weights is not None:
        model.set_weights(weights)
    return model
