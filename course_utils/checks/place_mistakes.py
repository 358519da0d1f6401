"""Mistakes of any pool in the number of its windows, and in where they begin and end."""

import math

from course_utils.checks import wrong_parts as parts
from course_utils.checks.question import Mistake
from course_utils.checks.wrong_parts import RIGHT

_COUNT = "An axis of n cells has (n − w) // s + 1 windows: whole ones, the first one at 0."
_START = "out[i, j] belongs to the window that begins at row i·stride and column j·stride."
_END = "A window ends w cells behind its start: i·stride : i·stride + window, and so for columns."

_SIDES = (
    ("", (True, True)),
    (" along the rows alone", (True, False)),
    (" along the columns alone", (False, True)),
)

# (words, what is otherwise, what is right, for which sides: 0 both, 1 rows, 2 columns)
_COUNTS = (
    ("the size rounded up", lambda a: -(-(a.cells - a.window) // a.step) + 1, (1, 2)),
    (
        "the size rounded to the nearest whole number",
        lambda a: round((a.cells - a.window) / a.step) + 1,
        (0,),
    ),
    (
        "the size rounded to the nearest whole number",
        lambda a: math.floor((a.cells - a.window) / a.step + 0.5) + 1,
        (0,),
    ),
    ("the last window left out", lambda a: (a.cells - a.window) // a.step, (1, 2)),
    ("n // stride windows", lambda a: a.cells // a.step, (1, 2)),
    ("n // window windows", lambda a: a.cells // a.window, (1, 2)),
    (
        "the window alone divided by the stride, n − (w // s) + 1",
        lambda a: a.cells - a.window // a.step + 1,
        (0,),
    ),
    ("the + 1 inside the division", lambda a: (a.cells - a.window + 1) // a.step, (0, 1, 2)),
    ("one window too many", lambda a: (a.cells - a.window) // a.step + 2, (0, 1, 2)),
    ("n // s + 1 windows", lambda a: a.cells // a.step + 1, (0,)),
    ("(n + w) // s + 1 windows", lambda a: (a.cells + a.window) // a.step + 1, (0,)),
    ("(n − s) // w + 1 windows", lambda a: (a.cells - a.step) // a.window + 1, (0,)),
    (
        "a range that ends one too late",
        lambda a: -(-(a.cells - a.window + 2) // a.step),
        (0,),
    ),
    ("n − w + 1 windows, as with stride 1", lambda a: a.cells - a.window + 1, (0,)),
    ("(n − w) // w + 1 windows, by the window", lambda a: (a.cells - a.window) // a.window + 1, ()),
)

_FRAMED_COUNTS = (
    (
        "the padding counted twice in the size",
        lambda a: (a.size + 4 * a.padding - a.window) // a.step + 1,
        (0,),
    ),
    (
        "the size of the image before padding",
        lambda a: max((a.size - a.window) // a.step + 1, 0),
        (1, 2),
    ),
)

_PLACES = (
    ("a start that moves by one cell", lambda a, i: i, lambda a, i: i + a.window, (1, 2)),
    (
        "a start at i·window",
        lambda a, i: i * a.window,
        lambda a, i: (i + 1) * a.window,
        (1, 2),
    ),
    (
        "a start at i + stride",
        lambda a, i: i + a.step,
        lambda a, i: i + a.step + a.window,
        (0,),
    ),
    (
        "a start one cell too late",
        lambda a, i: i * a.step + 1,
        lambda a, i: i * a.step + 1 + a.window,
        (0,),
    ),
    (
        "a start one whole stride too late",
        lambda a, i: (i + 1) * a.step,
        lambda a, i: (i + 1) * a.step + a.window,
        (0,),
    ),
)

_ENDS = (
    ("an end at i + window", lambda a, i: i + a.window, (0, 1, 2)),
    ("an end at (i + 1)·window", lambda a, i: (i + 1) * a.window, (0, 1, 2)),
    ("windows of w − 1 cells", lambda a, i: i * a.step + a.window - 1, (0, 1, 2)),
    ("windows of w + 1 cells", lambda a, i: i * a.step + a.window + 1, (1, 2)),
    ("windows of one cell", lambda a, i: i * a.step + 1, ()),
    ("windows as long as the stride", lambda a, i: (i + 1) * a.step, (1, 2)),
    ("windows of 2 cells, whatever `window` is", lambda a, i: i * a.step + 2, (1, 2)),
    ("windows of 3 × 3, whatever `window` is", lambda a, i: i * a.step + 3, (0,)),
    ("windows that reach to the image's end", lambda a, i: a.cells, (0, 1, 2)),
    ("windows that begin at 0", lambda a, i: i * a.step + a.window, ()),
)

_LOOPS = (
    ("the last place left at 0", lambda a, count: range(count - 1), (0, 1, 2)),
    ("the first place left at 0", lambda a, count: range(1, count), (0, 1, 2)),
    (
        "the stride in the loop over places, and once more in the start",
        lambda a, count: range(0, count, a.step),
        (0,),
    ),
)


def _each(entries, make, right):
    for words, *changed, sides in entries:
        for side in sides:
            where, (rows, columns) = _SIDES[side]
            otherwise = make(*changed)
            yield (
                words + where,
                right,
                otherwise if rows else RIGHT,
                otherwise if columns else RIGHT,
            )


def _all(framed):
    yield from _each(_COUNTS, lambda count: RIGHT._replace(count=count), _COUNT)
    if framed:
        yield from _each(_FRAMED_COUNTS, lambda count: RIGHT._replace(count=count), _COUNT)
    yield from _each(_PLACES, lambda start, end: RIGHT._replace(start=start, end=end), _START)
    yield from _each(_ENDS, lambda end: RIGHT._replace(end=end), _END)
    yield from _each(_LOOPS, lambda looped: RIGHT._replace(looped=looped), "Fill every place.")


def places_of(reduce, framed) -> tuple[Mistake, ...]:
    """The mistakes; ``framed``: whether the pool has a padding."""
    short = RIGHT._replace(count=lambda a: -(-(a.cells - a.window) // a.step))
    every = RIGHT._replace(count=lambda a: -(-a.cells // a.step))
    by_one = RIGHT._replace(
        count=lambda a: a.cells - a.window + 1,
        start=lambda a, i: i,
        end=lambda a, i: i + a.window,
    )
    found = [
        Mistake(None, parts.built(reduce, rows, columns), words, right)
        for words, right, rows, columns in _all(framed)
    ]
    found += [
        Mistake(
            None,
            make(reduce, *((each if side else RIGHT) for side in sides)),
            words + where,
            right,
        )
        for words, right, each in (
            (
                "a range that ends before the last place",
                "range(n − w) leaves out the start at n − w: range(n − w + 1) has it.",
                short,
            ),
            (
                "windows that hang over the end",
                "A window counts only if all of it is inside; cells left over are not read.",
                every,
            ),
        )
        for where, sides in _SIDES
        for make in ((parts.built, parts.listed) if each is short else (parts.built,))
        if make is parts.listed or where
    ]
    found += [
        Mistake(
            None,
            parts.built(reduce, *((by_one if side else RIGHT) for side in sides)),
            "steps of one cell" + where,
            "The window moves by the stride along the rows and along the columns.",
        )
        for where, sides in _SIDES
    ]
    return tuple(found)
