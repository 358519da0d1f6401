"""A student's Keras models where their layers run: behind a wall, in a process without the student.

The marking process asks for what it needs (see ``host.models``); no code of the student's is here,
only the configuration and the weights of each model, and Keras's own layers, which may crash.
"""

from typing import Any

import numpy as np

from course_utils.grading.guest.keras_models import rebuild

_MODELS: list[Any] = []


def build(text: str, weights: list) -> int:
    """Rebuild a model; its number. Raises CodecError for what may not be rebuilt."""
    _MODELS.append(rebuild(text, weights))
    return len(_MODELS) - 1


def call(number: int, layer: int, weights: list | None, args: tuple, kwargs: dict) -> Any:
    """What a layer of the model gives for ``args``; layer 0 is the model itself."""
    model = _with(number, weights)
    return layers_of(model)[layer](*args, **kwargs)


def ask(
    number: int, method: str, weights: list | None, args: tuple, kwargs: dict
) -> tuple[Any, list | None]:
    """What ``predict``, ``evaluate``, ``fit`` or their like give; the weights, where they learn."""
    model = _with(number, weights)
    result = getattr(model, method)(*args, **kwargs)
    learns = method in ("fit", "train_on_batch")
    return result, [np.asarray(w) for w in model.get_weights()] if learns else None


def recompile(number: int, how: dict) -> None:
    """Compile the model as the marking process has compiled its own."""
    _MODELS[number].compile_from_config(how)


def layers_of(model: Any) -> list[Any]:
    """The model and all its layers, those of inner models too, in one order on both sides."""
    return list(model._flatten_layers())


def _with(number: int, weights: list | None) -> Any:
    """The model, with these weights (None: as they are)."""
    model = _MODELS[number]
    if weights is not None:
        model.set_weights(weights)
    return model
