"""The gaps of "Try it yourself": the right filling, and the mistake behind a wrong one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils import reference
from course_utils.catalogue import CATALOGUE
from course_utils.checks.error import CheckError

Names = Mapping[str, Any]


class WrongFilling(NamedTuple):
    """A value that ``name`` has with one wrong filling, and what that filling does.

    ``what`` completes "that is …"; with ``misconception`` (an id of the catalogue) it may be empty.
    """

    name: str
    value: Callable[[Names], Any]
    misconception: str = ""
    what: str = ""


class Gap(NamedTuple):
    """One exercise: what its names must be, from the names that the chapter has before it.

    ``right``: the names in the order in which they are checked.
    """

    right: Mapping[str, Callable[[Names], Any]]
    wrong: tuple[WrongFilling, ...]


def _given(value: Any) -> Callable[[Names], Any]:
    return lambda _: value


def _window(rows: slice, columns: slice) -> Callable[[Names], Any]:
    return lambda names: names["picture"][rows, columns]


_STEPS = "the number of steps: the place before the first step counts, too"

# the name of a gap is the first name that its code assigns
GAPS: dict[str, Gap] = {
    "sees": Gap(
        {"sees": _given(reference.receptive_field([(5, 1), (3, 1), (3, 1)])[-1].size)},
        (
            WrongFilling(
                "sees",
                _given(12),
                what="each layer adding its whole kernel: windows that overlap add one cell less",
            ),
            WrongFilling(
                "sees", _given(8), what="what the layers add, without the cell that one starts with"
            ),
            WrongFilling("sees", _given(3), "field-is-kernel"),
            WrongFilling("sees", _given(5), "field-is-kernel"),
        ),
    ),
    "window": Gap(
        {
            "window": _window(slice(2, 5), slice(0, 3)),
            "answer": lambda names: np.sum(names["picture"][2:5, 0:3] * names["kernel"]),
        },
        (
            WrongFilling("window", _window(slice(0, 3), slice(2, 5)), "rows-columns-swapped"),
            WrongFilling(
                "window",
                _window(slice(2, 4), slice(0, 2)),
                what="a slice that ends too early: the second number of a slice is not part of it",
            ),
            WrongFilling(
                "window",
                _window(slice(3, 6), slice(1, 4)),
                what="counting from 1: the first row and the first column have the number 0",
            ),
            WrongFilling(
                "answer",
                lambda names: np.sum(names["picture"][2:5, 0:3] * np.flip(names["kernel"])),
                "kernel-flipped",
            ),
            WrongFilling(
                "answer",
                lambda names: names["picture"][2:5, 0:3] * names["kernel"],
                what="the nine products, which are not added up yet",
            ),
            WrongFilling(
                "answer",
                lambda names: np.sum(names["picture"][2:5, 0:3]),
                what="the sum of the window alone, without the kernel",
            ),
        ),
    ),
    "steps": Gap(
        {"steps": _given(12.5), "places": _given(reference.output_size(28, 5, 2, 1))},
        (
            WrongFilling("steps", _given(12), "padding-total"),
            WrongFilling("steps", _given(11.5), what="the size without its padding"),
            WrongFilling(
                "steps", _given(13), what="one cell too many: the + 1 comes after the division"
            ),
            WrongFilling("places", _given(12), what=_STEPS),
            WrongFilling("places", _given(13.5), "no-floor"),
            WrongFilling("places", _given(12.5), "no-floor"),
            WrongFilling("places", _given(14), "size-ceiling"),
        ),
    ),
    "field": Gap(
        {"field": _given(reference.receptive_field([(3, 2), (3, 1), (3, 1)])[-1].size)},
        (
            WrongFilling("field", _given(7), what="all three layers with stride 1"),
            WrongFilling(
                "field",
                _given(9),
                what="the stride counted in its own layer, where it counts for "
                "the layers that come after it",
            ),
            WrongFilling(
                "field",
                _given(13),
                what="the stride counted in its own layer, too: there the "
                "windows still lie on cells that are next to each other",
            ),
            WrongFilling("field", _given(3), "field-is-kernel"),
        ),
    ),
    "kernel_shape": Gap(
        {
            "kernel_shape": _given((5, 5, 3, 16)),
            "parameters": _given(reference.conv_parameters(3, 16, 5)),
        },
        (
            WrongFilling("kernel_shape", _given((5, 5, 1, 16)), "no-input-channels"),
            WrongFilling(
                "kernel_shape",
                _given((5, 5, 16, 3)),
                what="the filters before the input's channels",
            ),
            WrongFilling("parameters", _given(416), "no-input-channels"),
            WrongFilling("parameters", _given(1200), "bias-missing"),
            WrongFilling(
                "parameters",
                _given(1203),
                what="a bias for each channel of the input: each filter has its own",
            ),
            WrongFilling(
                "parameters", _given(1201), what="one bias for all: each filter has its own"
            ),
        ),
    ),
    "side": Gap(
        {
            "side": _given(reference.output_size(13, 3, stride=2)),
            "numbers": _given(reference.output_size(13, 3, stride=2) ** 2 * 64),
            "parameters": _given(0),
        },
        (
            WrongFilling("side", _given(4), "pooling-tiles"),
            WrongFilling("side", _given(7), "size-ceiling"),
            WrongFilling("side", _given(5), what=_STEPS),
            WrongFilling("numbers", _given(36), "pooling-mixes-channels"),
            WrongFilling("parameters", _given(9), "pooling-has-weights"),
            WrongFilling("parameters", _given(9 * 64), "pooling-has-weights"),
            WrongFilling("parameters", _given(10 * 64), "pooling-has-weights"),
        ),
    ),
    "sides": Gap(
        {
            "sides": _given([28, 28, 14, 14, 7, 7]),
            "numbers_after_flatten": _given(7 * 7 * 64),
        },
        (
            WrongFilling(
                "sides",
                _given([28, 28, 28, 28, 28, 28]),
                what="pooling that keeps the size: it still halves each side",
            ),
            WrongFilling(
                "sides", _given([28, 28, 14, 12, 6, 4]), what="“same” on the first convolution only"
            ),
            WrongFilling(
                "sides",
                _given([28, 28, 13, 13, 6, 6]),
                what="“same” on the first convolution taken for a size of 26",
            ),
        ),
    ),
}


def check_gap(gap: str, names: Names, before: Names) -> str:
    """The sentence for the right filling of ``gap`` (a key of GAPS).

    ``names``: the names after the reader's code has run; ``before``: the names before it. Raises
    CheckError for a wrong filling; its message says which name is not right, and if known, why.
    """
    asked = GAPS[gap]
    for name, right in asked.right.items():
        if name not in names:
            raise CheckError(f"{name} is not there: your code must assign it.", question=gap)
        given, wanted = names[name], right(before)
        if _same(given, wanted):
            continue
        text = f"{name} is not right yet. Yours is {_shown(given)}"
        for wrong in asked.wrong:
            if wrong.name != name or not _same(given, wrong.value(before)):
                continue
            if not wrong.misconception:
                raise CheckError(f"{text}: that is {wrong.what}.", question=gap)
            entry = CATALOGUE[wrong.misconception]
            raise CheckError(f"{text}: that is {entry.wrong}. {entry.right}", entry.id, gap)
        if isinstance(given, np.ndarray) and given.shape != np.shape(wanted):
            text += f", of shape {given.shape}; the shape must be {np.shape(wanted)}"
        raise CheckError(f"{text}.", question=gap)
    last = list(asked.right)[-1]
    return f"Right: {last} is {_shown(names[last])}."


def _same(given: Any, wanted: Any) -> bool:
    try:
        return np.shape(given) == np.shape(wanted) and bool(np.all(np.equal(given, wanted)))
    except (TypeError, ValueError):  # not a number, or not an array with rows of equal length
        return False


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.tolist()}"
    return f"{value.item()}" if isinstance(value, np.generic) else f"{value}"
