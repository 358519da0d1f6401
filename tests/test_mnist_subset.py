"""The MNIST images that the package carries: which they are, and the script that made them."""

import hashlib
import json

import numpy as np

from course_utils.data import SUBSET
from tests.conftest import script_module

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def arrays(path):
    """The four arrays of a file."""
    with np.load(path) as file:
        return [file[name] for name in ARRAYS]


def test_the_provenance_belongs_to_the_file():
    """Does the note beside the file describe this very file, with its licence and script?"""
    note = json.loads(SUBSET.with_suffix(".json").read_text())
    assert note["sha256"] == hashlib.sha256(SUBSET.read_bytes()).hexdigest()
    assert "CC BY-SA 3.0" in note["licence"]
    assert SUBSET.stat().st_size < 1_000_000


def test_the_script_makes_the_packages_images(mnist_npz, monkeypatch):
    """Does the named script give the same arrays again?"""
    monkeypatch.setenv("MNIST_NPZ", str(mnist_npz))
    made = script_module("make_mnist_subset").subset()
    with np.load(SUBSET) as shipped:
        assert set(shipped) == set(made) == set(ARRAYS)
        for name in ARRAYS:
            assert shipped[name].dtype == made[name].dtype
            np.testing.assert_array_equal(shipped[name], made[name])


def test_the_packages_images_are_mnists(mnist_npz):
    """Are they the first 500 of each class of MNIST's training set, with their labels?"""
    images, labels, _, _ = arrays(mnist_npz)
    first = [i for digit in range(10) for i in np.flatnonzero(labels == digit)[:500]]
    want = {(images[i].tobytes(), int(labels[i])) for i in first}
    x_train, y_train, x_test, y_test = arrays(SUBSET)
    got = zip([*x_train, *x_test], [*y_train, *y_test], strict=True)
    assert {(image.tobytes(), int(label)) for image, label in got} == want
