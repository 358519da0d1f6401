"""The catalogue of misconceptions: what people believe, what is true, and where the book says so.

The ids are used by checks, quizzes and the book's page of misconceptions, and never change.
"""

import os
import re
from typing import NamedTuple

from course_utils.public_address import kept_book_address

# The address of the book: as the instructor has set it, or where it is published, or "".
BOOK_URL = (os.environ.get("COURSE_BOOK_URL") or kept_book_address()).rstrip("/")

CHAPTERS = {
    "02_local_receptive_fields": "Local receptive fields",
    "03_shared_weights": "Shared weights",
    "04_stride_and_padding": "Stride and padding",
    "05_channels_and_filters": "Channels and filters",
    "06_pooling": "Pooling",
    "07_the_stack": "The stack",
    "08_a_cnn_for_mnist": "A CNN for MNIST",
    "10_gradients": "How gradients flow back",
}

# Short name of a section to which checks send students: its chapter and its heading.
SECTIONS = {
    "a window": ("03_shared_weights", "One window, nine weights"),
    "cross-correlation": ("03_shared_weights", "Convolution or cross-correlation?"),
    "places": ("04_stride_and_padding", "Counting places"),
    "padding": ("04_stride_and_padding", "Padding"),
    "same": ("04_stride_and_padding", '"valid" and "same"'),
    "dilation": ("04_stride_and_padding", "Dilation"),
    "channels in": ("05_channels_and_filters", "Several channels in"),
    "channels out": ("05_channels_and_filters", "Several channels out"),
    "parameters": ("05_channels_and_filters", "Counting parameters"),
    "pooling": ("06_pooling", "One number for each window"),
    "shifts": ("06_pooling", "Pooling forgives a little"),
    "field": ("02_local_receptive_fields", "The formula"),
    "activation": ("07_the_stack", "Why something must stand between two convolutions"),
    "the stack": ("07_the_stack", "The network"),
    "every parameter": ("07_the_stack", "Every shape and every parameter"),
    "data": ("08_a_cnn_for_mnist", "Load and scale"),
    "build": ("08_a_cnn_for_mnist", "Build"),
    "train": ("08_a_cnn_for_mnist", "Train"),
    "how good": ("08_a_cnn_for_mnist", "How good is it?"),
    "back": ("10_gradients", "Back through ReLU and pooling"),
}


def read(section: str) -> str:
    """The line that sends a reader to a section of a chapter, by its short name; "" for none."""
    if not section:
        return ""
    chapter, heading = SECTIONS[section]
    anchor = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")  # as Sphinx makes it
    address = _address(f"{chapter}.html#{anchor}")
    return f"Read: {CHAPTERS[chapter]}, {heading}" + (f"\n      {address}" if address else "")


def _address(page: str) -> str:
    """The address of a page of the book; "" where the book's address is not known."""
    return f"{BOOK_URL}/{page}" if BOOK_URL else ""


class Misconception(NamedTuple):
    """``wrong`` completes "your result equals the one with …"; ``right`` is a sentence or two."""

    id: str
    wrong: str
    right: str
    chapter: str

    @property
    def page(self) -> str:
        """The address of the chapter, or ""."""
        return _address(f"{self.chapter}.html")

    @property
    def section(self) -> str:
        """The address of its own section on the page of misconceptions, or ""."""
        return _address(f"misconceptions.html#m-{self.id}")

    @property
    def reading(self) -> str:
        """Where to read about it, for the end of a message."""
        if not self.page:
            return f"Read: {CHAPTERS[self.chapter]}, and the page of misconceptions"
        return f"Read: {CHAPTERS[self.chapter]}, {self.page}\n      {self.section}"


_ENTRIES = (
    Misconception(
        "kernel-flipped",
        "the kernel flipped",
        "A layer lays the kernel on the image as it stands (cross-correlation). Learned weights "
        "make a flip pointless.",
        "03_shared_weights",
    ),
    Misconception(
        "rows-columns-swapped",
        "rows and columns swapped",
        "Shapes are (rows, columns), in that order, and neither images nor kernels need be square.",
        "03_shared_weights",
    ),
    Misconception(
        "no-floor",
        "the division left unrounded",
        "A size counts places, so it is rounded down: ⌊(n + 2p − k)/s⌋ + 1. Python's // does that.",
        "04_stride_and_padding",
    ),
    Misconception(
        "size-ceiling",
        "the size rounded up",
        "A place counts only if the whole kernel fits there: the division is rounded down, and "
        "cells left over at the end are not read.",
        "04_stride_and_padding",
    ),
    Misconception(
        "non-integer-size-error",
        "a stride that must divide",
        "A stride that does not divide is no error: the size is rounded down, and the last cells "
        "are not read.",
        "04_stride_and_padding",
    ),
    Misconception(
        "same-keeps-size",
        "“same” keeping the input's size at every stride",
        "“same” gives ⌈n/s⌉ outputs, so it keeps the size only at stride 1.",
        "04_stride_and_padding",
    ),
    Misconception(
        "same-pads-evenly",
        "“same” adding equally many cells at both ends",
        "The total that “same” needs can be odd; it is then divided unevenly, with one cell more "
        "at the end.",
        "04_stride_and_padding",
    ),
    Misconception(
        "same-pads-top-left",
        "the odd cell of “same” at the beginning",
        "Where the total is odd, Keras and TensorFlow put the extra cell at the bottom or right.",
        "04_stride_and_padding",
    ),
    Misconception(
        "padding-total",
        "the padding taken as a total for both ends",
        "Padding p is per side here: it adds 2p cells along an axis.",
        "04_stride_and_padding",
    ),
    Misconception(
        "half-kernel-padding",
        "a padding of k//2 on each side",
        "k//2 per side keeps the size only for an odd kernel at stride 1.",
        "04_stride_and_padding",
    ),
    Misconception(
        "dilation-zero",
        "the usual kernel counted as dilation 0",
        "Dilation is the distance between neighbouring cells of the kernel: without gaps it is 1, "
        "and the kernel spans d(k − 1) + 1 cells.",
        "04_stride_and_padding",
    ),
    Misconception(
        "stride-is-kernel",
        "the kernel moved by its own size",
        "The stride says how far the kernel moves; it has nothing to do with the kernel's size.",
        "04_stride_and_padding",
    ),
    Misconception(
        "no-input-channels",
        "one input channel only",
        "A filter reaches through all input channels: it has K·K·C_in weights.",
        "05_channels_and_filters",
    ),
    Misconception(
        "same-parameters-anywhere",
        "the same number of parameters at every depth",
        "A layer's parameters depend on the channels that it receives: K·K·C_in·C_out + C_out.",
        "05_channels_and_filters",
    ),
    Misconception(
        "weights-grow-with-image",
        "convolution weights that grow with the image",
        "One kernel is used at every place, so its weights do not depend on the image's size. Only "
        "a dense layer behind Flatten grows with it.",
        "05_channels_and_filters",
    ),
    Misconception(
        "bias-per-cell",
        "a bias for every cell of the output",
        "Each filter has one bias, added at all of its places.",
        "05_channels_and_filters",
    ),
    Misconception(
        "bias-missing",
        "the bias left out",
        "Each filter has one bias besides its weights.",
        "05_channels_and_filters",
    ),
    Misconception(
        "channels-first",
        "channels before rows and columns",
        "Here, as in Keras, channels come last: images are (N, H, W, C).",
        "05_channels_and_filters",
    ),
    Misconception(
        "invariant-not-equivariant",
        "a map that does not change when the image moves",
        "A convolution's map moves with the image (equivariance). Pooling forgives only a shift "
        "that keeps each maximum within its window.",
        "06_pooling",
    ),
    Misconception(
        "pooling-tiles",
        "windows that always lie side by side",
        "Windows move by the stride. They overlap if it is smaller than the window.",
        "06_pooling",
    ),
    Misconception(
        "pooling-has-weights",
        "parameters in pooling or Flatten",
        "Pooling takes a maximum or an average, and Flatten only reshapes: neither has anything to "
        "learn.",
        "06_pooling",
    ),
    Misconception(
        "pooling-mixes-channels",
        "channels pooled together",
        "Pooling works on every channel by itself: as many channels come out as went in.",
        "06_pooling",
    ),
    Misconception(
        "max-pool-pads-zeros",
        "padded cells of zero taking part in the maximum",
        "Max pooling ignores padded cells (as if they were −∞); a zero would beat negative values.",
        "06_pooling",
    ),
    Misconception(
        "field-is-kernel",
        "a field as large as the kernel at every depth",
        "A receptive field grows with depth: r = 1 + Σ (k − 1) · (the product of all earlier "
        "strides).",
        "02_local_receptive_fields",
    ),
    Misconception(
        "second-layer-called-first",
        "the second layer's number given to the first",
        "18,496 = 32·3·3·64 + 64 is the second layer: it receives 32 channels. The first receives "
        "one, and has 3·3·1·32 + 32 = 320.",
        "07_the_stack",
    ),
    Misconception(
        "pool-gradient-overwritten",
        "gradients overwritten where windows overlap",
        "A cell that is the maximum of several windows receives the sum of their gradients: add "
        "with +=.",
        "10_gradients",
    ),
)

CATALOGUE = {entry.id: entry for entry in _ENTRIES}
