"""Checks of the split into images to train on and images to validate with."""

from itertools import product

import numpy as np

from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question, Sign

# ---- split_validation ----------------------------------------------------------------------------


def _split(x, y, n):
    cut = len(x) - n
    return x[:cut], y[:cut], x[cut:], y[cut:]


def _every_kth(x, y, n):
    chosen = np.zeros(len(x), bool)
    chosen[:: len(x) // n] = True
    return x[~chosen], y[~chosen], x[chosen], y[chosen]


def _equal_parts(x, y, n):
    x_train, x_val = np.split(x, n)
    y_train, y_val = np.split(y, n)
    return x_train, y_train, x_val, y_val


def _of_share(x, y, n, which):
    cut = int(len(x) * (1 - n))
    return (x[:cut], y[:cut]) if which == 0 else (x[cut:], y[cut:])


def _minus_lost(lost):
    """n for −n in those of the four slices for which ``lost`` is True."""

    def split(x, y, n):
        ends = [n if each else -n for each in lost]
        return x[: ends[0]], y[: ends[1]], x[ends[2] :], y[ends[3] :]

    return split


def _splits(rng):
    cases = []
    for total, n in ((4, 1), (7, 2), (12, 5)):
        x = rng.integers(0, 9, (total, 2, 2, 1)).astype(float)
        cases.append(Case((x, rng.permutation(total), n)))
    return cases


def _is_shuffled(case: Case, value, together: bool) -> bool:
    """Whether both sets hold the images and labels in another order; ``together``: in pairs."""
    x, y, n = case.arguments
    if type(value) not in (tuple, list) or [np.shape(part) for part in value] != [
        np.shape(part) for part in _split(x, y, n)
    ]:
        return False
    images = np.concatenate([value[0], value[2]]).reshape(len(x), -1)
    labels = np.concatenate([value[1], value[3]]).reshape(len(x), -1)
    rows, theirs = x.reshape(len(x), -1), y.reshape(len(x), -1)
    if together:
        return _sorted(np.hstack([rows, theirs])) == _sorted(np.hstack([images, labels]))
    return _sorted(rows) == _sorted(images) and _sorted(theirs) == _sorted(labels)


def _sorted(rows: np.ndarray) -> list:
    return sorted(rows.astype(float).tolist())


_ORDER = "The order is x_train, y_train, x_validation, y_validation."

_SPLIT_VALIDATION = Question(
    name="split_validation",
    parameters=("x", "y", "n"),
    truth=_split,
    parts={"small sets": _splits},
    mistakes=(
        Mistake(
            None,
            lambda x, y, n: (x[n:], y[n:], x[:n], y[:n]),
            "the first images set aside",
            "The *last* n images are for validation.",
        ),
        Mistake(
            None,
            lambda x, y, n: (x, y, *_split(x, y, n)[2:]),
            "the validation images still among the training images",
            "What a network has been trained on says nothing about new images.",
        ),
        Mistake(
            None,
            lambda x, y, n: (x[:n], y[:n], x[n:], y[n:]),
            "n images for training and the rest for validation",
            "n is the number of validation images.",
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(_split(x, y, n)[i] for i in (0, 2, 1, 3)),
            "both sets of images first",
            _ORDER,
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(_split(x, y, n)[i] for i in (2, 3, 0, 1)),
            "the validation set first",
            _ORDER,
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(
                part[::-1] if i > 1 else part for i, part in enumerate(_split(x, y, n))
            ),
            "the validation images in the reverse order",
            "x[-n:] keeps the order; a step of −1 turns it round.",
        ),
        Mistake(
            None,
            lambda x, y, n: (x[: len(x) - n - 1], y[: len(y) - n - 1], *_split(x, y, n)[2:]),
            "the last training image left out",
            "A slice ends before its end: x[:cut] and x[cut:] share no image and lose none.",
        ),
        Mistake(
            None,
            lambda x, y, n: tuple(part[:-1] for part in _split(x, y, n)),
            "the last image of each set left out",
            "A slice ends before its end, as range does: x[:cut] and x[cut:] lose none.",
        ),
        Mistake(
            None,
            lambda x, y, n: (*_split(x, y, n)[:2], *(part[:-1] for part in _split(x, y, n)[2:])),
            "the last image of all left out",
            "−1 as the end of a slice leaves out the last one: x[-n:] goes up to it.",
        ),
        Mistake(
            None,
            lambda x, y, n: (_split(x, y, n)[:2], _split(x, y, n)[2:]),
            "two pairs",
            f"Four arrays are asked for, one after another. {_ORDER}",
        ),
        Mistake(
            None,
            lambda x, y, n: (*_split(x, y, n)[:2], x[len(x) - n - 1 :], y[len(y) - n - 1 :]),
            "the last training image in both sets",
            "x[:cut] and x[cut:] share no image: take the same cut for both.",
        ),
        Mistake(
            None,
            lambda x, y, n: (
                x[: len(x) - n + 1],
                y[: len(y) - n + 1],
                *_split(x, y, n)[2:],
            ),
            "the first validation image in both sets",
            "x[:cut] and x[cut:] share no image: take the same cut for both.",
        ),
        *(
            Mistake(
                None,
                labelled,
                "the labels of other images",
                "Images and labels are cut alike: y_validation holds the last n labels.",
            )
            for labelled in (
                lambda x, y, n: (*_split(x, y, n)[:3], y[:n]),
                lambda x, y, n: (x[: len(x) - n], y[n:], x[len(x) - n :], y[:n]),
                lambda x, y, n: (x[: len(x) - n], y[n:], *_split(x, y, n)[2:]),
            )
        ),
        *(
            Mistake(
                None,
                _minus_lost(lost),
                "n for −n in a slice",
                "[:-n] and [-n:] count n from the end; [:n] and [n:] count it from the front.",
            )
            for lost in product((False, True), repeat=4)
            if any(lost) and not all(lost)
        ),
        Mistake(
            None,
            _every_kth,
            "every k-th image set aside",
            "The order stays, and the *last* n images are for validation.",
        ),
        Mistake(
            None,
            _equal_parts,
            "np.split into n equal parts",
            "np.split(x, n) makes n parts; np.split(x, [cut]) cuts at image number cut.",
        ),
        Mistake(
            None,
            lambda x, y, n: (*_of_share(x, y, n, 0), *_of_share(x, y, n, 1)),
            "all images set aside for validation",
            "n is how many images are for validation: no share of them, and not VALIDATION.",
        ),
        *(
            Mistake(
                None,
                lambda x, y, n, to=to: tuple(
                    part if i % 2 == 0 else to(part) for i, part in enumerate(_split(x, y, n))
                ),
                "labels in another form",
                "The labels stay as they are, one number for each image.",
            )
            for to in (lambda y: np.eye(10)[y], lambda y: y.reshape(-1, 1))
        ),
        *(
            Mistake(None, split, "the labels of all images", "Images and labels are cut alike.")
            for split in (
                lambda x, y, n: (x[: len(x) - n], y, x[len(x) - n :], y),
                lambda x, y, n: (x[: len(x) - n], y, x[len(x) - n :], y[len(x) - n :]),
            )
        ),
        *(
            Mistake(
                None,
                lambda x, y, n, cut=cut: (x[: cut(x)], y[: cut(x)], x[cut(x) :], y[cut(x) :]),
                "a share of the images, whatever n is",
                "n says how many images are for validation.",
            )
            for cut in (
                lambda x: int(len(x) * 0.8),
                lambda x: len(x) - len(x) // 5,
                lambda x: int(len(x) * 0.75),
                lambda x: int(len(x) * 0.9),
            )
        ),
    ),
    signs=(
        Sign(
            None,
            lambda case, value: _is_shuffled(case, value, together=True),
            "the images shuffled",
            "The order stays as it is: the last n images are for validation.",
        ),
        Sign(
            None,
            lambda case, value: _is_shuffled(case, value, together=False),
            "images and labels shuffled, each for itself",
            "The order stays as it is, and a label belongs to its image.",
        ),
    ),
    hint="two slices of x and the same two of y.",
    section="data",
)


def check_split_validation(answer, part=None, seed=0) -> None:
    """``answer(x, y, n)`` → x_train, y_train, x_validation, y_validation: the last n set aside."""
    examine(_SPLIT_VALIDATION, answer, part, seed)
