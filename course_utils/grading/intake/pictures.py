"""Pictures in a student's Markdown: attached to the cell, or pasted into its text as data."""
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from typing import Any

from course_utils.grading.text import composed, storable

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
Pictures = dict[str, dict[str, str]]  # name → {MIME type: base64}

_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]+")
_PASTED = re.compile(
    r"data:(image/(?:png|jpe?g|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=\r\n]{200,})"
)


def attached_pictures(attachments: Any) -> Pictures:
    """The pictures among a cell's attachments; names in Unicode's composed form (NFC)."""
    found: Pictures = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for mime, data in bundle.items() if isinstance(bundle, dict) else ():
            if mime in KINDS and isinstance(data, str):
                key = composed(storable(str(name)))
                found[key] = {mime: _NO_BASE64.sub("", data)}
    return found


def without_pasted_pictures(text: str) -> tuple[str, Pictures]:
    """``text`` without its pasted pictures (``data:`` addresses, as Colab writes), and these.

    Each becomes an attachment. Else a picture of a megabyte between two sentences would use up the
    characters that are shown, and the second sentence would be cut.
    """
    found: Pictures = {}

    def attach(match: re.Match[str]) -> str:
        name = f"pasted-{len(found) + 1}"
        found[name] = {match[1].replace("jpg", "jpeg"): _NO_BASE64.sub("", match[2])}
        return f"attachment:{name}"

    return _PASTED.sub(attach, text), found
