"""Kinds of cases of the way back, to tell where a wrong answer is right and where not."""

import numpy as np

from course_utils.checks.question import Contrast


def _where(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(*case.arguments)))


def _repeats(dout, x, window, stride):
    return np.unique(x).size < x.size


ROUTE_CONTRASTS = (
    _where("windows overlap", lambda dout, x, w, s: s < w),
    _where("the stride differs from the window", lambda dout, x, w, s: s != w),
    _where("the stride is larger than the window", lambda dout, x, w, s: s > w),
    _where("the window is larger than 2", lambda dout, x, w, s: w > 2),
    _where("x is not square", lambda dout, x, w, s: x.shape[0] != x.shape[1]),
    _where("dout is not square", lambda dout, x, w, s: dout.shape[0] != dout.shape[1]),
    _where("different windows hold equal numbers", _repeats),
    _where("dout holds negative numbers", lambda dout, x, w, s: (dout < 0).any()),
    _where("cells are left over", lambda dout, x, w, s: any((n - w) % s for n in x.shape)),
)
