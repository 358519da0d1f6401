"""The typical mistakes of output_size: how many places a kernel has along an axis."""

from course_utils.checks import wrong_sizes as wrong
from course_utils.checks.question import Mistake

_SPAN = "With dilation d a kernel of k cells spans d(k − 1) + 1."
OUTPUT_SIZE = (
    Mistake("no-floor", wrong.divided_by(lambda a, b: a / b)),
    Mistake("size-ceiling", wrong.divided_by(lambda a, b: -(-a // b))),
    *(
        Mistake("size-ceiling", rounded, "the size rounded to the nearest whole number")
        for rounded in (
            wrong.divided_by(lambda a, b: round(a / b)),
            wrong.divided_by(lambda a, b: round(a / b + 1) - 1),
            wrong.divided_by(lambda a, b: int(a / b + 0.5)),
        )
    ),
    Mistake("non-integer-size-error", wrong.divided_by(wrong.refuse)),
    Mistake("padding-total", lambda *a, **k: wrong.size(*a, **k, sides=1)),
    Mistake("dilation-zero", wrong.dilation_from_zero),
    Mistake("dilation-zero", wrong.dilation_between),
    Mistake("half-kernel-padding", wrong.half_kernel),
    Mistake("stride-is-kernel", wrong.steps_of_kernel),
    Mistake(
        None,
        lambda *a, **k: wrong.size(*a, **k) - 1,
        "the last place not counted",
        "A kernel as large as the input still has one place: hence the + 1.",
    ),
    Mistake(
        None,
        wrong.every_start,
        "every start counted, also where the kernel hangs over the end",
        "A place counts only if the kernel's last cell is inside, too.",
    ),
    Mistake(
        None,
        wrong.unstrided,
        "the stride left out",
        "The kernel moves on by the stride, so there are fewer places.",
    ),
    Mistake(
        None,
        wrong.unpadded,
        "the padding left out",
        "Padding p adds p cells at each end, so the axis has n + 2p.",
    ),
    Mistake(
        None,
        wrong.steps_dilated,
        "steps of stride · dilation cells",
        "The dilation spreads the kernel's cells; the kernel still moves on by the stride alone.",
        "dilation",
    ),
    Mistake(
        None,
        wrong.dilation_doubled,
        "cells 2^(d − 1) apart",
        f"{_SPAN} The cells are d apart.",
        "dilation",
    ),
    Mistake(None, wrong.undilated, "the dilation left out", _SPAN, "dilation"),
    Mistake(None, wrong.span_too_long, "a span of d·k cells for the kernel", _SPAN, "dilation"),
    Mistake(
        None,
        wrong.span_too_short,
        "one cell too many for the kernel to move over",
        f"{_SPAN} So the last place begins n + 2p − d(k − 1) − 1 cells behind the first; a "
        "range up to it ends one further.",
    ),
    Mistake(
        None,
        wrong.divided_before,
        "the axis divided by the stride before the kernel's span is taken off",
        "First take the span off, then divide what is left by the stride.",
    ),
    Mistake(
        None,
        wrong.kernel_divided,
        "the kernel's span alone divided by the stride",
        "// binds more closely than + and −: put the difference into brackets.",
    ),
    Mistake(
        None,
        wrong.last_term_divided,
        "the last number alone divided by the stride",
        "// binds more closely than + and −: put the difference into brackets.",
    ),
    Mistake(
        None,
        wrong.last_cell_unread,
        "a kernel that must end before the last cell",
        "It may reach the last cell itself: start + span <= n + 2p, and not <.",
    ),
    Mistake(
        None,
        wrong.gap_at_each_cell,
        "d·k and one cell more taken off",
        "A kernel of k cells spans d(k − 1) + 1: there is a gap between cells, none at the end.",
    ),
    Mistake(
        None,
        wrong.same_size,
        "⌈n/s⌉, the size of “same”",
        "Only padding=“same” adds what that needs; here all of the kernel must be inside.",
        "same",
    ),
    Mistake(
        None,
        wrong.one_inside,
        "the + 1 inside the division",
        "First the whole steps, then the place at 0: the + 1 is no part of what is divided.",
    ),
    Mistake(None, wrong.dilated_once, "the dilation added to the kernel", _SPAN, "dilation"),
    Mistake(
        None,
        wrong.padding_taken_off,
        "the padding taken off",
        "Padding p adds p cells at each end, so the axis has n + 2p.",
    ),
    *(
        Mistake(
            None,
            added,
            "the padding added to the output",
            "It is added to the axis, at both ends, before the kernel moves: n + 2p cells.",
        )
        for added in (
            wrong.padded_afterwards(1),
            wrong.padded_afterwards(2),
            wrong.padded_one_end_less,
        )
    ),
    Mistake(
        None,
        wrong.transposed,
        "the size of a transposed convolution",
        "That one enlarges: it is this size's formula solved for n.",
    ),
)
