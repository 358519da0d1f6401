"""Walk through a folder that a student filled: at any depth, without following a link."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path


def paths_below(
    folder: Path, skip: Callable[[str], bool] = lambda name: False
) -> Iterator[tuple[Path, bool]]:
    """Yield each path below ``folder``, and whether it is a folder whose content can be listed.

    ``skip``: names that are left out, with all that is below them. This is a loop and not a
    recursion: folders may be nested deeper than Python's stack.
    """
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        try:
            inside = sorted(path for path in place.iterdir() if not skip(path.name))
        except OSError:  # no permission, or its path is longer than the system can open
            yield place, False
            continue
        if place is not folder:
            yield place, True
        for path in inside:
            if stat.S_ISDIR(_mode(path)):
                waiting.append(path)
            else:
                yield path, False


def is_file(path: Path) -> bool:
    """Whether it is an ordinary file: no link, pipe or device, and no path that is too long."""
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0
