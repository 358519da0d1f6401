"""Remove a folder that a student's code filled: at any depth, with any permissions."""

import contextlib
import os
import stat
from itertools import count
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and all that is in it; what this user may not remove stays.

    Inner folders are moved up before they are emptied, so that no path gets long and no function
    calls itself: ten thousand nested folders are no harder to remove than one.
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
    """Remove everything in ``folder`` but its folders; return these."""
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
    """Remove ``inner``, and move the folders in it into ``folder``."""
    with contextlib.suppress(OSError):
        inner.chmod(0o700)
        for deeper in _emptied(inner):
            deeper.chmod(0o700)  # to move a folder, one must be able to write to it (its "..")
            deeper.rename(_free(folder, numbers))
        inner.rmdir()


def _free(folder: Path, numbers: "count[int]") -> Path:
    while os.path.lexists(path := folder / f"moved-{next(numbers)}"):
        pass
    return path
