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
