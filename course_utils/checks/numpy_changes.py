"""Explain an error in code for another version of NumPy: the change, and what to write instead.

The changes are those of NumPy's release notes for 1.24 (the old names of Python's types), 2.0
(its main namespace) and 2.4 (arrays as numbers, and names that had been deprecated).
"""

import re

import numpy as np

from course_utils.checks.answer import Outcome

_NOT_ONE_NUMBER = "TypeError: only 0-dimensional arrays can be converted to Python scalars"
_REMOVED = re.compile(
    r"^AttributeError: (?:module 'numpy' has no attribute '(\w+)'|`np\.(\w+)` was )", re.MULTILINE
)

_PYTHON_TYPES = ("float", "int", "bool", "object", "complex", "str")
_INSTEAD = {
    **{name: name for name in _PYTHON_TYPES},
    "float_": "np.float64",
    "complex_": "np.complex128",
    "Inf": "np.inf",
    "Infinity": "np.inf",
    "infty": "np.inf",
    "NaN": "np.nan",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "alltrue": "np.all",
    "sometrue": "np.any",
    "row_stack": "np.vstack",
    "round_": "np.round",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
    "asfarray": "np.asarray(a, dtype=float)",
    "cast": "np.asarray(a, dtype=…)",
    "msort": "np.sort(a, axis=0)",
}


def version_note(outcome: Outcome) -> str | None:
    """One sentence on the change in NumPy that made the call fail; None if no change did."""
    here = f"here, and when your work is marked, NumPy is {np.__version__}"
    if outcome.error == "TypeError" and _NOT_ONE_NUMBER in outcome.trace:
        return (
            "NumPy makes a number only of an array without axes: take one element out with its "
            "index, as in a[0], or with a.item(). Before NumPy 2.4, as on Colab, float(a) took an "
            f"array of one element, too; {here}."
        )
    removed = _REMOVED.search(outcome.trace) if outcome.error == "AttributeError" else None
    name = (removed.group(1) or removed.group(2)) if removed else None
    if name in _INSTEAD:
        return f"np.{name} was taken out of NumPy ({here}). Write {_INSTEAD[name]} instead."
    return None
