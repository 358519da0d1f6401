"""The filter in the kernel that refuses the system calls which student code never needs.

The namespaces already keep a submission to itself; this closes the calls that could attack the
kernel from inside them (new namespaces, mounts, tracing, keys, BPF, io_uring), kinds of sockets
that no namespace holds, and memory that belongs to no process: nobody could count it
(``host.resources``) but the kernel when there is none left. A refused call fails with EPERM;
``clone3``, whose flags a filter cannot read, fails with ENOSYS, so that the C library falls back to
``clone``. A lock on a part of a file is granted without being taken: a million of them would be
such memory.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
from typing import NamedTuple

# (x86-64, AArch64) numbers, from the kernel's syscall tables
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "swapon": (167, 224),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "vmsplice": (278, 75),
    "landlock_create_ruleset": (444, 444),  # rules by the million in one of them
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "inotify_init": (253, 26),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "io_setup": (206, 0),  # its number of requests is one for the whole machine
    "syslog": (103, 116),  # the machine's messages, where any user may read them
}
# Linux shares the processor between sessions ("autogroup", sched(7)), whatever each has in it: a
# submission has one, and who asks for another is told that it has it
_IGNORED = {"setsid": (112, 157)}
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_SOCKET = (41, 198)
_FCNTL, _LOCKS = (72, 25), (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
_MMAP, _SHARED, _ANONYMOUS = (9, 222), 0x1, 0x20  # of the two together pages stay, unmapped or not
_SETSOCKOPT, _BUFFER = (
    (54, 208),
    socket.SO_SNDBUF,
)  # more waits in a socket than ``host.resources`` reckons
# the rest is attack surface, and AF_VSOCK reaches a virtual machine's host past any namespace
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NEW_NAMESPACES = 0x10000000 | 0x20000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x40000000
_NEW_NAMESPACES |= 0x02000000

_LOAD, _JUMP_EQUAL, _JUMP_ANY, _JUMP_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# offsets in the kernel's struct seccomp_data; the arguments are 64 bits each, the low half first
_NUMBER, _ARCH, _ARGUMENT, _SECOND, _THIRD, _FOURTH = 0, 4, 16, 24, 32, 40
_X32 = 0x40000000  # x86-64's second numbering of the same calls

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def supported() -> bool:
    """Whether this machine's system call numbers are known here."""
    return platform.machine() in _ARCHITECTURES


def refuse_calls() -> None:
    """Install the filter for this process and its children, for good. Raises OSError.

    ``no_new_privs`` must be set already. On another architecture nothing is installed: the
    namespaces hold without it.
    """
    if not supported():
        return
    program = ctypes.create_string_buffer(_program())
    head = struct.pack("HxxxxxxP", len(program.raw) // 8, ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(head), 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "seccomp")


def _program() -> bytes:
    """The filter in the kernel's own form: eight bytes for each instruction."""
    return assembled(instructions(platform.machine()))


class Jump(NamedTuple):
    """Compare the loaded word with ``value``; go on at a label, "" being the next instruction."""

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


Instruction = Jump | Load | Return | str  # a text is a label: the place of the next instruction


def instructions(machine: str) -> list[Instruction]:
    """Who may call what on ``machine``, from the first matching rule on."""
    column, architecture = _ARCHITECTURES[machine]
    refused = [Jump(_JUMP_EQUAL, call[column], true="refuse") for call in _REFUSED.values()]
    ignored = [Jump(_JUMP_EQUAL, call[column], true="pretend") for call in _IGNORED.values()]
    return [
        Load(_ARCH),
        Jump(_JUMP_EQUAL, architecture, false="kill"),
        Load(_NUMBER),
        Jump(_JUMP_LEAST, _X32, true="refuse"),
        Jump(_JUMP_EQUAL, _CLONE3[column], true="unknown"),
        Jump(_JUMP_EQUAL, _CLONE[column], true="clone"),
        Jump(_JUMP_EQUAL, _SOCKET[column], true="socket"),
        Jump(_JUMP_EQUAL, _FCNTL[column], true="fcntl"),
        Jump(_JUMP_EQUAL, _MMAP[column], true="mmap"),
        Jump(_JUMP_EQUAL, _SETSOCKOPT[column], true="setsockopt"),
        *refused,
        *ignored,
        "allow",
        Return(_ALLOW),
        "clone",
        Load(_ARGUMENT),
        Jump(_JUMP_ANY, _NEW_NAMESPACES, true="refuse", false="allow-clone"),
        "allow-clone",
        Return(_ALLOW),
        "socket",
        Load(_ARGUMENT),
        *(Jump(_JUMP_EQUAL, family, true="allow-socket") for family in _FAMILIES),
        Return(_ERRNO | errno.EAFNOSUPPORT),
        "allow-socket",
        Return(_ALLOW),
        "fcntl",
        Load(_SECOND),
        *(Jump(_JUMP_EQUAL, command, true="pretend") for command in _LOCKS),
        Return(_ALLOW),
        "mmap",
        Load(_FOURTH),
        Jump(_JUMP_ANY, _SHARED, false="allow-mmap"),
        Jump(_JUMP_ANY, _ANONYMOUS, true="refuse"),
        "allow-mmap",
        Return(_ALLOW),
        "setsockopt",
        Load(_THIRD),
        Jump(_JUMP_EQUAL, _BUFFER, false="allow-setsockopt"),
        Load(_SECOND),
        Jump(_JUMP_EQUAL, socket.SOL_SOCKET, true="pretend"),
        "allow-setsockopt",
        Return(_ALLOW),
        "refuse",
        Return(_ERRNO | errno.EPERM),
        "pretend",  # done, it says, and nothing is
        Return(_ERRNO),
        "unknown",
        Return(_ERRNO | errno.ENOSYS),
        "kill",
        Return(_KILL),
    ]


def assembled(program: list[Instruction]) -> bytes:
    """``program`` as the kernel reads it; a label becomes the number of instructions to skip."""
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
