"""Copy a folder that somebody else owns, and may change while it is copied.

Each file and folder is opened once, not by its path but from the folder that holds it, and a link
is not followed: so nothing can be exchanged between the look at it and the copy.
"""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

try:
    import pwd
except ImportError:  # Windows has no exchange either
    pwd = None

_DEEPEST = 20  # folders in one another
_MOST = 2000  # files and folders
_PIECE = 2**20
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class Limits:
    """``file_bytes``, ``folder_bytes``: at most; names like ``ignore`` are left out without a word.

    ``include``: names that files must have, one of them.
    """

    file_bytes: int
    folder_bytes: int
    ignore: tuple[str, ...] = ()
    include: tuple[str, ...] = ("*",)


@dataclass
class Copied:
    """``left_out``: paths. ``changed``: when a file or the folder was changed last (time stamp)."""

    left_out: list[str] = field(default_factory=list)
    changed: float = 0.0
    count: int = 0
    size: int = 0


def owner_name(folder: Path) -> str | None:
    """The login name of a folder's owner, or the number; None where it is no folder, or a link."""
    try:
        facts = folder.lstat()
    except OSError:
        return None
    return _name(facts.st_uid) if stat.S_ISDIR(facts.st_mode) else None


def copy_folder(
    source: Path, target: Path, limits: Limits, owner: str | None = None, shared: bool = False
) -> Copied:
    """Copy the ordinary files below ``source`` to ``target``, which is made.

    ``owner``: the login name that everything must belong to, so that a hard link to another's file
    is left out; None for any. ``shared``: whether the group may write. Raises OSError where
    ``source`` is no such folder, or nothing can be written.
    """
    copied = Copied()
    with _opened(str(source), None) as folder:
        facts = os.fstat(folder)
        if not stat.S_ISDIR(facts.st_mode) or owner not in (None, _name(facts.st_uid)):
            raise OSError(f"{source} is no folder of {owner}'s")
        _copy(folder, target, "", limits, facts.st_uid if owner else None, shared, copied)
    return copied


def _copy(
    folder: int,
    target: Path,
    path: str,
    limits: Limits,
    owner: int | None,
    shared: bool,
    copied: Copied,
) -> None:
    target.mkdir(parents=not path)
    target.chmod(0o2775 if shared else 0o755)
    copied.changed = max(copied.changed, os.fstat(folder).st_ctime)
    for name in sorted(os.listdir(folder)):
        if any(fnmatch(name, each) for each in limits.ignore):
            continue
        inner = f"{path}{name}"
        copied.count += 1
        if copied.count > _MOST or inner.count("/") > _DEEPEST or len(os.fsencode(inner)) > 1000:
            copied.left_out.append(inner)
            continue
        try:
            with _opened(name, folder) as opened:
                facts = os.fstat(opened)
                own = owner in (None, facts.st_uid)
                if own and stat.S_ISDIR(facts.st_mode):
                    _copy(opened, target / name, f"{inner}/", limits, owner, shared, copied)
                elif not own or not _wanted(name, facts, limits, copied):
                    copied.left_out.append(inner)
                else:
                    copied.changed = max(copied.changed, facts.st_ctime)
                    _write(opened, target / name, facts.st_size, shared, copied)
        except _CannotOpen:  # a link, a socket, or a file that may not be read
            copied.left_out.append(inner)


def _wanted(name: str, facts: os.stat_result, limits: Limits, copied: Copied) -> bool:
    size = facts.st_size
    small = size <= limits.file_bytes and copied.size + size <= limits.folder_bytes
    named = any(fnmatch(name, each) for each in limits.include)
    return stat.S_ISREG(facts.st_mode) and small and named


def _write(opened: int, target: Path, size: int, shared: bool, copied: Copied) -> None:
    """Copy at most ``size`` bytes: the file may grow meanwhile."""
    with target.open("wb") as file:
        while size and (piece := os.read(opened, min(size, _PIECE))):
            file.write(piece)
            size -= len(piece)
            copied.size += len(piece)
    target.chmod(0o664 if shared else 0o644)


class _CannotOpen(Exception):
    """There is nothing at this name that may be read."""


@contextmanager
def _opened(name: str, folder: int | None) -> Generator[int]:
    try:
        opened = os.open(name, _READ, dir_fd=folder)
    except OSError as error:
        if folder is None:
            raise
        raise _CannotOpen from error
    try:
        yield opened
    finally:
        os.close(opened)


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name if pwd else str(number)
    except KeyError:
        return str(number)
