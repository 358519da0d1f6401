"""Text and points in the form in which every file and page of the grader writes them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.text import composed, few_marks, is_showable, points_text, storable

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_any_text_can_be_stored(text):
    """Does UTF-8 take it, and is text without halves of pairs unchanged?"""
    kept = storable(text)
    kept.encode("utf-8")
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert kept == text
    assert storable(None) == storable(3) == ""


@pytest.mark.parametrize(
    ("points", "text"),
    [(7.5, "7.5"), (10, "10"), (10 / 3, "3.3333"), (0, "0"), (100, "100"), (None, "")],
)
def test_points_are_short_and_exact(points, text):
    """Are zeros at the end left out, but never those of a whole number?"""
    assert points_text(points) == text


def test_names_of_every_language_can_be_shown():
    """Are Persian and Hindi, which use joiners, showable, and terminal commands not?"""
    assert is_showable("می\u200cخواهم")
    assert is_showable("क्\u200dष")
    assert not is_showable("a\x1b[2J")
    assert not is_showable("two\nlines")
    assert not is_showable("half \ud83d")


@given(ANY_TEXT, st.integers(0, 3))
def test_a_letter_has_few_marks(text, repeated):
    """Is a tower of marks cut, and any other text as it was?"""
    assert few_marks(text) == text
    tower = "\u0301\u0323" * 26 * repeated
    assert few_marks(f"{text}a{tower}b") == f"{text}a{tower[:50]}b"
    assert few_marks("e\u0301" * 1000) == "e\u0301" * 1000


def test_few_letters_stand_below_another():
    """Is a tower of Burmese letters cut, and Hindi with as many signs as it has left?"""
    assert len(few_marks("\u1000" + "\u1039\u1000" * 90_000)) == 51
    hindi = "विश्वविद्यालय में विद्यार्थी प्रश्न पूछते हैं। " * 100
    assert few_marks(hindi) == hindi


def test_no_letter_that_becomes_a_mark_is_none_before():
    """Are all letters counted as marks that stand at no letter of their own in a composed form?"""
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    first = [
        each for each in every if unicodedata.combining(unicodedata.normalize("NFKD", each)[0])
    ]
    assert len(first) > 900
    assert [each for each in first if len(few_marks("a" + each * 51)) != 51] == []


def test_a_name_has_one_form():
    """Is a name as a Mac types it the same as any other's?"""
    assert composed("e\u0301.png") == composed("é.png") == "é.png"
