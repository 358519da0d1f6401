"""Read a student's value without its own ``==``, ``len`` or ``__array__``.

An object may claim to equal everything. So only exact types of Python and NumPy are read; the
complaint names any other type.
"""

import math
from typing import Any

import numpy as np

# float32 sums in another order differ by less
_FAR, _NEAR = 1e-4, 1e-5  # relative to the value, and absolute


def plain(value: Any) -> Any:
    """A subclass of dict, list or tuple (Counter, OrderedDict, a named tuple) as the plain type.

    It is read by the built-in type's methods, never by its own; so are the values in it, four
    levels deep.
    """
    return _plain(value, 4)


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        return value
    if isinstance(value, dict):
        return {key: _plain(held, depth - 1) for key, held in dict.items(value)}
    for kind in (list, tuple):
        if isinstance(value, kind):
            items: Any = kind.__iter__
            return kind(_plain(held, depth - 1) for held in items(value))
    return value


def numbers(value) -> np.ndarray | None:
    """A number, an array or a (nested) list of these as float64; None for anything else.

    A list of arrays of different shapes becomes one row: of each its axes, its shape, its numbers.
    """
    if type(value) in (int, float, bool) or _is_numpy_scalar(value):
        try:
            return np.asarray(float(value))
        except OverflowError:  # an int of more than 308 digits
            return np.asarray(math.inf)
    if type(value) is np.ndarray and value.dtype.kind in "fiub":
        return value.astype(np.float64)
    if type(value) in (list, tuple):
        found = [numbers(item) for item in value]
        rows = [row for row in found if row is not None]
        if len(rows) < len(found):
            return None
        if len({row.shape for row in rows}) <= 1:
            return np.array(rows, np.float64)
        return np.concatenate([[row.ndim, *row.shape, *row.ravel()] for row in rows])
    return None


def same(first: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two results of ``numbers`` have the same shape and, to float32, the same values."""
    if first is None or other is None or first.shape != other.shape:
        return False
    if (first == other).all():  # mostly; to allow for a difference takes ten times as long
        return True
    return np.allclose(first, other, rtol=_FAR, atol=_NEAR, equal_nan=True)


def complaint(expected, value) -> str | None:
    """Why ``value`` is not of the kind, shape and dtype of ``expected``, or None if it is."""
    if value is None:
        return "it returned None (is there a `return` at the end?)"
    if type(expected) is int:
        return _whole(value)
    if type(expected) is float:
        if type(value) is float or _is_numpy_scalar(value, np.floating):
            return None if math.isfinite(value) else f"it returned {value}: a number was asked for"
        return f"it returned {kind(value)}: a float was asked for"
    if type(expected) is tuple:
        return _sequence(expected, value)
    return _array(expected, value)


def kind(value) -> str:
    """The kind of a value, in words."""
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if type(value) is float:
        return f"the float {value:g}"
    if type(value) in (int, bool):
        return f"the {type(value).__name__} {value}"
    if _is_numpy_scalar(value):
        return f"the {type(value).__name__} {value}"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _whole(value) -> str | None:
    if type(value) is int or _is_numpy_scalar(value, np.integer):
        return None
    rounded = "; // divides and rounds down" if "float" in type(value).__name__ else ""
    return f"it returned {kind(value)}: a whole number (int) was asked for{rounded}"


def _sequence(expected: tuple, value) -> str | None:
    if type(value) is np.ndarray and value.ndim == 1:
        value = list(value)
    if type(value) not in (list, tuple):
        return (
            f"it returned {kind(value)}: {len(expected)} values in a tuple or list were asked for"
        )
    if len(value) != len(expected):
        return f"it returned {len(value)} values: {len(expected)} were asked for"
    return next(
        (text for pair in zip(expected, value, strict=True) if (text := complaint(*pair))), None
    )


def _array(expected: np.ndarray, value) -> str | None:
    if type(value) in (list, tuple) and _fits(expected, value):
        return None  # rows in lists hold the same numbers
    if type(value) is not np.ndarray:
        return f"it returned {kind(value)}: a NumPy array of shape {expected.shape} was asked for"
    if value.shape != expected.shape:
        return f"it returned an array of shape {value.shape}: the shape should be {expected.shape}"
    wanted = expected.dtype.kind
    if value.dtype.kind == wanted or (wanted in "iu" and value.dtype.kind in "fiu"):
        return None  # whole numbers may be floats
    if wanted == "f" and value.dtype.kind in "iu":
        return (
            f"it returned an array of dtype {value.dtype}, which cuts off all decimals: make the "
            "output with a float dtype"
        )
    return f"it returned an array of dtype {value.dtype}: {expected.dtype} was asked for"


def _fits(expected: np.ndarray, value) -> bool:
    found = numbers(value)
    return found is not None and found.shape == expected.shape


def _is_numpy_scalar(value, family=np.number) -> bool:
    return type(value).__module__ == "numpy" and isinstance(value, family) and value.shape == ()
