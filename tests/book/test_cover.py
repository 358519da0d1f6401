"""The cover: what it draws is a convolution, not something like one."""

import numpy as np

from course_utils import reference
from course_utils.book.cover import KERNEL, PLACE, SEVEN, cover, drawing, found


def test_the_map_on_the_cover_is_the_convolution_of_its_digit():
    """Is each cell of the drawn map what the course's own convolution gives?"""
    pixels = np.array([[int(cell) for cell in row] for row in SEVEN])
    kernel = KERNEL[:, :, np.newaxis, np.newaxis]
    expected = reference.conv2d(pixels[np.newaxis, :, :, np.newaxis], kernel)[0, :, :, 0]
    np.testing.assert_array_equal(found(), expected)
    assert found()[PLACE] != 0  # the window that is drawn finds something


def test_every_pixel_and_every_answer_is_drawn():
    """Are there as many squares as cells, and one frame on each side?"""
    assert drawing().count("<rect") == 14 * 14 + 12 * 12 + 2


def test_a_cover_without_facts_still_has_its_title():
    """Does a book without a CITATION.cff get a cover, and one with it its version and authors?"""
    assert "<h1" not in cover("A & B", {})  # the outline begins with the first page
    facts = {"authors": [{"name": "A <b>"}], "version": "1.2", "date-released": "2026-01-02"}
    assert "A &lt;b&gt;<br>Version 1.2, 2026-01-02" in cover("A", facts)
