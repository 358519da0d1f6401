"""Checks of the arithmetic of sizes and parameters: no arrays, only whole numbers."""

from course_utils import reference
from course_utils.checks.answer import Case
from course_utils.checks.examine import Mistake, Question, examine

# ---- output_size ---------------------------------------------------------------------------------


def _size(n, kernel, stride=1, padding=0, dilation=1, *, divide=lambda a, b: a // b, sides=2):
    return divide(n + sides * padding - dilation * (kernel - 1) - 1, stride) + 1


def _refuse(a, b):
    if a % b:
        raise ValueError("the stride does not divide")
    return a // b


def _plain_sizes(rng):
    return [Case((5, 3)), Case((4, 2)), Case((28, 3)), Case((9, 1)), Case((6, 6))]


def _strided_sizes(rng):
    cases = [Case((7, 3), {"stride": 2}), Case((8, 3), {"stride": 2}), Case((10, 4), {"stride": 4})]
    drawn = zip(rng.integers(9, 40, 6), rng.integers(1, 9, 6), rng.integers(2, 6, 6), strict=True)
    return cases + [Case((int(n), int(k)), {"stride": int(s)}) for n, k, s in drawn]


def _padded_sizes(rng):
    cases = [Case((5, 3), {"padding": 1}), Case((6, 3), {"stride": 2, "padding": 1})]
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
    mistakes=(
        Mistake("no-floor", lambda *a, **k: _size(*a, **k, divide=lambda x, y: x / y)),
        Mistake("size-ceiling", lambda *a, **k: _size(*a, **k, divide=lambda x, y: -(-x // y))),
        Mistake("size-ceiling", lambda *a, **k: _size(*a, **k, divide=lambda x, y: round(x / y))),
        Mistake("non-integer-size-error", lambda *a, **k: _size(*a, **k, divide=_refuse)),
        Mistake("padding-total", lambda *a, **k: _size(*a, **k, sides=1)),
        Mistake(
            "dilation-zero",
            lambda n, kernel, stride=1, padding=0, dilation=1: _size(
                n, kernel, stride, padding, dilation + 1
            ),
        ),
        Mistake(
            "dilation-zero",
            lambda n, kernel, stride=1, padding=0, dilation=1: _size(
                n, kernel + dilation * (kernel - 1), stride, padding
            ),
        ),
        Mistake(
            "half-kernel-padding",
            lambda n, kernel, stride=1, padding=0, dilation=1: _size(
                n, kernel, stride, kernel // 2, dilation
            ),
        ),
        Mistake(
            "stride-is-kernel",
            lambda n, kernel, stride=1, padding=0, dilation=1: _size(
                n, kernel, kernel, padding, dilation
            ),
        ),
        Mistake(
            None,
            lambda *a, **k: _size(*a, **k) - 1,
            "the last place not counted",
            "A kernel as large as the input still has one place: hence the + 1.",
        ),
        Mistake(
            None,
            lambda n, kernel, stride=1, padding=0, dilation=1: _size(n, kernel, stride, padding),
            "the dilation left out",
            "With dilation d a kernel of k cells spans d(k − 1) + 1.",
        ),
    ),
    hint="count the places by hand for n = 5 and a kernel of 3: it can start at cells 0, 1 and 2.",
)


def check_output_size(answer, part=None, seed=0) -> None:
    """``answer(n, kernel, stride=1, padding=0, dilation=1)`` → int: places along one axis."""
    examine(_OUTPUT_SIZE, answer, part, seed)


# ---- same_padding --------------------------------------------------------------------------------


def _total(n, kernel, stride, size=None):
    """Cells that must be added in all so that ``size`` places fit; "same" wants ⌈n/s⌉ of them."""
    places = -(-n // stride) if size is None else size
    return max((places - 1) * stride + kernel - n, 0)


def _same(n, kernel, stride):
    total = _total(n, kernel, stride)
    return total // 2, total - total // 2


def _kept_size(n, kernel, stride):
    total = _total(n, kernel, stride, size=n)
    return total // 2, total - total // 2


def _evenly(n, kernel, stride, more=0):
    return ((_total(n, kernel, stride) + more) // 2,) * 2


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
        Mistake("same-pads-evenly", _evenly),
        Mistake("same-pads-evenly", lambda n, k, s: _evenly(n, k, s, more=1)),
        Mistake("same-pads-top-left", lambda n, k, s: _same(n, k, s)[::-1]),
        Mistake("same-keeps-size", _kept_size),
        Mistake("same-keeps-size", lambda n, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2)),
        Mistake("padding-total", lambda n, k, s: (_total(n, k, s),) * 2),
    ),
    hint="first the number of outputs, ⌈n/s⌉; then how many cells that many places reach over.",
)


def check_same_padding(answer, part=None, seed=0) -> None:
    """``answer(n, kernel, stride)`` → (before, after): the cells that "same" adds at the ends."""
    examine(_SAME_PADDING, answer, part, seed)


# ---- layer_parameters ----------------------------------------------------------------------------


def _parameters(input_shape, filters, kernel):
    return reference.conv_parameters(input_shape[2], filters, kernel)


def _counted(weights, biases):
    """A wrong count from sizes: (H, W, C, F, KH, KW, H', W') → weights, biases."""

    def layer_parameters(input_shape, filters, kernel):
        height, width, channels = input_shape
        rows, columns = kernel
        sizes = (height, width, channels, filters, rows, columns)
        places = (height - rows + 1) * (width - columns + 1)
        return weights(*sizes, places) + biases(*sizes, places)

    return layer_parameters


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
        Mistake(
            "no-input-channels",
            _counted(lambda h, w, c, f, i, j, n: i * j * f, lambda h, w, c, f, i, j, n: f),
        ),
        Mistake(
            "bias-missing",
            _counted(lambda h, w, c, f, i, j, n: i * j * c * f, lambda h, w, c, f, i, j, n: 0),
        ),
        Mistake(
            "bias-per-cell",
            _counted(lambda h, w, c, f, i, j, n: i * j * c * f, lambda h, w, c, f, i, j, n: f * n),
        ),
        Mistake(
            "bias-per-cell",
            _counted(
                lambda h, w, c, f, i, j, n: i * j * c * f, lambda h, w, c, f, i, j, n: f * h * w
            ),
        ),
        Mistake(
            "weights-grow-with-image",
            _counted(lambda h, w, c, f, i, j, n: h * w * c * f, lambda h, w, c, f, i, j, n: f),
        ),
        Mistake(
            "weights-grow-with-image",
            _counted(lambda h, w, c, f, i, j, n: i * j * c * f * n, lambda h, w, c, f, i, j, n: f),
        ),
        Mistake(
            "weights-grow-with-image",
            _counted(
                lambda h, w, c, f, i, j, n: i * j * c * f * h * w, lambda h, w, c, f, i, j, n: f
            ),
        ),
        Mistake(
            None,
            _counted(lambda h, w, c, f, i, j, n: i * j * c * f, lambda h, w, c, f, i, j, n: 1),
            "one bias for the whole layer",
            "Each filter has a bias of its own.",
        ),
        Mistake(
            None,
            _counted(lambda h, w, c, f, i, j, n: i * j * c * f, lambda h, w, c, f, i, j, n: c * f),
            "a bias for every input channel of a filter",
            "Each filter has one bias, however many channels it receives.",
        ),
    ),
    hint="how many weights are in one filter's box, and how many biases? Then count the filters.",
)


def check_layer_parameters(answer, part=None, seed=0) -> None:
    """``answer((H, W, C_in), filters, (KH, KW))`` → int: the parameters of one layer."""
    examine(_LAYER_PARAMETERS, answer, part, seed)
