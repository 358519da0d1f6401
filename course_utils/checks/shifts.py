"""Checks of the effect of pooling when an image moves."""

import math

import numpy as np

from course_utils.catalogue import CATALOGUE
from course_utils.checks import pool_contrasts
from course_utils.checks import wrong_shifts as wrong
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question
from course_utils.checks.wrong_moves import MOVES


def _drawn(rng, window, *shape):
    """An image of different positive numbers, close to each other in the first row of windows."""
    image = 1.0 + rng.permutation(math.prod(shape)).reshape(shape)
    image[:window] /= 100
    return image


def _small_shifts(rng):
    dot = np.zeros((4, 4))
    dot[1, 0] = 1.0
    second, third, last = (np.roll(dot, column, axis=1) for column in (1, 2, 3))
    moved = [Case((image, 1, 2)) for image in (second, third, last)]
    return [Case((dot, 1, 2)), Case((dot, 0, 2)), Case((dot, 2, 2)), *moved]


def _drawn_shifts(rng):
    spans = (((4, 6), 1, 2), ((4, 8), 2, 2), ((6, 9), 1, 3), ((6, 12), 2, 3), ((8, 8), 3, 4))
    cases = [Case((_drawn(rng, w, *shape), c, w)) for shape, c, w in spans]
    cases.append(Case((-_drawn(rng, 2, 4, 6), 1, 2)))
    cases.append(Case((1 + _drawn(rng, 2, 4, 6) * 1e-7, 1, 2)))  # little changes that count
    cases.append(Case((_drawn(rng, 2, 4, 6), 0, 2)))
    quarters = (1.0 + rng.permutation(24).reshape(4, 6)) / 4  # float32 holds them, int does not
    return [*cases, Case((quarters, 1, 2))]


_FREED = "The columns that the shift frees are zero."

_CHANGED_CELLS = Question(
    name="changed_cells",
    parameters=("image", "columns", "window"),
    truth=wrong.changed,
    parts={"a single dot": _small_shifts, "whole images": _drawn_shifts},
    mistakes=(
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.zeros_like(wrong.pooled(image, window), bool),
            "no change in any cell",
            "Is the moved copy pooled, and not the image once more? "
            + CATALOGUE["invariant-not-equivariant"].right,
        ),
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.full_like(
                wrong.pooled(image, window), columns >= window, bool
            ),
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                wrong.pooled(image, window) != wrong.shifted(wrong.pooled(image, window), columns)
            ),
            "the pooled map moved, not the image",
            "The image moves first, by `columns` of its own columns; then it is pooled.",
        ),
        *(
            Mistake(
                None,
                wrong.after_the_shift(
                    lambda before, after, least=least: np.abs(after - before) > least
                ),
                "small changes not counted",
                "However little a number changes, it differs: compare with !=.",
            )
            for least in (0.5, 0.1)
        ),
        *(
            Mistake(None, wrong.moved_by(move), words, right)
            for move, words, right in (
                (
                    wrong.wiped,
                    "the first columns set to 0 and nothing moved",
                    "Each column moves to the right; then the first ones are free.",
                ),
                (
                    wrong.down_too,
                    "the image moved to the right and down",
                    "It moves along the columns alone.",
                ),
                (wrong.edge_repeated, "the first column repeated on the left", _FREED),
                (
                    lambda image, columns: wrong.shifted(image, 1),
                    "the image always moved by one column",
                    "It moves by `columns`, which can be 0 or more than 1.",
                ),
            )
        ),
        Mistake(
            None,
            wrong.widened,
            "a moved image that is wider than the image",
            "What leaves on the right is lost: cut it off, so that W stays.",
        ),
        *(
            Mistake(
                None,
                wrong.after_the_shift(wrong.differ, wrong.pooled_along(axes)),
                words,
                "The cells of a window lie along axes 1 and 3 of the four.",
            )
            for axes, words in (
                ((2, 3), "the maximum of each row of the image"),
                ((0, 1), "the maximum of each column of the image"),
                ((0, 2), "the maximum over the windows and not in each"),
                ((0, 3), "the maximum over other axes than the window's"),
                ((1, 2), "the maximum over other axes than the window's"),
            )
        ),
        *(
            Mistake(
                None,
                wrong.after_the_shift(
                    wrong.differ,
                    lambda image, window, size=size: wrong.pooled_by(image, size(window)),
                ),
                "windows of one row or one column",
                "A window is `window` × `window` cells.",
            )
            for size in (lambda w: (1, w), lambda w: (w, 1))
        ),
        Mistake(
            None,
            wrong.after_the_shift(lambda before, after: np.argwhere(before != after)),
            "the places of the changes",
            "The result is a map of True and False, a cell for each window.",
        ),
        Mistake(
            None,
            wrong.after_the_shift(wrong.differ, wrong.averaged),
            "the mean of each window",
            "Max pooling keeps the largest number of each window.",
            "pooling",
        ),
        Mistake(
            None,
            wrong.after_the_shift(wrong.differ, lambda image, window: image),
            "the images compared, not their pooled maps",
            "Pool both images first; then compare the maps.",
        ),
        Mistake(
            None,
            wrong.after_the_shift(wrong.differ, wrong.every_window),
            "windows that move by one cell",
            "Here windows lie side by side: their stride is the window.",
            "pooling",
        ),
        Mistake(
            None,
            wrong.after_the_shift(lambda before, after: (before != after)[:, :, None]),
            "the channel axis left in the result",
            "The result is a map (H', W'): take channel 0 of the pooled image.",
        ),
        Mistake(
            None,
            wrong.after_the_shift(lambda before, after: np.sum(before != after)),
            "the number of changed cells",
            "The result is a map of True and False, a cell for each window.",
        ),
        *(
            Mistake(
                None,
                wrong.after_the_shift(compare),
                "the difference of the two maps",
                "True and False are asked for: != compares cell by cell.",
            )
            for compare in (
                lambda before, after: after - before,
                lambda before, after: before - after,
                lambda before, after: np.abs(after - before),
            )
        ),
        *(
            Mistake(
                None,
                wrong.after_the_shift(compare),
                "only the cells that change in one direction",
                "A cell that falls has changed as well as one that grows: compare with !=.",
            )
            for compare in (np.less, np.greater)
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                wrong.pooled(image, window) != wrong.pooled(wrong.shifted(image, window), window)
            ),
            "the image moved by the window",
            "The image moves by `columns`, whatever the window is.",
        ),
        Mistake(
            None,
            wrong.moved_from_the_end,
            "a slice to −columns, which is empty where columns is 0",
            "Count from the front: the image loses its last `columns` of W columns.",
        ),
        Mistake(
            None,
            lambda image, columns, window: ~wrong.changed(image, columns, window),
            "True where nothing changed",
            "True marks the cells that differ.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                wrong.pooled(image, window) != wrong.pooled(np.roll(image, columns, axis=1), window)
            ),
            "what leaves on the right entering on the left",
            _FREED,
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                wrong.pooled(image, window)
                != wrong.pooled(wrong.shifted_over(image, columns), window)
            ),
            "the first columns left as they were",
            _FREED,
        ),
        Mistake(
            "rows-columns-swapped",
            lambda image, columns, window: (
                wrong.pooled(image, window)
                != wrong.pooled(wrong.shifted(image.T, columns).T, window)
            ),
            "the image moved down",
            "Columns are the second axis: the image moves to the right.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                wrong.pooled(image, window)
                != wrong.pooled(wrong.shifted(image[:, ::-1], columns)[:, ::-1], window)
            ),
            "the image moved to the left",
            "The image moves to the right: new[:, j] is the old image[:, j − columns].",
        ),
        *MOVES,
    ),
    contrasts=pool_contrasts.MOVES,
    hint="pool the image, pool the shifted image, and compare the two maps cell by cell with !=.",
    section="shifts",
)


def check_changed_cells(answer, part=None, seed=0) -> None:
    """``answer(image, columns, window)`` → bool (H', W'): where the shift changes the map."""
    examine(_CHANGED_CELLS, answer, part, seed)
