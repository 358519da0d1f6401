"""Mistakes of the way back through max pooling: one part of its loops is otherwise."""

import numpy as np

from course_utils.checks import wrong_routes as routes
from course_utils.checks.question import Mistake
from course_utils.checks.spread_mistakes import SPREAD

_LARGEST = "Only the largest cell of a window has influenced the output, so it alone gets it."
_START = (
    "The window of dout[i, j] begins at row i·stride and column j·stride; add that to the place."
)
_ONE = "Add the window's own dout[i, j], as it is."
_SUM = "A cell that is the largest of several windows receives the sum: add with +=."
_ELSEWHERE = "Look for the maximum within the window: the same number can stand elsewhere."

_ROUTES = (
    (
        "row and column taken from each other's step",
        _START,
        {
            "start": lambda at: (at.j * at.stride, at.i * at.stride),
            "place": lambda at, a, b: (at.j * at.stride + a, at.i * at.stride + b),
        },
    ),
    (
        "the window's row forgotten in the place",
        _START,
        {"place": lambda at, a, b: (a, at.j * at.stride + b)},
    ),
    (
        "the window's column forgotten in the place",
        _START,
        {"place": lambda at, a, b: (at.i * at.stride + a, b)},
    ),
    (
        "the place i + row, without the stride",
        _START,
        {"place": lambda at, a, b: (at.i + a, at.j + b)},
    ),
    (
        "the place i·window + row",
        _START,
        {"place": lambda at, a, b: (at.i * at.window + a, at.j * at.window + b)},
    ),
    (
        "the place i·window + row",
        _START,
        {"place": lambda at, a, b: (at.i * at.window + a, at.j * at.window + b), "guard": True},
    ),
    (
        "windows that move by one cell, and places by the stride",
        _START,
        {"start": lambda at: (at.i, at.j)},
    ),
    (
        "windows that move by one cell along the rows",
        _START,
        {
            "start": lambda at: (at.i, at.j * at.stride),
            "place": lambda at, a, b: (at.i + a, at.j * at.stride + b),
        },
    ),
    (
        "windows that move by one cell along the columns",
        _START,
        {
            "start": lambda at: (at.i * at.stride, at.j),
            "place": lambda at, a, b: (at.i * at.stride + a, at.j + b),
        },
    ),
    (
        "a place in the window unravelled in the image",
        "np.argmax counts through the window: np.unravel_index needs the window's shape.",
        {"pick": lambda patch, at: np.unravel_index(patch.argmax(), at.x.shape), "guard": True},
    ),
    (
        "the place divided by the stride",
        "np.argmax counts through the window, whose rows have w cells.",
        {"pick": lambda patch, at: divmod(int(patch.argmax()), at.stride)},
    ),
    (
        "the place divided by the stride",
        "np.argmax counts through the window, whose rows have w cells.",
        {"pick": lambda patch, at: divmod(int(patch.argmax()), at.stride), "guard": True},
    ),
    (
        "the place divided by 2",
        "np.argmax counts through the window, whose rows have w cells.",
        {"pick": lambda patch, at: divmod(int(patch.argmax()), 2), "guard": True},
    ),
    (
        "the place of the largest cell in the whole image",
        "Each window has a largest cell of its own: np.argmax of the window.",
        {"pick": lambda patch, at: np.unravel_index(at.x.argmax(), at.x.shape), "guard": True},
    ),
    (
        "the first cell of the image that equals the maximum",
        _ELSEWHERE,
        {"pick": routes.first_alike, "place": lambda at, a, b: (a, b)},
    ),
    (
        "the last cell of the image that equals the maximum",
        _ELSEWHERE,
        {"pick": routes.last_alike, "place": lambda at, a, b: (a, b)},
    ),
    (
        "the largest absolute value",
        "The signs count: of −5 and 2 the larger one is 2.",
        {"pick": lambda patch, at: np.unravel_index(np.abs(patch).argmax(), patch.shape)},
    ),
    (
        "the gradient given to the last cell",
        _LARGEST,
        {"pick": lambda patch, at: (patch.shape[0] - 1, patch.shape[1] - 1)},
    ),
    (
        "the gradient given to the middle cell",
        _LARGEST,
        {"pick": lambda patch, at: (patch.shape[0] // 2, patch.shape[1] // 2)},
    ),
    (
        "windows of 2 × 2, whatever `window` is",
        "A window has w rows and w columns.",
        {"sides": lambda at: (2, 2)},
    ),
    (
        "windows as long as the stride",
        "A window ends w cells behind its start.",
        {"sides": lambda at: (at.stride, at.stride)},
    ),
    (
        "windows of w + 1 cells",
        "A window ends w cells behind its start.",
        {"sides": lambda at: (at.window + 1, at.window + 1)},
    ),
    (
        "windows of w − 1 cells",
        "A window ends w cells behind its start.",
        {"sides": lambda at: (at.window - 1, at.window - 1)},
    ),
    (
        "windows of one row",
        "A window has w rows and w columns.",
        {"sides": lambda at: (1, at.window)},
    ),
    (
        "windows of one column",
        "A window has w rows and w columns.",
        {"sides": lambda at: (at.window, 1)},
    ),
    ("the gradient with the other sign", _ONE, {"amount": lambda at, p: -at.dout[at.i, at.j]}),
    (
        "the gradient divided by the window's cells",
        _ONE,
        {"amount": lambda at, p: at.dout[at.i, at.j] / at.window**2},
    ),
    (
        "the gradient times the window's cells",
        _ONE,
        {"amount": lambda at, p: at.dout[at.i, at.j] * at.window**2},
    ),
    ("all of dout for each window", _ONE, {"amount": lambda at, p: at.dout.sum()}),
    ("dout[0, 0] for each window", _ONE, {"amount": lambda at, p: at.dout[0, 0]}),
    (
        "the gradient and the maximum added",
        _ONE,
        {"amount": lambda at, p: at.dout[at.i, at.j] + p.max()},
    ),
    (
        "dout from the end",
        "dout[i, j] belongs to the window that begins at i·stride, j·stride.",
        {"amount": lambda at, p: at.dout[-1 - at.i, -1 - at.j]},
    ),
    (
        "the first window's gradient kept where windows overlap",
        _SUM,
        {"add": lambda old, new: old or new},
    ),
    ("the largest gradient kept where windows overlap", _SUM, {"add": max}),
    (
        "the gradient added to a copy of x",
        "The gradient begins with zeros: np.zeros(x.shape).",
        {"begin": lambda x: x.astype(float)},
    ),
    (
        "the gradient added to ones",
        "The gradient begins with zeros: np.zeros(x.shape).",
        {"begin": lambda x: np.ones(x.shape)},
    ),
    (
        "the first window alone",
        "Is the `return` inside a loop? It belongs behind both.",
        {"places": lambda dout: [(0, 0)]},
    ),
    (
        "the first row of windows alone",
        "Is the `return` inside a loop? It belongs behind both.",
        {"places": lambda dout: np.ndindex(1, dout.shape[1])},
    ),
    (
        "the last row and column of windows left out",
        "range(n) has all n: 0 to n − 1.",
        {"places": lambda dout: np.ndindex(dout.shape[0] - 1, dout.shape[1] - 1)},
    ),
    (
        "the last row of windows left out",
        "range(n) has all n: 0 to n − 1.",
        {"places": lambda dout: np.ndindex(dout.shape[0] - 1, dout.shape[1])},
    ),
    (
        "the last column of windows left out",
        "range(n) has all n: 0 to n − 1.",
        {"places": lambda dout: np.ndindex(dout.shape[0], dout.shape[1] - 1)},
    ),
    (
        "the first row and column of windows left out",
        "range(n) has all n: 0 to n − 1.",
        {
            "places": lambda dout: [
                (i, j) for i in range(1, dout.shape[0]) for j in range(1, dout.shape[1])
            ]
        },
    ),
    (
        "one side of dout for both loops",
        "dout need not be square: use both of its sides.",
        {"places": lambda dout: np.ndindex(dout.shape[0], dout.shape[0])},
    ),
    (
        "one side of dout for both loops",
        "dout need not be square: use both of its sides.",
        {"places": lambda dout: np.ndindex(dout.shape[1], dout.shape[1])},
    ),
    (
        "one side of dout for both loops",
        "dout need not be square: use both of its sides.",
        {"places": lambda dout: np.ndindex(min(dout.shape), min(dout.shape))},
    ),
)

ROUTES = (
    *(Mistake(None, routes.routed(**parts), words, right) for words, right, parts in _ROUTES),
    *SPREAD,
)
