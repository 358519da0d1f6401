"""Checks of what pooling does when an image moves."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks.answer import Case
from course_utils.checks.catalogue import CATALOGUE
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question


def _drawn(rng, window, *shape):
    """An image of different positive numbers, close to each other in the first row of windows."""
    image = 1.0 + rng.permutation(math.prod(shape)).reshape(shape)
    image[:window] /= 100
    return image


def _shifted(image, columns):
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, : image.shape[1] - columns]
    return moved


def _wiped(image, columns):
    wiped = image.copy()
    wiped[:, :columns] = 0
    return wiped


def _shifted_over(image, columns):
    """Laid over a copy of the image, whose first columns stay."""
    moved = _shifted(image, columns)
    moved[:, :columns] = image[:, :columns]
    return moved


def _pooled(image, window):
    return reference.max_pool2d(image[None, :, :, None], window)[0, :, :, 0]


def _changed(image, columns, window):
    return _pooled(image, window) != _pooled(_shifted(image, columns), window)


def _moved_from_the_end(image, columns, window):
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, :-columns]
    return _pooled(image, window) != _pooled(moved, window)


def _averaged(image, window):
    return reference.avg_pool2d(image[None, :, :, None], window)[0, :, :, 0]


def _after_the_shift(compare, pool=_pooled):
    """``compare`` of the two pooled maps, in another way than with !=."""
    return lambda image, columns, window: compare(
        pool(image, window), pool(_shifted(image, columns), window)
    )


def _differ(before, after):
    return before != after


def _every_window(image, window):
    return reference.max_pool2d(image[None, :, :, None], window, 1)[0, :, :, 0]


def _small_shifts(rng):
    dot = np.zeros((4, 4))
    dot[1, 0] = 1.0
    second, third, last = (np.roll(dot, column, axis=1) for column in (1, 2, 3))
    moved = [Case((image, 1, 2)) for image in (second, third, last)]
    return [Case((dot, 1, 2)), Case((dot, 0, 2)), *moved]


def _drawn_shifts(rng):
    spans = (((4, 6), 1, 2), ((4, 8), 2, 2), ((6, 9), 1, 3), ((6, 12), 2, 3), ((8, 8), 3, 4))
    return [Case((_drawn(rng, w, *shape), c, w)) for shape, c, w in spans]


_FREED = "The columns that the shift frees are zero."

_CHANGED_CELLS = Question(
    name="changed_cells",
    parameters=("image", "columns", "window"),
    truth=_changed,
    parts={"a single dot": _small_shifts, "whole images": _drawn_shifts},
    mistakes=(
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.zeros_like(_pooled(image, window), bool),
            "no change in any cell",
            "Is the moved copy pooled, and not the image once more? "
            + CATALOGUE["invariant-not-equivariant"].right,
        ),
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.full_like(
                _pooled(image, window), columns >= window, bool
            ),
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _shifted(_pooled(image, window), columns)
            ),
            "the pooled map moved, not the image",
            "The image moves first, by `columns` of its own columns; then it is pooled.",
        ),
        *(
            Mistake(
                None,
                _after_the_shift(lambda before, after, least=least: np.abs(after - before) > least),
                "small changes not counted",
                "However little a number changes, it differs: compare with !=.",
            )
            for least in (0.5, 0.1)
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_wiped(image, columns), window)
            ),
            "the first columns set to 0 and nothing moved",
            "Each column moves to the right; then the first ones are free.",
        ),
        Mistake(
            None,
            _after_the_shift(_differ, _averaged),
            "the mean of each window",
            "Max pooling keeps the largest number of each window.",
            "pooling",
        ),
        Mistake(
            None,
            _after_the_shift(_differ, lambda image, window: image),
            "the images compared, not their pooled maps",
            "Pool both images first; then compare the maps.",
        ),
        Mistake(
            None,
            _after_the_shift(_differ, _every_window),
            "windows that move by one cell",
            "Here windows lie side by side: their stride is the window.",
            "pooling",
        ),
        Mistake(
            None,
            _after_the_shift(lambda before, after: (before != after)[:, :, None]),
            "the channel axis left in the result",
            "The result is a map (H', W'): take channel 0 of the pooled image.",
        ),
        Mistake(
            None,
            _after_the_shift(lambda before, after: np.sum(before != after)),
            "the number of changed cells",
            "The result is a map of True and False, a cell for each window.",
        ),
        *(
            Mistake(
                None,
                _after_the_shift(compare),
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
                _after_the_shift(compare),
                "only the cells that change in one direction",
                "A cell that falls has changed as well as one that grows: compare with !=.",
            )
            for compare in (np.less, np.greater)
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_shifted(image, window), window)
            ),
            "the image moved by the window",
            "The image moves by `columns`, whatever the window is.",
        ),
        Mistake(
            None,
            _moved_from_the_end,
            "a slice to −columns, which is empty where columns is 0",
            "Count from the front: the image loses its last `columns` of W columns.",
        ),
        Mistake(
            None,
            lambda image, columns, window: ~_changed(image, columns, window),
            "True where nothing changed",
            "True marks the cells that differ.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(np.roll(image, columns, axis=1), window)
            ),
            "what leaves on the right entering on the left",
            _FREED,
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_shifted_over(image, columns), window)
            ),
            "the first columns left as they were",
            _FREED,
        ),
        Mistake(
            "rows-columns-swapped",
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_shifted(image.T, columns).T, window)
            ),
            "the image moved down",
            "Columns are the second axis: the image moves to the right.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window)
                != _pooled(_shifted(image[:, ::-1], columns)[:, ::-1], window)
            ),
            "the image moved to the left",
            "The image moves to the right: new[:, j] is the old image[:, j − columns].",
        ),
    ),
    hint="pool the image, pool the shifted image, and compare the two maps cell by cell with !=.",
    section="shifts",
)


def check_changed_cells(answer, part=None, seed=0) -> None:
    """``answer(image, columns, window)`` → bool (H', W'): where the shift changes the map."""
    examine(_CHANGED_CELLS, answer, part, seed)
