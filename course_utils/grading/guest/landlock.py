"""Landlock: this process and its children may touch only the files that are named (Linux 5.13 on).

It needs no privilege and no namespace, so it works in a default container. It takes three system
calls (see landlock(7)). The packages on PyPI do not fit: ``landlock`` has development releases
only, and ``sandlock`` runs whole commands, which a fork of a preloaded process is not.
"""

import ctypes
import os
import stat
from pathlib import Path

NETWORK, SIGNALS, TRUNCATION = 4, 6, 3  # the version from which Landlock restricts each of them
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ASK_VERSION, _BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_FOLDER, _MAKE_FILE, _MAKE_FIFO, _MAKE_LINK = 1 << 7, 1 << 8, 1 << 10, 1 << 12
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_ALL_OF_FIRST = (1 << 13) - 1
_TCP = (1 << 0) | (1 << 1)  # bind, connect
_SCOPES = (1 << 0) | (1 << 1)  # abstract Unix sockets, signals

_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_WRITE = _WRITE_FILE | _TRUNCATE | _REFER | _REMOVE_FOLDER | _REMOVE_FILE
_WRITE |= _MAKE_FOLDER | _MAKE_FILE | _MAKE_FIFO | _MAKE_LINK
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The kernel's version of Landlock (its ABI), from 1; 0 where there is none."""
    if not hasattr(_libc, "syscall"):
        return 0
    return max(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION), 0)


class Rules:
    """The paths that this process may use, collected one by one; ``enforce`` applies them.

    ``abi``: the version of Landlock to use, at most the kernel's. Raises OSError where the kernel
    has no Landlock.
    """

    def __init__(self, abi: int):
        self._files = _ALL_OF_FIRST
        for since, right in ((2, _REFER), (TRUNCATION, _TRUNCATE), (5, _IOCTL)):
            self._files |= right if abi >= since else 0
        network = _TCP if abi >= NETWORK else 0
        scopes = _SCOPES if abi >= SIGNALS else 0
        facts = (ctypes.c_uint64 * 3)(self._files, network, scopes)
        size = 8 + 8 * (abi >= NETWORK) + 8 * (abi >= SIGNALS)
        self._set = _called(_CREATE_RULESET, facts, ctypes.c_size_t(size), 0)

    def read(self, path: str | Path) -> None:
        """Allow to read and execute ``path`` and all below it; skip a path that does not exist."""
        self._add(path, _READ)

    def list(self, path: str | Path) -> None:
        """Allow to list the names in the folder ``path`` and in the folders below it."""
        self._add(path, _READ_FOLDER)

    def read_and_write(self, path: str | Path) -> None:
        """Allow everything with ``path`` and all below it, but no new device or socket there."""
        self._add(path, _READ | _WRITE)

    def _add(self, path: str | Path, rights: int) -> None:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        try:
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                rights &= _OF_A_FILE
            rule = (rights & self._files).to_bytes(8, "little") + place.to_bytes(4, "little")
            _called(_ADD_RULE, self._set, _BENEATH, ctypes.c_char_p(rule), 0)
        finally:
            os.close(place)

    def enforce(self) -> None:
        """Apply the rules to this thread and all that it starts, for good.

        ``no_new_privs`` must be set already.
        """
        _called(_RESTRICT_SELF, self._set, 0)
        os.close(self._set)


def _called(number: int, *arguments) -> int:
    result = _libc.syscall(number, *arguments)
    if result < 0:
        reason = ctypes.get_errno()
        raise OSError(reason, f"Landlock: {os.strerror(reason)}")
    return result
