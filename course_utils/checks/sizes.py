"""Checks of the arithmetic of sizes and parameters: no arrays, only whole numbers."""

from course_utils import reference
from course_utils.checks import wrong_sizes as wrong
from course_utils.checks.answer import Case
from course_utils.checks.examine import Mistake, Question, examine

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


_SPAN = "With dilation d a kernel of k cells spans d(k − 1) + 1."

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
    mistakes=(
        Mistake("no-floor", wrong.divided_by(lambda a, b: a / b)),
        Mistake("size-ceiling", wrong.divided_by(lambda a, b: -(-a // b))),
        Mistake("size-ceiling", wrong.divided_by(lambda a, b: round(a / b))),
        Mistake("non-integer-size-error", wrong.divided_by(wrong.refuse)),
        Mistake("padding-total", lambda *a, **k: wrong.size(*a, **k, sides=1)),
        Mistake("dilation-zero", wrong.dilation_from_zero),
        Mistake("dilation-zero", wrong.dilation_between),
        Mistake("half-kernel-padding", wrong.half_kernel),
        Mistake("stride-is-kernel", wrong.steps_of_kernel),
        Mistake(
            None,
            lambda *a, **k: wrong.size(*a, **k) - 1,
            "the last place not counted",
            "A kernel as large as the input still has one place: hence the + 1.",
        ),
        Mistake(
            None,
            wrong.every_start,
            "every start counted, also where the kernel hangs over the end",
            "A place counts only if the kernel's last cell is inside, too.",
        ),
        Mistake(
            None,
            wrong.unstrided,
            "the stride left out",
            "The kernel moves on by the stride, so there are fewer places.",
        ),
        Mistake(
            None,
            wrong.unpadded,
            "the padding left out",
            "Padding p adds p cells at each end, so the axis has n + 2p.",
        ),
        Mistake(None, wrong.undilated, "the dilation left out", _SPAN),
        Mistake(None, wrong.span_too_long, "a span of d·k cells for the kernel", _SPAN),
        Mistake(None, wrong.span_too_short, "a span of d(k − 1) cells for the kernel", _SPAN),
        Mistake(
            None,
            wrong.one_inside,
            "the + 1 inside the division",
            "First the whole steps, then the place at 0: the + 1 is no part of what is divided.",
        ),
    ),
    hint="draw the n + 2p cells of this call and mark where the kernel can start: first at cell 0, "
    "then a stride further each time, as long as its last cell is inside.",
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
        Mistake("same-keeps-size", lambda n, k, s: ((k - 1) // 2,) * 2),
        Mistake("padding-total", lambda n, k, s: (wrong.total(n, k, s),) * 2),
        Mistake(
            None,
            wrong.below_zero,
            "a negative number of cells added",
            "Where the places do not even reach over all cells, nothing is added: never below 0.",
        ),
        Mistake(
            None,
            wrong.places_rounded_down,
            "the number of outputs rounded down",
            "“same” gives ⌈n/s⌉ outputs: it is rounded up.",
        ),
        Mistake(
            None,
            wrong.one_step_more,
            "one step too many",
            "The first place reaches over the kernel's cells; only the others add a stride each.",
        ),
        Mistake(
            None,
            lambda n, k, s: wrong.split(max(k - s, 0)),
            "a stride that divides n taken for granted",
            "If n is no multiple of the stride, the last place begins closer to the end.",
        ),
    ),
    hint="first the number of outputs, ⌈n/s⌉; then how many cells that many places reach over.",
)


def check_same_padding(answer, part=None, seed=0) -> None:
    """``answer(n, kernel, stride)`` → (before, after): the cells that "same" adds at the ends."""
    examine(_SAME_PADDING, answer, part, seed)


# ---- layer_parameters ----------------------------------------------------------------------------


def _parameters(input_shape, filters, kernel):
    return reference.conv_parameters(input_shape[2], filters, kernel)


def _one_channel_layers(rng):
    cases = [Case(((5, 5, 1), 2, (3, 3))), Case(((6, 8, 1), 4, (2, 3)))]
    return cases + [_drawn_layer(rng, 1) for _ in range(3)]


def _deep_layers(rng):
    cases = [Case(((4, 4, 3), 2, (2, 2))), Case(((13, 13, 32), 64, (3, 3)))]
    return cases + [_drawn_layer(rng, int(rng.integers(2, 20))) for _ in range(4)]


def _drawn_layer(rng, channels):
    height, width, filters = (int(n) for n in rng.integers(6, 30, 3))
    return Case(((height, width, channels), filters, tuple(int(k) for k in rng.integers(1, 6, 2))))


_LAYER_PARAMETERS = Question(
    name="layer_parameters",
    parameters=("input_shape", "filters", "kernel"),
    truth=_parameters,
    parts={"one input channel": _one_channel_layers, "several input channels": _deep_layers},
    mistakes=(
        Mistake("no-input-channels", wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * f)),
        Mistake("bias-missing", wrong.with_biases(lambda h, w, c, f, i, j, n: 0)),
        Mistake("bias-per-cell", wrong.with_biases(lambda h, w, c, f, i, j, n: f * n)),
        Mistake("bias-per-cell", wrong.with_biases(lambda h, w, c, f, i, j, n: f * h * w)),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: h * w * c * f),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * f * n),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * f * h * w),
        ),
        Mistake("channels-first", wrong.rows_as_channels),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: 1),
            "one bias for the whole layer",
            "Each filter has a bias of its own.",
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: c * f),
            "a bias for every input channel of a filter",
            "Each filter has one bias, however many channels it receives.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c),
            "the weights of one filter for the whole layer",
            "Each filter has a box of weights of its own.",
        ),
        Mistake(
            None,
            wrong.counted(lambda h, w, c, f, i, j, n: i * j * c, lambda h, w, c, f, i, j, n: 1),
            "one filter alone",
            "The layer has as many filters as `filters` says.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * i * c * f),
            "the kernel's rows taken for its columns, too",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: (i + j) * c * f),
            "rows and columns of the kernel added",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
    ),
    hint="how many weights are in one filter's box, and how many biases? Then count the filters.",
)


def check_layer_parameters(answer, part=None, seed=0) -> None:
    """``answer((H, W, C_in), filters, (KH, KW))`` → int: the parameters of one layer."""
    examine(_LAYER_PARAMETERS, answer, part, seed)
