"""Kinds of stacks of layers, to tell where a wrong field is right and where not."""

from course_utils.checks.question import Contrast


def _where(words, holds) -> Contrast:
    return Contrast(words, lambda case: bool(holds(case.arguments[0])))


FIELD_CONTRASTS = (
    _where("a stride is larger than 1", lambda x: any(s > 1 for _, s in x)),
    _where("several strides are larger than 1", lambda x: sum(s > 1 for _, s in x) > 1),
    _where(
        "a stride below the last layer is larger than 1", lambda x: any(s > 1 for _, s in x[:-1])
    ),
    _where("the last layer has a stride larger than 1", lambda x: x[-1][1] > 1),
    _where("the first layer has a stride larger than 1", lambda x: x[0][1] > 1),
    _where("there is more than one layer", lambda x: len(x) > 1),
    _where("there are more than two layers", lambda x: len(x) > 2),
    _where("the kernels differ", lambda x: len({k for k, _ in x}) > 1),
    _where("a kernel is even", lambda x: any(k % 2 == 0 for k, _ in x)),
    _where("a kernel is not 3", lambda x: any(k != 3 for k, _ in x)),
    _where("a kernel differs from its stride", lambda x: any(k != s for k, s in x)),
)
