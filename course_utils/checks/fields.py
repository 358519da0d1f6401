"""Checks of what a cell of a map depends on: receptive fields, and images that move."""

import math

import numpy as np

from course_utils import reference
from course_utils.checks.answer import Case
from course_utils.checks.examine import Mistake, Question, examine


def _drawn(rng, *shape):
    """An image of different positive numbers."""
    return 1.0 + rng.permutation(math.prod(shape)).reshape(shape)


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
            lambda layers: math.prod(k for k, _ in layers),
            "the kernels multiplied",
            "Neighbouring windows overlap: each layer adds k − 1 steps.",
        ),
    ),
    hint="start with one cell (r = 1, one step = 1 input cell) and go through the layers: first "
    "the kernel adds k − 1 steps, then the stride makes the steps longer.",
)


def check_receptive_field(answer, part=None, seed=0) -> None:
    """``answer([(kernel, stride), …])`` → int: input cells that one output cell depends on."""
    examine(_RECEPTIVE_FIELD, answer, part, seed)


# ---- changed_cells -------------------------------------------------------------------------------


def _shifted(image, columns):
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, : image.shape[1] - columns]
    return moved


def _shifted_over(image, columns):
    """Laid over a copy of the image, whose first columns stay."""
    moved = _shifted(image, columns)
    moved[:, :columns] = image[:, :columns]
    return moved


def _pooled(image, window):
    return reference.max_pool2d(image[None, :, :, None], window)[0, :, :, 0]


def _changed(image, columns, window):
    return _pooled(image, window) != _pooled(_shifted(image, columns), window)


def _moved_from_the_end(image, columns, window):
    if not columns:
        raise ValueError("could not broadcast")
    return _changed(image, columns, window)


def _small_shifts(rng):
    dot = np.zeros((4, 4))
    dot[1, 0] = 1.0
    second, last = np.roll(dot, 1, axis=1), np.roll(dot, 3, axis=1)
    return [Case((dot, 1, 2)), Case((dot, 0, 2)), Case((second, 1, 2)), Case((last, 1, 2))]


def _drawn_shifts(rng):
    spans = (((4, 6), 1, 2), ((4, 8), 2, 2), ((6, 9), 1, 3), ((6, 12), 2, 3), ((8, 8), 3, 4))
    return [Case((_drawn(rng, *shape), c, w)) for shape, c, w in spans]


_FREED = "The columns that the shift frees are zero."

_CHANGED_CELLS = Question(
    name="changed_cells",
    parameters=("image", "columns", "window"),
    truth=_changed,
    parts={"a single dot": _small_shifts, "whole images": _drawn_shifts},
    mistakes=(
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.zeros_like(_pooled(image, window), bool),
        ),
        Mistake(
            "invariant-not-equivariant",
            lambda image, columns, window: np.full_like(
                _pooled(image, window), columns >= window, bool
            ),
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _shifted(_pooled(image, window), columns)
            ),
            "the pooled map moved, not the image",
            "The image moves first; then it is pooled.",
        ),
        Mistake(
            None,
            _moved_from_the_end,
            "a slice to −columns, which is empty where columns is 0",
            "Count from the front: the image loses its last `columns` of W columns.",
        ),
        Mistake(
            None,
            lambda image, columns, window: ~_changed(image, columns, window),
            "True where nothing changed",
            "True marks the cells that differ.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(np.roll(image, columns, axis=1), window)
            ),
            "what leaves on the right entering on the left",
            _FREED,
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_shifted_over(image, columns), window)
            ),
            "the first columns left as they were",
            _FREED,
        ),
        Mistake(
            "rows-columns-swapped",
            lambda image, columns, window: (
                _pooled(image, window) != _pooled(_shifted(image.T, columns).T, window)
            ),
            "the image moved down",
            "Columns are the second axis: the image moves to the right.",
        ),
        Mistake(
            None,
            lambda image, columns, window: (
                _pooled(image, window)
                != _pooled(_shifted(image[:, ::-1], columns)[:, ::-1], window)
            ),
            "the image moved to the left",
            "The image moves to the right: new[:, j] is the old image[:, j − columns].",
        ),
    ),
    hint="pool the image, pool the shifted image, and compare the two maps cell by cell with !=.",
)


def check_changed_cells(answer, part=None, seed=0) -> None:
    """``answer(image, columns, window)`` → bool (H', W'): where the shift changes the map."""
    examine(_CHANGED_CELLS, answer, part, seed)
