"""What a cell printed and showed, as a notebook stores it; past a limit it is cut, with a note.

Outputs are plain dicts: to import nbformat takes seconds, and the marking process needs it for
nothing else.
"""

import re

from course_utils.grading.guest import wire
from course_utils.grading.guest.limits import Limits
from course_utils.grading.picture_size import Pixels
from course_utils.grading.safe_html import HUGE, framed, is_too_dear, safe_html, svg_picture
from course_utils.grading.text import few_marks, storable

# two streams that take turns make a new output each time: 200,000 of one letter were gigabytes, so
# each output of a cell after the first _FREE counts as _PIECE bytes more than its text
_FREE, _PIECE = 20, 200
_LINE = 20_000  # characters in one line of a traceback
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z])?")
_MOST_ESCAPES = 500  # in one piece of text
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class Room:
    """How many bytes of output, and pixels, the cells of one notebook may still have."""

    def __init__(self, limits: Limits):
        self.left = limits.shown_notebook_mb * 2**20
        self.pixels = Pixels()


class Outputs:
    """Collects one cell's outputs in their order; the notebook gets ``list``.

    ``room``: what the cells of the notebook share; by default this cell has a room of its own.
    """

    def __init__(self, limits: Limits, room: Room | None = None):
        self._limits, self._room = limits, room or Room(limits)
        self._made = []
        self._text = self._shown = self._shown_bytes = 0
        self._cut = False

    def stream(self, name: str, text: str) -> None:
        """Printed text; past the limit it is dropped."""
        text = _few_colours(text)
        goes_on = bool(self._made) and self._made[-1].get("name") == name
        piece = 0 if goes_on or len(self._made) < _FREE else _PIECE
        left = self.left - piece
        self._text += len(text) + piece
        if len(text) > left:
            self._cut = True
            text = text[: max(left, 0)]
        if not text:
            return
        self._room.left -= len(text.encode("utf-8", "replace")) + piece
        if goes_on:
            self._made[-1]["text"] += text
        else:
            self._made.append({"output_type": "stream", "name": name, "text": text})

    @property
    def left(self) -> int:
        """How much more printed text will be kept."""
        return min(self._limits.shown_bytes - self._text, self._room.left)

    def show(self, header: dict) -> None:
        """A ``display``, ``result`` or ``error`` message from inside."""
        self._shown += 1
        came = wire.size_of(header)
        if self._shown > self._limits.shown_displays or not self._has_room(came):
            self._cut = True
            return
        if header["type"] == "error":
            made = _error(header.get("ename"), header.get("evalue"), header.get("traceback"))
        else:  # never execute_result: what a student's cell shows is not a mark
            data = safe_bundle(header.get("data"), self._room.pixels)
            made = {"output_type": "display_data", "data": data, "metadata": {}}
        size = max(came, wire.size_of(made))  # safe HTML is longer: each ">" is four characters
        if self._has_room(size):
            self._made.append(made)
            self._room.left -= size
        else:
            self._cut = True
        self._shown_bytes += size  # counts also where it is cut: to make it safe took time

    def _has_room(self, size: int) -> bool:
        most = min(self._limits.shown_display_bytes - self._shown_bytes, self._room.left)
        return size <= most

    def error(self, ename, evalue, lines) -> None:
        """An exception, as a kernel would report it."""
        self._made.append(_error(ename, evalue, lines))

    def prepend(self, earlier: list) -> None:
        """Put the ``earlier`` outputs before those that are there."""
        self._made[:0] = earlier

    def partial(self, points: float) -> None:
        """The one output that nbgrader reads as a number of points."""
        data = {"text/plain": repr(points)}
        rest = {"metadata": {}, "execution_count": None}
        self._made.append({"output_type": "execute_result", "data": data, **rest})

    @property
    def list(self) -> list:
        """The outputs, with a note where some were cut."""
        for made in self._made:
            if "text" in made:  # only now: each piece of it may have come alone
                made["text"] = few_marks(made["text"])
        if not self._cut:
            return self._made
        note = "\n[The output was too long: the rest was cut.]\n"
        return [*self._made, {"output_type": "stream", "name": "stdout", "text": note}]


def _error(ename, evalue, lines) -> dict:
    shown = (
        [_few_colours(few_marks(storable(line)[:_LINE])) for line in lines if isinstance(line, str)]
        if isinstance(lines, list)
        else []
    )
    told = {"ename": storable(ename)[:100], "evalue": storable(evalue)[:4000]}
    return {"output_type": "error", **told, "traceback": shown[:100]}


def safe_bundle(data, pixels: Pixels | None = None) -> dict[str, str]:
    """What may be shown of a MIME bundle: text, pictures, HTML and Markdown without scripts.

    An SVG becomes a picture, in which nothing runs. ``pixels``: what all bundles of a notebook
    share.
    """
    pixels = pixels or Pixels()
    shown = {}
    for mime, value in (data if isinstance(data, dict) else {}).items():
        if not isinstance(value, str):
            continue
        if mime in ("text/html", "text/markdown"):
            if is_too_dear(value):
                shown.setdefault("text/plain", "[HTML with too many tags to be shown]")
            else:
                shown[mime] = framed(safe_html(storable(value), pixels=pixels))
        elif mime == "image/svg+xml":
            shown["text/html"] = svg_picture(value)
        elif mime == "text/plain":
            shown[mime] = _few_colours(few_marks(storable(value)))
        elif mime == "text/latex":
            shown.setdefault("text/html", framed(storable(value).replace("<", r"\lt ")))
        elif mime in ("image/png", "image/jpeg", "image/gif", "image/webp") and _BASE64.fullmatch(
            value
        ):
            if not pixels.have_room(value):
                shown.setdefault("text/html", f"<em>{HUGE}</em>")  # before any text beside it
            else:
                shown[mime] = value
    return shown


def _few_colours(text: str) -> str:
    """``text``, without a terminal's escape sequences where it has too many for a page."""
    return _ESCAPE.sub("", text) if text.count("\x1b") > _MOST_ESCAPES else text
