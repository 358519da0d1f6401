"""What stands under "What you may have found", computed again."""

import numpy as np

from course_utils import reference
from course_utils.widgets.photo import photograph


def _sees(*layers) -> int:
    return reference.receptive_field(layers)[-1].size


def test_what_makes_the_field_of_chapter_4_grow(root):
    """Do one more layer, larger kernels and dilation add to the 15 cells what the page says?"""
    low, middle, top = (3, 2), (3, 2), (3, 1)
    seen = _sees(low, middle, top)
    assert _sees(low, middle, top, (3, 1)) - seen == 8
    assert _sees(low, middle, (4, 1)) - seen == 4
    assert _sees((4, 2), middle, top) - seen == 1
    assert _sees(low, middle, (3, 1, 2)) - seen == seen - _sees(low, middle)
    text = (root / "book" / "04_stride_and_padding.md").read_text(encoding="utf-8")
    assert f"This unit sees 1 + 2 · 1 + 2 · 2 + 2 · 4 = {seen} inputs. One more layer" in text
    assert "on top adds 8; a larger kernel at the top adds 4" in text


def test_the_cup_has_as_much_green_as_red():
    """Is red minus green small on the white of chapter 5's photo, and large on its red?"""
    photo = photograph()
    difference = photo[..., 0] - photo[..., 1]
    white = photo.min(axis=2) > 0.7
    red = (photo[..., 0] > 0.45) & (photo[..., 1] < 0.25)
    assert white.sum() > 1000
    assert red.sum() > 1000
    assert difference[white].mean() < 0.1 < 0.4 < difference[red].mean()


def test_two_weights_keep_their_gradient_by_luck():
    """Written over and not added: are the two weights right that the last page names?"""
    picture = np.array(
        [[0, 1, 2, 0, 0], [0, 2, 2, 0, 0], [0, 0, 2, 0, 0], [0, 0, 2, 0, 0], [0, 2, 2, 2, 0]]
    )
    above = np.diag([1, 2, -1])
    shares = np.array(
        [above[i, j] * picture[i : i + 3, j : j + 3] for i, j in np.ndindex(3, 3)]
    )  # of each place to the nine weights
    right = shares[-1] == shares.sum(axis=0)
    assert np.argwhere(right).tolist() == [[1, 0], [2, 0]]
    assert not shares[:-1, right].any()
