"""Values across the wall as JSON plus ``npy`` attachments; nothing is ever unpickled.

Plain data come over as plain data: None, bool, int, float, complex, str, bytes, list, tuple, set,
frozenset, dict, range, slice, NumPy scalars and arrays of numbers, booleans or text (TensorFlow
tensors as arrays). A Keras model comes over as its configuration and weights, a training history as
its numbers. Everything else stays where it is and is named by a number (``keep`` on the sending
side, ``make_remote`` on the receiving side).

In JSON a list is an array; every other container is an object with one key that names its kind.
"""

import io
import math
import sys
from collections import Counter
from collections.abc import Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_utils.grading.guest.errors import CodecError

MAX_DEPTH = 40
MAX_ITEMS = 2_000_000
MAX_MODELS = 20  # Keras models in one value: each is built twice, here and behind a wall
MAX_KEYS = 20_000  # in one dict or set: chosen badly, they take a time that grows with their square
_MOST_ALIKE = 50  # keys or items with the same hash: each is compared with all the others
_HEADERS = 256  # headers of arrays that are remembered
_HEADER_BYTES = 1000
_KINDS = "biufcUS"  # dtypes without Python objects, fields or raw memory


class History(SimpleNamespace):
    """The parts of Keras's ``History`` that cross the wall: ``history``, ``epoch``, ``params``."""


def encode(value, keep=None, most_bytes=2**30) -> tuple[object, list[bytes]]:
    """``value`` as (tree for JSON, attachments).

    ``keep(value) -> dict`` describes a value that stays behind (a function, an object); without
    ``keep`` such a value raises CodecError. So does a value of more than ``most_bytes``.
    """
    encoder = _Encoder(keep, most_bytes)
    return encoder.tree(value), encoder.attachments


def decode(tree: Any, attachments: list[bytes], make_remote=None, make_model=None) -> Any:
    """The value that ``encode`` turned into ``tree`` and ``attachments``.

    ``make_model(text, weights)`` makes a Keras model from its configuration; without it the model
    is rebuilt in this process (see ``keras_models``), and its layers run here. Raises CodecError
    for anything that ``encode`` does not write.
    """
    return _Decoder(attachments, make_remote, make_model).value(tree, 0)


class _Encoder:
    def __init__(self, keep, most_bytes):
        self.attachments = []
        self._keep, self._left = keep, most_bytes
        self._open = set()  # the containers around the present value: none may come again in it
        self._items = self._models = 0

    def tree(self, value):
        self._items += 1
        if self._items > MAX_ITEMS:
            raise CodecError(f"a value of more than {MAX_ITEMS:,} items")
        if value is None or isinstance(value, bool) or type(value) in (int, float, str):
            return value
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value)
        if isinstance(value, (list, tuple, set, frozenset, dict)):
            return self._container(value)
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": self._attach(bytes(value))}
        if isinstance(value, (int, float, str)):  # subclasses: only what they hold
            return next(t for t in (int, float, str) if isinstance(value, t))(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, range):
            return {"range": [value.start, value.stop, value.step]}
        if isinstance(value, slice):
            return {"slice": [self.tree(v) for v in (value.start, value.stop, value.step)]}
        return self._library(value)

    def _container(self, value):
        if id(value) in self._open:
            raise CodecError(f"a {type(value).__name__} that contains itself")
        if len(self._open) >= MAX_DEPTH:
            raise CodecError(f"a value nested deeper than {MAX_DEPTH} levels")
        self._open.add(id(value))
        if isinstance(value, (set, frozenset, dict)) and len(value) > MAX_KEYS:
            raise CodecError(_too_many_keys(len(value)))
        if isinstance(value, dict):
            tree = {"dict": [[self.tree(k), self.tree(v)] for k, v in dict.items(value)]}
        else:
            kind = next(t for t in (list, tuple, set, frozenset) if isinstance(value, t))
            own_items: Any = kind.__iter__  # a student's subclass may have another __iter__
            items = [self.tree(item) for item in own_items(value)]
            tree = items if kind is list else {kind.__name__: items}
        self._open.discard(id(value))
        return tree

    def _array(self, value):
        array = np.asarray(value)
        if array.dtype.kind not in _KINDS:
            raise CodecError(f"an array of dtype {array.dtype}: give it a dtype of numbers")
        if array.nbytes > self._left:
            raise CodecError(f"an array of {array.nbytes / 2**20:.0f} MB")
        by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
        data = _header(array.dtype, array.shape, by_columns) + array.tobytes("A")
        return {"array" if isinstance(value, np.ndarray) else "scalar": self._attach(data)}

    def _library(self, value):
        tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
        if tensorflow and isinstance(value, (tensorflow.Tensor, tensorflow.Variable)):
            return self._array(np.asarray(value))
        if keras and isinstance(value, keras.Variable):
            return self._array(np.asarray(value))
        ordinary = type(value).__module__.startswith("keras.")  # no class of the student's own
        if keras and ordinary and isinstance(value, keras.Model):
            self._models = _one_more(self._models)
            weights = [self.tree(np.asarray(w)) for w in value.get_weights()]
            return {"model": [value.to_json(), weights]}
        if keras and isinstance(value, keras.callbacks.History):
            return {"history": self.tree([value.history, value.epoch, value.params])}
        if self._keep is None:
            raise CodecError(f"a value of type {type(value).__name__}")
        return {"remote": self._keep(value)}

    def _attach(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise CodecError("a value of too many bytes")
        self.attachments.append(data)
        return len(self.attachments) - 1


class _Decoder:
    def __init__(self, attachments, make_remote, make_model):
        self._attachments = attachments
        self._make_remote = make_remote
        self._make_model = make_model
        self._items = self._models = 0

    def value(self, tree, depth):
        self._items += 1
        if depth > MAX_DEPTH + 2 or self._items > MAX_ITEMS + 10:
            raise CodecError("a value that is too deep or too large")
        if tree is None or isinstance(tree, (bool, int, float, str)):
            return tree
        if isinstance(tree, list):
            return [self.value(item, depth + 1) for item in tree]
        if not isinstance(tree, dict) or len(tree) != 1:
            raise CodecError("something that is not a value")
        kind, held = next(iter(tree.items()))
        try:
            return self._kind(kind, held, depth)
        except CodecError:
            raise
        except (TypeError, ValueError, LookupError, ArithmeticError, MemoryError) as error:
            raise CodecError(f"a damaged {kind}: {str(error)[:200]}") from None
        except RecursionError:
            raise CodecError("a value that is too deep") from None

    def _kind(self, kind, held, depth):
        if kind in ("tuple", "set", "frozenset"):
            items = [self.value(item, depth + 1) for item in held]
            if kind == "tuple":
                return tuple(items)
            return {"set": set, "frozenset": frozenset}[kind](_told_apart(items))
        if kind == "dict":
            pairs = [(self.value(k, depth + 1), self.value(v, depth + 1)) for k, v in held]
            _told_apart([key for key, _ in pairs])
            return dict(pairs)
        if kind == "bytes":
            return bytes(self._attachment(held))
        if kind in ("array", "scalar"):
            array = _array(self._attachment(held))
            return array if kind == "array" else array[()]
        if kind == "complex":
            return complex(float(held[0]), float(held[1]))
        if kind == "range":
            numbers = range(*[int(n) for n in held])
            if len(numbers) > MAX_ITEMS:  # no alarm would end a loop over it that runs in C
                raise CodecError(f"a range of more than {MAX_ITEMS:,} numbers")
            return numbers
        if kind == "slice":
            return slice(*[self.value(v, depth + 1) for v in held])
        if kind == "history":
            names = ("history", "epoch", "params")
            return History(**dict(zip(names, self.value(held, depth + 1), strict=True)))
        if kind == "model":
            from course_utils.grading.guest.keras_models import rebuild

            self._models = _one_more(self._models)
            make = self._make_model or rebuild
            return make(held[0], [self.value(w, depth + 1) for w in held[1]])
        if kind == "remote" and self._make_remote:
            return self._make_remote(held)
        raise CodecError(f"a value of unknown kind {kind!r}")

    def _attachment(self, index) -> bytes:
        if type(index) is not int or index < 0:
            raise CodecError("an attachment that is not there")
        return self._attachments[index]


def _one_more(models: int) -> int:
    """``models`` + 1. Raises CodecError where that is more than MAX_MODELS."""
    if models >= MAX_MODELS:
        raise CodecError(f"a value with more than {MAX_MODELS} Keras models in it")
    return models + 1


def _told_apart(items: list[Hashable]) -> list[Hashable]:
    """``items`` as they are. Raises CodecError where a set of them could take long to make.

    Half a million multiples of 2**61 - 1, whose hashes are all 0, would keep a set busy for hours;
    so would a million numbers that look for their places in the same order.
    """
    if len(items) > MAX_KEYS:
        raise CodecError(_too_many_keys(len(items)))
    if len(items) > _MOST_ALIKE:
        ((_, most),) = Counter(map(hash, items)).most_common(1)
        if most > _MOST_ALIKE:
            raise CodecError("a set or dict of values that all have the same hash")
    return items


def _too_many_keys(count: int) -> str:
    return f"a dict or set of {count:,} items (at most {MAX_KEYS:,}; an array may have more)"


@lru_cache(maxsize=_HEADERS)
def _header(dtype: np.dtype, shape: tuple[int, ...], by_columns: bool) -> bytes:
    """The first bytes of an ``npy`` file. Most arrays of a check have few kinds and shapes."""
    file = io.BytesIO()
    facts = {"descr": dtype.str, "fortran_order": by_columns, "shape": shape}
    np.lib.format.write_array_header_1_0(file, facts)
    return file.getvalue()


@lru_cache(maxsize=_HEADERS)
def _facts(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype, int, int]:
    """Of an ``npy`` file's header: shape, whether in Fortran's order, dtype, items, and its end."""
    file = io.BytesIO(header)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise CodecError(f"an array of npy version {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=_HEADER_BYTES)
    if dtype.kind not in _KINDS or dtype.hasobject:
        raise CodecError(f"an array of dtype {dtype}")
    if any(n < 0 for n in shape):
        raise CodecError("an array with a negative size")
    return shape, fortran, dtype, math.prod(shape), file.tell()


def _array(data: bytes) -> np.ndarray:
    """An array from ``npy`` bytes: the header must account for every byte before any is used."""
    length = int.from_bytes(data[8:10], "little")  # of the header's text, which follows
    shape, fortran, dtype, count, end = _facts(data[: 10 + min(length, _HEADER_BYTES + 1)])
    if end + count * dtype.itemsize != len(data):
        raise CodecError("an array whose size does not fit its bytes")
    flat = np.frombuffer(data, dtype=dtype, offset=end, count=count)
    array = flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
    return array.copy(order="F" if fortran else "C")
