"""When the work was handed in: ``timestamp.txt``, as nbgrader's collect writes it."""

from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

_MOST_BYTES = 200


def read_timestamp(folder: Path) -> tuple[datetime | None, str]:
    """The time in ``folder/timestamp.txt`` (UTC); None and what is wrong where there is none."""
    path = folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return None, ""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return None, f"timestamp.txt cannot be read: {error.strerror}"
    try:
        return (parse_utc(text), "") if text else (None, "")
    except (ValueError, OverflowError, TypeError):
        return None, f"timestamp.txt says {text[:40]!a}, which is no time"
