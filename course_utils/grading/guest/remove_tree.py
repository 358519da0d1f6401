"""Remove a folder that a stranger filled: however deep, and closed to its owner or not."""

import contextlib
import os
import stat
from itertools import count
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and all that is in it; what is not this user's to remove stays.

    Folders move up before they are emptied, so that no path grows and nothing here recurses: ten
    thousand folders in one another go as well as one.
    """
    numbers = count()
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        while waiting := _emptied(folder):
            for inner in waiting:
                _move_up(inner, folder, numbers)
            if all(map(os.path.lexists, waiting)):
                break  # none of them could be removed
        folder.rmdir()


def _emptied(folder: Path) -> list[Path]:
    """The folders in ``folder``; everything else in it is removed."""
    folders: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
                folders.append(Path(entry.path))
            else:
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
    return folders


def _move_up(inner: Path, folder: Path, numbers: "count[int]") -> None:
    """Remove ``inner``; the folders in it come to lie in ``folder`` itself."""
    with contextlib.suppress(OSError):
        inner.chmod(0o700)
        for deeper in _emptied(inner):
            deeper.chmod(0o700)  # a folder that moves is written to: its ".." changes
            deeper.rename(_free(folder, numbers))
        inner.rmdir()


def _free(folder: Path, numbers: "count[int]") -> Path:
    while os.path.lexists(path := folder / f"moved-{next(numbers)}"):
        pass
    return path
