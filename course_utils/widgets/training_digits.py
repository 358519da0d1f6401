"""The digits that a demo learns from, packed for the page: ``training_digits.bin``.

The file holds, one after another: the number of digits to learn from and of new digits (two uint16,
little-endian); the labels (one uint8 each); the images (28×28 grey values of four bits, two in a
byte, the left one in the high half; 15 is ink). It is made from ``mnist_subset.npz`` when the book
is built or the demo is shown, so that the package does not hold the digits twice.
"""

from functools import cache

import numpy as np

from course_utils.data import SUBSET

NAME = "training_digits.bin"
LEARNED, NEW = 2000, 500  # digits to learn from, and new digits that are only read


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the images (2500, 28, 28) from 0 to 1, in sixteen greys, and their labels (2500,)."""
    with np.load(SUBSET) as subset:
        parts = [(subset["x_train"], subset["y_train"], LEARNED)]
        parts += [(subset["x_test"], subset["y_test"], NEW)]
        images = np.concatenate([x[:n] for x, _, n in parts])
        labels = np.concatenate([y[:n] for _, y, n in parts]).astype(np.uint8)
    return np.rint(images / 17) / 15, labels


@cache
def packed() -> bytes:
    """Return the file's bytes."""
    images, labels = digits()
    halves = np.rint(images * 15).astype(np.uint8).reshape(len(images), -1)
    pairs = halves[:, ::2] << 4 | halves[:, 1::2]
    return np.array([LEARNED, NEW], "<u2").tobytes() + labels.tobytes() + pairs.tobytes()
