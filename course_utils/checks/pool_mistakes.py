"""The typical mistakes of a pool: those of any pool, and those of the frame around the image.

Mistakes of only one question are beside it (``pooling.py``; backward pass: ``gradients.py``). A
mistake with an id gets its sentence from ``catalogue.py``. ``wrong_pools.py`` has the wrong
functions.
"""

import numpy as np

from course_utils.checks import wrong_pools as wrong
from course_utils.checks import wrong_windows as windows
from course_utils.checks.answer import Case
from course_utils.checks.question import Mistake, Reading, Sign
from course_utils.checks.values import numbers

_BESIDE = "Without a stride, windows lie side by side: the stride is the window."
_PAIRS = "np.pad takes one pair for each axis of x: (0, 0) for channels. One number frames all."

FRAMES = (
    Mistake("max-pool-pads-zeros", wrong.padding_with(0)),
    Mistake(
        None,
        wrong.padding_with(-1),
        "−1 around the image",
        "A window of numbers below −1 then gives −1: frame the image with −∞ (-np.inf).",
    ),
    Mistake("padding-total", wrong.total_padding),
    *(
        Mistake(
            "padding-total",
            windows.padded_at(*ends),
            "the frame above and left, or below and right, alone",
            "Padding p puts p rows or columns on each of the four sides.",
        )
        for ends in ((1, 0), (0, 1))
    ),
    Mistake(
        None,
        windows.size_before_padding,
        "the size of the image before padding",
        "The size follows from the framed image.",
    ),
    Mistake(  # mode "edge" is right: it repeats cells that are in the window already
        None,
        wrong.framed_by("reflect"),
        "a frame of copied cells",
        "Padded cells are ignored: frame the image with −∞ (-np.inf).",
    ),
    *(
        Mistake(None, padded, "other axes padded than rows and columns", _PAIRS)
        for padded in (wrong.channels_padded, wrong.channels_padded_misfit)
    ),
    Mistake(None, wrong.pairs_missing, "too few pairs for np.pad", _PAIRS),
)


def _is_framed(case: Case, value) -> bool:
    """Whether this is the maximum with one number around the image, which is not −∞."""
    found, padding = numbers(value), case.options.get("padding", 0)
    right = windows.largest(*case.arguments, **case.options)
    if found is None or found.shape != right.shape or not padding:
        return False
    other = np.unique(found[found != right])
    return other.size == 1 and np.array_equal(
        found, wrong.padding_with(other[0])(*case.arguments, **case.options)
    )


FINITE_FRAME = Sign(
    None,
    _is_framed,
    "a number around the image that is not low enough",
    "Whatever the numbers in the image are, −∞ (-np.inf) is below them.",
)


def _channels_first(case: Case) -> Case:
    x, *rest = case.arguments
    return Case((np.ascontiguousarray(x.transpose(2, 0, 1)), *rest), case.options)


LAYOUTS = (
    Reading(
        "channels-first",
        _channels_first,
        "the image as (C, H, W)",
        "Here, as in Keras, channels come last: an image is (H, W, C).",
        back=lambda out: out.transpose(1, 2, 0),
    ),
)


def mistakes_of(pool, reduce) -> tuple[Mistake, ...]:
    """The mistakes of ``pool``, which applies ``reduce`` to each window."""
    return (
        Mistake("pooling-tiles", wrong.tiling(pool)),
        Mistake("pooling-mixes-channels", wrong.mixing(pool, reduce)),
        Mistake("pooling-mixes-channels", wrong.mixing_kept(pool, reduce)),
        Mistake("rows-columns-swapped", wrong.transposed(pool)),
        *(
            Mistake(
                None,
                wrong.square(pool, axis),
                "one size for both axes of the output",
                "Rows follow from H, columns from W; they need not be equal.",
            )
            for axis in (0, 1)
        ),
        Mistake("size-ceiling", wrong.rounded_up(reduce)),
        *(
            Mistake(
                None,
                wrong.every_start(reduce, up),
                "windows that hang over the end",
                "A window counts only if all of it is inside; cells left over are not read.",
            )
            for up in (False, True)
        ),
        Mistake(
            None,
            wrong.steps_of_one(pool),
            "a stride of 1 where none is given",
            _BESIDE,
        ),
        Mistake(None, wrong.steps_of_two(pool), "a stride of 2 where none is given", _BESIDE),
        Mistake(
            None,
            wrong.stride_unset(pool),
            "a stride of None used in the arithmetic",
            f"Replace it first: if stride is None. {_BESIDE}",
        ),
        *(
            Mistake(
                None,
                wrong.along_one_axis(reduce, axis),
                "one axis of the window left over",
                "Rows and columns of the window are both reduced: axis=(0, 1).",
            )
            for axis in (0, 1)
        ),
        *(
            Mistake(
                None,
                wrong.along_one_axis(reduce, axes),
                "the channels reduced in the place of an axis of the window",
                "The window is (rows, columns, channels): reduce axis=(0, 1), keep the channels.",
            )
            for axes in ((0, 2), (1, 2))
        ),
        Mistake(
            "pooling-tiles",
            windows.tiles_counted(reduce),
            "as many windows as tiles",
            "Steps of the stride give (n − w) // s + 1 windows along an axis.",
        ),
        *(
            Mistake(
                "pooling-tiles",
                windows.begun_at_tiles(reduce, empty),
                "windows that begin at i·window",
                "out[i, j] belongs to the window that begins at row i·stride and column j·stride.",
            )
            for empty in (0, None if reduce is np.max else np.nan)
        ),
        Mistake(
            "pooling-tiles",
            wrong.tiles_of_stride(pool),
            "windows of stride × stride, side by side",
            "A window has w rows and w columns, whatever the stride; where the stride is smaller, "
            "windows overlap.",
        ),
        *(
            Mistake(
                None,
                windows.strided_along(pool, axis),
                "the stride along one axis only",
                "The window moves by the stride along the rows and along the columns.",
            )
            for axis in (0, 1)
        ),
        Mistake(
            None,
            windows.larger(reduce),
            "windows of w + 1 cells",
            "i : i + w holds the w rows i to i + w − 1: the end of a slice is left out.",
        ),
        Mistake(
            None,
            windows.of_side(lambda window, step: 2, reduce),
            "windows of 2 × 2, whatever `window` is",
            "A window has w rows and w columns: i·stride : i·stride + window.",
        ),
        Mistake(
            None,
            windows.of_side(lambda window, step: step, reduce),
            "windows as long as the stride",
            "The stride says where a window begins; it ends w cells further: i·stride + window.",
        ),
        Mistake(
            None,
            windows.channels_by_reshape(reduce),
            "the channels brought to the front by a reshape",
            "A reshape keeps the numbers in their order, and so mixes the channels: reduce "
            "axis=(0, 1).",
        ),
        Mistake(
            None,
            windows.one_less(pool),
            "the last window of each axis left out",
            "An axis of n cells has (n − w) // s + 1 windows: the first one counts, too.",
        ),
        Mistake(
            None,
            windows.first_channel_flat(pool),
            "the first channel alone, and no axis for channels",
            "Each channel is pooled by itself, and the result is (H', W', C).",
        ),
        Mistake(
            None,
            windows.whole(pool, reduce),
            "the whole image reduced at every place",
            "Each place has a window of its own, which begins at row i·stride, column j·stride.",
        ),
        Mistake(
            None,
            windows.first_channel(pool),
            "the first channel alone",
            "Each channel is pooled by itself: loop over them, or reduce axis=(0, 1).",
        ),
        Mistake(
            "pooling-tiles",
            wrong.uncut(reduce),
            "a reshape into tiles that fill the image",
            "Windows move by the stride, and cells left over at the end are not read.",
        ),
        Mistake(
            "pooling-mixes-channels",
            wrong.without_channels(pool, reduce),
            "channels pooled together, and no axis for them",
        ),
        Mistake(
            None,
            wrong.first_row(pool),
            "the first row alone filled",
            "Does the `return` stand inside a loop? It belongs behind both.",
        ),
        Mistake(
            None,
            wrong.unmoved(reduce),
            "windows that move by one cell only",
            "out[i, j] belongs to the window that begins at row i·stride and column j·stride.",
        ),
        Mistake(
            None,
            wrong.range_short(pool),
            "a range that ends before the last place",
            "range(n − w) leaves out the start at n − w: range(n − w + 1) has it.",
        ),
    )
