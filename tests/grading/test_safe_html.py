"""What a student's HTML and Markdown become in a teacher's page."""

import base64

import pytest

from course_utils.grading.host.outputs import safe_bundle
from course_utils.grading.results.feedback_page import picture_of
from course_utils.grading.safe_html import safe_html

PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "text",
    [
        '<div class="panel nbgrader-points" id="total">x</div>',
        '<p style="position:fixed;top:0">x</p>',
        '<form action="/x"><input name="a"><button>x</button></form>',
        '<a name="top" data-score="40">x</a>',
        '<span onclick="x()">x</span><script>x()</script><iframe src="x"></iframe>',
        '<svg><style>*{display:none}</style></svg><link rel="stylesheet" href="x">',
    ],
)
def test_nothing_that_a_page_could_take_for_its_own_is_kept(text):
    """Do class, id, name, style, data-*, forms, handlers, scripts and styles go?"""
    cleaned = safe_html(text)
    words = ("class", "id=", "name=", "style", "data-", "<form", "<input", "<button", "onclick")
    for word in (*words, "<script", "<iframe", "<link"):
        assert word not in cleaned, cleaned


@pytest.mark.parametrize(
    "address",
    ["https://track.example/a.png", "//track.example/a.png", "a.png", "file:///etc/a.png"],
)
def test_a_picture_from_elsewhere_is_named_and_not_loaded(address):
    """Is no request made for a picture, and does the teacher read its address?"""
    cleaned = safe_html(f'a <img src="{address}" alt="x > y" srcset="{address} 2x"> b')
    assert "<img" not in cleaned
    assert "track.example" in cleaned or "a.png" in cleaned or "without an address" in cleaned
    assert cleaned.startswith("a ")
    assert cleaned.endswith(" b")


def test_a_picture_of_the_work_is_shown():
    """Are pasted, attached and handed-in pictures shown, whatever they are called?"""
    assert PNG in safe_html(f'<img src="{PNG}">')
    assert PNG in safe_html('<img src="attachment:x.png">', lambda address: PNG)
    assert "src" not in safe_html('<a href="data:text/html,x">x</a>')
    assert "data:" not in safe_html('<a href="data:text/html,x">x</a>')


def test_a_picture_in_many_lines_is_shown():
    """Is one of two megabytes shown whose data are wrapped, as base64.encodebytes does?"""
    data = base64.encodebytes(base64.b64decode(PNG.partition(",")[2]) + bytes(2_000_000)).decode()
    shown = safe_html(f'<img src="data:image/png;base64,{data}">')
    assert shown == f'<img src="data:image/png;base64,{"".join(data.split())}">'


def test_pictures_are_found_by_their_names_and_nowhere_else(tmp_path):
    """Are attachments and files beside the notebook found, and nothing outside its folder?"""
    attached = {"кадр 1.gif": {"image/gif": "R0lG"}}
    assert picture_of(attached, None, "attachment:%D0%BA%D0%B0%D0%B4%D1%80%201.gif") == (
        "data:image/gif;base64,R0lG"
    )
    assert picture_of(attached, None, "attachment:lost.png") is None
    work = tmp_path / "work"
    work.mkdir()
    (work / "photo.JPG").write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(b"x")
    (work / "link.png").symlink_to(tmp_path / "secret.png")
    shown = f"data:image/jpeg;base64,{base64.b64encode(b'x').decode()}"
    assert picture_of({}, work, "photo.JPG") == shown
    for outside in ("../secret.png", "link.png", str(tmp_path / "secret.png"), "none.png"):
        assert picture_of({}, work, outside) is None


@pytest.mark.parametrize(
    "text",
    [
        *("&" * 8_000_000, "<b>" * 100_000, "a" * 3_000_000, f"<p {'a=1 ' * 200_000}>x</p>"),
        *("\xa0" * 60_000, "a\xad&" * 30_000, "<ruby>a<rt>" * 300),
        # what looks like a picture's data is none where it would be other things to the cleaner
        f"data:image/png;base64,{chr(0xA0) * 2_000_000}",
        f"<b data:image/png;base64,{' a' * 1_000_000}>x</b>",
        f"<b data:image/png;base64,{f' {chr(97) * 20}' * 100_000}>x</b>",
    ],
    ids=[
        *("entities", "tags", "text", "attributes", "spaces", "both", "ruby"),
        *("spaces-in-data", "attributes-in-data", "long-attributes-in-data"),
    ],
)
def test_what_would_be_dear_to_clean_is_shown_as_it_was_typed(text):
    """Is a text that was made to keep the cleaner busy cut, and not cleaned?"""
    assert safe_html(text).startswith("<pre>")
    assert safe_bundle({"text/html": text}) == {
        "text/plain": "[HTML with too many tags to be shown]"
    }
