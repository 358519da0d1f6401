"""The table of system calls, read off the very bytes that the kernel gets, by an interpreter."""

import errno
import socket
import struct

import pytest

from course_utils.grading.guest import seccomp

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def verdict(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What the kernel would answer: classic BPF, as far as the filter uses it (seccomp(2))."""
    values = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("iIQ6Q", number, architecture, 0, *values)
    steps = [struct.unpack("HBBI", program[i : i + 8]) for i in range(0, len(program), 8)]
    place = loaded = 0
    while True:
        code, true, false, value = steps[place]
        place += 1
        if code == 0x20:
            loaded = struct.unpack_from("I", data, value)[0]
        elif code == 0x06:
            return value
        else:
            tests = {0x15: loaded == value, 0x45: bool(loaded & value), 0x35: loaded >= value}
            place += true if tests[code] else false


@pytest.fixture(params=MACHINES)
def ask(request):
    """A function (x86-64 and AArch64 numbers, arguments) → the verdict on this machine."""
    program = seccomp.assembled(seccomp.instructions(request.param))
    column = list(MACHINES).index(request.param)

    def of(numbers, *arguments, architecture=MACHINES[request.param]):
        return verdict(program, architecture, numbers[column], *arguments)

    return of


def test_every_refused_call_is_refused_and_ordinary_ones_are_not(ask):
    """Does each call of the table get EPERM, and reading, writing and forking none of it?"""
    for name, numbers in seccomp._REFUSED.items():
        assert ask(numbers) == ERRNO | errno.EPERM, name
    for name, numbers in {"read": (0, 63), "write": (1, 64), "exit_group": (231, 94)}.items():
        assert ask(numbers) == ALLOW, name
    assert ask((112, 157)) == ERRNO  # setsid: it says that it is done
    assert ask((435, 435)) == ERRNO | errno.ENOSYS  # clone3: the C library falls back


def test_calls_are_told_apart_by_their_arguments(ask):
    """Are new namespaces, foreign sockets, locks, shared memory and large buffers refused?"""
    clone, sockets, fcntl, mmap, setsockopt = (56, 220), (41, 198), (72, 25), (9, 222), (54, 208)
    assert ask(clone, 0x10000000) == ERRNO | errno.EPERM
    assert ask(clone, 0x11) == ALLOW
    assert ask(sockets, socket.AF_UNIX) == ask(sockets, socket.AF_INET6) == ALLOW
    assert ask(sockets, 40) == ERRNO | errno.EAFNOSUPPORT  # AF_VSOCK
    assert ask(fcntl, 3, 6) == ERRNO
    assert ask(fcntl, 3, 2) == ALLOW
    assert ask(mmap, 0, 4096, 3, 0x21) == ERRNO | errno.EPERM
    assert ask(mmap, 0, 4096, 3, 0x22) == ask(mmap, 0, 4096, 3, 0x01) == ALLOW
    assert ask(setsockopt, 3, socket.SOL_SOCKET, socket.SO_SNDBUF) == ERRNO
    assert ask(setsockopt, 3, socket.SOL_SOCKET, socket.SO_REUSEADDR) == ALLOW
    assert ask(setsockopt, 3, 6, socket.SO_SNDBUF) == ALLOW


def test_another_numbering_of_the_calls_is_no_way_round(ask):
    """Is a call by another architecture's number killed, and x32's refused?"""
    assert ask((0, 63), architecture=0x40000003) == KILL  # 32-bit x86
    assert ask((0x40000000, 0x40000000)) == ERRNO | errno.EPERM
