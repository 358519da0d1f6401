"""The shapes in a model's graph: noted where its layers are traced, read where none of them runs.

Keras builds a model from its description by calling each layer on symbols. To find the shape of a
layer's output it traces the layer with TensorFlow. That happens behind the wall, where the shapes
are noted. The marking process makes the same calls in the same order, and reads the notes.
"""

import contextlib
from collections.abc import Callable, Generator
from typing import Any

from course_utils.grading.guest.errors import CodecError

_MOST_DIMENSIONS = 20
_SYMBOL = "a symbol of Keras's"  # the key of a symbol among arguments


@contextlib.contextmanager
def noted() -> Generator[list[Any], None, None]:
    """In a ``with``: a list to which the output of each call on symbols is added, as plain data.

    Only outermost calls are noted: the call of a layer, not the calls that the layer makes.
    """
    notes: list[Any] = []
    depth = 0

    def call(own: Callable[..., Any], part: Any, args: Any, kwargs: Any) -> Any:
        if depth == 0:
            _refuse_numbers(part, args, kwargs)
        return own(part, *args, **kwargs)

    def note(own: Callable[..., Any], part: Any, args: Any, kwargs: Any) -> Any:
        nonlocal depth
        depth += 1
        try:
            outputs = own(part, *args, **kwargs)
        finally:
            depth -= 1
        if depth == 0:
            notes.append(written(outputs))
        return outputs

    with _instead(call=call, symbolic_call=note):
        yield notes


@contextlib.contextmanager
def read(notes: list[Any]) -> Generator[None, None, None]:
    """In a ``with``: a call on symbols returns the next of the ``notes``, and traces nothing.

    A call on numbers, which would run, raises CodecError.
    """
    left = iter(notes if isinstance(notes, list) else [])

    def call(own: Callable[..., Any], part: Any, args: Any, kwargs: Any) -> Any:
        _refuse_numbers(part, args, kwargs)
        return own(part, *args, **kwargs)

    def next_note(own: Callable[..., Any], part: Any, args: Any, kwargs: Any) -> Any:
        from keras import Layer
        from keras.src.ops.node import Node

        try:
            outputs = restored(next(left))
        except StopIteration:
            raise CodecError("a Keras model of which too little was traced") from None
        if not isinstance(part, Layer):  # a layer makes its own node
            Node(operation=part, call_args=args, call_kwargs=kwargs, outputs=outputs)
        return outputs

    with _instead(call=call, symbolic_call=next_note), _no_tracing():
        yield


@contextlib.contextmanager
def _instead(call: Callable[..., Any], symbolic_call: Callable[..., Any]):
    """In a ``with``: operations and layers call these functions in place of Keras's own methods.

    Each function gets Keras's own method, the operation or layer, ``args`` and ``kwargs``.
    """
    import keras

    methods = [
        (keras.Operation, "__call__", call),
        (keras.Operation, "symbolic_call", symbolic_call),
        (keras.Layer, "symbolic_call", symbolic_call),
    ]
    owns = [getattr(kind, name) for kind, name, _ in methods]
    try:
        for (kind, name, instead), own in zip(methods, owns, strict=True):
            setattr(kind, name, _method(instead, own))
        yield
    finally:
        for (kind, name, _), own in zip(methods, owns, strict=True):
            setattr(kind, name, own)


def _method(instead: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
    return lambda part, *args, **kwargs: instead(own, part, args, kwargs)


@contextlib.contextmanager
def _no_tracing():
    """In a ``with``: tracing a function with TensorFlow raises CodecError."""
    from keras.src import backend

    def refuse(*_: Any, **__: Any) -> None:
        raise CodecError("a Keras model whose layers cannot be built without running them")

    own = backend.compute_output_spec
    backend.compute_output_spec = refuse
    try:
        yield
    finally:
        backend.compute_output_spec = own


def _refuse_numbers(part: Any, args: Any, kwargs: Any) -> None:
    """Raise CodecError for a call without a symbol: it would run at once. Keras writes none."""
    from keras.src.backend.common.keras_tensor import any_symbolic_tensors

    if not any_symbolic_tensors(args, kwargs):
        kind = type(part).__name__
        raise CodecError(f"a Keras model with a {kind} that depends on no input")


def written(outputs: Any) -> Any:
    """Symbols as plain data: a shape and a dtype each, in the same tuples, lists and dicts."""
    import keras

    if isinstance(outputs, keras.KerasTensor):
        return {"shape": list(outputs.shape), "dtype": str(outputs.dtype)}
    if isinstance(outputs, dict):
        return {"named": {name: written(each) for name, each in outputs.items()}}
    if isinstance(outputs, (list, tuple)):
        kind = "tuple" if isinstance(outputs, tuple) else "list"
        return {kind: [written(each) for each in outputs]}
    return None


def arguments(values: Any) -> Any:
    """Arguments in which each written symbol is a symbol again, and all else as it was."""
    if isinstance(values, dict) and set(values) == {_SYMBOL}:
        return restored(values[_SYMBOL])
    if isinstance(values, dict):
        return {name: arguments(each) for name, each in values.items()}
    if isinstance(values, (list, tuple)):
        return type(values)(arguments(each) for each in values)
    return values


def written_arguments(values: Any) -> Any:
    """Arguments in which each symbol is written as data, and all else is as it was."""
    import keras

    return keras.tree.map_structure(
        lambda each: {_SYMBOL: written(each)} if isinstance(each, keras.KerasTensor) else each,
        values,
    )


def restored(note: Any) -> Any:
    """The symbols that ``written`` wrote. Raises CodecError for anything else."""
    import keras

    if note is None:
        return None
    match note:
        case {"shape": [*shape], "dtype": str(dtype)} if _is_shape(shape):
            return keras.KerasTensor(tuple(shape), dtype)
        case {"named": dict(named)}:
            return {name: restored(each) for name, each in named.items()}
        case {"tuple": [*items]}:
            return tuple(restored(each) for each in items)
        case {"list": [*items]}:
            return [restored(each) for each in items]
    raise CodecError("a Keras model with shapes that are not valid")


def _is_shape(shape: list[Any]) -> bool:
    sizes = all(size is None or (type(size) is int and size >= 0) for size in shape)
    return sizes and len(shape) <= _MOST_DIMENSIONS
