"""Checks of the receptive field: the input cells on which a cell of a map depends."""

import math

from course_utils import reference
from course_utils.checks import pool_contrasts
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question
from course_utils.checks.wrong_fields import FIELDS

# ---- receptive_field -----------------------------------------------------------------------------


def _field(layers):
    return reference.receptive_field(layers)[-1].size


def _late_strides(layers):
    """A layer's own stride counted before its kernel."""
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size


def _own_strides(layers):
    return 1 + sum((kernel - 1) * stride for kernel, stride in layers)


def _last_stride(layers):
    """Steps as long as the stride of the layer right below, not the product of all."""
    strides = [1, *(stride for _, stride in layers)]
    return 1 + sum((kernel - 1) * step for (kernel, _), step in zip(layers, strides, strict=False))


def _climbed(layers, grow=lambda k: k - 1, widen=lambda step, s: step * s):
    """The loop from the lowest layer up, with another growth, or another step after a stride."""
    size, step = 1, 1
    for kernel, stride in layers:
        size += grow(kernel) * step
        step = widen(step, stride)
    return size


def _multiplied(layers):
    size = 1
    for kernel, stride in layers:
        size = size * stride + kernel - 1
    return size


def _strides_added(layers):
    """Steps as long as the sum of the strides below, and of one cell below all."""
    size, step = 1, 0
    for kernel, stride in layers:
        size += (kernel - 1) * max(step, 1)
        step += stride
    return size


def _stretched(layers):
    """All steps counted as one cell each, and the sum multiplied by all strides."""
    return (1 + sum(k - 1 for k, _ in layers)) * math.prod(s for _, s in layers)


def _stretched_by_pools(layers):
    """A layer with a stride multiplies the field, the others add k − 1."""
    size = 1
    for kernel, stride in layers:
        size = size + kernel - 1 if stride == 1 else size * stride
    return size


def _size_of_map(cells):
    """The output size of an input of so many cells, layer by layer."""

    def receptive_field(layers):
        size = cells
        for kernel, stride in layers:
            size = (size - kernel) // stride + 1
        return size

    return receptive_field


def _without_strided(layers):
    return 1 + sum(kernel - 1 for kernel, stride in layers if stride == 1)


def _unstrided_stacks(rng):
    cases = [Case(([(3, 1)],)), Case(([(3, 1), (3, 1)],)), Case(([(5, 1), (2, 1), (3, 1)],))]
    return cases + [Case(([(int(k), 1) for k in rng.integers(2, 8, 4)],)) for _ in range(2)]


def _strided_stacks(rng):
    cases = [Case(([(3, 1), (2, 2), (3, 1)],)), Case(([(3, 2), (3, 2)],)), Case(([(2, 2)] * 3,))]
    for _ in range(4):
        kernels, strides = rng.integers(2, 6, 4), rng.integers(1, 4, 4)
        layers = [(int(k), int(s)) for k, s in zip(kernels, strides, strict=True)]
        cases.append(Case((layers,)))
    return cases


_RECEPTIVE_FIELD = Question(
    name="receptive_field",
    parameters=("layers",),
    truth=_field,
    parts={"stride 1": _unstrided_stacks, "strides": _strided_stacks},
    mistakes=(
        Mistake("field-is-kernel", lambda layers: layers[-1][0]),
        Mistake("field-is-kernel", lambda layers: max(k for k, _ in layers)),
        Mistake(
            None,
            lambda layers: layers[0][0],
            "the first layer alone",
            "Does the `return` stand inside the loop? It belongs behind it.",
        ),
        Mistake(
            None,
            lambda layers: _field([(k, 1) for k, _ in layers]),
            "the strides left out",
            "Behind a stride of s, one step is s cells of the input: r grows by (k − 1) times the "
            "product of all earlier strides.",
        ),
        Mistake(
            None,
            _late_strides,
            "each layer's own stride counted for itself",
            "A layer's stride moves its kernel, and so widens the steps of the layers behind it, "
            "not its own.",
        ),
        Mistake(
            None,
            _own_strides,
            "each layer's own stride as the length of its steps",
            "A step is as long as the strides of all layers before it, multiplied.",
        ),
        Mistake(
            None,
            _last_stride,
            "only the stride of the layer right below",
            "A step is as long as the strides of all layers before it, multiplied.",
        ),
        Mistake(
            None,
            lambda layers: _field(layers) - 1,
            "the first cell not counted",
            "Without any layer one cell sees itself: r begins with 1.",
        ),
        Mistake(
            None,
            lambda layers: sum(k for k, _ in layers),
            "the kernels added up",
            "Neighbouring windows overlap: each layer adds k − 1 steps, not k.",
        ),
        Mistake(
            None,
            lambda layers: _climbed(layers, grow=lambda k: k),
            "k steps for each layer",
            "A kernel of k cells reaches over k − 1 steps: from its first cell to its last.",
        ),
        Mistake(
            None,
            lambda layers: _climbed(layers, widen=lambda step, s: step + s),
            "the strides added up",
            "Behind strides of 2 and 3 one step is 2·3 input cells: strides are multiplied.",
        ),
        Mistake(
            None,
            lambda layers: _climbed(layers, widen=lambda step, s: step + s - 1),
            "the strides added up",
            "Behind strides of 2 and 3 one step is 2·3 input cells: strides are multiplied.",
        ),
        Mistake(
            None,
            lambda layers: math.prod(s for _, s in layers),
            "the length of a step",
            "That is how far apart neighbouring cells look. Asked for is on how many cells one "
            "depends.",
        ),
        *(
            Mistake(
                None,
                _size_of_map(cells),
                "the size of the map",
                "Asked for is not how many cells the last map has, but on how many cells of the "
                "input one of them depends.",
            )
            for cells in (28, 32)
        ),
        Mistake(
            None,
            _strides_added,
            "the strides added up",
            "Behind strides of 2 and 3 one step is 2·3 input cells: strides are multiplied.",
        ),
        *(
            Mistake(
                None,
                stretched,
                "the field multiplied by the strides",
                "A stride makes longer steps for the layers behind it; it stretches no field.",
            )
            for stretched in (_stretched, _stretched_by_pools)
        ),
        Mistake(
            None,
            _without_strided,
            "the layers with a stride left out",
            "They add k − 1 steps as well, and make the steps behind them longer.",
        ),
        Mistake(
            None,
            lambda layers: _field(layers[::-1]),
            "the layers taken from the last to the first",
            "From the input upwards, a step grows by the strides that lie below a layer.",
        ),
        Mistake(
            None,
            lambda layers: _field(layers) ** 2,
            "the area of the field",
            "What is asked for is its length along one axis.",
        ),
        Mistake(
            None,
            lambda layers: _field([(s, k) for k, s in layers]),
            "kernel and stride exchanged",
            "Each layer is (kernel, stride), in this order.",
        ),
        Mistake(
            None,
            _multiplied,
            "the field multiplied by each stride on the way up",
            "A stride makes longer steps for the layers behind it; it does not stretch the field.",
        ),
        Mistake(
            None,
            lambda layers: math.prod(k for k, _ in layers),
            "the kernels multiplied",
            "Neighbouring windows overlap: each layer adds k − 1 steps.",
        ),
        *FIELDS,
    ),
    contrasts=pool_contrasts.FIELDS,
    hint="start with one cell (r = 1, one step = 1 input cell) and go through the layers: first "
    "the kernel adds k − 1 steps, then the stride makes the steps longer.",
    section="field",
)


def check_receptive_field(answer, part=None, seed=0) -> None:
    """``answer([(kernel, stride), …])`` → int: input cells that one output cell depends on."""
    examine(_RECEPTIVE_FIELD, answer, part, seed)
