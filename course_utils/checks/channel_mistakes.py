"""The typical mistakes in a layer's channels, filters, biases and images, and in its frame.

The entries have the form of those in layer_mistakes.
"""

from typing import Any

import numpy as np

from course_utils.checks import wrong_channels as wrong
from course_utils.checks import wrong_frames as frames
from course_utils.checks import wrong_steps as steps
from course_utils.checks.answer import Case
from course_utils.checks.question import Reading

_PAIRS = "np.pad takes one pair for each axis of x: (0, 0) for images and for channels."
_OTHER_AXES = (
    "other axes padded than rows and columns",
    f"{_PAIRS} A single number frames all of them.",
    "padding",
)
_TOO_FEW = ("too few pairs for np.pad", _PAIRS, "padding")
FROM_THE_END = (
    "a slice to −padding, which is empty where padding is 0",
    "Count from the front: padding : padding + H.",
    "padding",
)
_FRAMES = (lambda p: p, lambda p: ((0, 0), (p, p), (p, p), (p, p)))
AXES: tuple[tuple[Any, ...], ...] = (
    *((None, frames.channels_padded(frame), *_OTHER_AXES) for frame in _FRAMES),
    *((None, frames.channels_padded_counted(frame), *_OTHER_AXES) for frame in _FRAMES),
    *(
        (None, frames.channels_padded_misfit(frame, product), *_OTHER_AXES)
        for frame in _FRAMES
        for product in frames.PRODUCTS
    ),
    *((None, frames.all_axes_padded(product), *_OTHER_AXES) for product in frames.PRODUCTS),
    (None, frames.all_axes_padded_cut, *_OTHER_AXES),
    *(
        (None, frames.other_axes_padded(axes, product, counted=counted), *_OTHER_AXES)
        for counted in (False, True)
        for axes in ((2, 3), (0, 1))
        for product in frames.PRODUCTS
    ),
    *((None, steps.sliced_from_the_end(one), *FROM_THE_END) for one in (False, True)),
    (None, frames.pairs_missing, *_TOO_FEW),
    (None, frames.pairs_missing_where_padded, *_TOO_FEW),
)
_ONE_BIAS = "A filter's bias is added once at each place, after the sum over the whole window."
_OWN_BIAS = "Map f gets bias[f], and no other."
_ORDER = "Rows, columns, channels, filters: a reshape keeps the numbers in their order."

CHANNELS: tuple[tuple[Any, ...], ...] = (
    ("no-input-channels", wrong.first_channel),
    ("bias-missing", wrong.without_bias),
    ("channels-first", wrong.map_channels_first),
    (
        None,
        wrong.last_channel,
        "the last channel alone",
        "Each channel adds to the cell: += and not =.",
    ),
    (
        None,
        wrong.mean_of_channels,
        "the mean over the channels",
        "The channels are summed, as rows and columns are.",
        "channels in",
    ),
    (None, wrong.bias_per_weight, "the bias added once for every weight", _ONE_BIAS),
    (None, wrong.bias_per_channel, "the bias added once for every channel", _ONE_BIAS),
    (None, wrong.bias_subtracted, "the bias subtracted", "A filter's bias is added to its sums."),
    (None, wrong.first_bias, "the first filter's bias for all filters", _OWN_BIAS),
    (None, wrong.all_biases, "all biases added to every map", _OWN_BIAS),
    *(
        (None, wrong.bias_along(axis), "the biases laid along the rows or columns", _OWN_BIAS)
        for axis in (1, 2)
    ),
    (
        None,
        wrong.first_filter,
        "the first filter's weights for all maps",
        "Filter f has weights of its own: kernel[…, f].",
    ),
    (
        None,
        wrong.filters_added,
        "the filters' maps added up",
        "Channels are summed; each filter makes a map of its own.",
    ),
    (
        None,
        wrong.one_channel_each,
        "each filter laid on one channel alone",
        "That is a depthwise layer. Here a filter reaches through all input channels.",
        "channels in",
    ),
    (
        None,
        wrong.filters_on_channels_axis,
        "kernel[:, :, f] as filter f",
        "The filters are the last axis: kernel[:, :, :, f], or kernel[..., f].",
    ),
    *(
        (None, wrong.bias_on_image(framed), "the bias added to the image", _ONE_BIAS)
        for framed in (True, False)
    ),
    *(
        (
            None,
            wrong.channels_apart(by_filter),
            "a map for each pair of channel and filter",
            "A filter makes one map: its sums over all channels are added.",
            "channels in",
        )
        for by_filter in (True, False)
    ),
    (
        None,
        wrong.array_in_cell,
        "several numbers put into one cell",
        "A cell of the output takes one number: the sum over rows, columns and channels.",
    ),
    (
        None,
        wrong.matrix_product,
        "the matrix product (@)",
        "Window and weights are multiplied cell by cell, and then summed.",
    ),
    (
        None,
        wrong.reshaped_early,
        "places and images mixed by a reshape",
        "First transpose, so that the images are the first axis; then reshape.",
    ),
    *(
        (
            None,
            wrong.filters_first_in_maps(axes),
            "the filters brought to the last axis by a reshape",
            "A reshape keeps the numbers in their order: np.moveaxis or transpose moves an axis.",
        )
        for axes in ((3, 0, 1, 2), (0, 3, 1, 2))
    ),
    (None, wrong.filters_first_in_weights, "the weights reshaped with the filters first", _ORDER),
    (None, wrong.channels_first_in_window, "the channels first in each window's row", _ORDER),
    (
        None,
        wrong.first_image,
        "the first image alone",
        "x holds N images, and each gets its maps.",
    ),
    (
        None,
        wrong.first_image_for_all,
        "the first image's maps for all images",
        "Image n gets its own maps: its windows come from x[n].",
    ),
    *(
        (
            None,
            wrong.each_channel_alone(biases),
            "a map for each channel",
            "A filter reaches through all channels: their sums are added, and make one map.",
            "channels in",
        )
        for biases in (lambda bias: bias[0], lambda bias: 0)
    ),
    (
        None,
        wrong.without_images,
        "the maps of one image, without the axis of the images",
        "x holds N images, and each gets its maps: the result is (N, H', W', C_out).",
    ),
    (
        None,
        wrong.first_image_filled,
        "the maps of the first image alone filled",
        "Does the `return` stand inside a loop? It belongs behind all of them.",
    ),
    (
        None,
        wrong.last_filter,
        "the last filter's map in the place of all",
        "Filter f fills map f alone: out[…, f].",
    ),
)


def _laid_out(x_axes, kernel_axes):
    """The same images and weights with their axes in another order."""

    def asked(case: Case) -> Case:
        x, kernel, *rest = case.arguments
        images, weights = np.transpose(x, x_axes), np.transpose(kernel, kernel_axes)
        return Case(
            (np.ascontiguousarray(images), np.ascontiguousarray(weights), *rest), case.options
        )

    return asked


def _square_kernel(case: Case) -> Case:
    x, kernel, *rest = case.arguments
    side = min(kernel.shape[:2])
    return Case((x, kernel[:side, :side], *rest), case.options)


def _kernel_of(side: int):
    """The kernel cut or filled up to ``side`` rows and columns; the image has room for it."""

    def case_of(case: Case) -> Case:
        x, kernel, *rest = case.arguments
        axes = slice(0, 2) if x.ndim == 2 else slice(1, 3)
        shape = list(x.shape)
        shape[axes] = [max(n, side + 1) for n in x.shape[axes]]
        weights = np.resize(kernel, (side, side, *kernel.shape[2:]))
        return Case((np.resize(x, shape), weights, *rest), case.options)

    return case_of


_LAST = "Here, as in Keras, channels come last: images are (N, H, W, C)."
_KERNEL = (
    "Here, as in Keras, the kernel is (KH, KW, C_in, C_out): its last axis counts the filters."
)
_FIRST, _SAME = (0, 3, 1, 2), (0, 1, 2, 3)
_BACK = {"back": lambda out: out.transpose(0, 2, 3, 1)}
SQUARE = Reading(
    None,
    _square_kernel,
    "a square kernel, and not otherwise",
    "A window has as many rows as kernel.shape[0] and as many columns as kernel.shape[1].",
    meant=_square_kernel,
)
THREE = Reading(
    None,
    _kernel_of(3),
    "a kernel of 3 × 3",
    "A window has as many rows as kernel.shape[0] and as many columns as kernel.shape[1].",
    meant=_kernel_of(3),
    unlike=_kernel_of(5),
)
LAYOUTS = (
    Reading(
        "channels-first",
        _laid_out(_FIRST, (3, 2, 0, 1)),
        "images as (N, C, H, W) and kernels as (C_out, C_in, KH, KW)",
        f"{_LAST} And {_KERNEL[0].lower()}{_KERNEL[1:]}",
        **_BACK,
    ),
    Reading("channels-first", _laid_out(_FIRST, _SAME), "images as (N, C, H, W)", _LAST, **_BACK),
    Reading(
        "channels-first",
        _laid_out(_FIRST, (3, 0, 1, 2)),
        "images as (N, C, H, W) and kernels with the filters first",
        f"{_LAST} And {_KERNEL[0].lower()}{_KERNEL[1:]}",
        **_BACK,
    ),
    Reading(None, _laid_out(_SAME, (3, 0, 1, 2)), "kernels as (C_out, KH, KW, C_in)", _KERNEL),
    Reading(None, _laid_out(_SAME, (3, 2, 0, 1)), "kernels as (C_out, C_in, KH, KW)", _KERNEL),
    Reading(None, _laid_out(_SAME, (0, 1, 3, 2)), "kernels as (KH, KW, C_out, C_in)", _KERNEL),
    SQUARE,
    THREE,
)
