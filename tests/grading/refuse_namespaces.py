"""Run a command as in a container with the default profile: without new namespaces and mounts.

``python -m tests.grading.refuse_namespaces COMMAND…``; the refusal (EPERM, as of Docker's seccomp
profile) holds for everything that the command starts.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

from course_utils.grading.guest import seccomp
from course_utils.grading.guest.seccomp import Jump, Load, Return
from course_utils.grading.guest.system_calls import ARCHITECTURES, CLONE, CLONE3, REFUSED

_REFUSED = ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "fsmount", "move_mount")
_EQUAL, _ANY, _ALLOW, _ERRNO = 0x15, 0x45, 0x7FFF0000, 0x00050000
_NEW = 0x7E020000  # CLONE_NEW… of user, process, network, IPC, name, mount and cgroup namespaces


def program() -> bytes:
    """The filter, in the kernel's form."""
    column, _ = ARCHITECTURES[platform.machine()]
    return seccomp.assembled(
        [
            Load(0),
            Jump(_EQUAL, CLONE3[column], true="unknown"),
            *(Jump(_EQUAL, REFUSED[name][column], true="refuse") for name in _REFUSED),
            Jump(_EQUAL, CLONE[column], false="allow"),
            Load(16),
            Jump(_ANY, _NEW, true="refuse"),
            "allow",
            Return(_ALLOW),
            "refuse",
            Return(_ERRNO | errno.EPERM),
            "unknown",
            Return(_ERRNO | errno.ENOSYS),
        ]
    )


def main(command: list[str]) -> None:
    """Install the filter, then execute the command."""
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(program())
    head = struct.pack("HxxxxxxP", len(text.raw) // 8, ctypes.addressof(text))
    for done in (libc.prctl(38, 1, 0, 0, 0), libc.prctl(22, 2, ctypes.c_char_p(head), 0, 0)):
        if done:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
