"""Write cases, arrays and results as plain text for students."""

import numpy as np

from course_utils.checks.answer import Case
from course_utils.checks.values import kind, numbers

_MOST = 80  # the most numbers of an array that are shown; nobody compares more by eye


def case_text(name: str, parameters: tuple[str, ...], case: Case) -> str:
    """The call on one line, and its arrays below it."""
    shown, arrays = [], []
    named = list(zip(parameters, case.arguments, strict=False)) + list(case.options.items())
    for index, (parameter, value) in enumerate(named):
        is_array = isinstance(value, np.ndarray)
        text = parameter if is_array else repr(value)
        shown.append(text if is_array or index < len(case.arguments) else f"{parameter}={text}")
        if is_array:
            arrays.append(array_text(parameter, value))
    return "\n".join([f"{name}({', '.join(shown)})", *arrays])


def array_text(label: str, array: np.ndarray) -> str:
    """An array with its shape; images (N, H, W, C) and kernels plane by plane."""
    head = f"{label}, shape {array.shape}"
    if array.size > _MOST:
        return f"{head}: too large to show"
    if not array.size:
        return f"{head}: no numbers"
    if array.ndim <= 2:
        return f"{head}:\n{_plane(array)}"
    before, after = _plane_axes(label, array.ndim)
    planes = []
    for index in np.ndindex(*(array.shape[a] for a in (*before, *after))):
        place = [str(i) for i in index[: len(before)]] + [":", ":"]
        place += [str(i) for i in index[len(before) :]]
        plane = array[(*index[: len(before)], slice(None), slice(None), *index[len(before) :])]
        title = f"  {label}[{', '.join(place)}]\n" if array.size > plane.size else ""
        planes.append(title + _plane(plane))
    return "\n".join([f"{head}:", *planes])


def expected_text(expected) -> str:
    """The expected result."""
    if isinstance(expected, np.ndarray):
        return array_text("expected", expected)
    return f"expected  {_plain(expected)}"


def difference_text(expected, got) -> str:
    """Expected and got, and for larger arrays the first place where they differ."""
    lines = [expected_text(expected)]
    if not isinstance(expected, np.ndarray):
        return "\n".join([*lines, f"got       {_plain(got)}"])
    if type(got) is not np.ndarray:
        return "\n".join([*lines, f"got {_plain(got)}"])
    lines.append(array_text("got", got))
    theirs, ours = numbers(got), numbers(expected)
    if (
        theirs is not None
        and ours is not None
        and got.shape == expected.shape
        and expected.size > 12
    ):
        wrong = ~np.isclose(theirs, ours, rtol=1e-4, atol=1e-5)
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0])
            lines.append(
                f"They differ in {wrong.sum()} of {expected.size} cells, first at {list(place)}: "
                f"expected {_number(expected[place])}, got {_number(got[place])}."
            )
    return "\n".join(lines)


def _plane_axes(label: str, ndim: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes before, and those after, the two axes of a plane."""
    if label == "kernel":
        return (), tuple(range(2, ndim))
    return ((0,), (3,)) if ndim == 4 else ((), tuple(range(2, ndim)))


def _plane(array: np.ndarray) -> str:
    if array.ndim == 0:
        return f"    {_number(array[()])}"
    rows = [[_number(value) for value in row] for row in np.atleast_2d(array)]
    width = max((len(text) for row in rows for text in row), default=0)
    return "\n".join("    " + " ".join(text.rjust(width) for text in row) for row in rows)


def _number(value) -> str:
    if np.asarray(value).dtype.kind in "iuf":
        return f"{float(value):.4g}"
    return str(value)


def _holds_arrays(value) -> bool:
    if type(value) in (tuple, list):
        return any(_holds_arrays(item) for item in value)
    return type(value) is np.ndarray


def _plain(value) -> str:
    if type(value) in (tuple, list) and _holds_arrays(value):
        return "(" + ", ".join(_plain(item) for item in value) + ")"
    if type(value) is np.ndarray and value.ndim == 1 and 0 < value.size <= 12:
        return f"[{_plane(value).strip()}]"
    plain = type(value) in (int, float, bool, list, tuple, dict, str, type(None))
    text = repr(value) if plain else kind(value)
    return text if len(text) <= 400 else text[:400] + "…"
