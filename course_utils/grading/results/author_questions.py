"""The questions of an assignment as its author calls them: by their headings, not by cell ids."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.M)
_POINTS = re.compile(r"\s*\([^()]*\bpoints?\b[^()]*\)\s*$")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)


@dataclass(frozen=True)
class AuthorQuestion:
    """The question that a graded cell belongs to.

    ``title``: the heading above the cell, else the cell's id; ``notebook``: the name of the
    notebook that the cell is in.
    """

    title: str
    notebook: str


def author_questions(folder: Path) -> dict[str, AuthorQuestion]:
    """Grade id → question, in the order of the author's notebooks in ``folder``."""
    found: dict[str, AuthorQuestion] = {}
    for path in sorted(folder.glob("*.ipynb")):
        title = ""
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                title = _last_heading(_text(cell["source"])) or title
            if name := cell["metadata"].get("nbgrader", {}).get("grade_id", ""):
                found[name] = AuthorQuestion(title or name, path.stem)
    return found


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(map(str, source))


def _last_heading(markdown: str) -> str:
    """The last heading of a cell as plain text, without the points; "" where it has no heading."""
    headings: list[str] = _HEADING.findall(_FENCED.sub("", markdown))
    title = _POINTS.sub("", headings[-1]) if headings else ""
    return re.sub(r"[`*]", "", _LINK.sub(r"\1", title)).strip()
