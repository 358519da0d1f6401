"""Mistakes of the way back in which the gradient reaches other cells, or changes afterwards."""

import numpy as np

from course_utils.checks import wrong_routes as routes
from course_utils.checks.question import Mistake

_LARGEST = "Only the largest cell of a window has influenced the output, so it alone gets it."
_ONE = "Add the window's own dout[i, j], as it is."
_ELSEWHERE = "Look for the maximum within the window: the same number can stand elsewhere."

SPREAD = (
    *(
        Mistake(
            None,
            routes.everywhere(add, share),
            "the gradient given to every cell of the image that equals the maximum",
            _ELSEWHERE,
        )
        for add, share in (
            (lambda old, new: old + new, False),
            (lambda old, new: new, False),
            (lambda old, new: old + new, True),
        )
    ),
    *(
        Mistake(None, found, words, right)
        for words, right, found in (
            ("the largest cell of each row of the window", _LARGEST, routes.along(1)),
            ("the largest cell of each column of the window", _LARGEST, routes.along(0)),
            (
                "the gradient times every cell of the window",
                _LARGEST,
                routes.patched(lambda b, g: b * g),
            ),
            (
                "the gradient for all but the largest cell",
                _LARGEST,
                routes.patched(lambda b, g: (b != b.max()) * g),
            ),
            (
                "the gradient for all cells above the mean",
                _LARGEST,
                routes.patched(lambda b, g: (b > b.mean()) * g),
            ),
            (
                "the gradient for all positive cells, as of ReLU",
                _LARGEST,
                routes.patched(lambda b, g: (b > 0) * g),
            ),
            (
                "the gradient turned over (rows for columns)",
                "The result has the shape of x.",
                routes.after(lambda dx, dout, x: dx.T),
            ),
            (
                "zeros alone",
                "Is dout[i, j] added to the array that you return?",
                routes.after(lambda dx, dout, x: 0 * dx),
            ),
            (
                "the gradient of the flat image",
                "The result has the shape of x.",
                routes.after(lambda dx, dout, x: dx.ravel()),
            ),
            (
                "the gradient divided by the number of windows",
                _ONE,
                routes.after(lambda dx, dout, x: dx / dout.size),
            ),
            (
                "negative gradients left out",
                _ONE,
                routes.after(lambda dx, dout, x: np.maximum(dx, 0)),
            ),
            (
                "the gradient where x is positive alone",
                "The largest cell can be negative.",
                routes.after(lambda dx, dout, x: dx * (x > 0)),
            ),
            ("x itself", "Asked for is the gradient.", routes.after(lambda dx, dout, x: x)),
            (
                "dout itself",
                "Asked for is the gradient in the shape of x.",
                routes.after(lambda dx, dout, x: dout),
            ),
        )
    ),
)
