"""No check gives a wrong diagnosis, or refuses an answer that is only unusual."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from course_utils import checks, reference
from course_utils.checks import CheckError
from course_utils.checks.sizes import _same


def fails(name, part, answer) -> CheckError:
    """The error that the check of this name raises for a wrong answer."""
    with pytest.raises(CheckError) as caught:
        getattr(checks, f"check_{name}")(answer, part)
    return caught.value


# ---- wrong answers that look like a misconception, and are none ----------------------------------


def places_everywhere(n, kernel, stride=1, padding=0, dilation=1):
    return n // stride


def turned_by_a_quarter(image, kernel):
    return (sliding_window_view(image, kernel.shape) * np.rot90(kernel)).sum(axis=(2, 3))


def window_of_three(image, kernel):
    out = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    return out


def same_whatever_is_asked(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, "same")


def longer_steps_along_columns(x, window, stride=None, padding=0):
    steps = (stride or window, (stride or window) + 1)
    return reference.max_pool2d(x[None], window, steps, padding)[0]


def padding_for_stride(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * stride - dilation * (kernel - 1) - 1) // stride + 1


def one_place_more(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 2


def last_column_missing(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding)[:, :, :-1]


def last_windows_missing(x, window, stride=None, padding=0):
    return reference.max_pool2d(x[None], window, stride, padding)[0, :, :-1]


def one_image_more_aside(x, y, n):
    return x[: -n - 1], y[: -n - 1], x[-n - 1 :], y[-n - 1 :]


@pytest.mark.parametrize(
    ("name", "part", "answer"),
    [
        ("output_size", "padding", padding_for_stride),
        ("output_size", "strides that do not divide", one_place_more),
        ("conv2d", None, last_column_missing),
        ("output_size", "padding", places_everywhere),
        ("output_size", "strides that do not divide", places_everywhere),
        ("conv2d_plain", "square", turned_by_a_quarter),
        ("conv2d_plain", "not square", window_of_three),
        ("conv2d", "stride and padding", same_whatever_is_asked),
        ("max_pool2d", "stride", longer_steps_along_columns),
        ("split_validation", None, one_image_more_aside),
    ],
)
def test_a_few_equal_results_are_no_misconception(name, part, answer):
    """Is an answer that agrees with a misconception here and there by chance not accused of it?"""
    said = fails(name, part, answer)
    assert said.misconception is None
    assert "equals the one with" not in " ".join(str(said).split())


# ---- errors that many faults end in --------------------------------------------------------------


def layer_in_loops(x, kernel, bias, stride, padding, *, frame=None, starts=None, add=np.add):
    """conv2d as students write it, with one thing otherwise."""
    ends = frame or (padding, padding)
    framed = np.pad(x, ((0, 0), ends, ends, (0, 0)))
    rows, columns, _, filters = kernel.shape
    height = (x.shape[1] + 2 * padding - rows) // stride + 1
    width = (x.shape[2] + 2 * padding - columns) // stride + 1
    out = np.zeros((len(x), height, width, filters))
    tops = range(0, framed.shape[1], stride) if starts else range(0, height * stride, stride)
    lefts = range(0, framed.shape[2], stride) if starts else range(0, width * stride, stride)
    for i in tops:
        for j in lefts:
            windows = framed[:, i : i + rows, j : j + columns]
            out[:, i // stride, j // stride] = add(np.tensordot(windows, kernel, 3), bias)
    return out


def every_start_of_the_range(x, kernel, bias, stride=1, padding=0):
    return layer_in_loops(x, kernel, bias, stride, padding, starts=True)


def frame_on_one_side(x, kernel, bias, stride=1, padding=0):
    return layer_in_loops(x, kernel, bias, stride, padding, frame=(padding, 0))


def bias_as_a_column(x, kernel, bias, stride=1, padding=0):
    def add(sums, bias):
        return sums + bias.reshape(-1, 1)

    return layer_in_loops(x, kernel, bias, stride, padding, add=add)


def maximum_along_one_axis(x, window, stride=None, padding=0):
    stride, ends = stride or window, (padding, padding)
    framed = np.pad(x, (ends, ends, (0, 0)), constant_values=-np.inf)
    height, width = ((n - window) // stride + 1 for n in framed.shape[:2])
    out = np.zeros((height, width, x.shape[2]))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        out[i, j] = framed[top : top + window, left : left + window].max(axis=0)
    return out


def name_that_is_not_there(image, kernel):
    return imgae * kernel  # noqa: F821


@pytest.mark.parametrize("part", ["stride and padding", "all of it together", None])
@pytest.mark.parametrize("answer", [frame_on_one_side, bias_as_a_column])
def test_an_error_alone_accuses_nobody(answer, part):
    """Is an error that many faults end in shown as it is, in every check of the question?"""
    said = fails("conv2d", part, answer)
    assert said.misconception is None
    text = " ".join(str(said).split())
    assert "stops as an answer" not in text
    assert "equals the one with" not in text


@pytest.mark.parametrize("part", ["stride and padding", "all of it together", None])
def test_an_error_is_explained_by_what_stops_at_the_same_place(part):
    """Is a loop that runs too far named, although only errors show it?"""
    assert "windows that hang over the end" in str(fails("conv2d", part, every_start_of_the_range))


@pytest.mark.parametrize("part", ["windows side by side", "stride", "padding", None])
def test_a_pool_along_one_axis_is_not_put_on_its_frame(part):
    """Is a maximum of the wrong shape not taken for np.pad on too many axes?"""
    said = " ".join(str(fails("max_pool2d", part, maximum_along_one_axis)).split())
    assert "one axis of the window left over" in said
    assert "padded" not in said
    assert "could not broadcast input array" in said


def test_a_name_that_is_not_there_is_said():
    """Does the message send a student who restarted the kernel to the cells above?"""
    said = str(fails("conv2d_plain", None, name_that_is_not_there))
    assert "run the cells above" in said


# ---- wrong answers whose cause is another than the first that comes to mind ----------------------


def windows_cut_off(image, kernel, stride, padding):
    image = np.pad(image, padding)
    out = np.zeros(
        [-(-(n - k) // stride) + 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    )
    for i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = image[top : top + kernel.shape[0], left : left + kernel.shape[1]]
        out[i, j] = np.sum(window * kernel)
    return out


def padding_forgotten(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride)


def framed_before(x, kernel, bias, stride=1, padding=0):
    framed = np.pad(x, ((0, 0), (padding, 0), (padding, 0), (0, 0)))
    return layer_in_loops(framed, kernel, bias, stride, 0)


def side_for_both(image, kernel):
    side = kernel.shape[0]
    out = np.zeros((image.shape[0] - side + 1, image.shape[1] - side + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(image[i : i + side, j : j + side] * kernel)
    return out


def divided_by_the_stride(x, window, stride=None):
    stride = stride or window
    height, width = ((n - window) // stride + 1 for n in x.shape[:2])
    out = np.zeros((height, width, x.shape[2]))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        out[i, j] = x[top : top + window, left : left + window].sum(axis=(0, 1)) / stride**2
    return out


def pool_without_padding(x, window, stride=None, padding=0):
    return reference.max_pool2d(x[None], window, stride)[0]


def search_from_zero(x, window, stride=None, padding=0):
    return np.maximum(reference.max_pool2d(x[None], window, stride, padding)[0], 0)


def matrix_product(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    return np.array([[np.sum(window @ kernel) for window in row] for row in windows])


def windows_unmoved(image, kernel, stride, padding):
    every = sliding_window_view(np.pad(image, padding), kernel.shape)
    height, width = every[::stride, ::stride].shape[:2]
    return (every[:height, :width] * kernel).sum(axis=(2, 3))


def stride_in_the_range(image, kernel, stride, padding):
    every = sliding_window_view(np.pad(image, padding), kernel.shape)
    out = np.zeros(every[::stride, ::stride].shape[:2])
    for i in range(0, out.shape[0], stride):
        for j in range(0, out.shape[1], stride):
            out[i, j] = np.sum(every[i, j] * kernel)
    return out


def range_one_short(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    out = np.zeros(windows.shape[:2])
    for i in range(out.shape[0] - 1):
        for j in range(out.shape[1] - 1):
            out[i, j] = np.sum(windows[i, j] * kernel)
    return out


def rows_for_columns_in_the_output(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    out = np.zeros(windows.shape[:2])
    for i, j in np.ndindex(windows.shape[:2]):
        out[j, i] = np.sum(windows[i, j] * kernel)
    return out


def total_never_set_back(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    out, total = np.zeros(windows.shape[:2]), 0
    for i, j in np.ndindex(out.shape):
        total += np.sum(windows[i, j] * kernel)
        out[i, j] = total
    return out


def set_and_not_added(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    out = np.zeros(windows.shape[:2])
    for i, j, a, b in np.ndindex(windows.shape):
        out[i, j] = windows[i, j, a, b] * kernel[a, b]
    return out


def starts_up_to_the_end(image, kernel, stride, padding):
    image, (rows, columns) = np.pad(image, padding), kernel.shape
    return np.array(
        [
            [
                np.sum(image[i : i + rows, j : j + columns] * kernel)
                for j in range(0, image.shape[1] - columns, stride)
            ]
            for i in range(0, image.shape[0] - rows, stride)
        ]
    )


def channels_overwritten(x, kernel, bias, stride=1, padding=0):
    for c in range(x.shape[-1]):
        out = reference.conv2d(x[..., [c]], kernel[:, :, [c]], None, stride, padding)
    return out + bias


def divided_by_the_side(x, window, stride=None):
    return reference.avg_pool2d(x[None], window, stride)[0] * window**2 / window


def slice_to_minus_rows(image, rows, columns):
    out = np.zeros((image.shape[0] + 2 * rows, image.shape[1] + 2 * columns))
    out[rows:-rows, columns:-columns] = image
    return out


def rounding_down(n, kernel, stride):
    total = max((n // stride - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2


@pytest.mark.parametrize(
    ("name", "part", "answer", "cause"),
    [
        ("conv2d_strided", "stride", windows_cut_off, "the size rounded up"),
        ("conv2d_strided", "stride", windows_unmoved, "windows that move by one cell only"),
        ("conv2d_strided", "stride", stride_in_the_range, "the stride in the range of the loops"),
        ("conv2d_plain", "square", range_one_short, "the last row and column of places left at 0"),
        ("conv2d_plain", "not square", range_one_short, "left at 0"),
        ("conv2d_plain", None, rows_for_columns_in_the_output, "rows and columns swapped"),
        ("conv2d_plain", "square", total_never_set_back, "a total that goes on"),
        ("conv2d_plain", "square", set_and_not_added, "the last product of each window alone"),
        ("conv2d_strided", "padding", starts_up_to_the_end, "a range that ends before the last"),
        ("conv2d", "several channels and filters", channels_overwritten, "the last channel alone"),
        ("avg_pool2d", "windows side by side", divided_by_the_side, "by the window's side"),
        ("conv2d", "stride and padding", padding_forgotten, "the padding left out"),
        ("conv2d", "stride and padding", framed_before, "the padding counted once along"),
        ("conv2d", "all of it together", framed_before, "the padding counted once along"),
        ("conv2d_plain", "not square", side_for_both, "one side of the kernel for both axes"),
        ("avg_pool2d", "stride", divided_by_the_stride, "divided by the stride's square"),
        ("conv2d_plain", "square", matrix_product, "the matrix product (@)"),
        ("max_pool2d", "padding", pool_without_padding, "the padding left out"),
        ("max_pool2d", "stride", last_windows_missing, "left out along the columns alone"),
        ("max_pool2d", "windows side by side", search_from_zero, "0 as the largest number"),
        ("zero_pad", "rows and columns differ", slice_to_minus_rows, "a slice to −rows"),
        ("same_padding", "larger strides", rounding_down, "the number of outputs rounded down"),
    ],
)
def test_the_cause_is_named_and_not_one_like_it(name, part, answer, cause):
    """Of several explanations: is it the one that fits every case?"""
    said = " ".join(str(fails(name, part, answer)).split())
    assert cause in said
    assert "must have another reason" not in said


def test_a_hint_is_not_given_to_who_needs_none():
    """If only the type is wrong, does the message name the type, and give no hint?"""
    error = fails("output_size", "plain", lambda *a, **k: float(reference.output_size(*a, **k)))
    said = " ".join(str(error).split())
    assert "a whole number (int) was asked for" in said
    assert "Hint:" not in said


# ---- right answers that look unusual -------------------------------------------------------------


def by_windows(image, kernel):
    return (sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


def by_fourier(image, kernel):
    """Through the frequencies, with their small errors of rounding."""
    shape = [n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    both = np.fft.rfft2(image, shape) * np.fft.rfft2(kernel[::-1, ::-1], shape)
    full = np.fft.irfft2(both, shape)
    return full[kernel.shape[0] - 1 : image.shape[0], kernel.shape[1] - 1 : image.shape[1]]


def by_einsum(x, kernel, bias, stride=1, padding=0):
    frame = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    windows = sliding_window_view(np.pad(x, frame), kernel.shape[:2], axis=(1, 2))
    return np.einsum("nhwcij,ijcf->nhwf", windows[:, ::stride, ::stride], kernel) + bias


def ignoring_nan(x, window, stride=None, padding=0):
    frame = ((padding, padding), (padding, padding), (0, 0))
    padded = np.pad(x.astype(float), frame, constant_values=np.nan)
    stride = stride or window
    windows = sliding_window_view(padded, (window, window), axis=(0, 1))[::stride, ::stride]
    return np.nanmax(windows, axis=(3, 4)).astype(np.float32)


def with_negative_zeros(image, rows, columns):
    out = np.full((image.shape[0] + 2 * rows, image.shape[1] + 2 * columns), -0.0)
    out[rows : rows + image.shape[0], columns : columns + image.shape[1]] = image
    return out


def from_the_top(layers):
    """The field grown from the last layer down to the input."""
    field = 1
    for kernel, stride in reversed(layers):
        field = (field - 1) * stride + kernel
    return np.int32(field)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("same_padding", lambda n, k, s: np.array(_same(n, k, s))),
        ("zero_pad", with_negative_zeros),
        ("conv2d_plain", by_windows),
        ("conv2d_plain", lambda image, kernel: by_windows(image, kernel).tolist()),
        ("conv2d_plain", by_fourier),
        ("conv2d", by_einsum),
        ("max_pool2d", ignoring_nan),
        ("values_left", lambda x, w, s: np.prod([(n - w) // s + 1 for n in x[:2]]) * x[2]),
        ("receptive_field", from_the_top),
        ("layer_parameters", lambda x, f, k: f * (np.prod(k) * x[-1] + 1)),
    ],
)
def test_another_way_to_the_right_result_passes(name, answer):
    """Do vectorised answers, other integer and float types and a turned-round loop count?"""
    getattr(checks, f"check_{name}")(answer)
