"""MNIST: 70,000 handwritten digits, from the best source that this machine has.

MNIST is by Yann LeCun, Corinna Cortes and Christopher Burges; CC BY-SA 3.0. The package has 5,000
of its images (``mnist_subset.npz``; ``mnist_subset.json`` says where they come from), so that the
course works without a network.
"""

import os
import socket
from functools import cache
from importlib.util import find_spec
from numbers import Integral
from pathlib import Path

import numpy as np

from course_utils.errors import CourseError
from course_utils.keras_copy import keras_copy

SUBSET = Path(__file__).with_name("mnist_subset.npz")
_IN_SUBSET = (4000, 1000)  # images to train and to test
_PATIENCE = 20  # after so many seconds without an answer there is no network

_printed = set()  # the lines that this process has printed already


def load_mnist(n_train=None, n_test=None):
    """``(x_train, y_train), (x_test, y_test)``: the first n of each, in the original order.

    Images are (N, 28, 28, 1) float32 in [0, 1], labels (N,) int64 from 0 to 9; without n, all of
    them (60,000 and 10,000). The sources, the first that is there: the file that the environment
    variable ``MNIST_NPZ`` names, Keras's cache, a download through Keras (never tried with
    ``MNIST_OFFLINE=1``), the 4,000 and 1,000 images in this package, which says so in one line.
    Where both n fit into the package's images, these come without a download and without a word.

    Raises CourseError that names the file when one of these is damaged or is not MNIST; ValueError
    for an n that is not a number of images.
    """
    for name, n in (("n_train", n_train), ("n_test", n_test)):
        if n is not None and (not isinstance(n, Integral) or n < 1):
            raise ValueError(f"{name} must be an integer of at least 1, or None for all, got {n!r}")
    x_train, y_train, x_test, y_test = _read(_source(_fits(n_train, n_test)))
    return _first("training", x_train, y_train, n_train), _first("test", x_test, y_test, n_test)


def _fits(n_train: int | None, n_test: int | None) -> bool:
    """Whether the package has so many images."""
    asked = (n_train, n_test)
    return all(n is not None and n <= there for n, there in zip(asked, _IN_SUBSET, strict=True))


def _source(few: bool) -> Path:
    """The file to read: the first in the order that ``load_mnist`` promises.

    ``few``: the package's own images are enough.
    """
    if named := os.environ.get("MNIST_NPZ"):
        return Path(named)
    if keras_copy().exists():
        return keras_copy()
    if few:
        return SUBSET
    if os.environ.get("MNIST_OFFLINE") != "1" and _download():
        return keras_copy()
    _say(
        "MNIST: using the 5,000 images of this package (4,000 to train and 1,000 to test, all from "
        "MNIST's training set); for all 70,000 set MNIST_NPZ to a mnist.npz"
    )
    return SUBSET


@cache
def _download() -> bool:
    """Fill Keras's cache; False without Keras or when the network does not answer. Tried once."""
    if find_spec("keras") is None:  # in a browser, or where only NumPy is installed
        return False
    from keras.datasets import mnist

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)  # Keras sets none and would hang behind a silent firewall
    try:
        mnist.load_data()  # shows its own progress, and checks the file's SHA-256
    except ValueError as error:
        raise CourseError(
            f"the download into {keras_copy()} came damaged ({error}): delete it and try again"
        ) from error
    except Exception as error:  # Keras raises a bare Exception when a download fails
        _say(f"MNIST: the download did not work ({error})")
        return False
    finally:
        socket.setdefaulttimeout(before)
    return True


def _read(path):
    """A ``mnist.npz`` as four uint8 arrays: x_train, y_train, x_test, y_test."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    except FileNotFoundError:
        raise CourseError(
            f"MNIST_NPZ names {path}, which is not there: correct or unset it"
        ) from None
    except Exception as error:  # NumPy, zipfile, zlib and tokenize each raise their own
        raise CourseError(
            f"{path} is damaged or no mnist.npz ({error}): delete it or replace it"
        ) from error
    for images, labels in (arrays[:2], arrays[2:]):
        if (
            images.shape != (len(labels), 28, 28)
            or labels.ndim != 1
            or images.dtype != np.uint8
            or not np.issubdtype(labels.dtype, np.integer)
            or not np.isin(labels, range(10)).all()
        ):
            raise CourseError(
                f"{path} is not MNIST: images must be (N, 28, 28) uint8 with N labels from 0 to 9, "
                f"got {images.shape} {images.dtype} and {labels.shape} {labels.dtype}"
            )
    return arrays


def _first(part, images, labels, n):
    """The first n images, scaled to [0, 1], and their labels."""
    if n is not None and n > len(images):
        _say(
            f"MNIST: {n:,} {part} images were asked for; there are {len(images):,}, and these come"
        )
    return images[:n, ..., np.newaxis] / np.float32(255), labels[:n].astype(np.int64)


def _say(sentence):
    """Print one line, once in a process."""
    if sentence not in _printed:
        _printed.add(sentence)
        print(sentence)
