"""The typical mistakes of a pool: those of any pool, and those of the frame around the image."""

from course_utils.checks import wrong_pools as wrong
from course_utils.checks.examine import Mistake

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
        Mistake(None, padded, "more axes padded than rows and columns", _PAIRS)
        for padded in (wrong.channels_padded, wrong.channels_padded_misfit)
    ),
    Mistake(None, wrong.pairs_missing, "too few pairs for np.pad", _PAIRS),
)


def mistakes_of(pool, reduce) -> tuple[Mistake, ...]:
    """Those of ``pool``, which takes ``reduce`` of each window."""
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
            "Without a stride, windows lie side by side: the stride is the window.",
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
