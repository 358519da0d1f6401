"""The windows that a filter answers most."""

import numpy as np
import pytest

from course_utils import reference
from course_utils.book.likes import mosaic, strongest_windows


def test_by_hand():
    """Is the one bright spot's window found, one window of each image, the strongest first?"""
    images = np.zeros((3, 6, 6))
    images[0, 4, 1], images[1, 0, 0], images[2, 5, 5] = 2, 3, 1
    answers = images.reshape(3, 3, 2, 3, 2).sum(axis=(2, 4))  # a cell sees 2×2 pixels
    windows = strongest_windows(images, answers, size=2, jump=2, count=2)
    np.testing.assert_array_equal(windows, [images[1, :2, :2], images[0, 4:, :2]])


def test_a_window_gives_the_answer():
    """Does the kernel, on each window alone, answer as much as the map's largest number says?"""
    rng = np.random.default_rng(0)
    images, kernel = rng.random((20, 9, 9)), rng.normal(size=(3, 3, 1, 1))
    answers = reference.conv2d(images[..., None], kernel)[..., 0]
    windows = strongest_windows(images, answers, size=3, jump=1)
    given = (windows * kernel[:, :, 0, 0]).sum(axis=(1, 2))
    largest = np.sort(answers.max(axis=(1, 2)))[::-1][:9]
    np.testing.assert_allclose(given, largest)
    framed = mosaic(windows)
    assert framed.shape == (13, 13)
    np.testing.assert_array_equal(framed[5:8, 9:12], np.rint(8 * windows[5]) / 8)


def test_too_few_images_are_said():
    """Does a request for more windows than images say both numbers?"""
    with pytest.raises(ValueError, match="asked for 9 windows, but there are 2 images"):
        strongest_windows(np.zeros((2, 5, 5)), np.zeros((2, 3, 3)), 3, 1)
