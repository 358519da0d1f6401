"""Find the contents of ``solutions/<assignment>/``: notebooks, and the files beside them."""

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import CourseError

_CELL = re.compile(r"^# ?%%(?!%)", re.M)
_SECRET = re.compile(rb"### BEGIN (SOLUTION|HIDDEN TESTS)")


@dataclass(frozen=True)
class Assignment:
    """One folder of ``solutions/``.

    ``notebooks``: the sources, each ``NAME.py`` (py:percent) or ``NAME.ipynb``; ``files``: paths in
    ``folder`` that students get as they are (data, pictures, helper modules).
    """

    name: str
    folder: Path
    notebooks: tuple[Path, ...]
    files: tuple[Path, ...]


def assignments(root: Path, names=()) -> list[Assignment]:
    """The assignments of the course in ``root``, in the order of ``names`` (default: all, sorted).

    Raises CourseError for an unknown assignment, and for a source that is in no assignment.
    """
    folder = root / "solutions"
    known = {path.name: path for path in sorted(folder.glob("*")) if _counts(path)}
    for name, path in list(known.items()):
        if path.is_file():
            if path.suffix in (".py", ".ipynb"):
                raise CourseError(
                    f"{path.relative_to(root)} is in no assignment: put it into "
                    f"solutions/{path.stem}/"
                )
            del known[name]
    if not known:
        raise CourseError(
            f"no assignment in {folder}: run this in the course's folder, or pass --root"
        )
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CourseError(f"no assignment called {unknown[0]!r}: there are {', '.join(known)}")
    return [_assignment(root, known[name]) for name in (names or known)]


def _assignment(root: Path, folder: Path) -> Assignment:
    notebooks: list[Path] = []
    files: list[Path] = []
    below = (path for path in sorted(folder.rglob("*")) if path.is_file())
    for path in below:
        if not all(map(_counts, map(Path, path.relative_to(folder).parts))):
            continue
        shown = path.relative_to(root)
        is_notebook = path.suffix == ".ipynb" or (path.suffix == ".py" and _has_cells(path))
        if is_notebook and path.parent != folder:
            raise CourseError(f"{shown} is a notebook in a folder below: put it beside the others")
        if not is_notebook and (found := _SECRET.search(path.read_bytes())):
            raise CourseError(
                f"{shown} has {found.group().decode()} in it, and students get this file as it is: "
                "a notebook's source has cells (# %%)"
            )
        (notebooks if is_notebook else files).append(path)
    stems = [path.stem for path in notebooks]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice:
        raise CourseError(
            f"{folder.relative_to(root)} has {twice}.py and {twice}.ipynb: keep one of them"
        )
    if not notebooks:
        raise CourseError(
            f"{folder.relative_to(root)} has no notebook: a .py file with cells (# %%), or a .ipynb"
        )
    return Assignment(folder.name, folder, tuple(notebooks), tuple(files))


def _counts(path: Path) -> bool:
    """Whether an author put the file there: programs may leave files, too."""
    return not path.name.startswith((".", "__pycache__"))


def _has_cells(path: Path) -> bool:
    try:
        return bool(_CELL.search(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError:
        return False
