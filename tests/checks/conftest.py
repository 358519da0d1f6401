"""What several tests of the checks share."""

import numpy as np
import pytest


@pytest.fixture(scope="package")
def digits():
    """Images of two "digits" that a tiny network learns at once: bright above, bright below."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 2, 240)
    images = rng.random((240, 28, 28, 1)).astype(np.float32) * 0.2
    for image, label in zip(images, labels, strict=True):
        image[14 * label : 14 * label + 14] += 0.8
    return images, labels
