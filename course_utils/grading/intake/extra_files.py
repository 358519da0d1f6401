"""The files beside the notebook, such as helper modules and pictures, within limits."""

import os
from pathlib import Path

from course_utils.grading.intake.names import oddity, shown
from course_utils.grading.intake.notebook_file import Unreadable, read_bytes
from course_utils.grading.intake.paths_below import paths_below

MAX_FILES, MAX_FILE_BYTES = 50, 8 * 2**20
MAX_FILES_BYTES = 32 * 2**20  # all of them together

_MAX_PATH = 1000  # bytes below the folder: the path must also fit beside the marked notebook

_SECRET = "submission_secret.txt"  # always taken: nbgrader needs it to give feedback back

Files = tuple[tuple[str, bytes], ...]  # (path relative to the notebook's folder, bytes)


def read_extra_files(folder: Path) -> tuple[Files, tuple[str, ...]]:
    """The files of ``folder`` that are not notebooks, and a sentence for each that was left out."""
    files: list[tuple[str, bytes]] = []
    left_out: list[str] = []
    size = 0
    found = (path for path, listed in paths_below(folder, _is_left_behind) if not listed)
    for path in sorted(found, key=lambda path: (path.name != _SECRET, path)):
        name = str(path.relative_to(folder))
        if path.suffix.lower() == ".ipynb" or path.name == "timestamp.txt":
            continue
        try:
            why = _why_not(path, folder, min(MAX_FILE_BYTES, MAX_FILES_BYTES - size))
            data = b"" if why else read_bytes(path, MAX_FILE_BYTES)
        except (Unreadable, OSError):
            why, data = "cannot be read", b""
        if why:
            left_out.append(f"{shown(name)} {why} and was left out")
        else:
            files.append((name, data))
            size += len(data)
        if len(files) + len(left_out) >= MAX_FILES:
            left_out.append(f"only the first {MAX_FILES} files were taken")
            break
    return tuple(files), tuple(left_out)


def with_given(given: Files, theirs: Files) -> Files:
    """The author's files, and the student's files that would not replace one of them."""
    paths = [Path(name) for name, _ in given]
    taken = {place for path in paths for place in (path, *path.parents)}

    def is_free(path: Path) -> bool:
        return path not in taken and not any(path.is_relative_to(other) for other in paths)

    return (*given, *(file for file in theirs if is_free(Path(file[0]))))


def python_modules(files: Files) -> dict[str, str]:
    """The Python modules among ``files`` that a notebook beside them can import: name → source."""
    return {
        name.removesuffix(".py"): data.decode("utf-8", "replace")
        for name, data in files
        if name.endswith(".py") and "/" not in name
    }


def _why_not(path: Path, folder: Path, limit: int) -> str:
    """Why a file beside the notebook is not taken; "" when it is."""
    if any(map(oddity, path.relative_to(folder).parts)):
        return "has an odd name"
    if len(os.fsencode(path.relative_to(folder))) > _MAX_PATH:
        return "lies too deep"
    if path.is_symlink():
        return "is a link"
    if not path.is_file():
        return "is not an ordinary file"
    return "is too large" if path.stat().st_size > limit else ""


def _is_left_behind(name: str) -> bool:
    return name.startswith((".", "__pycache__"))
