"""Checks of a border of zeros around one image."""

import numpy as np

from course_utils.checks import contrasts
from course_utils.checks import wrong_planes as planes
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question


def _drawn(rng, *shape):
    """Small whole numbers as floats, some of them negative."""
    return rng.integers(-4, 5, shape).astype(float)


def _laid(image, shape, top, left):
    """Zeros of ``shape`` with the image at a place: NumPy's error where it does not fit."""
    out = np.zeros(shape)
    out[top : top + len(image), left : left + len(image[0])] = image
    return out


def _one_too_early(image, rows, columns):
    shape = planes.padded(image, rows, columns).shape
    return _laid(image, shape, max(rows - 1, 0), max(columns - 1, 0))


def _placed_by(which):
    """out[i + rows, j + rows] = image[i, j], or with columns: an IndexError beyond the frame."""

    def zero_pad(image, rows, columns):
        out = np.zeros(planes.padded(image, rows, columns).shape)
        start = rows if which == "rows" else columns
        for i, j in np.ndindex(image.shape):
            out[i + start, j + start] = image[i, j]
        return out

    return zero_pad


def _strips_too_short(stack, rows_first):
    """Strips of zeros as long as the image, also those put on second: an error of NumPy's."""
    other = {np.vstack: np.hstack, np.hstack: np.vstack, _down: _across, _across: _down}[stack]

    def zero_pad(image, rows, columns):
        height, width = image.shape
        top, side = np.zeros((rows, width)), np.zeros((height, columns))
        first, second = (top, side) if rows_first else (side, top)
        return other([second, stack([first, image, first]), second])

    return zero_pad


def _down(parts):
    return np.concatenate(parts, axis=0)


def _across(parts):
    return np.concatenate(parts, axis=1)


def _last_not_copied(image, rows, columns):
    """Loops over range(rows, rows + H − 1): the last row and column stay zero."""
    out = np.zeros(planes.padded(image, rows, columns).shape)
    out[rows : rows + len(image) - 1, columns : columns + len(image[0]) - 1] = image[:-1, :-1]
    return out


def _before_the_last(image, rows, columns):
    """np.insert at −1, which puts the zeros before the last row and column."""
    places = [[0] * n + [-1] * n for n in (rows, columns)]
    framed = image.copy()
    for axis, where in enumerate(places):
        framed = np.insert(framed, where, 0, axis=axis) if where else framed
    return framed


def _square_frame(axis):
    """n = image.shape[axis] for both sides: an error where the image is not square."""

    def zero_pad(image, rows, columns):
        n = image.shape[axis]
        out = np.zeros((n + 2 * rows, n + 2 * columns))
        out[rows : rows + n, columns : columns + n] = image
        return out

    return zero_pad


def _even_border(rng):
    return [Case((_drawn(rng, *shape), p, p)) for shape, p in (((2, 3), 1), ((3, 3), 2))]


def _uneven_border(rng):
    spans = (((2, 3), 1, 2), ((3, 2), 0, 1), ((4, 3), 2, 0), ((3, 5), 3, 1), ((2, 2), 0, 0))
    return [Case((_drawn(rng, *shape), rows, columns)) for shape, rows, columns in spans]


_ZERO_PAD = Question(
    name="zero_pad",
    parameters=("image", "rows", "columns"),
    truth=planes.padded,
    parts={"the same on all sides": _even_border, "rows and columns differ": _uneven_border},
    mistakes=(
        Mistake("rows-columns-swapped", lambda image, r, c: planes.padded(image, c, r)),
        Mistake(
            "padding-total",
            lambda image, r, c: np.pad(image, ((r // 2, r - r // 2), (c // 2, c - c // 2))),
        ),
        Mistake(
            "padding-total",
            lambda image, r, c: np.pad(image, ((0, r), (0, c))),
            "zeros below and on the right only",
        ),
        Mistake(
            "padding-total",
            lambda image, r, c: np.pad(image, ((r, 0), (c, 0))),
            "zeros above and on the left only",
        ),
        Mistake(
            None,
            planes.to_minus_border,
            "a slice to −rows or −columns, which is empty where that is 0",
            "Count from the front: the image begins after `rows` rows and is H rows high.",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((r, c), (r, c))),
            "rows and columns put into one pair",
            "np.pad takes one pair for each axis, and a pair is (before, after).",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((0, 2 * r), (0, 2 * c))),
            "the image in the top left corner",
            "There are as many zeros before it as behind it.",
        ),
        *(
            Mistake(
                None,
                lambda image, r, c, ends=ends: np.pad(image, np.multiply(ends, [[r], [c]])),
                "all of an axis's zeros at one of its ends",
                "There are as many zeros before the image as behind it.",
            )
            for ends in (
                ((2, 0), (1, 1)),
                ((0, 2), (1, 1)),
                ((1, 1), (2, 0)),
                ((1, 1), (0, 2)),
                ((2, 0), (2, 0)),
            )
        ),
        *(
            Mistake(None, framed, "a frame of copied cells", "The added cells are zero.")
            for framed in map(planes.framed_by, ("edge", "reflect", "symmetric", "wrap"))
        ),
        Mistake(None, planes.framed_by(None), "a frame of ones", "The added cells are zero."),
        *(
            Mistake(
                None,
                lambda image, *border, which=which: planes.padded(image, *(border[which],) * 2),
                f"`{('rows', 'columns')[which]}` zeros on all four sides",
                "There are `rows` rows of zeros above and below, `columns` columns left and right.",
            )
            for which in (0, 1)
        ),
        *(
            Mistake(
                None,
                one_axis,
                "zeros along one axis only",
                "There are zeros above and below, and on the left and the right, too.",
            )
            for one_axis in (
                lambda image, r, c: planes.padded(image, r, 0),
                lambda image, r, c: planes.padded(image, 0, c),
            )
        ),
        Mistake(
            "rows-columns-swapped",
            planes.width_first,
            "the width read before the height",
            "image.shape is (rows, columns): height first, then width.",
        ),
        Mistake(
            None,
            lambda image, r, c: planes.padded(image, 2 * r, 2 * c),
            "twice as many zeros on every side",
            "`rows` and `columns` count the zeros on each side.",
        ),
        Mistake(
            None,
            lambda image, r, c: np.zeros(planes.padded(image, r, c).shape),
            "zeros alone",
            "The image belongs into the middle: out[…] = image, with one =.",
        ),
        Mistake(
            None,
            _one_too_early,
            "the image one row and one column too early",
            "It begins at row `rows` and column `columns`: places are counted from 0.",
        ),
        *(
            Mistake(
                None,
                _placed_by(which),
                f"the image laid at row and column `{which}`",
                "It begins at row `rows` and column `columns`.",
            )
            for which in ("rows", "columns")
        ),
        *(
            Mistake(
                None,
                _square_frame(axis),
                "one side of the image for both",
                "image.shape is (H, W): the rows are H, the columns W, and they need not be equal.",
            )
            for axis in (0, 1)
        ),
        *(
            Mistake(
                None,
                _strips_too_short(stack, rows_first),
                "strips of zeros that do not reach over the corners",
                "What is put on second is longer: it lies on the strips that are there already, "
                "too.",
            )
            for stack, rows_first in (
                (np.vstack, True),
                (np.hstack, False),
                (_down, True),
                (_across, False),
            )
        ),
        Mistake(
            None,
            _before_the_last,
            "zeros put before the last row and column, not behind them",
            "np.insert puts its numbers before the place that is named, and −1 is the last row: "
            "the place behind it is len(image).",
        ),
        Mistake(
            None,
            _last_not_copied,
            "the last row and column of the image left out",
            "range(a, b) ends at b − 1 already: H rows are range(rows, rows + H).",
        ),
        Mistake(
            None,
            lambda image, r, c: np.pad(image, ((r, r), (c, c), (0, 0))),
            "too many pairs for np.pad",
            "np.pad takes one pair for each axis, and the image has two axes.",
        ),
    ),
    hint="make an array of zeros of the new shape, then lay the image into its middle.",
    section="padding",
    contrasts=contrasts.BORDER,
    new_array=True,
)


def check_zero_pad(answer, part=None, seed=0) -> None:
    """``answer(image, rows, columns)``: (H, W) → (H + 2·rows, W + 2·columns), zeros around."""
    examine(_ZERO_PAD, answer, part, seed)
