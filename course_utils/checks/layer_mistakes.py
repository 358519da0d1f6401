"""The typical mistakes of a layer, as questions list them (``Mistake`` takes each apart).

Each entry: the catalogue's id, the layer; and where the id is None or too wide, its own words.
"""

from typing import Any

from course_utils.checks import wrong_layers as wrong

_AS_IT_STANDS = "A layer lays the kernel on the image as it stands."

_ONE_SIZE_OF_MAP = (
    "one size for both axes of the output",
    "Rows follow from H and KH, columns from W and KW; they need not be equal.",
)
_ONE_SIDE_OF_KERNEL = (
    "one side of the kernel for both axes",
    "A window has as many rows as kernel.shape[0] and as many columns as kernel.shape[1].",
)

GEOMETRY: tuple[tuple[Any, ...], ...] = (
    ("kernel-flipped", wrong.flipped),
    ("kernel-flipped", wrong.mirrored(0), "the kernel turned upside down", _AS_IT_STANDS),
    ("kernel-flipped", wrong.mirrored(1), "the kernel mirrored left to right", _AS_IT_STANDS),
    ("rows-columns-swapped", wrong.kernel_transposed),
    ("rows-columns-swapped", wrong.map_transposed),
    ("rows-columns-swapped", wrong.filled_transposed),
    ("rows-columns-swapped", wrong.loops_swapped),
    (
        None,
        wrong.with_relu,
        "every negative number set to 0",
        "The layer asked for here has no ReLU: its sums stay as they are.",
    ),
    *((None, wrong.square_map(axis), *_ONE_SIZE_OF_MAP) for axis in (1, 2)),
    *((None, wrong.square_window(axis), *_ONE_SIDE_OF_KERNEL) for axis in (0, 1)),
)
_FRAME_OF_COPIES = (
    "a frame of copied cells",
    'Padding puts zeros around the image: np.pad without mode="edge" or "reflect".',
)
_ONE_END = (
    "zeros on the top and left side only",
    "Padding p puts p rows or columns of zeros on each of the four sides.",
)
STEPS: tuple[tuple[Any, ...], ...] = (
    ("stride-is-kernel", wrong.stride_of_kernel),
    ("padding-total", wrong.padded_by(lambda p: (p // 2, p - p // 2))),
    ("padding-total", wrong.padded_by(lambda p: (0, p))),
    *((None, wrong.framed_by(mode), *_FRAME_OF_COPIES) for mode in ("edge", "reflect")),
    (
        None,
        wrong.half_kernel,
        "half of the kernel as padding, whatever is asked for",
        "The padding is an argument of its own: p cells on every side.",
    ),
    (None, wrong.padded_by(lambda p: (p, 0)), *_ONE_END),
    (None, wrong.padded_by(lambda p: (2 * p, 0)), *_ONE_END),
    ("size-ceiling", wrong.rounded_up),
    ("size-ceiling", wrong.rounded_up_cut),
    ("non-integer-size-error", wrong.refusing),
    (
        None,
        wrong.every_start,
        "windows that hang over the end",
        "A place counts only if the kernel's last cell is inside, too.",
    ),
    (
        None,
        wrong.range_short,
        "a range that ends before the last place",
        "range(n − k) leaves out the start at n − k: range(n − k + 1) has it.",
    ),
    (
        None,
        wrong.unstrided,
        "the stride left out",
        "Each window begins a stride further than the one before, and so there are fewer.",
    ),
    (
        None,
        wrong.windows_unmoved,
        "windows that move by one cell only",
        "The size is right, but out[i, j] belongs to the window that begins i·stride rows down and "
        "j·stride columns to the right.",
    ),
    (
        None,
        wrong.unpadded,
        "the padding left out",
        "First frame the input with zeros, then take size and windows from the framed one.",
    ),
    (
        None,
        wrong.framed_afterwards,
        "zeros put around the output",
        "The zeros go around the input, before the kernel slides.",
    ),
    (
        None,
        wrong.size_before_padding,
        "the size of the input before padding",
        "The size follows from the framed input.",
    ),
    (
        None,
        wrong.size_padded_twice,
        "the padding counted twice",
        "The framed input has n + 2p cells already.",
    ),
    (
        None,
        wrong.windows_unpadded,
        "windows of the input without its frame",
        "Size and windows are both taken from the framed input.",
    ),
)
_PAIRS = "np.pad takes one pair for each axis of x: (0, 0) for images and for channels."
_TOO_MANY = (
    "more axes padded than rows and columns",
    f"{_PAIRS} A single number frames all of them.",
)
_FRAMES = (lambda p: p, lambda p: ((0, 0), (p, p), (p, p), (p, p)))
AXES: tuple[tuple[Any, ...], ...] = (
    *((None, wrong.channels_padded(frame), *_TOO_MANY) for frame in _FRAMES),
    *((None, wrong.channels_padded_counted(frame), *_TOO_MANY) for frame in _FRAMES),
    (None, wrong.channels_padded_misfit, *_TOO_MANY),
    (None, wrong.pairs_missing, "too few pairs for np.pad", _PAIRS),
    (None, wrong.pairs_missing_where_padded, "too few pairs for np.pad", _PAIRS),
)
