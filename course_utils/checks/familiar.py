"""Which images a network was trained on: it knows them better than new ones.

The measure is the mean of −log p of the right digit, which shows that images were memorised long
before the accuracy does.
"""

import numpy as np

from course_utils.checks.networks import probabilities

_AS_NEW = 0.8  # honest work: 0.89 and more, but 0.64 to 0.75 where x_test is the easier set; then
_AS_OWN = 1.2  # its 1.7 and more of its own. Trained on x_test: 0.3 to 0.7, and 0.4 to 1.2
# The last fifth of x against the rest, and against new images: trained on all of it 0.6 to 1.0, and
# 0.02 to 0.43; on the rest alone 1.3 to 17, and 0.52 to 0.76
_MORE_THAN_REST = 1.2
_NEARLY_NEW = 0.47


def has_seen(model, trained_on, kept_back, new) -> bool:
    """Whether the model knows the images kept back as well as those to train on, unlike new ones.

    Each is a pair of images (N, 28, 28, 1) and digits (N,).
    """
    own, other, unseen = (_surprise(model, *each) for each in (trained_on, kept_back, new))
    return other < _AS_NEW * unseen and other < _AS_OWN * own


def has_missed_the_end(model, trained_on, new) -> bool:
    """Whether the model knows the last fifth of its images hardly better than new ones."""
    images, labels = trained_on
    cut = len(images) - len(images) // 5
    rest = _surprise(model, images[:cut], labels[:cut])
    end, unseen = _surprise(model, images[cut:], labels[cut:]), _surprise(model, *new)
    return end > _MORE_THAN_REST * rest and end > _NEARLY_NEW * unseen


def _surprise(model, images, labels) -> float:
    chances = probabilities(model, images)[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chances, 1e-7, 1)).mean())
