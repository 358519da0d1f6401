"""When the work was handed in: ``timestamp.txt``, as nbgrader's collect writes it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

_MOST_BYTES = 200
# "2026-02-03 04:05:06.789 UTC", as nbgrader's exchange writes it, and ISO 8601
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?\s*"
    r"(?:(?:UTC|GMT|Z)?|([+-])(\d\d):?(\d\d)(?: \w+)?)"
)


def read_timestamp(folder: Path) -> tuple[datetime | None, str]:
    """The time in ``folder/timestamp.txt`` (UTC, without a time zone), or None; and what is wrong.

    The text is parsed as a date only: nbgrader's own parser would open a file that the text names.
    """
    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None, ""
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return None, f"timestamp.txt cannot be read: {error.strerror}"
    if not text:
        return None, ""
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        time = datetime(*(int(part or 0) for part in found.groups()[:6]), tzinfo=UTC)
        if found[7]:
            off = timedelta(hours=int(found[8]), minutes=int(found[9]))
            time += off if found[7] == "-" else -off
    except (ValueError, OverflowError):
        return None, f"timestamp.txt says {text[:40]!a}, which is not a time"
    return time.replace(tzinfo=None), ""
