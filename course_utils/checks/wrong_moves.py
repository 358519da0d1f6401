"""More wrong ways to move an image, to pool it and to compare: mistakes of ``changed_cells``."""

import numpy as np

from course_utils import reference
from course_utils.checks import wrong_shifts as wrong
from course_utils.checks.question import Mistake

_MOVE = "new[:, columns:] is image[:, :W − columns]; the first `columns` columns are zero."
_POOL = "Pool both images, in windows of `window` × `window` cells side by side."
_LITTLE = "However little a number changes, it differs: compare with !=."
_COMPARE = "True marks the cells in which the two pooled maps differ: compare with !=."


def _filled(number):
    """To the right, this number where zeros belong."""

    def move(image, columns):
        moved = np.full(image.shape, number, float)
        moved[:, columns:] = image[:, : image.shape[1] - columns]
        return moved

    return move


def _zeroed(roll, clear):
    """np.roll, and then zeros in the columns of ``clear``."""

    def move(image, columns):
        moved = roll(image, columns)
        moved[clear(columns)] = 0
        return moved

    return move


def _over_itself(image, columns):
    """Column by column from the left, so that columns that have moved are moved again."""
    moved = np.array(image)
    for column in range(columns, image.shape[1]):
        moved[:, column] = moved[:, column - columns]
    moved[:, :columns] = 0
    return moved


def _left(image, columns):
    moved = np.zeros_like(image)
    moved[:, : image.shape[1] - columns] = image[:, columns:]
    return moved


def _by(change):
    """Moved by another number of columns."""
    return lambda image, columns: wrong.shifted(image, min(change(columns), image.shape[1]))


def _by_window(change):
    def changed(image, columns, window):
        moved = wrong.shifted(image, min(change(columns, window), image.shape[1]))
        return wrong.pooled(image, window) != wrong.pooled(moved, window)

    return changed


def _map_by(change):
    def changed(image, columns, window):
        found = wrong.pooled(image, window)
        return found != wrong.shifted(found, min(change(columns, window), found.shape[1]))

    return changed


def _pool(x, window, stride=None):
    return reference.max_pool2d(x[None, :, :, None], window, stride)[0, :, :, 0]


def _of_images(compare):
    """``compare``(image, moved, window) on the images themselves."""
    return lambda image, columns, window: compare(image, wrong.shifted(image, columns), window)


def _tiles(axes, shape):
    def pool(image, window):
        return image.reshape(shape(*image.shape, window)).max(axis=axes)

    return pool


_DTYPES = (
    ("whole numbers (dtype=int)", int),
    ("True and False (dtype=bool)", bool),
    ("float32, which holds about 7 digits", np.float32),
)
_MOVES = (
    ("the image moved, flat, from row to row", lambda i, c: np.roll(i, c)),
    ("what leaves below entering above", lambda i, c: np.roll(i, c, axis=0)),
    ("what leaves on the left entering on the right", lambda i, c: np.roll(i, -c, axis=1)),
    (
        "zeros in the last columns after np.roll, not in the first",
        _zeroed(lambda i, c: np.roll(i, c, axis=1), lambda c: np.s_[:, -c:] if c else np.s_[:0]),
    ),
    (
        "zeros in the first rows after np.roll",
        _zeroed(lambda i, c: np.roll(i, c, axis=1), lambda c: np.s_[:c]),
    ),
    (
        "the image moved to the left and zeros in its first columns",
        _zeroed(lambda i, c: np.roll(i, -c, axis=1), lambda c: np.s_[:, :c]),
    ),
    (
        "a single column of zeros after np.roll",
        _zeroed(lambda i, c: np.roll(i, c, axis=1), lambda c: np.s_[:, :1]),
    ),
    (
        "zeros in one column more than are free",
        _zeroed(wrong.shifted, lambda c: np.s_[:, : c + 1]),
    ),
    ("ones in the freed columns", _filled(1)),
    ("NaN in the freed columns", _filled(np.nan)),
    ("−∞ in the freed columns", _filled(-np.inf)),
    ("the image moved by one column more", _by(lambda c: c + 1)),
    ("the image moved by one column less", _by(lambda c: max(c - 1, 0))),
    ("the image moved by twice the columns", _by(lambda c: 2 * c)),
    ("the image always moved by two columns", _by(lambda c: 2)),
    (
        "the last columns wiped, and nothing moved",
        lambda i, c: i * (np.arange(i.shape[1]) < i.shape[1] - c),
    ),
    ("columns moved again that had moved before", _over_itself),
    ("the image mirrored", lambda i, c: i[:, ::-1]),
    ("the image moved to the left and up", lambda i, c: _left(_left(i, c).T, c).T),
)

_COMPARISONS = (
    *(
        ("small changes not counted", lambda b, a, least=least: np.abs(a - b) > least)
        for least in (1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
    ),
    *(
        ("small changes not counted", lambda b, a, options=options: ~np.isclose(b, a, **options))
        for options in ({}, {"atol": 1e-3}, {"atol": 0.01}, {"atol": 0.1}, {"rtol": 0.01})
    ),
    *(
        (
            "small changes not counted",
            lambda b, a, places=places: np.round(b, places) != np.round(a, places),
        )
        for places in range(7)
    ),
    ("only cells that become or were zero", lambda b, a: (b != 0) != (a != 0)),
    ("only cells that become or were positive", lambda b, a: (b > 0) != (a > 0)),
    ("where the moved map is not zero", lambda b, a: a != 0),
    ("where the map is not zero", lambda b, a: b != 0),
    ("where both maps are not zero", lambda b, a: (a != 0) & (b != 0)),
    ("where the moved map is as large or larger", lambda b, a: a >= b),
    ("where the moved map is as large or smaller", lambda b, a: a <= b),
    ("one answer for each row", lambda b, a: (b != a).any(axis=1)),
    ("one answer for each column", lambda b, a: (b != a).any(axis=0)),
    ("the share of changed cells", lambda b, a: (b != a).mean()),
    ("the map turned over (rows for columns)", lambda b, a: (b != a).T),
    ("True in every cell", lambda b, a: np.ones(b.shape, bool)),
    ("the moved map itself", lambda b, a: a),
    ("the two maps, not compared", lambda b, a: (b, a)),
    ("the squared difference of the maps", lambda b, a: (b - a) ** 2),
    ("the cells' values where they differ", lambda b, a: np.where(b != a, a, 0)),
    ("the changed cells' places in one list", lambda b, a: np.flatnonzero(b != a)),
    ("the changed cells' places, rows and columns apart", lambda b, a: np.where(b != a)),
)

_POOLS = (
    ("the smallest number of each window", lambda i, w: -_pool(-i, w)),
    ("the first cell of each window", lambda i, w: i[::w, ::w]),
    ("the last cell of each window", lambda i, w: i[w - 1 :: w, w - 1 :: w]),
    ("windows of 2 × 2, whatever `window` is", lambda i, w: _pool(i, 2)),
    ("windows that move by two cells", lambda i, w: _pool(i, w, 2)),
    ("the place of the maximum in each window", lambda i, w: _places(i, w)),
    ("a reshape to (w, H', w, W')", _tiles((0, 2), lambda h, w, n: (n, h // n, n, w // n))),
    ("a reshape to (H', W', w, w)", _tiles((2, 3), lambda h, w, n: (h // n, w // n, n, n))),
    ("windows that move by one cell along the rows", lambda i, w: _stepped(i, w, (1, w))),
    ("windows that move by one cell along the columns", lambda i, w: _stepped(i, w, (w, 1))),
)


def _stepped(image, window, steps):
    return reference.max_pool2d(image[None, :, :, None], window, steps)[0, :, :, 0]


def _places(image, window):
    found = np.lib.stride_tricks.sliding_window_view(image, (window, window))[::window, ::window]
    return found.reshape(*found.shape[:2], -1).argmax(axis=2)


MOVES = (
    *(Mistake(None, wrong.moved_by(move), words, _MOVE) for words, move in _MOVES),
    *(
        Mistake(
            None,
            wrong.after_the_shift(compare),
            words,
            _LITTLE if words == "small changes not counted" else _COMPARE,
        )
        for words, compare in _COMPARISONS
    ),
    *(
        Mistake(None, wrong.after_the_shift(wrong.differ, pool), words, _POOL)
        for words, pool in _POOLS
    ),
    *(
        Mistake(None, changed, words, right)
        for words, right, changed in (
            *(
                (
                    f"the moved image cut to {words}",
                    "The moved image needs the image's own dtype: np.zeros_like(image), or "
                    "np.zeros(image.shape), which holds floats.",
                    wrong.moved_by(lambda i, c, dtype=dtype: wrong.shifted(i, c).astype(dtype)),
                )
                for words, dtype in _DTYPES
            ),
            (
                "the image moved by columns // window",
                "The image moves by `columns`, whatever the window is.",
                _by_window(lambda c, w: c // w),
            ),
            (
                "the image moved by columns % window",
                "The image moves by `columns`, whatever the window is.",
                _by_window(lambda c, w: c % w),
            ),
            (
                "the pooled map moved, not the image",
                "The image moves first, by `columns` of its own columns; then it is pooled.",
                _map_by(lambda c, w: c // w),
            ),
            (
                "the pooled map moved, not the image",
                "The image moves first, by `columns` of its own columns; then it is pooled.",
                lambda image, columns, window: (
                    wrong.pooled(image, window)
                    != np.roll(wrong.pooled(image, window), columns, axis=1)
                ),
            ),
            (
                "windows in which any cell changes",
                "Pool both images first; then compare the maps.",
                _of_images(lambda i, m, w: _pool((i != m).astype(float), w) > 0),
            ),
            (
                "the difference of the images pooled",
                "Pool both images first; then compare the maps.",
                _of_images(lambda i, m, w: _pool(m - i, w) != 0),
            ),
            (
                "the difference of the images pooled",
                "Pool both images first; then compare the maps.",
                _of_images(lambda i, m, w: _pool(i - m, w) != 0),
            ),
            (
                "the moved map compared with the moved image's start",
                "Compare with the pooled image that has not moved.",
                _of_images(lambda i, m, w: _pool(m, w) != m[: len(i) // w, : i.shape[1] // w]),
            ),
        )
    ),
)
