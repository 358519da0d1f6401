"""Kinds of cases of the pools, to tell where a wrong answer is right and where not."""

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


def _where(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(_Pool(case))))


CONTRASTS = (
    _where("there is padding", lambda p: p.padding > 0),
    _where("no stride is given", lambda p: p.given is None),
    _where("a stride is given", lambda p: p.given is not None),
    _where("the stride differs from the window", lambda p: p.stride != p.window),
    _where("windows overlap (the stride is smaller)", lambda p: p.stride < p.window),
    _where("the stride is larger than the window", lambda p: p.stride > p.window),
    _where("the stride is more than 1", lambda p: p.stride > 1),
    _where("the window is larger than 2", lambda p: p.window > 2),
    _where("there are several channels", lambda p: p.x.shape[2] > 1),
    _where("H and W differ", lambda p: p.x.shape[0] != p.x.shape[1]),
    _where("H is smaller than W", lambda p: p.x.shape[0] < p.x.shape[1]),
    _where("H is larger than W", lambda p: p.x.shape[0] > p.x.shape[1]),
    _where("rows or columns are left over at the end", lambda p: any(p.left_over)),
    _where("rows are left over at the end", lambda p: p.left_over[0]),
    _where("columns are left over at the end", lambda p: p.left_over[1]),
    _where("some numbers are negative", lambda p: np.min(p.x) < 0),
    _where("all numbers are negative", lambda p: np.max(p.x) < 0),
)
