"""A student's Keras models as the checks see them: read here, run behind a wall of their own.

Outside stands a real ``keras.Model``, rebuilt from its configuration, of which the layers, weights
and compilation can be read; no initializer, layer or optimizer of it runs here. Whatever would run
a layer (calling the model or one of its layers, ``predict``, ``evaluate``, ``fit`` …) is asked of
its twin in the sandbox. A layer that crashes, or takes all memory or time, ends the twin's process
and nothing else.
"""

import gc
import hashlib
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.grading.guest.codec import CodecError, History
from course_utils.grading.guest.keras_models import outline
from course_utils.grading.guest.limits import Limits
from course_utils.grading.guest.model_twin import layers_of
from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.proxy import StudentError
from course_utils.grading.host.session import Session, Stopped

_SETUP = "from course_utils.grading.guest.model_twin import ask, build, call, recompile"
_COLLECT_EACH = 8  # models, then those that nobody has any more are freed
_ASKED = (
    *("predict", "predict_on_batch", "evaluate", "fit"),
    *("train_on_batch", "test_on_batch"),
)


class Models:
    """The models of one submission. ``start``: a fresh process in the sandbox without its files.

    After one that was stopped the next question starts another, ``limits.restarts`` times.
    """

    def __init__(self, start: Callable[[], Session], limits: Limits):
        self._start, self._limits = start, limits
        self._session: Session | None = None
        self.started = 0
        self._made = 0
        self.unused: list[_Place] = []

    def make(self, text: str, weights: list) -> Any:
        """The model that ``text`` (Keras's JSON) and ``weights`` describe.

        Raises CodecError for what may not be rebuilt, Stopped where building it ends the process.
        """
        self._made += 1
        if self._made % _COLLECT_EACH == 0:
            gc.collect()  # a model and what asks its twin hold each other
        return _Twin(self, text, weights).model

    def unused_now(self, place: "_Place") -> None:
        """Remember that the model outside, whose twin is there, is gone."""
        self.unused.append(place)

    def take_unused(self) -> list[int]:
        """The numbers of the twins in this process that nobody asks any more, once."""
        gone, self.unused = self.unused, []
        return [place.number for place in gone if place.process == self.started]

    def close(self) -> None:
        """End the process of the models."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def session(self) -> Session:
        """The process of the models; a fresh one after one that was stopped. Raises Stopped."""
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
    """Where a twin is: which process, counted from 1, and its number there."""

    process: int = 0
    number: int = 0


class _Twin:
    """One model: ``model`` outside, and what it asks of its twin inside."""

    def __init__(self, models: Models, text: str, weights: list):
        import keras

        self._models, self._text = models, text
        self._place, self._there = _Place(), ""
        self._how: dict | None = None  # how it was compiled here after it had come
        self._optimizer: list | None = None  # what it had learnt, for a process after a stop
        shapes = self._build(weights)
        self.model: Any = outline(text, weights, shapes)
        weakref.finalize(self.model, models.unused_now, self._place).atexit = False
        keras.config.disable_traceback_filtering()  # or Keras would put other words into errors
        self._there = _digest(self.model)
        for number, layer in enumerate(layers_of(self.model)):
            layer.call = self._caller(number, layer)
        for name in _ASKED:
            setattr(self.model, name, self._asker(name))
        self.model.compile = self._compiler(self.model.compile)

    def _build(self, weights: list) -> list[Any]:
        """Build the twin in the process that runs now; the shapes of its graph."""
        session = self._models.session()
        try:
            unused = self._models.take_unused()
            build = session.get("build")
            number, shapes = build(self._text, weights, self._how, self._optimizer, unused)
        except StudentError as error:
            raise CodecError(str(error)) from None
        except Stopped as stop:
            raise _stopped(stop) from None
        self._place.process, self._place.number = self._models.started, number
        return shapes

    def _is_built_anew(self) -> bool:
        """Build the twin in the process that runs now, if it is not there; whether it was not."""
        if self._place.process == self._models.started:
            return False
        self._build(self.model.get_weights())
        self._there = _digest(self.model)
        return True

    def _ask(self, function: str, what: int | str, args: tuple, kwargs: dict) -> Any:
        """One question to the twin, with the weights where they have changed since the last."""
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

    def _caller(self, number: int, layer: Any) -> Callable[..., Any]:
        """In place of a layer's ``call``: symbols are Keras's own affair, arrays the twin's."""
        own = layer.call

        def call(*args: Any, **kwargs: Any) -> Any:
            import keras
            from tensorflow import is_symbolic_tensor, nest

            parts = nest.flatten([args, kwargs])
            if any(isinstance(p, keras.KerasTensor) or is_symbolic_tensor(p) for p in parts):
                return own(*args, **kwargs)
            result = self._ask("call", number, args, kwargs)
            return nest.map_structure(keras.ops.convert_to_tensor, result)

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
            if self._is_built_anew():  # as it is compiled now
                return
            try:
                session.get("recompile")(self._place.number, self._how)
            except Stopped as stop:
                raise _stopped(stop) from None

        return compile


def _digest(model: Any) -> str:
    """A fingerprint of the weights: whoever set them, however."""
    digest = hashlib.blake2b(digest_size=16)
    for weight in model.weights:
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def _stopped(stop: Stopped) -> Stopped:
    """The end of the twin's process, told as the model's."""
    return Stopped(stop.reason, f"your Keras model was run, and {stop.message}")
