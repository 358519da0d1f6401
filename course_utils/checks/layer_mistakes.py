"""The typical mistakes in a layer's geometry: steps, padding, windows; arguments for ``Mistake``.

Its channels and biases: channel_mistakes. What it multiplies: layer_products. What it does to the
sums: layer_results. convolution.py joins them.

Each entry has the catalogue's id and the wrong layer; where the id is None or too general, it also
has words of its own.
"""

from typing import Any

from course_utils.checks import wrong_layers as wrong
from course_utils.checks import wrong_steps as steps

_AS_IT_STANDS = "A layer lays the kernel on the image as it stands."

_ONE_SIZE_OF_MAP = (
    "one size for both axes of the output",
    "Rows follow from H and KH, columns from W and KW; they need not be equal.",
)
_ONE_SIDE_OF_IMAGE = (
    "one side of the image for both axes",
    "An image has H rows and W columns, and they need not be equal.",
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
    *(("rows-columns-swapped", wrong.windows_swapped(way)) for way in wrong.PRODUCTS),
    (
        None,
        wrong.with_relu,
        "every negative number set to 0",
        "The layer asked for here has no ReLU: its sums stay as they are.",
        "activation",
    ),
    *(
        (None, wrong.square_map(axis, way), *_ONE_SIZE_OF_MAP)
        for axis in (1, 2)
        for way in wrong.PRODUCTS
    ),
    *(
        (None, wrong.square_image(axis, way), *_ONE_SIDE_OF_IMAGE)
        for axis in (1, 2)
        for way in wrong.PRODUCTS
    ),
    (
        None,
        wrong.in_a_map_of_the_input,
        "zeros beside the map, which is as large as the image",
        "There are fewer places than cells: (n + 2p − k) // s + 1 along each axis.",
    ),
    *(
        (None, wrong.square_window(axis, way), *_ONE_SIDE_OF_KERNEL)
        for axis in (0, 1)
        for way in wrong.PRODUCTS
    ),
)
LOOPS: tuple[tuple[Any, ...], ...] = (  # one image's own; of a single map see wrong_planes
    ("rows-columns-swapped", wrong.filled_transposed),
    *(("rows-columns-swapped", wrong.loops_swapped(way)) for way in wrong.PRODUCTS),
)
_SAME_SIZE = (
    "padding that keeps the image's size",
    "The padding is what is asked for: p zeros on every side, and none where p is 0 (“valid”).",
)
SAME: tuple[tuple[Any, ...], ...] = (
    ("half-kernel-padding", wrong.half_kernel, *_SAME_SIZE),
    ("half-kernel-padding", steps.same_size(lambda k: k // 2), *_SAME_SIZE),
    ("half-kernel-padding", steps.same_size(lambda k: (k - 1) // 2), *_SAME_SIZE),
)
_FRAME_OF_COPIES = (
    "a frame of copied cells",
    'Padding puts zeros around the image: np.pad without mode="edge" or "reflect".',
)
_ONE_END = (
    "the zeros on one side only",
    "Padding p puts p rows or columns of zeros on each of the four sides.",
)
_ONE_AXIS = (
    "zeros along one axis only",
    "The frame has p rows above and below, and p columns left and right.",
)
_STRIDE = (
    "the stride along one axis only",
    "The kernel moves by the stride along the rows and along the columns.",
)
STEPS: tuple[tuple[Any, ...], ...] = (
    ("stride-is-kernel", wrong.stride_of_kernel),
    *(("stride-is-kernel", wrong.stride_of_side(axis)) for axis in (0, 1)),
    (
        "stride-is-kernel",
        steps.windows_of_kernel_steps,
        "windows that begin a whole kernel apart",
        "The window of out[i, j] begins i·stride rows down and j·stride columns to the right.",
    ),
    ("padding-total", wrong.padded_by(lambda p: (p // 2, p - p // 2))),
    ("padding-total", wrong.padded_by(lambda p: (0, p))),
    (
        "padding-total",
        wrong.padded_by(lambda p: (p, 0)),
        "the padding counted once along each axis",
        "Padding p puts p rows or columns of zeros on each of the four sides, so the size has 2p.",
    ),
    *((None, wrong.framed_by(mode), *_FRAME_OF_COPIES) for mode in ("edge", "reflect")),
    (None, wrong.padded_by(lambda p: (2 * p, 0)), *_ONE_END),
    (None, wrong.padded_by(lambda p: (0, 2 * p)), *_ONE_END),
    *((None, steps.padded_rows(axis), *_ONE_AXIS) for axis in (0, 1)),
    (
        None,
        wrong.padded_by(lambda p: (2 * p, 2 * p)),
        "twice as many zeros on every side",
        "Padding p is p cells on each side: the 2p of the formula counts both ends.",
    ),
    *(
        (
            None,
            wrong.padded_by(ring),
            "one ring of zeros, whatever the padding",
            "padding=2 puts two rows or columns of zeros on each side, and padding=0 none.",
        )
        for ring in (lambda p: (min(p, 1), min(p, 1)), lambda _: (1, 1))
    ),
    *(
        (None, along(axis), *_STRIDE, "places")
        for along in (steps.strided_along, steps.strided_twice, steps.moved_along)
        for axis in (0, 1)
    ),
    *(
        (
            None,
            way,
            "windows that begin at the image's edge, not in the padding",
            "A window that begins in the padding has zeros there, and fewer of the image's cells: "
            "frame the image first.",
        )
        for way in (
            steps.begun_at_the_edge(wrong.times, zeros=2),
            *(steps.begun_at_the_edge(product) for product in wrong.PRODUCTS),
        )
    ),
    (
        None,
        steps.thinned_first,
        "the image thinned out before the kernel slides",
        "The stride skips places of the kernel; each window still lies on neighbouring cells.",
        "places",
    ),
    (
        None,
        steps.one_inside,
        "the + 1 inside the division",
        "First the whole steps, (n + 2p − k) // s, then the place at 0: the + 1 comes last.",
        "places",
    ),
    (
        None,
        steps.windows_short,
        "windows that end at i + k",
        "A window that begins at i·stride ends k cells further: i·stride : i·stride + k.",
        "places",
    ),
    (
        None,
        steps.out_at_the_start,
        "the output filled at the place where the window begins",
        "Output cell (i, j) belongs to the window that begins at row i·stride: count the cells "
        "of the output, not those of the image.",
        "places",
    ),
    (
        None,
        steps.begun_late,
        "the first window begun s − 1 cells too late",
        "The first place is place 0: [::stride], not [stride − 1::stride].",
        "places",
    ),
    (
        None,
        steps.windows_of_stride,
        "windows as large as the stride",
        "The stride says where a window begins; it is as large as the kernel: a : a + k.",
        "places",
    ),
    (
        None,
        steps.dilated,
        "the stride put between the cells of a window",
        "That is a dilation. A stride lies between windows; their cells are neighbours.",
        "dilation",
    ),
    *(
        (
            None,
            steps.exchanged(least),
            "stride and padding exchanged",
            "They come in this order: stride, padding.",
        )
        for least in (0, 1)
    ),
    *(
        (
            None,
            steps.added(start),
            "the stride added to the place",
            "Window i begins i strides behind the first one: at i·stride.",
            "places",
        )
        for start in (
            lambda i, s: i + s,
            lambda i, s: i + s - 1,
            lambda i, s: i + s if s > 1 else i,
        )
    ),
    ("no-floor", steps.size_unrounded),
    ("size-ceiling", wrong.rounded_up),
    *(("size-ceiling", wrong.rounded_up_cut(way)) for way in wrong.PRODUCTS),
    ("non-integer-size-error", wrong.refusing),
    *(
        (
            None,
            wrong.every_start(way),
            "windows that hang over the end",
            "A place counts only if the kernel's last cell is inside, too.",
        )
        for way in wrong.PRODUCTS
    ),
    (
        None,
        steps.every_start_cut,
        "windows that hang over the end",
        "A place counts only if the kernel's last cell is inside, too.",
    ),
    *(
        (
            None,
            short,
            "a range that ends before the last place",
            "range(n − k) leaves out the start at n − k: range(n − k + 1) has it.",
        )
        for short in (wrong.range_short, wrong.range_short_left)
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
    *(
        (
            None,
            wrong.size_padded_twice(way),
            "the padding counted twice",
            "The framed input has n + 2p cells already.",
        )
        for way in wrong.PRODUCTS
    ),
    *(
        (
            None,
            wrong.windows_unpadded(way),
            "windows of the input without its frame",
            "Size and windows are both taken from the framed input.",
        )
        for way in wrong.PRODUCTS
    ),
)
