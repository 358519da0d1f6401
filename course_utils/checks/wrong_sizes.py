"""Wrong sizes, paddings and counts, each with one misconception: whole numbers only."""

from course_utils import reference

# ---- output_size ---------------------------------------------------------------------------------


def size(n, kernel, stride=1, padding=0, dilation=1, *, divide=lambda a, b: a // b, sides=2):
    return divide(n + sides * padding - dilation * (kernel - 1) - 1, stride) + 1


def divided_by(divide):
    """The size with another division in the place of //."""
    return lambda *a, **k: size(*a, **k, divide=divide)


def refuse(a, b):
    if a % b:
        raise ValueError("the stride does not divide")
    return a // b


def dilation_from_zero(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, stride, padding, dilation + 1)


def dilation_between(n, kernel, stride=1, padding=0, dilation=1):
    """``dilation`` cells put between any two of the kernel."""
    return size(n, kernel + dilation * (kernel - 1), stride, padding)


def dilation_doubled(n, kernel, stride=1, padding=0, dilation=1):
    """Cells 2^(d − 1) apart, as in the wavelets “à trous”."""
    return size(n, kernel, stride, padding, 2 ** (dilation - 1))


def half_kernel(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, stride, kernel // 2, dilation)


def steps_of_kernel(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, kernel, padding, dilation)


def steps_dilated(n, kernel, stride=1, padding=0, dilation=1):
    """Steps of stride · dilation cells."""
    return size(n, kernel, stride * dilation, padding, dilation)


def unstrided(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, 1, padding, dilation)


def unpadded(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, stride, 0, dilation)


def undilated(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, stride, padding)


def span_too_long(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * kernel) // stride + 1


def span_too_short(n, kernel, stride=1, padding=0, dilation=1):
    return size(n + 1, kernel, stride, padding, dilation)


def divided_before(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding) // stride - (dilation * (kernel - 1) + 1) + 1


def kernel_divided(n, kernel, stride=1, padding=0, dilation=1):
    return n + 2 * padding - (dilation * (kernel - 1) + 1) // stride + 1


def last_term_divided(n, kernel, stride=1, padding=0, dilation=1):
    """n + 2p − d(k − 1) − 1 // s + 1, without brackets."""
    return n + 2 * padding - dilation * (kernel - 1) - 1 // stride + 1


def last_cell_unread(n, kernel, stride=1, padding=0, dilation=1):
    """Places with start + span < n in the place of <=."""
    return max(size(n - 1, kernel, stride, padding, dilation), 0)


def gap_at_each_cell(n, kernel, stride=1, padding=0, dilation=1):
    """PyTorch's n + 2p − d(k − 1) − 1 with d · k for d(k − 1)."""
    return (n + 2 * padding - dilation * kernel - 1) // stride + 1


def same_size(n, kernel, stride=1, padding=0, dilation=1):
    return -(-n // stride)


def one_inside(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (kernel - 1)) // stride


def every_start(n, kernel, stride=1, padding=0, dilation=1):
    """Places counted whether the kernel fits there or not."""
    return len(range(0, n + 2 * padding, stride))


def dilated_once(n, kernel, stride=1, padding=0, dilation=1):
    """The gap counted once, not between any two cells of the kernel."""
    return size(n, kernel + dilation - 1, stride, padding)


def padding_taken_off(n, kernel, stride=1, padding=0, dilation=1):
    return size(n, kernel, stride, -padding, dilation)


def padded_afterwards(times):
    """The padding added to the places, and not to the axis."""
    return lambda n, kernel, stride=1, padding=0, dilation=1: (
        size(n, kernel, stride, 0, dilation) + times * padding
    )


def padded_one_end_less(n, kernel, stride=1, padding=0, dilation=1):
    """The steps over the axis and over the padding rounded down one by one."""
    return size(n, kernel, stride, 0, dilation) + 2 * padding // stride


def transposed(n, kernel, stride=1, padding=0, dilation=1):
    """The size of a transposed convolution, which enlarges."""
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1


# ---- same_padding --------------------------------------------------------------------------------


def total(n, kernel, stride, places=None):
    """The total of cells to add so that ``places`` fit; for "same" these are ⌈n/s⌉ places."""
    places = -(-n // stride) if places is None else places
    return max((places - 1) * stride + kernel - n, 0)


def split(cells):
    """A total as "same" divides it: the odd cell goes to the end."""
    return cells // 2, cells - cells // 2


def evenly(more):
    """Both ends alike; of an odd total one cell is left out, or added with ``more`` = 1."""
    return lambda n, kernel, stride: ((total(n, kernel, stride) + more) // 2,) * 2


def all_needed(n, kernel, stride):
    """All cells that the places reach over, those of the axis among them."""
    return split((-(-n // stride) - 1) * stride + kernel)


def sign_lost(n, kernel, stride):
    return split(abs((-(-n // stride) - 1) * stride + kernel - n))


def half_to_even(n, kernel, stride):
    cells = total(n, kernel, stride)
    return round(cells / 2), cells - round(cells / 2)


def below_zero(n, kernel, stride):
    return split((-(-n // stride) - 1) * stride + kernel - n)


def below_zero_at_one_end(n, kernel, stride):
    """max(…, 0) around the cells before alone; those behind are the rest."""
    total = (-(-n // stride) - 1) * stride + kernel - n
    before = max(total // 2, 0)
    return before, total - before


def places_rounded_down(n, kernel, stride):
    return split(total(n, kernel, stride, n // stride))


def by_the_remainder(n, kernel, stride):
    """TensorFlow's k − n mod s, which is k − s where the remainder is 0."""
    return split(max(kernel - n % stride, 0))


def places_to_nearest(half_up):
    """⌈n/s⌉ replaced by the nearest whole number."""
    nearest = (lambda a: int(a + 0.5)) if half_up else round
    return lambda n, kernel, stride: split(total(n, kernel, stride, nearest(n / stride)))


def one_step_more(n, kernel, stride):
    return split(max(-(-n // stride) * stride + kernel - n, 0))


# ---- layer_parameters ----------------------------------------------------------------------------


def counted(weights, biases):
    """A count from sizes: both are functions of (H, W, C, F, KH, KW, places)."""

    def layer_parameters(input_shape, filters, kernel):
        height, width, channels = input_shape
        rows, columns = kernel
        sizes = (height, width, channels, filters, rows, columns)
        places = (height - rows + 1) * (width - columns + 1)
        return weights(*sizes, places) + biases(*sizes, places)

    return layer_parameters


def with_biases(biases):
    """The right weights and these biases."""
    return counted(lambda h, w, c, f, i, j, n: i * j * c * f, biases)


def with_weights(weights):
    """These weights and the right biases."""
    return counted(weights, lambda h, w, c, f, i, j, n: f)


def rows_as_channels(input_shape, filters, kernel):
    """(H, W, C) read as (C, H, W)."""
    return reference.conv_parameters(input_shape[0], filters, kernel)
