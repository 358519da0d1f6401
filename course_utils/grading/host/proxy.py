"""A student's names as grade cells see them: plain data, and functions that call the sandbox."""

import builtins
import contextlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from course_utils.grading.guest import codec


class StudentError(Exception):
    """An exception in the student's code; where that was a built-in type, also of that type.

    ``student_type``: the name of its type. ``student_traceback``: the student's own frames, and
    the message. To print it runs none of the student's code.
    """

    student_type = "Exception"
    student_traceback = ""
    _message = ""

    def __str__(self):
        return self._message


class Remote:
    """A function or object of the student's: it lives in the sandbox; here it is called and read.

    Its class has the name of the student's class, so that messages name what was returned.
    """

    def __new__(cls, session, held):
        name = held.get("type") if isinstance(held, dict) else None
        known = name if isinstance(name, str) and name.isidentifier() else "object"
        made: Any = type(known[:100], (cls,), {})
        return super().__new__(made)

    def __init__(self, session, held):
        if not isinstance(held, dict) or type(held.get("id")) is not int:
            raise codec.CodecError("an object without a number")
        self._session, self._held = session, {k: held.get(k) for k in ("id", "callable")}
        facts = {k: held[k][:100] for k in ("name", "type") if isinstance(held.get(k), str)}
        self._type = facts.get("type", "object")
        self.__name__ = self.__qualname__ = facts.get("name") or self._type

    def __call__(self, *args, **kwargs):
        if not self._held["callable"]:
            raise TypeError(f"{self._type!r} object is not callable")
        return self._session.call(self._held["id"], args, kwargs)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"{self._type!r} object has no attribute {name!r}")
        return self._session.read(self._held["id"], name)

    def __repr__(self):
        return f"<the student's {self._type} {self.__name__}>"

    def __deepcopy__(self, _):
        return self

    def __array__(self, *_, **__):
        raise TypeError(f"a {self._type} is not an array of numbers")

    def __bool__(self):
        return True


class Names(dict):
    """The author's namespace. It asks the sandbox for ``student`` names, once for each cell."""

    def __init__(self):
        super().__init__(__name__="__main__", __builtins__=builtins)
        self.student: frozenset[str] = frozenset()
        self.session: Any = None  # a Session, while a grade cell runs
        self.asked: dict = {}
        self.given_up: dict[str, BaseException] = {}  # name of a stopped function → what to raise

    def called(self, what: str | int | None) -> list[str]:
        """The name ``what``; or for a number in the sandbox, the names that this cell asked for.

        These are all names whose value has that number.
        """
        if isinstance(what, str):
            return [what]
        return [
            name
            for name, value in self.asked.items()
            if what is not None and isinstance(value, Remote) and value._held["id"] == what
        ]

    def __missing__(self, name):
        if name not in self.student or self.session is None:
            raise KeyError(name)
        if name in self.given_up:
            raise self.given_up[name]
        if name not in self.asked:
            try:
                self.asked[name] = self.session.get(name)
            except KeyError as error:  # with a KeyError Python would look for a built-in name
                raise RuntimeError(f"{name} cannot be read: {error}") from None
        return self.asked[name]


def as_kept(value) -> dict:
    """The description of a value that came from the sandbox, to send it back: its number.

    Raises CodecError for any other value.
    """
    if isinstance(value, Remote):
        return {"id": value._held["id"]}
    raise codec.CodecError(f"a {type(value).__name__} cannot be handed to a student's function")


def change(before, after) -> None:
    """Make the containers in ``before`` equal to ``after``, in place.

    A student's function may have changed its arguments; here the same objects must change.
    """
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        if before.shape == after.shape and before.dtype == after.dtype and before.flags.writeable:
            before[...] = after
    elif isinstance(before, list) and isinstance(after, list):
        for old, new in zip(before, after, strict=False):
            change(old, new)
        kept = [
            old if _mutable(old) and type(old) is type(new) else new
            for old, new in zip(before, after, strict=False)
        ]
        before[:] = [*kept, *after[len(kept) :]]
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            change(before[key], after[key])
        kept = {
            k: before[k] if k in before and _mutable(before[k]) else v for k, v in after.items()
        }
        before.clear()
        before.update(kept)


class Kept:
    """The author's values, to be put back as they were before a student's functions changed them.

    A grade cell sees what a function did to its arguments. What was there before the cell must be
    the same for the next cell: a function that empties a list would else cost other questions, or
    end what sets up the next of them, and one that changes the labels would make them its own.
    """

    def __init__(self, values: Iterable):
        self._theirs = {id(each) for value in values for each in _containers(value, 3)}
        self._before: dict[int, tuple] = {}  # id → the value itself, and a copy

    def note(self, values: Iterable) -> None:
        """Copy those of ``values`` that were there before, each once; a view's whole array."""
        for value in map(_owner, values):
            if id(value) in self._theirs:
                self._before.setdefault(id(value), (value, _copied(value)))

    def put_back(self) -> None:
        """Make each that was noted what it was."""
        for value, before in self._before.values():
            change(value, before)


def _owner(value):
    """The array that an array is a view of, if it is one; else the value itself."""
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def _containers(value, depth: int) -> Iterator:
    """What can be changed in a value, itself included, some levels down."""
    if _mutable(value):
        yield _owner(value)
    if depth and isinstance(value, (list, tuple, dict)):
        items = value.values() if isinstance(value, dict) else value
        for item in islice(items, 1000):
            yield from _containers(item, depth - 1)


def _copied(value):
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _mutable(value) -> bool:
    return isinstance(value, (np.ndarray, list, dict))


def student_error(ename, bases, evalue, frames) -> StudentError:
    """The StudentError for an exception: its name, base classes, message, and frames as text."""
    name = ename[:100] if ename and isinstance(ename, str) else "Exception"
    message, frames = (text[:4000] if isinstance(text, str) else "" for text in (evalue, frames))
    error = _error_class(name, bases if isinstance(bases, list) else [])()
    error.student_type, error._message = name, message
    last = f"{name}: {message}" if message else name
    error.student_traceback = "\n".join(filter(None, [frames, last]))
    return error


def _error_class(name: str, bases: list) -> type[StudentError]:
    """A StudentError class that is also the built-in exception called ``name``, or its base."""
    for base in [name, *bases]:
        kind = getattr(builtins, base, None) if isinstance(base, str) else None
        if not isinstance(kind, type) or not issubclass(kind, Exception) or kind is Exception:
            continue
        if issubclass(kind, (StopIteration, StopAsyncIteration)):
            continue  # all(map(…)) would end there, and be true
        with contextlib.suppress(TypeError):
            made = type(name if name.isidentifier() else "StudentError", (StudentError, kind), {})
            made()
            return made
    return StudentError
