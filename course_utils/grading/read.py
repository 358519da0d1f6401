"""Step 1, read: a submitted folder as plain data, or a sentence that says why not.

Nothing here trusts a file: sizes are bounded, links are never followed, and a notebook is used only
for its cells' types, texts and tags.
"""

import json
import os
import re
import stat
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from course_utils.errors import CourseError

MAX_NOTEBOOK = 32 * 2**20
MAX_FILES, MAX_FILE_BYTES = 50, 8 * 2**20  # beside the notebook: helper modules, pictures
MAX_FILES_BYTES = 32 * 2**20  # all of them
MAX_NAME = 200  # bytes, so that an ending still fits into what file systems take
_MAX_CELLS = 2000
_MAX_TEXT = 4 * 2**20  # characters of all cells, without outputs and pasted pictures


class Unreadable(CourseError):
    """The file is there and is no notebook; the message says what it is instead."""


class Missing(CourseError):
    """There is no such notebook."""


class Submission(NamedTuple):
    """One student's folder for one assignment, read: ``cells`` is None where it could not be.

    ``status`` is ``ok``, ``unreadable`` or ``missing``, ``said`` the sentence for it; ``notes`` are
    things done on the way (another file name taken). ``files``: what lies beside the notebook.
    """

    student: str
    status: str
    said: str
    cells: list[dict] | None
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    content: bytes = b""


def students(submitted: Path, assignment: str, pattern="*") -> list[str]:
    """The students with a folder in ``submitted/``, those that match ``pattern``, sorted."""
    if not submitted.is_dir():
        raise CourseError(
            f"no folder {submitted}: put each student's work in "
            f"{submitted.name}/<student>/{assignment}/"
        )
    folders = (p.name for p in submitted.iterdir() if p.is_dir() and not p.is_symlink())
    found = sorted(name for name in folders if fnmatch(name, pattern) and name[0] != ".")
    if not found:
        raise CourseError(f"no student matches {pattern!r} in {submitted}")
    return found


def read(submitted: Path, student: str, assignment: str, notebook: str, known=()) -> Submission:
    """One student's ``notebook`` (a name without .ipynb) of ``assignment``; raises nothing.

    ``known``: the other notebooks of the assignment, which are not taken for this one.
    """
    folder = submitted / student / assignment
    try:
        if odd := _odd(student):
            raise Unreadable(f"the folder's name {shown(student)} {odd}: rename it")
        path, notes = _find(folder, notebook, known)
        content, cells = opened(path)
    except Missing as error:
        return Submission(student, "missing", str(error), None)
    except Unreadable as error:
        return Submission(student, "unreadable", str(error), None)
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        return Submission(student, "unreadable", said, None)
    files, skipped = beside(folder, path)
    return Submission(student, "ok", "", cells, (*notes, *skipped), files, content)


def opened(path: Path) -> tuple[bytes, list[dict]]:
    """A notebook's bytes, and its cells (see ``cell``). Raises Unreadable, which says why."""
    try:
        content = _bytes(path, MAX_NOTEBOOK)
        return content, _cells(content)
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}") from None
    except RecursionError:
        raise Unreadable("the file is nested too deep") from None


def _find(folder: Path, notebook: str, known) -> tuple[Path, tuple[str, ...]]:
    name = f"{notebook}.ipynb"
    if not folder.is_dir() or folder.is_symlink():
        raise Missing(f"nothing was handed in as {folder.parent.name}/{folder.name}")
    there = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".ipynb")
    exact = folder / name
    if exact in there:
        return exact, ()
    others = [p for p in there if p.stem not in known and not p.is_symlink()]
    if len(others) == 1:
        return others[0], (f"'{shown(others[0].name)}' was taken for {name}",)
    if others:
        raise Missing(f"no {name}: which of {', '.join(shown(p.name) for p in others[:5])} is it?")
    files = [shown(name) for name in sorted(p.name for p in folder.iterdir())[:5]]
    raise Missing(
        f"no {name}" + (f": there is {', '.join(files)}" if files else ", an empty folder")
    )


def _bytes(path: Path, limit: int) -> bytes:
    """The file's bytes, if it is an ordinary file of at most ``limit``; a link is not followed."""
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


def _cells(content: bytes) -> list[dict]:
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
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        end = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        what = "the file ends too early" if end else "the file is not a notebook"
        said = error.msg.removesuffix(" starting at")
        raise Unreadable(f"{what} ({said} in line {error.lineno})") from None
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"the file is not a notebook ({type(error).__name__})") from None
    cells = [cell(one) for one in _listed(notebook)]
    if (size := sum(len(one["source"]) for one in cells)) > _MAX_TEXT:
        raise Unreadable(
            f"the cells hold {size / 1e6:.0f} million characters, and at most "
            f"{_MAX_TEXT / 1e6:.0f} million are read"
        )
    return cells


def _listed(notebook) -> list:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise Unreadable("the file is JSON but not a notebook")
    version = notebook["nbformat"]
    if version in (2, 3):
        notebook = _upgraded(notebook)
    elif version != 4:
        raise Unreadable(f"the notebook's format is version {version}; 4 is read")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the notebook has no cells")
    if len(cells) > _MAX_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells, and at most {_MAX_CELLS} are read")
    return cells


def _upgraded(notebook: dict) -> dict:
    import nbformat

    try:
        return nbformat.reads(json.dumps(notebook), as_version=4)
    except Exception as error:
        raise Unreadable(f"an old notebook that cannot be upgraded ({error})") from None


def cell(found) -> dict:
    """Type, text, tags and nbgrader's metadata of one cell, in their proper types."""
    if not isinstance(found, dict):
        raise Unreadable("the notebook has a cell that is no cell")
    source = found.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = found.get("metadata") if isinstance(found.get("metadata"), dict) else {}
    graded = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    tags = metadata.get("tags") if isinstance(metadata.get("tags"), list) else []
    kind = found.get("cell_type")
    return {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "source": _clean(source) if isinstance(source, str) else "",
        "id": found["id"][:64] if isinstance(found.get("id"), str) else "",
        "tags": [tag for tag in tags if isinstance(tag, str)],
        "attachments": _pictures(found.get("attachments")),
        "nbgrader": {k: v for k, v in graded.items() if isinstance(v, (str, int, float, bool))},
    }


def _pictures(attachments) -> dict:
    """The pictures that were pasted into a Markdown cell."""
    found = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for mime, data in bundle.items() if isinstance(bundle, dict) else ():
            if mime in ("image/png", "image/jpeg") and isinstance(data, str):
                found[_clean(str(name))] = {mime: re.sub(r"[^A-Za-z0-9+/=]", "", data)}
    return found


def _clean(text: str) -> str:
    """Without halves of surrogate pairs, which no UTF-8 file can hold."""
    return text.encode("utf-8", "replace").decode()


def _odd(name: str) -> str:
    """Why a name cannot be used for files and in tables of ours; empty when it can."""
    if not name.isprintable():  # half a character, a line's end, a terminal's command
        return "has characters in it that cannot be shown"
    return f"is longer than {MAX_NAME} bytes" if len(name.encode()) > MAX_NAME else ""


def shown(name: str) -> str:
    """A file's name as it may stand in a message: short, on one line, no half characters."""
    return name if name.isprintable() and len(name) <= 80 else ascii(name)[:80]


def _why_not(path: Path, folder: Path, limit: int) -> str:
    """Why a file beside the notebook is not taken; empty when it is."""
    if any(map(_odd, path.relative_to(folder).parts)):
        return "has an odd name"
    if path.is_symlink():
        return "is a link"
    if not path.is_file():
        return "is no ordinary file"
    return "is too large" if path.stat().st_size > limit else ""


def _below(folder: Path) -> list[Path]:
    """What is below a folder, sorted: files, links, and folders that cannot be listed.

    In a loop: a folder may be nested deeper than Python calls functions.
    """
    found, folders = [], [folder]
    while folders:
        place = folders.pop()
        try:
            inside = list(place.iterdir())
        except OSError:
            found.append(place)
            continue
        for path in inside:
            if path.name.startswith((".", "__pycache__")):
                continue
            (folders if _is_folder(path) else found).append(path)
    return sorted(found)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def beside(folder: Path, notebook: Path):
    """The other files of the folder, and what was left out."""
    files, left, size = [], [], 0
    for path in _below(folder):
        name = str(path.relative_to(folder))
        if path == notebook or path.suffix == ".ipynb" or path.name == "timestamp.txt":
            continue
        try:
            why = _why_not(path, folder, min(MAX_FILE_BYTES, MAX_FILES_BYTES - size))
            data = b"" if why else _bytes(path, MAX_FILE_BYTES)
        except (Unreadable, OSError):
            why = "cannot be read"
        if why:
            left.append(f"{shown(name)} {why} and was left out")
        else:
            files.append((name, data))
            size += len(data)
        if len(files) + len(left) >= MAX_FILES:
            left.append(f"only the first {MAX_FILES} files were taken")
            break
    return tuple(files), tuple(left)
