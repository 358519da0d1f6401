"""How many pixels a picture would have in a reader's browser, from its first bytes."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.outputs import Outputs, safe_bundle
from course_utils.grading.picture_size import Pixels
from course_utils.grading.results.feedback_page import safe_markdown
from course_utils.grading.safe_html import HUGE, safe_html


def _png(side: int) -> str:
    """The start of a PNG of ``side`` × ``side`` pixels, in base64."""
    size = struct.pack(">II5B", side, side, 1, 0, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + size
    return base64.b64encode(head + struct.pack(">I", zlib.crc32(b"IHDR" + size))).decode()


def _with_size(kind: str, side: int) -> str:
    """A picture of one pixel that PIL wrote, which says that it has ``side`` × ``side``."""
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, kind, lossless=kind == "WEBP")
    data = bytearray(file.getvalue())
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", side, side)
    elif kind == "JPEG":
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    else:
        data[21:25] = struct.pack("<I", (side - 1) | (side - 1) << 14)
    return base64.b64encode(data).decode()


def is_huge(encoded: str) -> bool:
    """Whether a picture may not be shown, even alone on its page."""
    return not Pixels().have_room(encoded)


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "WEBP"])
def test_the_size_is_read_from_each_format(kind):
    """Is a picture of 16,000 × 16,000 too large, and one of 4,000 × 3,000 or less not?"""
    assert is_huge(_with_size(kind, 16_000))
    assert not is_huge(_with_size(kind, 3_500))


def test_a_webp_with_a_canvas_says_its_size_elsewhere():
    """Are the two sizes of an extended WebP multiplied?"""
    start = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8)
    for side, huge in ((16_000, True), (100, False)):
        sides = (side - 1).to_bytes(3, "little") * 2
        assert is_huge(base64.b64encode(start + sides).decode()) == huge


def test_what_is_no_picture_is_not_huge():
    """Are other bytes, and half a head, no reason to refuse anything?"""
    for text in ("", "AAAA", _png(50_000)[:16], "x" * 1_000_001):
        assert not is_huge(text)


def test_a_bomb_is_words_on_every_way_to_a_page():
    """Is it shown as words in a cell's output, in HTML, and as an attachment; and a plot kept?"""
    bomb, plot = _png(50_000), _png(1000)
    shown = safe_bundle({"text/plain": "<Image object>", "image/png": bomb})
    assert shown == {"text/plain": "<Image object>", "text/html": f"<em>{HUGE}</em>"}
    assert safe_bundle({"image/png": plot}) == {"image/png": plot}
    address = "data:image/png;base64,"
    assert HUGE in safe_html(f'<img src="{address}{bomb}">')
    assert HUGE in safe_html('<img src="a.png">', lambda _: address + bomb)
    assert plot in safe_html(f'<img src="{address}{plot}">')


def test_all_pictures_of_a_page_share_its_pixels():
    """Of twenty with 100 million, are five shown: in one text, in cells, and in outputs?"""
    address = f"data:image/png;base64,{_png(10_000)}"
    assert safe_html(f'<img width="1" src="{address}">' * 20).count(HUGE) == 15
    page = {"resources": {}}
    cells = [safe_markdown(page, f"![]({address})") for _ in range(20)]
    assert sum(HUGE in cell for cell in cells) == 15
    outputs = Outputs(Limits())
    for mime in ["image/png"] * 10 + ["text/html"] * 10:
        data = {mime: _png(10_000) if mime == "image/png" else f'<img src="{address}">'}
        outputs.show({"type": "display", "data": data})
    assert sum(HUGE in str(made) for made in outputs.list) == 15
    assert not is_huge(_png(10_000))
