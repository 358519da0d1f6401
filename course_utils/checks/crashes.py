"""Explain a crash that does not come from a misconception about the question.

Only the student's own line, and the numbers and names in the message, are read, not its words.
"""

import re

import numpy as np

from course_utils.checks.answer import Outcome

_LINE = re.compile(r"^line \d+, in [^:]*:  (.*)$")
_NAMES = r"\(?((?:\w+\s*,\s*)+\w+)\)?"
_HELD = r"([\w.]+(?:\[[\w:, -]+\])?)"  # not a call, which can raise for other reasons
_UNPACKED = re.compile(rf"^(?:for )?{_NAMES}(?: =| in) {_HELD}:?$")
_QUOTED = re.compile(r"(?<=')\w+(?=')")
_SIZES_OF_TUPLES = (["tuple", "shape"], ["list", "shape"])
_AXES = ("ndim=4", "ndim=3")  # what a convolution expects, and what it got, in Keras's words
_OUT_OF_PIXELS = "zero or negative"  # Keras's words; a test checks that they are the same today


def told(outcome: Outcome) -> str | None:
    """One sentence on what crashed, or None where that is not certain."""
    lines = outcome.trace.splitlines()
    own = [found.group(1) for line in lines if (found := _LINE.match(line))]
    if not own or outcome.error is None:
        return None
    last = lines[-1]
    if outcome.error == "ValueError" and (found := _UNPACKED.match(own[-1])):
        count = found.group(1).count(",") + 1
        if str(count) in re.findall(r"\d+", last):
            return (
                f"`{own[-1]}` has {count} names, but `{found.group(2)}` has another number of "
                "values: count the axes, or what each item of the list holds."
            )
    if outcome.error == "AttributeError" and _QUOTED.findall(last) in _SIZES_OF_TUPLES:
        return (
            f"`{own[-1]}` asks a {_QUOTED.findall(last)[0]} for its shape: the sizes are its own "
            "items, as in `H, W, C = shape`."
        )
    return None


def not_built(outcome: Outcome, setting: dict) -> str | None:
    """Why Keras cannot build the network of a setting: a map too small for a convolution or a pool,
    images without channels, or NumPy's whole numbers.
    """
    lines = outcome.trace.splitlines()
    if outcome.error != "ValueError":
        return None
    if all(words in lines[-1] for words in _AXES):
        return (
            "A convolution gets images without an axis for their channels: begin with "
            "keras.Input((28, 28, 1)), and put Flatten behind the last convolution."
        )
    if _OUT_OF_PIXELS not in lines[-1]:
        odd = [key for key, value in setting.items() if isinstance(value, np.integer)]
        if not odd:
            return None
        return (
            f"{odd[0]!r} is NumPy's whole number, where Keras may want Python's own: int(…) makes "
            "one, and `.tolist()` makes them of a whole array."
        )
    if "(None, 1, 28, 28)" in lines[-1]:
        return "The input has its channel first: begin with keras.Input((28, 28, 1))."
    return (
        "The network runs out of pixels: here the map is smaller than the window that shall slide "
        "over it. Take fewer layers, smaller kernels or less pooling."
    )
