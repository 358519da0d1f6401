"""The filter in the kernel that refuses the system calls which student code never needs.

Namespaces already keep a submission to itself. The filter refuses calls that could attack the
kernel from inside them (new namespaces, mounts, tracing, keys, BPF, io_uring), kinds of sockets
that no namespace separates, and memory that belongs to no process, because ``host.resources``
cannot count it.

A refused call fails with EPERM. ``clone3`` fails with ENOSYS, because a filter cannot read its
flags: the C library then uses ``clone``. So does ``pwritev2``, which may wait for the disk. A lock
on a part of a file seems to succeed but is not taken: a million of them would be memory of no
process. Where Landlock is used without namespaces (``Shared``), the filter also refuses the ways to
other processes that Landlock leaves open.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from collections.abc import Iterable
from typing import NamedTuple

from course_utils.grading.guest import system_calls as calls

# other families are attack surface; AF_VSOCK reaches a virtual machine's host past any namespace
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
_SHARED, _ANONYMOUS = 0x1, 0x20  # with both flags, pages stay after they are unmapped
_BUFFER = socket.SO_SNDBUF  # a larger buffer would hold more than ``host.resources`` assumes
_FILTERS = (26, 50, 51, 52)  # SO_ATTACH_…: filters for sockets, which are kernel memory
# for fcntl and ioctl: choose who gets a file's signals (F_SETOWN, F_SETSIG, F_SETOWN_EX; FIOSETOWN,
# SIOCSPGRP)
_OWNERS, _OWNER_REQUESTS = (8, 10, 15), (0x8901, 0x8902)
_LEASES = (1024, 1026)  # F_SETLEASE, F_NOTIFY: others who open the file are delayed
# FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR: each write to a file may then wait for the disk
_ATTRIBUTES = (0x40086602, 0x401C5820)
_TO_DISK = os.O_DSYNC | os.O_DIRECT  # so may this; O_SYNC has the bit of O_DSYNC
_PRCTL_DUMPABLE, _PRCTL_SUBREAPER = 4, 36
_NEW_NAMESPACES = 0x10000000 | 0x20000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x40000000
_NEW_NAMESPACES |= 0x02000000
_CLONE_PARENT = 0x8000  # the watch would not see from whom such a process came down
_CLOSED, _WAITING = socket.SOCK_CLOEXEC, socket.SOCK_NONBLOCK
_SOCKET_FLAGS = (0, _CLOSED, _WAITING, _CLOSED | _WAITING)

_LOAD, _JUMP_EQUAL, _JUMP_ANY, _JUMP_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# offsets in the kernel's struct seccomp_data; the arguments are 64 bits each, the low half first
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD, _FOURTH = 0, 4, 16, 24, 32, 40
_X32 = 0x40000000  # x86-64's second numbering of the same calls

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def supported() -> bool:
    """Whether this machine's system call numbers are known here."""
    return platform.machine() in calls.ARCHITECTURES


class Shared(NamedTuple):
    """A wall without namespaces: the submission shares the machine with its other processes.

    ``pid``: the process to which signals may go. ``signals`` and ``truncation``: whether this
    kernel's Landlock restricts these by itself.
    """

    pid: int
    signals: bool
    truncation: bool


def refuse_calls(shared: Shared | None = None) -> None:
    """Install the filter for this process and its children, for good. Raises OSError.

    ``shared``: for a wall without namespaces. ``no_new_privs`` must be set already. On an
    architecture that is not ``supported`` nothing is installed where there are namespaces, which
    are wall enough; Landlock alone is not, and OSError is raised.
    """
    if not supported():
        if shared is not None:
            raise OSError(f"the system calls of {platform.machine()} are not known")
        return
    program = ctypes.create_string_buffer(assembled(instructions(platform.machine(), shared)))
    head = struct.pack("HxxxxxxP", len(program.raw) // 8, ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(head), 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "seccomp")


class Jump(NamedTuple):
    """Compare the loaded word with ``value``; go on at a label ("": the next instruction)."""

    test: int
    value: int
    true: str = ""
    false: str = ""


class Load(NamedTuple):
    """Load the word at ``offset`` of the kernel's ``struct seccomp_data``."""

    offset: int


class Return(NamedTuple):
    """End with ``verdict``."""

    verdict: int


Instruction = Jump | Load | Return | str  # a str is a label: it names the next instruction's place


def instructions(machine: str, shared: Shared | None = None) -> list[Instruction]:
    """The filter for ``machine``, as instructions: the first rule that matches a call decides."""
    column, architecture = calls.ARCHITECTURES[machine]
    first, last = _where_shared(column, shared) if shared else ([], [])
    families = [] if shared else _FAMILIES
    owners = _OWNERS + _LEASES if shared else _LEASES
    hidden = [_PRCTL_DUMPABLE] if shared else []  # it could fill the disk with files nobody sees
    return [
        Load(_ARCH),
        Jump(_JUMP_EQUAL, architecture, false="kill"),
        Load(_NUMBER),
        Jump(_JUMP_LEAST, _X32, true="refuse"),
        *first,
        *_all([calls.CLONE3, calls.PWRITEV2], column, "unknown"),
        *_all([calls.CLONE], column, "clone"),
        *_all([calls.SOCKET], column, "socket"),
        *_all([calls.FCNTL], column, "fcntl"),
        *_all([calls.MMAP], column, "mmap"),
        *_all([calls.SETSOCKOPT], column, "setsockopt"),
        *_all([calls.PRCTL], column, "prctl"),
        *_all(calls.REFUSED.values(), column, "refuse"),
        *_all(calls.IGNORED.values(), column, "pretend"),
        Return(_ALLOW),
        "clone",
        Load(_FIRST),
        Jump(_JUMP_ANY, _NEW_NAMESPACES | _CLONE_PARENT, true="refuse", false="allow"),
        "socket",
        Load(_FIRST),
        *(Jump(_JUMP_EQUAL, family, true="allow") for family in families),
        Return(_ERRNO | errno.EAFNOSUPPORT),
        "fcntl",
        Load(_SECOND),
        *(Jump(_JUMP_EQUAL, command, true="pretend") for command in _LOCKS),
        *(Jump(_JUMP_EQUAL, command, true="refuse") for command in owners),
        Return(_ALLOW),
        "mmap",
        Load(_FOURTH),
        Jump(_JUMP_ANY, _SHARED, false="allow"),
        Jump(_JUMP_ANY, _ANONYMOUS, true="refuse", false="allow"),
        "setsockopt",
        Load(_SECOND),
        Jump(_JUMP_EQUAL, socket.SOL_SOCKET, false="allow"),
        Load(_THIRD),
        *(Jump(_JUMP_EQUAL, option, true="refuse") for option in _FILTERS),
        Jump(_JUMP_EQUAL, _BUFFER, true="pretend", false="allow"),
        "prctl",  # orphans go to the guard, so that the watch knows them
        Load(_FIRST),
        Jump(_JUMP_EQUAL, _PR_SET_SECCOMP, true="refuse"),
        *(Jump(_JUMP_EQUAL, what, true="pretend") for what in [_PRCTL_SUBREAPER, *hidden]),
        Return(_ALLOW),
        *last,
        "allow",
        Return(_ALLOW),
        "refuse",
        Return(_ERRNO | errno.EPERM),
        "pretend",  # report success, and do nothing
        Return(_ERRNO),
        "unknown",
        Return(_ERRNO | errno.ENOSYS),
        "kill",
        Return(_KILL),
    ]


def _all(numbers: Iterable[calls.Numbers], column: int, label: str) -> list[Instruction]:
    """Jumps to ``label``, one for each of these calls that the architecture has."""
    known = [call[column] for call in numbers]
    return [Jump(_JUMP_EQUAL, number, true=label) for number in known if number is not None]


def _where_shared(column: int, shared: Shared) -> tuple[list[Instruction], list[Instruction]]:
    """The rules that a wall without namespaces adds: tests of a call's number, and targets."""
    tests = [
        *_all(calls.REFUSED_WHERE_SHARED.values(), column, "refuse-here"),
        *_all(calls.IGNORED_WHERE_SHARED.values(), column, "pretend-here"),
        *_all(calls.OF_A_PROCESS.values(), column, "of-a-process"),
        *_all([calls.SETPRIORITY], column, "setpriority"),
        *_all([calls.SOCKETPAIR], column, "socketpair"),
        *_all([calls.IOCTL], column, "ioctl"),
        *_all([calls.OPENAT2], column, "unknown-here"),
        *_all([calls.OPEN], column, "open"),
        *_all([calls.OPENAT], column, "openat"),
    ]
    if not shared.signals:
        tests += _all(calls.SIGNALS.values(), column, "refuse-here")
        tests += _all([calls.KILL, calls.TGKILL], column, "signal")
    if not shared.truncation:
        tests += _all([calls.TRUNCATE], column, "refuse-here")
    emptying = 0 if shared.truncation else os.O_TRUNC  # a test for no bit is never true
    # a jump skips at most 255 instructions, so these verdicts stand nearer than the common ones
    verdicts: list[Instruction] = [
        Jump(_JUMP_LEAST, 0, true="others"),  # any other call: go on with the common rules
        "refuse-here",
        Return(_ERRNO | errno.EPERM),
        "pretend-here",
        Return(_ERRNO),
        "unknown-here",
        Return(_ERRNO | errno.ENOSYS),
        "others",
    ]
    return [*tests, *verdicts], [
        "of-a-process",
        Load(_FIRST),
        Jump(_JUMP_EQUAL, 0, true="allow", false="refuse"),
        "setpriority",  # only of this process
        Load(_FIRST),
        Jump(_JUMP_EQUAL, os.PRIO_PROCESS, false="refuse"),
        Load(_SECOND),
        Jump(_JUMP_EQUAL, 0, true="allow", false="refuse"),
        "socketpair",  # only streams: they are connected, and cannot send to another address
        Load(_FIRST),
        Jump(_JUMP_EQUAL, socket.AF_UNIX, false="refuse"),
        Load(_SECOND),
        *(Jump(_JUMP_EQUAL, socket.SOCK_STREAM | flags, true="allow") for flags in _SOCKET_FLAGS),
        Return(_ERRNO | errno.EPERM),
        "ioctl",
        Load(_SECOND),
        *(Jump(_JUMP_EQUAL, each, true="refuse") for each in _OWNER_REQUESTS + _ATTRIBUTES),
        Return(_ALLOW),
        "signal",  # only to this process, or to the group that it leads
        Load(_FIRST),
        Jump(_JUMP_EQUAL, shared.pid, true="allow"),
        Jump(_JUMP_EQUAL, 0, true="allow", false="refuse"),
        "open",
        Load(_SECOND),
        Jump(_JUMP_ANY, _TO_DISK, true="refuse"),
        Jump(_JUMP_ANY, emptying, true="emptying", false="allow"),
        "openat",
        Load(_THIRD),
        Jump(_JUMP_ANY, _TO_DISK, true="refuse"),
        Jump(_JUMP_ANY, emptying, true="emptying", false="allow"),
        "emptying",  # allowed with a mode that writes: Landlock checks that; mode 3 is neither
        Jump(_JUMP_ANY, os.O_WRONLY, false="not-only-writing"),
        Jump(_JUMP_ANY, os.O_RDWR, true="refuse", false="allow"),
        "not-only-writing",
        Jump(_JUMP_ANY, os.O_RDWR, true="allow", false="refuse"),
    ]


def assembled(program: list[Instruction]) -> bytes:
    """``program`` as bytes for the kernel; a label becomes the number of instructions to skip."""
    places: dict[str, int] = {}
    steps: list[Jump | Load | Return] = []
    for part in program:
        if isinstance(part, str):
            places[part] = len(steps)
        else:
            steps.append(part)
    made: list[bytes] = []
    for place, step in enumerate(steps):
        if isinstance(step, Load):
            made.append(_packed(_LOAD, step.offset))
        elif isinstance(step, Return):
            made.append(_packed(_RETURN, step.verdict))
        else:
            skips = [places[label] - place - 1 if label else 0 for label in (step.true, step.false)]
            made.append(_packed(step.test, step.value, *skips))
    return b"".join(made)


def _packed(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value)
