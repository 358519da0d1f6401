"""Kinds of cases of the pooling questions, to tell where a wrong answer is right."""

import numpy as np

from course_utils.checks.answer import Case
from course_utils.checks.question import Contrast


class _Pool:
    """The parts of a case: x (H, W, C), window, stride, padding."""

    def __init__(self, case: Case):
        self.x, self.window = case.arguments[:2]
        self.given = case.options.get("stride")
        self.stride = self.given or self.window
        self.padding = case.options.get("padding", 0)
        self.left_over = [
            (n + 2 * self.padding - self.window) % self.stride for n in self.x.shape[:2]
        ]


def _pool(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(_Pool(case))))


POOLS = (
    _pool("there is padding", lambda p: p.padding > 0),
    _pool("no stride is given", lambda p: p.given is None),
    _pool("a stride is given", lambda p: p.given is not None),
    _pool("the stride differs from the window", lambda p: p.stride != p.window),
    _pool("windows overlap (the stride is smaller)", lambda p: p.stride < p.window),
    _pool("the stride is larger than the window", lambda p: p.stride > p.window),
    _pool("the stride is more than 1", lambda p: p.stride > 1),
    _pool("the window is larger than 2", lambda p: p.window > 2),
    _pool("there are several channels", lambda p: p.x.shape[2] > 1),
    _pool("H and W differ", lambda p: p.x.shape[0] != p.x.shape[1]),
    _pool("H is smaller than W", lambda p: p.x.shape[0] < p.x.shape[1]),
    _pool("H is larger than W", lambda p: p.x.shape[0] > p.x.shape[1]),
    _pool("rows or columns are left over at the end", lambda p: any(p.left_over)),
    _pool("rows are left over at the end", lambda p: p.left_over[0]),
    _pool("columns are left over at the end", lambda p: p.left_over[1]),
    _pool("some numbers are negative", lambda p: np.min(p.x) < 0),
    _pool("all numbers are negative", lambda p: np.max(p.x) < 0),
)


def _layers(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(case.arguments[0])))


def _given(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(*case.arguments)))


def _repeats(dout, x, window, stride):
    return np.unique(x).size < x.size


FIELDS = (
    _layers("a stride is larger than 1", lambda x: any(s > 1 for _, s in x)),
    _layers("several strides are larger than 1", lambda x: sum(s > 1 for _, s in x) > 1),
    _layers(
        "a stride below the last layer is larger than 1", lambda x: any(s > 1 for _, s in x[:-1])
    ),
    _layers("the last layer has a stride larger than 1", lambda x: x[-1][1] > 1),
    _layers("the first layer has a stride larger than 1", lambda x: x[0][1] > 1),
    _layers("there is more than one layer", lambda x: len(x) > 1),
    _layers("there are more than two layers", lambda x: len(x) > 2),
    _layers("the kernels differ", lambda x: len({k for k, _ in x}) > 1),
    _layers("a kernel is even", lambda x: any(k % 2 == 0 for k, _ in x)),
    _layers("a kernel is not 3", lambda x: any(k != 3 for k, _ in x)),
    _layers("a kernel differs from its stride", lambda x: any(k != s for k, s in x)),
)
ROUTES = (
    _given("windows overlap", lambda dout, x, w, s: s < w),
    _given("the stride differs from the window", lambda dout, x, w, s: s != w),
    _given("the stride is larger than the window", lambda dout, x, w, s: s > w),
    _given("the window is larger than 2", lambda dout, x, w, s: w > 2),
    _given("x is not square", lambda dout, x, w, s: x.shape[0] != x.shape[1]),
    _given("dout is not square", lambda dout, x, w, s: dout.shape[0] != dout.shape[1]),
    _given("different windows hold equal numbers", _repeats),
    _given("dout holds negative numbers", lambda dout, x, w, s: (dout < 0).any()),
    _given("cells are left over", lambda dout, x, w, s: any((n - w) % s for n in x.shape)),
)
MOVES = (
    _given("`columns` is 0", lambda i, c, w: c == 0),
    _given("`columns` is more than 0", lambda i, c, w: c > 0),
    _given("`columns` is 1", lambda i, c, w: c == 1),
    _given("`columns` is more than 1", lambda i, c, w: c > 1),
    _given("`columns` is not less than the window", lambda i, c, w: c >= w),
    _given("`columns` is less than the window", lambda i, c, w: c < w),
    _given("the window is larger than 2", lambda i, c, w: w > 2),
    _given("H and W differ", lambda i, c, w: i.shape[0] != i.shape[1]),
    _given("some numbers are negative", lambda i, c, w: (i < 0).any()),
    _given("numbers leave on the right", lambda i, c, w: c > 0 and i[:, -c:].any()),
    _given("the image is more than a single dot", lambda i, c, w: np.count_nonzero(i) > 1),
)


def _counted(words, holds) -> Contrast:
    def of_case(case):
        (height, width, channels), window, stride = case.arguments
        return bool(holds(height, width, channels, window, stride))

    return Contrast(words, of_case)


COUNTS = (
    _counted("the stride differs from the window", lambda h, w, c, k, s: k != s),
    _counted("windows overlap (the stride is smaller)", lambda h, w, c, k, s: s < k),
    _counted("the stride is larger than the window", lambda h, w, c, k, s: s > k),
    _counted("H and W differ", lambda h, w, c, k, s: h != w),
    _counted("H is smaller than W", lambda h, w, c, k, s: h < w),
    _counted("H is larger than W", lambda h, w, c, k, s: h > w),
    _counted("there are several channels", lambda h, w, c, k, s: c > 1),
    _counted("the window is larger than 2", lambda h, w, c, k, s: k > 2),
    _counted("the stride is not 2", lambda h, w, c, k, s: s != 2),
    _counted("the stride is 1", lambda h, w, c, k, s: s == 1),
    _counted(
        "rows or columns are left over", lambda h, w, c, k, s: (h - k) % s > 0 or (w - k) % s > 0
    ),
    _counted("rows are left over", lambda h, w, c, k, s: (h - k) % s > 0),
    _counted("columns are left over", lambda h, w, c, k, s: (w - k) % s > 0),
)
