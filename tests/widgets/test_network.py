"""The network that the page gets: its bytes, what they lose, and what Keras says."""

import numpy as np
import pytest

from course_utils.data import load_mnist
from course_utils.widgets.network import FILE, SHAPES, activations, pack, unpack
from tests.conftest import script_module


@pytest.fixture(scope="module")
def script():
    """scripts/pack_network.py as a module."""
    return script_module("pack_network")


def test_the_file_is_what_the_script_makes(script, tmp_path):
    """Is the committed file made of the weights and images that the package holds now?"""
    script.main(tmp_path / "network.bin")
    assert (tmp_path / "network.bin").read_bytes() == FILE.read_bytes()


def test_a_byte_is_a_127th_of_the_largest_weight():
    """By hand: do −2, 1 and 0 come back as −127, 64 and 0 steps of 2/127, and a bias as it was?"""
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(k, k, i, o)), rng.normal(size=o)) for k, i, o in SHAPES]
    layers[0][0][:, :, 0, 5] = [[-2, 1, 0]] * 3
    digits = rng.integers(0, 256, (12, 28, 28), np.uint8)
    back, samples = unpack(pack(layers, digits))
    np.testing.assert_allclose(back[0][0][0, :, 0, 5], [-2, 64 * 2 / 127, 0], rtol=1e-6)
    np.testing.assert_array_equal(samples, digits)
    for (kernel, bias), (packed, same) in zip(layers, back, strict=True):
        half_a_step = np.abs(kernel).max(axis=(0, 1, 2)) / 254
        assert (np.abs(packed - kernel) <= half_a_step * 1.0001).all()
        np.testing.assert_allclose(same, bias, rtol=1e-6)


def test_the_samples_are_ten_digits_and_two_hard_ones():
    """Does the network read the first ten as 0 to 9, and is it in doubt about the last two?"""
    layers, samples = unpack(FILE.read_bytes())
    shares = np.array([activations(layers, digit / 255)[-1] for digit in samples])
    assert shares[:10].argmax(axis=1).tolist() == list(range(10))
    assert (shares[:10].max(axis=1) > 0.99).all()
    assert (shares[10:].max(axis=1) < 0.6).all()


def test_keras_says_nearly_the_same():
    """Do the page's weights read as many of 1,000 test images as Keras does with the whole ones?

    Rounding may move a probability, but no more than 2 of 1,000 answers.
    """
    from course_utils import models

    _, (images, labels) = load_mnist(n_test=1000)
    layers, _ = unpack(FILE.read_bytes())
    whole = models.trained_cnn().predict(images, verbose=0)
    packed = np.array([activations(layers, image[:, :, 0])[-1] for image in images])
    right = [(shares.argmax(axis=1) == labels).mean() for shares in (whole, packed)]
    assert min(right) > 0.97
    assert abs(right[0] - right[1]) <= 0.002
    assert np.abs(packed - whole).mean() < 0.001
