"""Keras in the marking process: what would run a student's layers here goes to the wall.

A grade cell gets a student's model as a real ``keras.Model`` (see ``host.models``). With Keras's
own functions it can make other objects of it: a copy, a copy from its configuration, a model around
some of its layers, an array of one of its initializers. Here Keras is changed so that none of them
runs in this process: a copy of a model is another model behind the wall, the parts ask their twins,
and what can be neither is refused with a sentence for the author of the test.
"""

import contextlib
import json
import sys
from collections.abc import Callable, Generator, Iterable
from typing import Any

from course_utils.grading.guest.model_twin import parts_of

_ASK = "_ask_twin"  # in the ``vars`` of what is a student's: the function that asks its twin
_CLONERS = ("_clone_sequential_model", "_clone_functional_model")


class NotMarkable(BaseException):
    """A test does to a student's model what cannot be done behind the wall: the author's mistake.

    No ``except Exception`` of the test catches it.
    """


class _State:
    """``copy``: makes a model behind the wall of Keras's JSON; None outside a grade cell."""

    copy: Callable[[str], Any] | None = None
    free = 0  # so many times Keras was told to build in this process
    ready = False


def refuse(what: str) -> Callable[..., Any]:
    """A function that raises NotMarkable: ``what`` was done to a student's Keras model."""

    def refused(*_: Any, **__: Any) -> Any:
        raise NotMarkable(
            f"{what} would run layers that a student chose, in the process that marks. Call the "
            "student's model, or its predict, evaluate and fit; copy a whole model with "
            "keras.models.clone_model; load your own models in a locked cell that has no points"
        )

    return refused


def note_as_theirs(part: Any, ask: Callable[..., Any]) -> None:
    """Note that ``part`` is a student's; ``ask(*args, **kwargs)`` calls it behind the wall.

    It is written past Keras, which would track it and write it into configurations.
    """
    vars(part)[_ASK] = ask


def holds_theirs(whole: Any) -> bool:
    """Whether a part of the model or layer is a student's."""
    return any(_ASK in vars(part) for part in parts_of(whole))


def pieces_of(part: Any) -> list[str]:
    """The attributes of a model or layer that compute when they are called, and are no layers."""
    kinds = _kinds_of_pieces()
    return [name for name, value in vars(part).items() if isinstance(value, kinds)]


def _kinds_of_pieces() -> tuple[type, ...]:
    import keras

    return keras.Initializer, keras.Regularizer, keras.constraints.Constraint, keras.Loss


def is_traced(values: Iterable[Any]) -> bool:
    """Whether one of them is a symbol of TensorFlow's: a function is being traced with them."""
    from tensorflow import is_symbolic_tensor

    return any(is_symbolic_tensor(value) for value in values)


def placeholders(part: Any, trace: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    """For symbols of TensorFlow's: placeholders of a part's output, where only shapes count.

    Raises NotMarkable where a function is traced that shall run.
    """
    import keras
    from keras.src.backend.common.symbolic_scope import in_symbolic_scope
    from tensorflow import compat, is_symbolic_tensor, nest

    if not in_symbolic_scope():
        refuse(f"the layer {part.name!r} in a function that TensorFlow traces")()

    def symbol(value: Any) -> Any:
        traced = is_symbolic_tensor(value)
        return keras.KerasTensor(tuple(value.shape), value.dtype.name) if traced else value

    args, kwargs = nest.map_structure(symbol, (args, kwargs))
    return nest.map_structure(
        lambda each: compat.v1.placeholder(each.dtype, each.shape), trace(*args, **kwargs)
    )


def without_gradient(result: Any, part: Any, values: list) -> Any:
    """``result``, of which a gradient is an error that says why, and not None.

    ``part`` computed it of ``values``, in the sandbox, where no tape of this process saw it.
    """
    import tensorflow as tf
    from tensorflow.python.eager.record import could_possibly_record

    if not could_possibly_record():
        return result
    given = [value for value in values if tf.is_tensor(value) and value.dtype.is_floating]
    given += [tf.convert_to_tensor(variable.value) for variable in part.trainable_variables]
    outputs = tf.nest.flatten(result)

    @tf.custom_gradient
    def pass_on(*_: Any) -> tuple[Any, Callable[..., Any]]:
        return outputs, refuse(f"a gradient of the layer {part.name!r}")

    return tf.nest.pack_sequence_as(result, pass_on(*given)) if given else result


@contextlib.contextmanager
def guarded(copy: Callable[[str], Any]) -> Generator[None, None, None]:
    """In a ``with``: a model that is made of a configuration is ``copy(its JSON)``."""
    if "keras" in sys.modules:  # else the first model of the student's brings it
        change_keras()
    before, _State.copy = _State.copy, copy
    try:
        yield
    finally:
        _State.copy = before


@contextlib.contextmanager
def free() -> Generator[None, None, None]:
    """In a ``with``: Keras makes of a configuration what it always makes, in this process."""
    _State.free += 1
    try:
        yield
    finally:
        _State.free -= 1


def change_keras() -> None:
    """Change Keras in this process, once. Outside ``guarded`` it does what it always did."""
    if _State.ready:
        return
    _State.ready = True
    import keras
    from keras.src.models import cloning
    from keras.src.trainers.trainer import Trainer

    for kind in (each for piece in _kinds_of_pieces() for each in _kinds(piece)):
        if "__call__" in vars(kind):
            kind.__call__ = _piece(kind.__call__)
    for kind in _kinds(keras.Operation):
        if "from_config" in vars(kind):
            kind.from_config = classmethod(_from_config(vars(kind)["from_config"].__func__))
    keras.layers.Bidirectional.__init__ = _two_ways(keras.layers.Bidirectional.__init__)
    Trainer.run_eagerly = _eager_with_theirs(Trainer.run_eagerly)
    cloning._wrap_clone_function = _noting_plain(cloning._wrap_clone_function)
    for name in _CLONERS:
        setattr(cloning, name, _clone(getattr(cloning, name)))


def _eager_with_theirs(own: Any) -> property:
    """In place of ``run_eagerly``: a function that TensorFlow traces could not ask the twin."""
    return property(lambda model: own.fget(model) or holds_theirs(model), own.fset)


def _kinds(kind: type) -> list[Any]:
    """The class, and all that are derived from it."""
    found, waiting = [], [kind]
    while waiting:
        found.append(waiting.pop())
        waiting += [each for each in found[-1].__subclasses__() if each not in found]
    return found


def _is_guarded() -> bool:
    return _State.copy is not None and not _State.free


def _piece(own: Callable[..., Any]) -> Callable[..., Any]:
    """In place of an initializer's, a regularizer's, a constraint's or a loss's ``__call__``."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        from keras.src.backend.common.keras_tensor import any_symbolic_tensors
        from tensorflow import nest

        ask = vars(self).get(_ASK)
        if ask is None or any_symbolic_tensors(args, kwargs):
            return own(self, *args, **kwargs)
        if is_traced(nest.flatten([args, kwargs])):
            refuse(f"a {type(self).__name__} in a function that TensorFlow traces")()
        return ask(*args, **kwargs)

    return call


def _from_config(own: Callable[..., Any]) -> Callable[..., Any]:
    """In place of a layer's or model's ``from_config``."""

    def from_config(cls: Any, config: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_guarded():
            return own(cls, config, *args, **kwargs)
        import keras
        from keras.src.saving.serialization_lib import serialize_dict

        assert _State.copy is not None
        if not issubclass(cls, keras.Model):
            refuse(f"{cls.__name__}.from_config")()
        own_module = "keras" if cls in (keras.Sequential, keras.Model) else cls.__module__
        facts = {"module": own_module, "class_name": cls.__name__, "registered_name": None}
        return _State.copy(json.dumps({**facts, "config": serialize_dict(config)}))

    return from_config


def _noting_plain(own: Callable[..., Any]) -> Callable[..., Any]:
    """In place of what ``clone_model`` calls first: note whether it was given no function."""

    def wrap(clone_function: Any, *args: Any, **kwargs: Any) -> Any:
        made = own(clone_function, *args, **kwargs)
        made.is_plain = clone_function is None and kwargs.get("call_function") is None
        return made

    return wrap


def _clone(own: Callable[..., Any]) -> Callable[..., Any]:
    """In place of what ``clone_model`` calls for a model of one kind."""

    def clone(model: Any, clone_function: Any, input_tensors: Any = None, **kwargs: Any) -> Any:
        if _is_guarded() and not holds_theirs(model):
            with free():
                return own(model, clone_function, input_tensors=input_tensors, **kwargs)
        if _is_guarded() and clone_function.is_plain and input_tensors is None:
            assert _State.copy is not None
            return _State.copy(model.to_json())
        return own(model, clone_function, input_tensors=input_tensors, **kwargs)

    return clone


def _two_ways(own: Callable[..., Any]) -> Callable[..., Any]:
    """In place of ``Bidirectional.__init__``, which copies the layer that it is given."""

    def init(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        if _is_guarded() and holds_theirs(layer):
            refuse("Bidirectional around a student's layer")()
        with free():
            own(self, layer, *args, **kwargs)

    return init
