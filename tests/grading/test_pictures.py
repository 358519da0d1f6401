"""Pictures in Markdown, attached or pasted, with any names and types."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.intake.pictures import (
    KINDS,
    attached_pictures,
    without_pasted_pictures,
)

LONG = base64.b64encode(bytes(range(256)) * 2).decode()
ANYTHING = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def test_pictures_stay_and_the_rest_goes():
    """Are pictures of every kind kept under any name, with nothing but base64 in them?"""
    attachments = {
        "кадр 1.png": {"image/png": LONG[:40] + "\n<script>" + LONG[40:]},
        "e\u0301.gif": {"image/gif": LONG},
        "page.html": {"text/html": "<script>"},
        "none": None,
        "bytes": {"image/png": 5},
    }
    found = attached_pictures(attachments)
    assert list(found) == ["кадр 1.png", "é.gif"]
    assert found["кадр 1.png"]["image/png"] == LONG[:40] + "script" + LONG[40:]


def test_a_name_that_is_a_tower_of_marks_is_read():
    """Is a name cut of whose marks two million would be sorted by exchanging neighbours?"""
    name = "a" + "\u0301" * 1_000_000 + "\u0327" * 1_000_000
    (found,) = attached_pictures({name: {"image/png": LONG}})
    assert len(found) < 100


@given(ANYTHING)
def test_no_attachments_end_the_reading(attachments):
    """Is anything in an attachment's place read as pictures or as none?"""
    for bundle in attached_pictures(attachments).values():
        assert all(mime in KINDS and isinstance(data, str) for mime, data in bundle.items())


def test_a_pasted_picture_leaves_the_text_around_it():
    """Does the text before and behind a pasted picture stay, with a short name between?"""
    text = f"before ![a](data:image/jpg;base64,{LONG}) between ![b](data:image/png;base64,{LONG})."
    left, found = without_pasted_pictures(text)
    assert left == "before ![a](attachment:pasted-1) between ![b](attachment:pasted-2)."
    assert found == {"pasted-1": {"image/jpeg": LONG}, "pasted-2": {"image/png": LONG}}
