"""The public address of the course: one setting, ``repository: url:`` in ``_config.yml``.

A student's installation has no ``_config.yml``. So ``make exercises`` writes the book's address to
``public_address.json``, which is a part of the package; the checks' links use it.
"""

import json
import re
from pathlib import Path

_KEPT = "public_address.json"


def repository_address(root: Path) -> str:
    """The repository's public address, without a slash at its end; "" if it has none."""
    return _setting(root, "repository", "url")


def book_address(root: Path) -> str:
    """The published book's address; "" if it has none.

    That is ``html: baseurl:`` in ``_config.yml``, or else the address that GitHub gives to the
    repository's pages.
    """
    if named := _setting(root, "html", "baseurl"):
        return named
    found = re.fullmatch(r"https://github\.com/([^/]+)/([^/]+?)(\.git)?", repository_address(root))
    if not found:
        return ""
    host = f"{found[1].lower()}.github.io"
    return f"https://{host}" if found[2].lower() == host else f"https://{host}/{found[2]}"


def keep_book_address(root: Path) -> None:
    """Write the book's address into the package below ``root``, if there are both."""
    kept = root / "course_utils" / _KEPT
    if kept.parent.is_dir() and (root / "_config.yml").is_file():
        text = json.dumps({"book": book_address(root)}) + "\n"
        if not kept.is_file() or kept.read_text(encoding="utf-8") != text:
            kept.write_text(text, encoding="utf-8")


def kept_book_address() -> str:
    """The book's address at the time when the exercises were made; "" if it had none."""
    return json.loads(Path(__file__).with_name(_KEPT).read_text(encoding="utf-8"))["book"]


def _setting(root: Path, section: str, key: str) -> str:
    """An address in ``_config.yml``, without a slash at its end; "" where there is none."""
    import yaml  # not at the top: a student's installation has no PyYAML, and does not need it

    path = root / "_config.yml"
    found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    part = found.get(section) if isinstance(found, dict) else None
    value = part.get(key) if isinstance(part, dict) else None
    return value.strip().rstrip("/") if isinstance(value, str) else ""
