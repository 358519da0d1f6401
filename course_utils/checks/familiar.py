"""Which images a network was trained on: it knows them better than new ones.

The measure is the mean of −log p of the right digit, which shows that images were memorised long
before the accuracy does.
"""

import numpy as np

from course_utils.checks.networks import probabilities

_AS_NEW = 0.8  # honest work: 0.89 and more, but 0.64 to 0.75 where x_test is the easier set; then
_AS_OWN = 1.2  # its 1.7 and more of its own. Trained on x_test: 0.3 to 0.7, and 0.4 to 1.2
_NOT_AS_OWN = 1.5  # trained on all images: 0.7 to 1.7 of its own; on a part: 3.7 and more, and
_NEARLY_NEW = 0.6  # 0.8 and more of new images'; on all: 0.4 and less


def has_seen(model, trained_on, kept_back, new) -> bool:
    """Whether the model knows the images kept back as well as those to train on, unlike new ones.

    Each is a pair of images (N, 28, 28, 1) and digits (N,).
    """
    own, other, unseen = (_surprise(model, *each) for each in (trained_on, kept_back, new))
    return other < _AS_NEW * unseen and other < _AS_OWN * own


def has_missed(model, trained_on, last: int, new) -> bool:
    """Whether the model does not know the ``last`` of the images, unlike those before them.

    ``trained_on``, ``new``: pairs of images (N, 28, 28, 1) and digits (N,).
    """
    images, labels = trained_on
    rest, kept = (images[:-last], labels[:-last]), (images[-last:], labels[-last:])
    own, other, unseen = (_surprise(model, *each) for each in (rest, kept, new))
    return other > _NOT_AS_OWN * own and other > _NEARLY_NEW * unseen


def _surprise(model, images, labels) -> float:
    chances = probabilities(model, images)[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chances, 1e-7, 1)).mean())
