"""Wrong convolutions of one image with one kernel: (H, W), (KH, KW) → (H', W')."""

from typing import Any

import numpy as np

from course_utils import reference
from course_utils.checks.question import Mistake


def padded(image, rows, columns):
    """The truth of ``zero_pad``."""
    return np.pad(image, ((rows, rows), (columns, columns)))


def to_minus_border(image, rows, columns):
    """The image put into the slice [rows:-rows, columns:-columns]."""
    out = np.zeros((image.shape[0] + 2 * rows, image.shape[1] + 2 * columns))
    out[rows:-rows, columns:-columns] = image
    return out


def width_first(image, rows, columns):
    """w, h = image.shape: an error where the image is not square."""
    width, height = image.shape
    out = np.zeros((height + 2 * rows, width + 2 * columns))
    out[rows : rows + height, columns : columns + width] = image
    return out


def framed_by(mode):
    """np.pad with a mode that copies cells of the image, or ones for None."""
    ways: dict[str, Any] = {"mode": mode} if mode else {"constant_values": 1}
    return lambda image, r, c: np.pad(image, ((r, r), (c, c)), **ways)


def plane(layer):
    """A layer's implementation on one image and one kernel."""

    def one_channel(image, kernel, stride=1, padding=0):
        maps = layer(
            image[None, :, :, None], kernel[:, :, None, None], np.zeros(1), stride, padding
        )
        return maps[0, :, :, 0]

    return one_channel


_true = plane(reference.conv2d)


def _one_place_short(image, kernel, stride=1, padding=0):
    return _true(image, kernel, stride, padding)[:-1, :-1]


def stride_in_range(image, kernel, stride=1, padding=0):
    """for i in range(0, out.shape[0], stride): out[i, j] from the window that begins at i, j."""
    out = np.zeros_like(_true(image, kernel, stride, padding))
    rows, columns = out.shape
    out[::stride, ::stride] = _true(image, kernel, 1, padding)[:rows:stride, :columns:stride]
    return out


def sliced_from_the_end(image, kernel, stride=1, padding=0):
    """framed[p:-p, p:-p] = image, which has no cells where p is 0."""
    return _true(to_minus_border(image, padding, padding), kernel, stride)


def _filled_transposed(image, kernel, stride=1, padding=0):
    """out[j, i] in the place of out[i, j]: an error where the map is not square."""
    maps = _true(image, kernel, stride, padding)
    out = np.zeros(maps.shape)
    for i, j in np.ndindex(maps.shape):
        out[j, i] = maps[i, j]
    return out


def _loops_swapped(image, kernel, stride=1, padding=0):
    """The loop over rows run over the columns' places, and the other way round."""
    framed, (rows, columns) = np.pad(image, padding), kernel.shape
    height, width = len(true := _true(image, kernel, stride, padding)), len(true[0])
    out = np.zeros((height, width))
    for i in range(width):
        for j in range(height):
            top, left = i * stride, j * stride
            out[i, j] = np.sum(framed[top : top + rows, left : left + columns] * kernel)
    return out


def _same_size_cut(image, kernel, stride=1, padding=0):
    """k // 2 zeros on every side, and a map of the image's size."""
    rows, columns = kernel.shape
    framed = padded(image, rows // 2, columns // 2)
    return _true(framed, kernel, stride)[: image.shape[0], : image.shape[1]]


def _array_in_cell(image, kernel, stride=1, padding=0):
    """out[i, j] = window * kernel, without the sum: NumPy's error."""
    out = np.zeros(_true(image, kernel, stride, padding).shape)
    out[0, 0] = image[: kernel.shape[0], : kernel.shape[1]] * kernel
    return out


def _last_product(image, kernel, stride=1, padding=0):
    """out[i, j] = … in the loops over the kernel."""
    only = np.zeros_like(kernel)
    only[-1, -1] = kernel[-1, -1]
    return _true(image, only, stride, padding)


def _added_up_in_rows(image, kernel, stride=1, padding=0):
    """A total that goes on from place to place, set back at each row."""
    return np.cumsum(_true(image, kernel, stride, padding), axis=1)


def _summed(product):
    """The sum of ``product(window, kernel)`` at every place."""

    def one_channel(image, kernel, stride=1, padding=0):
        framed = np.pad(image, padding)
        windows = np.lib.stride_tricks.sliding_window_view(framed, kernel.shape)
        chosen = windows[::stride, ::stride]
        return np.array([[np.sum(product(window, kernel)) for window in row] for row in chosen])

    return one_channel


def _ends_at_kernel(image, kernel, stride=1, padding=0):
    """framed[i : KH, j : KW]: the end does not move with the start."""
    framed, out = np.pad(image, padding), np.zeros(_true(image, kernel, stride, padding).shape)
    rows, columns = kernel.shape
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(framed[i * stride : rows, j * stride : columns] * kernel)
    return out


def _normalized(image, kernel, stride=1, padding=0):
    """Divided by the kernel's sum, where it has one."""
    return _true(image, kernel, stride, padding) / (kernel.sum() or 1)


def _normalized_always(image, kernel, stride=1, padding=0):
    return _true(image, kernel, stride, padding) / kernel.sum()


def mistakes(*layers) -> tuple[Mistake, ...]:
    """The mistakes of ``layers`` (see layer_mistakes), and those that show on one plane."""
    return (
        *(Mistake(id, plane(layer), *words) for id, layer, *words in layers),
        Mistake(
            None,
            _one_place_short,
            "the last row and column of places missing",
            "A kernel of k rows has n − k + 1 places in n rows.",
        ),
        Mistake("rows-columns-swapped", _filled_transposed),
        Mistake("rows-columns-swapped", _loops_swapped),
        Mistake(
            "half-kernel-padding",
            _same_size_cut,
            "padding that keeps the image's size",
            "The padding is what is asked for, and none where none is asked for (“valid”).",
        ),
        Mistake(
            None,
            _array_in_cell,
            "several numbers put into one cell",
            "A cell of the output takes one number: the sum over all cells of window × kernel.",
        ),
        Mistake(
            None,
            _last_product,
            "the last product of each window alone",
            "Each product adds to the cell: += and not =.",
        ),
        Mistake(
            None,
            _added_up_in_rows,
            "a total that goes on along each row",
            "The sum begins with 0 again at every place.",
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window @ kernel),
            "the matrix product (@)",
            "Window and kernel are multiplied cell by cell.",
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window + kernel),
            "window and kernel added",
            "Each cell of the window is multiplied by the weight that lies on it.",
        ),
        *(
            Mistake(
                None,
                normalized,
                "the sums divided by the kernel's sum",
                "The sum is the answer as it is; only a blur's weights sum to 1.",
            )
            for normalized in (_normalized, _normalized_always)
        ),
        Mistake(
            None,
            _ends_at_kernel,
            "windows that end at the kernel's size",
            "A window that begins at i ends k cells further: i : i + k.",
        ),
        Mistake(
            None,
            _summed(lambda window, kernel: window),
            "the sum of each window alone",
            "Each cell of the window is first multiplied by the weight that lies on it.",
        ),
    )
