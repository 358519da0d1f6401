"""Checks of the way back through max pooling."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks import pool_contrasts
from course_utils.checks import wrong_gradients as gradients
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question
from course_utils.checks.route_mistakes import ROUTES


def _drawn(rng, *shape):
    """Different whole numbers as floats, about half of them negative; no two are equal."""
    count = math.prod(shape)
    return (rng.permutation(count) - count // 2).reshape(shape).astype(float)


def _pool_gradient(dout, x, window, stride):
    grads = reference.max_pool2d_backward(
        dout[None, :, :, None], x[None, :, :, None], window, stride
    )
    return grads[0, :, :, 0]


def _backward_cases(rng, spans):
    cases = []
    for (height, width), window, stride in spans:
        places = ((height - window) // stride + 1, (width - window) // stride + 1)
        dout = np.arange(1.0, math.prod(places) + 1).reshape(places)
        cases.append(Case((dout, _drawn(rng, height, width), window, stride)))
    return cases


def _backward_tiles(rng):
    repeated = np.array([[1.0, 5, 5, 2], [3, 4, 0, 1], [5, 0, 6, 5], [2, 1, 3, 4]])
    cases = [Case((np.array([[1.5, -2], [3, 4]]), repeated, 2, 2))]
    return cases + _backward_cases(
        rng, (((2, 4), 2, 2), ((5, 4), 2, 2), ((6, 7), 3, 3), ((5, 8), 2, 3))
    )


def _backward_overlaps(rng):
    peak = np.array([[0.0, -1, -2], [-3, 9, -4], [-5, -6, -7]])
    cases = [Case((np.array([[1.0, 2], [3, 4]]), peak, 2, 1))]
    return cases + _backward_cases(rng, (((3, 4), 2, 1), ((5, 5), 3, 2), ((6, 4), 3, 1)))


_LARGEST = "Only the largest cell of a window has influenced the output, so it alone gets it."

_MAX_POOL2D_BACKWARD = Question(
    name="max_pool2d_backward",
    parameters=("dout", "x", "window", "stride"),
    truth=_pool_gradient,
    parts={"windows side by side": _backward_tiles, "overlapping windows": _backward_overlaps},
    mistakes=(
        Mistake(
            "pool-gradient-overwritten",
            lambda dout, x, w, s: gradients.gradient(x, dout, w, s, add=lambda old, new: new),
        ),
        Mistake("pool-gradient-overwritten", gradients.gradient_by_windows),
        Mistake(
            None,
            lambda dout, x, w, s: gradients.gradient(x, dout, w, s, add=None, share=True),
            "the gradient given to every cell of the window",
            _LARGEST,
        ),
        Mistake(None, gradients.shared_evenly, "the gradient shared by the window", _LARGEST),
        Mistake(None, gradients.first_cell, "the gradient given to the first cell", _LARGEST),
        Mistake(
            None,
            gradients.whole_image,
            "all gradients given to the largest cell of the image",
            "Each window has a largest cell of its own.",
        ),
        Mistake(
            None,
            gradients.times_maximum,
            "the gradient times the maximum",
            "The output grows as its largest cell does, one for one: add dout[i, j] itself.",
        ),
        Mistake(None, gradients.ones, "1 for each window", "Add the window's own dout[i, j]."),
        Mistake(
            None,
            gradients.unmoved_place,
            "the place within the window taken for a place in the image",
            "The window begins at row i·stride and column j·stride: add that to the place.",
        ),
        Mistake(
            "rows-columns-swapped",
            gradients.place_exchanged,
            "row and column of the largest cell exchanged",
            "np.unravel_index gives the row first, then the column.",
        ),
        Mistake(
            None,
            gradients.not_unravelled,
            "a flat place used for row and column",
            "np.argmax counts through the window as if it were flat: np.unravel_index parts it.",
        ),
        Mistake(
            None,
            gradients.unstrided,
            "windows that move by one cell only",
            "The window of dout[i, j] begins at row i·stride and column j·stride.",
        ),
        Mistake("pooling-tiles", gradients.tiled),
        Mistake(
            None,
            gradients.maximum_itself,
            "the maximum passed back",
            "What flows back is the window's gradient, dout[i, j].",
        ),
        Mistake(None, gradients.ones_written, "a mask of the maxima", "Add dout[i, j] there."),
        Mistake(
            None,
            gradients.averaged,
            "the mean of several windows' gradients",
            "A cell that is the largest of several windows receives the sum.",
        ),
        Mistake(None, gradients.to_smallest, "the gradient given to the smallest cell", _LARGEST),
        *(
            Mistake(
                "rows-columns-swapped",
                exchanged,
                "dout[j, i] in the place of dout[i, j]",
                "i counts the rows of dout, as it counts those of the windows.",
            )
            for exchanged in (gradients.dout_exchanged, gradients.dout_exchanged_stops)
        ),
        *(
            Mistake(
                None,
                flat,
                "a place in the window unravelled in the image",
                "np.argmax counts through the window: np.unravel_index needs the window's shape.",
            )
            for flat in (
                gradients.unravelled_in_image(),
                gradients.unravelled_in_image(np.minimum),
                gradients.flat_in_image,
            )
        ),
        Mistake(
            None,
            gradients.forwards,
            "pooling forwards",
            "Asked for is the way back: a number for each cell of x, in x's shape.",
        ),
        *(
            Mistake(
                None,
                small,
                "a map of dout's shape",
                "The gradient has a number for each cell of x.",
            )
            for small in (
                gradients.as_output,
                gradients.spread_over_output,
                gradients.too_small,
            )
        ),
        *ROUTES,
    ),
    contrasts=pool_contrasts.ROUTES,
    hint="for each window find the place of its maximum, and add the window's gradient there.",
    section="back",
)


def check_max_pool2d_backward(answer, part=None, seed=0) -> None:
    """``answer(dout, x, window, stride)``: dout (H', W'), x (H, W) → dx (H, W)."""
    examine(_MAX_POOL2D_BACKWARD, answer, part, seed)
