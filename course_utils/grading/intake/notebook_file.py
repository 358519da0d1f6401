"""One notebook file as plain cells, or a sentence that says why it is not a notebook.

Nothing here trusts the file: its size is limited, a link is never followed, and only the types,
texts, tags and pasted pictures of its cells are used.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.grading.intake.names import shown
from course_utils.grading.intake.pictures import attached_pictures, without_pasted_pictures
from course_utils.grading.text import storable

MAX_NOTEBOOK = 32 * 2**20  # bytes
_MAX_CELLS = 2000
_MAX_TEXT = 4 * 2**20  # characters in all cells, without outputs and pasted pictures
_MAX_PARTS = 300_000  # lists and objects: ten million take a gigabyte, and a quarter of a minute
# one that does not end is taken to go to the file's end: else each quote in it would be tried again
_JSON_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


class Unreadable(CourseError):
    """The file is there but is not a notebook; the message says what it is instead."""


@dataclass(frozen=True)
class StudentCell:
    """One cell of a submitted notebook; each field has the right type, whatever the file held.

    ``attachments``: pictures pasted into a Markdown cell, name → {MIME type: base64}.
    ``nbgrader``: nbgrader's metadata of the cell, as far as it is plain data.
    """

    cell_type: str  # code, markdown or raw
    source: str
    id: str = ""
    tags: tuple[str, ...] = ()
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    nbgrader: dict[str, Any] = field(default_factory=dict)

    @property
    def grade_id(self) -> str | None:
        """nbgrader's name of the cell; None where the metadata has no name."""
        return self.nbgrader.get("grade_id")


@dataclass(frozen=True)
class NotebookFile:
    """A notebook that was read: the bytes of the file, and its cells."""

    content: bytes
    cells: list[StudentCell]


def read_notebook(path: Path) -> NotebookFile:
    """The notebook at ``path``. Raises Unreadable, which says why it is not a notebook."""
    try:
        content = read_bytes(path, MAX_NOTEBOOK)
        return NotebookFile(content, _cells(content))
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    except RecursionError:
        raise Unreadable("the file is nested too deep") from None


def author_cells(text: str) -> list[StudentCell]:
    """The cells of an author's notebook (JSON text), as if they had been handed in."""
    return [student_cell(cell) for cell in json.loads(text)["cells"]]


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of an ordinary file of at most ``limit`` bytes; a link is not followed.

    Raises Unreadable for anything else, and OSError where the system refuses.
    """
    if path.is_symlink():
        raise Unreadable(f"{shown(path.name)} is a link to another file, which is not followed")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise Unreadable(f"{shown(path.name)} is not a file")
        if facts.st_size > limit:
            size, most = facts.st_size / 2**20, limit / 2**20
            raise Unreadable(
                f"{shown(path.name)} has {size:.0f} MB, and at most {most:.0f} MB are read: "
                "clear its outputs and hand it in again"
            )
        return file.read(limit + 1)[:limit]


def _cells(content: bytes) -> list[StudentCell]:
    if not content.strip():
        raise Unreadable("the file is empty")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("the file is UTF-16 text; a notebook is UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 text (byte {error.start})") from None
    if "\n<<<<<<< " in text and "\n>>>>>>> " in text:
        raise Unreadable("the file has the conflict markers of a merge in it (<<<<<<<, >>>>>>>)")
    if (parts := _parts(text)) > _MAX_PARTS:
        raise Unreadable(
            f"the file holds {parts:,} lists and objects, and at most {_MAX_PARTS:,} are read: "
            "clear its outputs and hand it in again"
        )
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        end = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        what = "the file ends too early" if end else "the file is not a notebook"
        reason = error.msg.removesuffix(" starting at")
        raise Unreadable(f"{what} ({reason} in line {error.lineno})") from None
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"the file is not a notebook ({type(error).__name__})") from None
    cells = [student_cell(found) for found in _cell_list(notebook)]
    if (size := sum(len(cell.source) for cell in cells)) > _MAX_TEXT:
        raise Unreadable(
            f"the cells hold {size / 1e6:.0f} million characters, and at most "
            f"{_MAX_TEXT / 1e6:.0f} million are read"
        )
    return cells


def _parts(text: str) -> int:
    """How many lists and objects the JSON ``text`` holds: brackets, but not those in texts."""
    if text.count("[") + text.count("{") > _MAX_PARTS:
        text = _JSON_TEXT.sub("", text)
    return text.count("[") + text.count("{")


def _cell_list(notebook: Any) -> list[Any]:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise Unreadable("the file is JSON but not a notebook")
    version = notebook["nbformat"]
    if version not in (2, 3, 4):
        raise Unreadable(f"the notebook's format is version {str(version)[:20]}; 4 is read")
    old = version < 4 and isinstance(notebook.get("worksheets"), list)
    cells = _cells_of_worksheets(notebook) if old else notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the notebook has no cells")
    if len(cells) > _MAX_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells, and at most {_MAX_CELLS} are read")
    return cells


def _cells_of_worksheets(notebook: dict[str, Any]) -> list[Any]:
    """The cells of a notebook of format 2 or 3, as they are in format 4.

    nbformat's own conversion also checks everything, outputs too, against a schema, which takes
    minutes for a large notebook.
    """
    sheets = [_mapping(sheet) for sheet in _list(notebook.get("worksheets"))]
    return [_upgraded(cell) for sheet in sheets for cell in _list(sheet.get("cells"))]


def _upgraded(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    if cell.get("cell_type") == "code":
        return {**cell, "source": cell.get("input", "")}
    if cell.get("cell_type") == "heading":
        level = cell.get("level", 1)
        marks = "#" * min(level if isinstance(level, int) else 1, 6)
        return {**cell, "cell_type": "markdown", "source": [marks, " ", *_lines(cell)]}
    return {**cell, "cell_type": "markdown"} if cell.get("cell_type") == "html" else cell


def _lines(cell: dict[str, Any]) -> list[Any]:
    source = cell.get("source", "")
    return source if isinstance(source, list) else [source]


def student_cell(found: Any) -> StudentCell:
    """One cell of a notebook's JSON. Raises Unreadable for what is not a cell."""
    if not isinstance(found, dict):
        raise Unreadable("the notebook's list of cells has something else in it")
    source = found.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = _mapping(found.get("metadata"))
    graded, tags = _mapping(metadata.get("nbgrader")), metadata.get("tags")
    kind = found.get("cell_type")
    text = re.sub(r"\r\n?", "\n", storable(source))  # Windows line ends are not edits
    pictures = attached_pictures(found.get("attachments"))
    if kind == "markdown":
        text, pasted = without_pasted_pictures(text)
        pictures |= pasted
    return StudentCell(
        cell_type=kind if kind in ("code", "markdown", "raw") else "raw",
        source=text,
        id=found["id"][:64] if isinstance(found.get("id"), str) else "",
        tags=tuple(tag for tag in _list(tags) if isinstance(tag, str)),
        attachments=pictures,
        nbgrader={k: v for k, v in graded.items() if isinstance(v, (str, int, float, bool))},
    )


def _mapping(found: Any) -> dict[str, Any]:
    """``found`` if it is a JSON object, else an empty one."""
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    """``found`` if it is a JSON array, else an empty one."""
    return found if isinstance(found, list) else []
