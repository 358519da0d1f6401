"""How many pixels a picture has, from its first bytes: a reader's browser would draw them all.

A PNG of 300 kB can have 2,500,000,000 pixels, which are 10 GB once they are unpacked.
"""

import base64
import re

MOST_PIXELS = 120_000_000  # a telephone's largest photograph has 108 million
_MOST_TOGETHER = 500_000_000  # forty photographs; a browser unpacks so many in a few seconds
_HEAD = 400_000  # characters of base64: a JPEG's size stands behind its thumbnail and colours
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(..)(..)", re.DOTALL)


class Pixels:
    """How many pixels the pictures of one page, or of one notebook's outputs, may still have.

    Twenty pictures of 16 kB can have 2,400,000,000, all in sight when each is shown as a dot.
    """

    def __init__(self):
        self.left = _MOST_TOGETHER

    def have_room(self, encoded: str) -> bool:
        """Whether a picture in base64 may be shown; then its pixels are taken.

        One that says that it has more than MOST_PIXELS may never be shown.
        """
        text = _NO_BASE64.sub("", encoded[:_HEAD])
        size = _pixels(base64.b64decode(text[: len(text) // 4 * 4]))
        if size > min(MOST_PIXELS, self.left):
            return False
        self.left -= size
        return True


def _pixels(head: bytes) -> int:
    """The pixels of a PNG, GIF, WebP or JPEG; the most that one of its sizes says; else 0."""

    def number(start: int, stop: int) -> int:
        return int.from_bytes(head[start:stop], "little")

    if head[:4] == b"\x89PNG":
        return int.from_bytes(head[16:20]) * int.from_bytes(head[20:24])
    if head[:3] == b"GIF":
        return number(6, 8) * number(8, 10)
    if head[:4] == b"RIFF" and head[12:16] == b"VP8X":
        return (number(24, 27) + 1) * (number(27, 30) + 1)
    if head[:4] == b"RIFF":  # at most 16,384 on each side: one such picture is 1 GB
        sides = number(26, 28) & 0x3FFF, number(28, 30) & 0x3FFF
        if head[12:16] == b"VP8L":
            both = number(21, 25)
            sides = (both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1
        return sides[0] * sides[1]
    if head[:2] == b"\xff\xd8":  # each frame that could be one counts: also a thumbnail's
        sizes = (int.from_bytes(m[1]) * int.from_bytes(m[2]) for m in _FRAME.finditer(head))
        return max(sizes, default=0)
    return 0
