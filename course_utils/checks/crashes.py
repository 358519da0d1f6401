"""Explain a crash that does not come from a misconception about the question.

Only the student's own line, and the numbers and names in the message, are read, not its words.
"""

import re

from course_utils.checks.answer import Outcome

_LINE = re.compile(r"^line \d+, in [^:]*:  (.*)$")
_NAMES = r"\(?((?:\w+\s*,\s*)+\w+)\)?"
_HELD = r"([\w.]+(?:\[[\w:, -]+\])?)"  # not a call, which can raise for other reasons
_UNPACKED = re.compile(rf"^(?:for )?{_NAMES}(?: =| in) {_HELD}:?$")
_QUOTED = re.compile(r"(?<=')\w+(?=')")
_SIZES_OF_TUPLES = (["tuple", "shape"], ["list", "shape"])
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


def out_of_pixels(outcome: Outcome) -> str | None:
    """Why Keras cannot build a convolution or a pool, if the map is too small for it."""
    lines = outcome.trace.splitlines()
    if outcome.error != "ValueError" or _OUT_OF_PIXELS not in lines[-1]:
        return None
    if "(None, 1, 28, 28)" in lines[-1]:
        return "The input has its channel first: begin with keras.Input((28, 28, 1))."
    return (
        "The network runs out of pixels: here the map is smaller than the window that shall slide "
        "over it. Take fewer layers, smaller kernels or less pooling."
    )
