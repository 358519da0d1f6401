"""How closely a chapter is printed: as it is, or so that no page before its last is half empty."""

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from course_utils.book.sheets import FITS, STYLE, emptiest, fullness, next_fit, settled


@pytest.mark.parametrize("share", [0.0, 0.25, 0.8])
def test_a_page_is_as_full_as_its_last_ink_is_low(tmp_path, share):
    """Is a page with one bar at that share of its height measured so, its number left out?"""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)  # A4, in points; 20 mm above, 24 mm below
    top, height = 842 - 20 / 25.4 * 72, 842 - 44 / 25.4 * 72
    bar = f"100 {top - share * height:.1f} 200 9 re f" if share else ""
    drawing = DecodedStreamObject()
    drawing.set_data(f"0.2 g {bar} 290 30 9 9 re f".encode())  # and a page number
    page[NameObject("/Contents")] = writer._add_object(drawing)
    writer.write(tmp_path / "page.pdf")
    assert fullness(tmp_path / "page.pdf") == [pytest.approx(share, abs=0.01)]


def test_the_last_page_of_a_chapter_may_be_empty():
    """Is each chapter's emptiest page found, its last page and those before the first left out?"""
    pages = [0.1, 0.9, 0.4, 0.2, 0.7, 0.8, 0.3, 0.05]
    assert emptiest(pages, {"a": 2, "b": 5, "c": 8}) == {"a": 0.4, "b": 0.7, "c": 1.0}


def test_the_last_page_of_a_chapter_holds_more_than_a_line_or_two():
    """Does a sliver on the last page count, if there is a page before it?"""
    assert emptiest([0.9, 0.05, 0.05], {"a": 1, "b": 3}) == {"a": 0.05, "b": 1.0}


def test_a_chapter_stays_in_the_first_fit_that_is_good():
    """Is the next fit tried until one leaves no half-empty page, and that one kept?"""
    assert next_fit([]) == FITS[0]
    assert next_fit([0.3]) == FITS[1]
    assert not settled([0.3])
    assert settled([0.3, 0.6])
    assert next_fit([0.3, 0.6]) == FITS[1]


def test_a_chapter_that_is_never_good_gets_its_best_fit():
    """Do the trials end, and is the fit with the fullest emptiest page taken?"""
    shares = [0.3] * len(FITS)
    shares[2] = 0.4
    assert settled(shares)
    assert next_fit(shares) == FITS[2]


def test_every_fit_has_a_style_of_its_own():
    """Does the style name each fit?"""
    for fit in FITS:
        assert f".{fit} " in STYLE, fit
