"""Wrong receptive fields: loops up, loops down, and sums over layers of (kernel, stride)."""

import math

from course_utils.checks.fields_backwards import BACKWARDS
from course_utils.checks.question import Mistake

_UP = "From the input upwards: the field grows by (k − 1) · step, and then the step by · stride."
_LOOP = "Go through all layers, from r = 1 and a step of 1 cell."


def _up(grow, widen=lambda step, k, s: step * s, start=(1, 1), first=False):
    """Field and step from the input up; ``first``: the step is made longer before the field."""

    def field(layers):
        r, step = start
        for kernel, stride in layers:
            if first:
                step = widen(step, kernel, stride)
            r = grow(r, step, kernel, stride)
            if not first:
                step = widen(step, kernel, stride)
        return r

    return field


def _right(layers):
    return _up(lambda r, step, k, s: r + (k - 1) * step)(layers)


def _add(r, step, k, s):
    return r + (k - 1) * step


FIELDS = (
    *BACKWARDS,
    *(
        Mistake(None, found, words, right)
        for words, right, found in (
            (
                "kernel // 2 steps for each layer",
                "A kernel of k cells adds k − 1 steps: those on both of its sides.",
                _up(lambda r, step, k, s: r + k // 2 * step),
            ),
            (
                "2 · (kernel // 2) steps for each layer",
                "A kernel of k cells adds k − 1 steps: an odd number, if k is even.",
                _up(lambda r, step, k, s: r + 2 * (k // 2) * step),
            ),
            (
                "k + 1 steps for each layer",
                "A kernel of k cells adds k − 1 steps.",
                _up(lambda r, step, k, s: r + (k + 1) * step),
            ),
            (
                "k − 2 steps for each layer",
                "A kernel of k cells adds k − 1 steps.",
                _up(lambda r, step, k, s: r + (k - 2) * step),
            ),
            ("2 steps for each layer", "A kernel adds k − 1.", _up(lambda r, t, k, s: r + 2 * t)),
            ("1 step for each layer", "A kernel adds k − 1.", _up(lambda r, t, k, s: r + t)),
            (
                "a field begun with 2",
                _LOOP,
                _up(_add, start=(2, 1)),
            ),
            ("a step begun with 0", _LOOP, _up(_add, start=(1, 0))),
            ("a step begun with 2", _LOOP, _up(_add, start=(1, 2))),
            (
                "the strides added up",
                "Behind strides of 2 and 3 one step is 2·3 input cells: strides are multiplied.",
                _up(_add, lambda step, k, s: step + s, first=True),
            ),
            (
                "the strides added up",
                "Behind strides of 2 and 3 one step is 2·3 input cells: strides are multiplied.",
                _up(_add, lambda step, k, s: step + s, start=(1, 0), first=True),
            ),
            (
                "2 as each stride",
                "The step grows by the layer's own stride.",
                _up(_add, lambda step, k, s: step * 2),
            ),
            (
                "a step of stride² behind each layer",
                "The step grows by the stride, once.",
                _up(_add, lambda step, k, s: step * s * s),
            ),
            (
                "kernels and own strides, k counted whole",
                _UP,
                _up(lambda r, t, k, s: r + k * t, first=True),
            ),
            (
                "field · step added",
                _UP,
                _up(lambda r, step, k, s: r + r * step),
            ),
            (
                "the field multiplied by the step",
                _UP,
                _up(lambda r, step, k, s: r * step + k - 1),
            ),
            ("k · step alone, not added", _UP, _up(lambda r, step, k, s: k * step)),
            (
                "the last layer's part alone, not added (= for +=)",
                "Add to the field: +=.",
                _up(lambda r, step, k, s: 1 + (k - 1) * step),
            ),
            (
                "the last layer's part alone, not added (= for +=)",
                "Add to the field: +=.",
                _up(lambda r, step, k, s: (k - 1) * step),
            ),
            ("brackets missing around k − 1", _UP, _up(lambda r, step, k, s: r + k - 1 * step)),
            (
                "k steps for each layer, begun with 0",
                "A kernel of k cells adds k − 1 steps; r begins with 1.",
                _up(lambda r, step, k, s: r + k * step, start=(0, 1)),
            ),
            (
                "the field after each layer divided by its stride",
                _UP,
                _up(lambda r, step, k, s: (r + k - 1) // s),
            ),
            (
                "the first layer left out",
                _LOOP,
                lambda layers: _right(layers[1:]),
            ),
            (
                "the last layer left out",
                _LOOP,
                lambda layers: _right(layers[:-1]),
            ),
            (
                "the first stride for all steps",
                "A step is as long as the strides of all layers before it, multiplied.",
                lambda layers: 1 + sum((k - 1) * layers[0][1] for k, _ in layers),
            ),
            (
                "all strides multiplied for every layer",
                "For a layer count the strides that lie below it, and no others.",
                lambda layers: 1 + sum(k - 1 for k, _ in layers) * math.prod(s for _, s in layers),
            ),
            (
                "the strides of a layer and of those above it",
                "For a layer count the strides that lie below it, and no others.",
                lambda layers: (
                    1
                    + sum(
                        (k - 1) * math.prod(s for _, s in layers[i:])
                        for i, (k, _) in enumerate(layers)
                    )
                ),
            ),
            (
                "the strides below, without that of the layer right below",
                "All strides that lie below a layer count, the nearest one, too.",
                lambda layers: (
                    1
                    + sum(
                        (k - 1) * math.prod(s for _, s in layers[: max(i - 1, 0)])
                        for i, (k, _) in enumerate(layers)
                    )
                ),
            ),
            (
                "the strides below, without that of the first layer",
                "All strides that lie below a layer count, the first one, too.",
                lambda layers: (
                    1
                    + sum(
                        (k - 1) * math.prod(s for _, s in layers[1:i])
                        for i, (k, _) in enumerate(layers)
                    )
                ),
            ),
            (
                "the kernels added, and the last stride multiplied",
                _UP,
                lambda layers: (1 + sum(k - 1 for k, _ in layers)) * layers[-1][1],
            ),
            ("the kernels · strides added", _UP, lambda layers: sum(k * s for k, s in layers)),
            (
                "the kernels · strides added, and 1",
                _UP,
                lambda layers: 1 + sum(k * s for k, s in layers),
            ),
            (
                "the number of layers alone",
                "Kernels and strides count, too.",
                lambda layers: len(layers),
            ),
            (
                "2 · layers + 1, as of 3 × 3 kernels",
                "A kernel of k cells adds k − 1 steps.",
                lambda layers: 2 * len(layers) + 1,
            ),
            (
                "the first kernel and the others' k",
                _UP,
                lambda layers: sum(k for k, _ in layers) - 1,
            ),
            (
                "the largest kernel · all strides",
                _UP,
                lambda layers: max(k for k, _ in layers) * math.prod(s for _, s in layers),
            ),
            (
                "the step in the place of the field",
                "Return the field.",
                _up(lambda r, step, k, s: step),
            ),
        )
    ),
)
