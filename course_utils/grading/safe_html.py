"""Clean a student's HTML for a teacher's page: nothing in it runs, and nothing is loaded.

No class, id, name, style, form or ``data-*`` is kept: a script or style of the page must not take
it for a part of the page. A picture is shown only when it came with the work.
"""

import base64
import html
import re
from collections.abc import Callable

import nh3

from course_utils.grading.picture_size import Pixels
from course_utils.grading.svg_cost import is_dear, is_quick
from course_utils.grading.text import few_marks

HUGE = "[picture with too many pixels to be shown]"
_SCHEMES = {"http", "https", "mailto", "data", "attachment"}
_ATTRIBUTES = {
    tag: {name for name in names if name not in ("style", "id", "class", "name")}
    for tag, names in nh3.ALLOWED_ATTRIBUTES.items()
}
_KIND = r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,"
_PICTURE = re.compile(_KIND + r"[A-Za-z0-9+/=\s]*", re.ASCII)
_OF_ONE_PIECE = re.compile(_KIND + r"[A-Za-z0-9+/=]*")
_OF_LINES = re.compile(_KIND + r"(?:[A-Za-z0-9+/=]{40,}+[ \t]*\r?\n[ \t]*)+[A-Za-z0-9+/=]*")
_IMG = re.compile(r'<img(?:\s+[\w-]+(?:="[^"]*")?)*\s*/?>')
_SRC = re.compile(r'\ssrc="([^"]*)"')
# the time of cleaning grows with the square of these: a second at these limits, an hour at 1 MB
_MOST_TAGS, _MOST_ENTITIES, _MOST_CHARACTERS = 3000, 50_000, 2_000_000
_ENTITY = re.compile("[&\x80-\xbf]")  # the cleaner stops at all of these
_RUBY = re.compile(r"<r(?:uby|[btp])", re.I)
_MOST_RUBY = 400  # small print above a line: a browser's time grows with their square
_MOST_ATTRIBUTES = 10_000  # characters in one tag that may separate two attributes
_BETWEEN_ATTRIBUTES = " \t\n\f\r/\"'"


def is_too_dear(text: str) -> bool:
    """Whether cleaning ``text`` could take more than about a second."""
    text = _OF_ONE_PIECE.sub("", _joined(text))
    if (
        text.count("<") > _MOST_TAGS
        or len(text) > _MOST_CHARACTERS
        or len(_ENTITY.findall(text)) > _MOST_ENTITIES
        or len(_RUBY.findall(text)) > _MOST_RUBY
    ):
        return True
    # without parsing, the end of a tag is not known: all up to the next "<" is counted
    longest = (sum(map(part.count, _BETWEEN_ATTRIBUTES)) for part in text.split("<")[1:])
    return max(longest, default=0) > _MOST_ATTRIBUTES


def safe_html(
    text: str,
    find: Callable[[str], str | None] = lambda address: None,
    pixels: Pixels | None = None,
) -> str:
    """``text`` (HTML) cleaned; text that would take too long to clean is shown as it was typed.

    ``find(address)`` returns the ``data:`` address of a picture that came with the work. Where it
    returns None, the picture's address is shown as text, and nothing is loaded. ``pixels``: what
    all pictures of the page share; by default this text has as many as a page.
    """
    room = pixels or Pixels()
    text = _joined(few_marks(text))
    if is_too_dear(text):
        return f"<pre>{html.escape(text[:10_000])}</pre>"
    cleaned = nh3.clean(
        text, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, attribute_filter=_attribute
    )
    return _IMG.sub(lambda match: _picture(match[0], find, room), cleaned)


def _joined(text: str) -> str:
    """``text`` in which the data of a picture are one line: as more, they look like attributes."""
    return _OF_LINES.sub(lambda match: "".join(match[0].split()), text)


def framed(made: str) -> str:
    """``made`` (safe HTML) in a box, so that it cannot draw outside that box.

    A formula may move its parts anywhere (``\\raise 900px``), also over the marks above it.
    """
    return f'<div style="contain: paint; overflow: auto hidden">{made}</div>'


def svg_picture(svg: str) -> str:
    """An SVG as a picture, in which nothing runs.

    Where it may take long to draw, a reader must ask for it; where it does, there are words.
    """
    if is_dear(svg):
        return "<em>[SVG picture that takes too long to draw]</em>"
    encoded = base64.b64encode(svg.encode("utf-8", "replace")).decode()
    return _when_asked(svg, f'<img alt="" src="data:image/svg+xml;base64,{encoded}">')


def _when_asked(svg: str, tag: str) -> str:
    """The ``tag`` of a picture, folded away unless a browser draws it quickly."""
    if is_quick(svg):
        return tag
    return f"<details><summary>SVG picture that may take long to draw</summary>{tag}</details>"


def _attribute(element: str, attribute: str, value: str) -> str | None:
    scheme = value.strip().lower().partition(":")[0]
    if scheme in ("data", "attachment") and (element, attribute) != ("img", "src"):
        return None
    return value


def _picture(tag: str, find: Callable[[str], str | None], room: Pixels) -> str:
    found = _SRC.search(tag)
    address = html.unescape(found[1]) if found else ""
    if _PICTURE.fullmatch(address):
        return _if_cheap(tag, address, room)
    if found and (data := find(address)) is not None and _PICTURE.fullmatch(data):
        return _if_cheap(tag.replace(found[0], f' src="{data}"'), data, room)
    name = address.removeprefix("attachment:")[:200] or "without an address"
    return f"<em>[picture that is not part of the work: {html.escape(name)}]</em>"


def _if_cheap(tag: str, address: str, room: Pixels) -> str:
    """The picture\'s ``tag``, or words in place of what takes a browser too long to draw."""
    if not address.startswith("data:image/svg"):
        return tag if room.have_room(address.partition(",")[2]) else f"<em>{HUGE}</em>"
    try:
        svg = base64.b64decode(address.partition(",")[2]).decode("utf-8-sig")
    except ValueError:
        svg = ""
    return svg_picture(svg) if is_dear(svg) else _when_asked(svg, tag)
