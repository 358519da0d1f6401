"""A student's Keras models as the checks see them: read here, run behind a wall of their own.

Here a real ``keras.Model`` is rebuilt from its configuration. Checks can read its layers, weights
and compilation, but none of its initializers, layers or optimizers runs here. Whatever would run a
layer (calling the model or one of its layers, ``predict``, ``evaluate``, ``fit`` …) runs in the
model's twin in the sandbox instead; so does what a check makes of the model (``walled_keras``). A
layer that crashes, or takes all memory or time, ends the twin's process and nothing else.
"""

import contextlib
import gc
import hashlib
import random
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.grading.guest import symbols
from course_utils.grading.guest.codec import CodecError, History
from course_utils.grading.guest.keras_models import outline
from course_utils.grading.guest.limits import Limits
from course_utils.grading.guest.model_twin import parts_of
from course_utils.grading.host import walled_keras
from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.proxy import StudentError
from course_utils.grading.host.session import Session, Stopped

_SETUP = (
    "from course_utils.grading.guest.model_twin import ask, build, call, piece, recompile, spec"
)
_COLLECT_EACH = 8  # after so many new models, free those that are no longer used
_ASKED = (
    *("predict", "predict_on_batch", "evaluate", "fit"),
    *("train_on_batch", "test_on_batch", "compute_loss"),
)
_REFUSED = ("train_step", "test_step", "compute_metrics", "stateless_call", "adapt", "quantize")
_REFUSED_OPTIMIZER = ("apply", "apply_gradients", "build")


class Models:
    """The models of one submission.

    ``start``: starts a fresh process in the sandbox, without the submission's files. When that
    process was stopped, the next question starts another, up to ``limits.restarts`` times.
    """

    def __init__(self, start: Callable[[], Session], limits: Limits):
        self._start, self._limits = start, limits
        self._session: Session | None = None
        self.started = 0
        self._made = 0
        self.unused: list[_Place] = []

    def guarding(self) -> contextlib.AbstractContextManager[None]:
        """In a ``with``: what a check makes of a student's model runs behind the wall, too."""
        return walled_keras.guarded(self.make)

    def make(self, text: str, weights: list | None = None) -> Any:
        """The model that ``text`` (Keras's JSON) and ``weights`` describe.

        Without ``weights`` it gets new ones, which follow from Python's ``random``. Raises
        CodecError for what may not be rebuilt, Stopped where building it ends the process.
        """
        self._made += 1
        if self._made % _COLLECT_EACH == 0:
            gc.collect()  # a model and the functions that ask its twin refer to each other
        return _Twin(self, text, weights).model

    def unused_now(self, place: "_Place") -> None:
        """Remember that a model is gone, so its twin at ``place`` can be removed."""
        self.unused.append(place)

    def take_unused(self) -> list[int]:
        """The numbers of twins in the present process that can be removed; each only once."""
        gone, self.unused = self.unused, []
        return [place.number for place in gone if place.process == self.started]

    def close(self) -> None:
        """End the process of the models."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def session(self) -> Session:
        """The process of the models; a fresh one where the last was stopped.

        Raises Stopped when it was stopped more often than ``limits.restarts``.
        """
        if self._session is not None and self._session.stopped:
            if self.started > self._limits.restarts:
                raise self._session.stopped
            self.close()
        if self._session is None:
            self._session = self._start()
            self.started += 1
            if not self._session.run(_SETUP, Outputs(self._limits)):
                raise RuntimeError("the process for Keras models could not be prepared")
        return self._session


@dataclass
class _Place:
    """Where a twin is: the number of its process, counted from 1, and its number in it."""

    process: int = 0
    number: int = 0


class _Twin:
    """One model: ``model`` is the one outside, which asks its twin in the sandbox to run."""

    def __init__(self, models: Models, text: str, weights: list | None):
        import keras

        walled_keras.change_keras()
        self._models, self._text = models, text
        self._place, self._there = _Place(), ""
        self._how: dict | None = None  # the configuration it was compiled with outside, if it was
        self._optimizer: list | None = None  # its optimizer's variables, for the next process
        seed = random.getrandbits(31)
        shapes, new = self._build(seed if weights is None else weights)
        with walled_keras.free():
            self.model: Any = outline(text, new or weights or [], shapes)
        weakref.finalize(self.model, models.unused_now, self._place).atexit = False
        keras.config.disable_traceback_filtering()  # else Keras would change the errors' messages
        self._there = _digest(self.model)
        for number, part in enumerate(parts_of(self.model)):
            self._wall(number, part)
        for name in _ASKED:
            setattr(self.model, name, self._asker(name))
        optimizer = getattr(self.model, "optimizer", None)
        for name in _REFUSED_OPTIMIZER if optimizer else ():
            vars(optimizer)[name] = walled_keras.refuse(f"optimizer.{name}")
        self.model.compile = self._compiler(self.model.compile)

    def _wall(self, number: int, part: Any) -> None:
        """Let a layer, or an operation of the graph, ask the twin for what it would compute."""
        walled_keras.note_as_theirs(part, part.__call__)
        part.call = part.quantized_call = self._caller(number, part)
        part.compute_output_spec = self._tracer(number)
        for name in walled_keras.pieces_of(part):
            walled_keras.note_as_theirs(getattr(part, name), self._piece(number, name))
        part.build = self._builder(part)
        for name in _REFUSED:
            if hasattr(part, name):
                setattr(part, name, walled_keras.refuse(name))

    def _build(self, weights: list | int) -> tuple[list[Any], list | None]:
        """Build the twin in the present process; return the shapes of its graph.

        ``weights``: its weights, or a seed for new ones. New ones are returned, too, else None.
        """
        session = self._models.session()
        try:
            unused = self._models.take_unused()
            build = session.get("build")
            number, shapes, new = build(self._text, weights, self._how, self._optimizer, unused)
        except StudentError as error:
            raise CodecError(str(error)) from None
        except Stopped as stop:
            raise _stopped(stop) from None
        self._place.process, self._place.number = self._models.started, number
        return shapes, new

    def _is_built_anew(self) -> bool:
        """Build the twin unless it is in the present process; return whether it was built."""
        if self._place.process == self._models.started:
            return False
        self._build(self.model.get_weights())
        self._there = _digest(self.model)
        return True

    def _ask(self, function: str, what: int | str | list, args: tuple, kwargs: dict) -> Any:
        """Ask the twin, and send it the weights where they have changed since the last question."""
        session = self._models.session()
        self._is_built_anew()
        now = _digest(self.model)
        weights = None if now == self._there else self.model.get_weights()
        try:
            result = session.get(function)(self._place.number, what, weights, args, kwargs)
        except Stopped as stop:
            raise _stopped(stop) from None
        self._there = now
        return result

    def _builder(self, part: Any) -> Callable[..., None]:
        """In place of a part's ``build``, which would make its variables again."""

        def build(*_: Any, **__: Any) -> None:
            if not part.built:
                raise ValueError(f"{part.name} has no size yet: begin it with keras.Input(…)")
            if part is not self.model:  # of a model, Keras itself asks for it once more
                walled_keras.refuse(f"the build of the layer {part.name!r}")()

        return build

    def _caller(self, number: int, part: Any) -> Callable[..., Any]:
        """In place of a part's ``call``: the twin computes arrays, and gives shapes of symbols."""
        trace = self._tracer(number)

        def call(*args: Any, **kwargs: Any) -> Any:
            import keras
            from tensorflow import nest

            values = nest.flatten([args, kwargs])
            if any(isinstance(value, keras.KerasTensor) for value in values):
                return trace(*args, **kwargs)
            if walled_keras.is_traced(values):
                return walled_keras.placeholders(part, trace, args, kwargs)
            result, state = self._ask("call", number, args, kwargs)
            if state is not None:
                for variable, value in zip(part.non_trainable_weights, state, strict=True):
                    variable.assign(value)
                self._there = _digest(self.model)
            result = nest.map_structure(keras.ops.convert_to_tensor, result)
            return walled_keras.without_gradient(result, part, values)

        return call

    def _tracer(self, number: int) -> Callable[..., Any]:
        """In place of a part's ``compute_output_spec``."""

        def trace(*args: Any, **kwargs: Any) -> Any:
            written = symbols.written_arguments((list(args), kwargs))
            return symbols.restored(self._ask("spec", number, *written))

        return trace

    def _piece(self, number: int, name: str) -> Callable[..., Any]:
        """In place of calling an initializer, a regularizer, a constraint or a loss of a part."""

        def call(*args: Any, **kwargs: Any) -> Any:
            import keras
            from tensorflow import TensorShape

            given = [tuple(a) if isinstance(a, TensorShape) else a for a in args]
            result = self._ask("piece", [number, name], tuple(given), kwargs)
            return keras.ops.convert_to_tensor(result)

        return call

    def _asker(self, name: str) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            result, weights, optimizer = self._ask("ask", name, args, kwargs)
            if weights is not None:
                self._optimizer = optimizer
                self.model.set_weights(weights)
                self._there = _digest(self.model)
            if isinstance(result, History):
                self.model.history = result
            return result

        return ask

    def _compiler(self, own: Callable[..., Any]) -> Callable[..., Any]:
        def compile(*args: Any, **kwargs: Any) -> None:
            own(*args, **kwargs)
            self._how, self._optimizer = self.model.get_compile_config(), None
            session = self._models.session()
            if self._is_built_anew():  # then it is compiled as ``_how`` says
                return
            try:
                session.get("recompile")(self._place.number, self._how)
            except Stopped as stop:
                raise _stopped(stop) from None

        return compile


def _digest(model: Any) -> str:
    """A hash of the weights: it shows a change, however the weights were set."""
    digest = hashlib.blake2b(digest_size=16)
    for weight in model.weights:
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def _stopped(stop: Stopped) -> Stopped:
    """``stop``, with a message that names the model: the student knows nothing of its twin."""
    return Stopped(stop.reason, f"your Keras model was run, and {stop.message}")
