"""Checks of the arithmetic of sizes: no arrays, only whole numbers."""

from course_utils import reference
from course_utils.checks import contrasts
from course_utils.checks import wrong_sizes as wrong
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question
from course_utils.checks.size_mistakes import OUTPUT_SIZE

# ---- output_size ---------------------------------------------------------------------------------


def _plain_sizes(rng):
    return [Case((5, 3)), Case((4, 2)), Case((28, 3)), Case((9, 1)), Case((6, 6))]


def _strided_sizes(rng):
    cases = [
        Case((7, 3), {"stride": 2}),
        Case((8, 3), {"stride": 2}),
        Case((10, 4), {"stride": 4}),
        Case((10, 4), {"stride": 2}),
    ]
    drawn = zip(rng.integers(9, 40, 6), rng.integers(1, 9, 6), rng.integers(2, 6, 6), strict=True)
    return cases + [Case((int(n), int(k)), {"stride": int(s)}) for n, k, s in drawn]


def _padded_sizes(rng):
    cases = [Case((5, 3), {"padding": 1}), Case((6, 3), {"stride": 2, "padding": 1})]
    cases += [Case((8, 2), {"padding": 2}), Case((9, 4), {"padding": 1})]
    for _ in range(6):
        n, kernel, stride, padding = (int(rng.integers(*span)) for span in _SPANS)
        cases.append(Case((n, kernel), {"stride": stride, "padding": padding}))
    return cases


_SPANS = ((9, 40), (1, 9), (1, 5), (1, 4))


def _dilated_sizes(rng):
    cases = [Case((7, 3), {"dilation": 2}), Case((9, 3), {"dilation": 3})]
    for _ in range(4):
        n, kernel = int(rng.integers(16, 40)), int(rng.integers(2, 5))
        options = {"stride": int(rng.integers(1, 4)), "padding": int(rng.integers(0, 3))}
        cases.append(Case((n, kernel), options | {"dilation": int(rng.integers(2, 5))}))
    return cases


_OUTPUT_SIZE = Question(
    name="output_size",
    parameters=("n", "kernel"),
    truth=reference.output_size,
    parts={
        "plain": _plain_sizes,
        "strides that do not divide": _strided_sizes,
        "padding": _padded_sizes,
        "dilation": _dilated_sizes,
    },
    mistakes=OUTPUT_SIZE,
    hint="draw the n + 2p cells of this call and mark where the kernel can start: first at cell 0, "
    "then a stride further each time, as long as its last cell is inside.",
    section="places",
    contrasts=contrasts.SIZES,
)


def check_output_size(answer, part=None, seed=0) -> None:
    """``answer(n, kernel, stride=1, padding=0, dilation=1)`` → int: places along one axis."""
    examine(_OUTPUT_SIZE, answer, part, seed)


# ---- same_padding --------------------------------------------------------------------------------


def _same(n, kernel, stride):
    return wrong.split(wrong.total(n, kernel, stride))


def _unstrided_same(rng):
    cases = [Case((5, 3, 1)), Case((6, 1, 1)), Case((5, 2, 1)), Case((7, 4, 1))]
    drawn = zip(rng.integers(8, 30, 4), rng.integers(2, 8, 4), strict=True)
    return cases + [Case((int(n), int(k), 1)) for n, k in drawn]


def _strided_same(rng):
    cases = [Case((6, 3, 2)), Case((5, 3, 2)), Case((6, 1, 2)), Case((8, 5, 3)), Case((9, 5, 3))]
    drawn = zip(rng.integers(8, 30, 6), rng.integers(2, 8, 6), rng.integers(2, 5, 6), strict=True)
    return cases + [Case((int(n), int(k), int(s))) for n, k, s in drawn]


_SAME_PADDING = Question(
    name="same_padding",
    parameters=("n", "kernel", "stride"),
    truth=_same,
    parts={"stride 1": _unstrided_same, "larger strides": _strided_same},
    mistakes=(
        Mistake("half-kernel-padding", lambda n, k, s: (k // 2, k // 2)),
        Mistake("same-pads-evenly", wrong.evenly(0)),
        Mistake("same-pads-evenly", wrong.evenly(1)),
        Mistake("same-pads-top-left", lambda n, k, s: _same(n, k, s)[::-1]),
        Mistake("same-keeps-size", lambda n, k, s: wrong.split(wrong.total(n, k, s, n))),
        Mistake("same-keeps-size", lambda n, k, s: wrong.split(k - 1)),
        Mistake(
            "same-keeps-size",
            lambda n, k, s: ((k - 1) // 2,) * 2,
            "⌊(k − 1)/2⌋ cells on each side, at every stride",
        ),
        Mistake(
            "padding-total",
            lambda n, k, s: (wrong.total(n, k, s),) * 2,
            "all the missing cells added at each end",
            "They are divided among both ends: half before the axis, half behind it.",
        ),
        *(
            Mistake(
                None,
                below,
                "a negative number of cells added",
                "Where the places do not even reach over all cells, nothing is added: never below "
                "0.",
            )
            for below in (wrong.below_zero, wrong.below_zero_at_one_end)
        ),
        Mistake(
            None,
            wrong.sign_lost,
            "a negative number of cells with its sign dropped",
            "Where the places do not even reach over all cells, nothing is added: 0.",
        ),
        Mistake(
            None,
            wrong.all_needed,
            "all the cells that the places need",
            "The axis has n of them already; what is missing is added.",
        ),
        Mistake(
            None,
            wrong.half_to_even,
            "a half rounded to the nearest even number",
            "round() does that. Half of the cells, rounded down with //, goes before the axis.",
        ),
        Mistake(
            None,
            lambda n, k, s: (-(-n // s), wrong.total(n, k, s)),
            "the number of outputs and of cells",
            "The pair is (before, after): the missing cells, divided among both ends.",
        ),
        Mistake(
            None,
            wrong.places_rounded_down,
            "the number of outputs rounded down",
            "“same” gives ⌈n/s⌉ outputs: it is rounded up.",
        ),
        *(
            Mistake(
                None,
                wrong.places_to_nearest(half_up),
                "the number of outputs rounded to the nearest whole number",
                "“same” gives ⌈n/s⌉ outputs: it is always rounded up.",
            )
            for half_up in (True, False)
        ),
        Mistake(
            None,
            wrong.one_step_more,
            "one step too many",
            "The first place reaches over the kernel's cells; only the others add a stride each.",
        ),
        Mistake(
            None,
            wrong.by_the_remainder,
            "kernel − n mod stride, also where the stride divides n",
            "If nothing remains, the last place begins a whole stride before the end: kernel − "
            "stride cells are missing.",
        ),
        Mistake(
            None,
            lambda n, k, s: wrong.split(max(k - s, 0)),
            "a stride that divides n taken for granted",
            "If n is no multiple of the stride, the last place begins closer to the end.",
        ),
        Mistake(
            None,
            lambda n, k, s: (0, wrong.total(n, k, s)),
            "all cells added at the end",
            "Half of them, rounded down, goes before the axis.",
        ),
        Mistake(
            None,
            lambda n, k, s: wrong.split(max((-(-n // s) - 1) * k + s - n, 0)),
            "kernel and stride exchanged",
            "The first place reaches over `kernel` cells, each further one adds `stride`.",
        ),
    ),
    hint="first the number of outputs, ⌈n/s⌉; then how many cells that many places reach over.",
    section="same",
    contrasts=contrasts.SAME,
)


def check_same_padding(answer, part=None, seed=0) -> None:
    """``answer(n, kernel, stride)`` → (before, after): the cells that "same" adds at the ends."""
    examine(_SAME_PADDING, answer, part, seed)
