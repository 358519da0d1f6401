"""The table of system calls: an interpreter runs the same bytes that the kernel gets."""

import errno
import os
import socket
import struct

import pytest

from course_utils.grading.guest import seccomp, system_calls

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
    """A function (x86-64 and AArch64 numbers, arguments) → the verdict on this machine.

    The verdict is None for a call that this machine does not have.
    """
    program = seccomp.assembled(seccomp.instructions(request.param))
    column = list(MACHINES).index(request.param)

    def of(numbers, *arguments, architecture=MACHINES[request.param]):
        number = numbers[column]
        return None if number is None else verdict(program, architecture, number, *arguments)

    return of


def test_every_refused_call_is_refused_and_ordinary_ones_are_not(ask):
    """Does each call of the table get EPERM, and reading, writing and forking none of it?"""
    for name, numbers in system_calls.REFUSED.items():
        assert ask(numbers) in (None, ERRNO | errno.EPERM), name
    assert ask((291, 20)) == ERRNO | errno.EPERM  # epoll_create1
    for name, numbers in {"read": (0, 63), "write": (1, 64), "exit_group": (231, 94)}.items():
        assert ask(numbers) == ALLOW, name
    for name, numbers in system_calls.IGNORED.items():
        assert ask(numbers) == ERRNO, name  # it says that it is done
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
    assert ask(fcntl, 3, 1024, 0) == ERRNO | errno.EPERM  # F_SETLEASE


def test_no_kernel_memory_is_had_by_filters(ask):
    """Are filters for calls and for sockets refused, by each of their ways?"""
    setsockopt, prctl = (54, 208), (157, 167)
    for option in (26, 50, 51, 52):  # SO_ATTACH_…
        assert ask(setsockopt, 3, socket.SOL_SOCKET, option) == ERRNO | errno.EPERM
        assert ask(setsockopt, 3, 6, option) == ALLOW
    assert ask((317, 277), 1, 0) == ask(prctl, 22, 2) == ERRNO | errno.EPERM
    assert ask(prctl, 15) == ALLOW  # PR_SET_NAME


def test_an_orphan_goes_to_the_guard(ask):
    """Can no process adopt another's orphan, or start one as its own brother?"""
    clone, prctl = (56, 220), (157, 167)
    assert ask(prctl, 36, 1) == ERRNO  # PR_SET_CHILD_SUBREAPER is not done
    assert ask(clone, 0x8000 | 17) == ERRNO | errno.EPERM  # CLONE_PARENT


def test_another_numbering_of_the_calls_is_no_way_round(ask):
    """Is a call by another architecture's number killed, and x32's refused?"""
    assert ask((0, 63), architecture=0x40000003) == KILL  # 32-bit x86
    assert ask((0x40000000, 0x40000000)) == ERRNO | errno.EPERM


@pytest.fixture(params=[True, False], ids=["landlock-holds-them", "the-filter-holds-them"])
def shared(request):
    """A function → the verdict behind Landlock on x86-64, and whether Landlock holds signals."""
    wall = seccomp.Shared(pid=4711, signals=request.param, truncation=request.param)
    program = seccomp.assembled(seccomp.instructions("x86_64", wall))

    def of(number, *arguments):
        return verdict(program, MACHINES["x86_64"], number, *arguments)

    return of, request.param


def test_behind_landlock_the_same_calls_are_refused(shared):
    """Do all rules of the wall of namespaces hold here too, and ordinary calls pass?"""
    ask, _ = shared
    refused = system_calls.REFUSED | system_calls.REFUSED_WHERE_SHARED
    for name, (number, _) in refused.items():
        assert ask(number) == ERRNO | errno.EPERM, name
    for name, (number, _) in system_calls.IGNORED_WHERE_SHARED.items():
        assert ask(number) == ERRNO, name
    for number in (0, 1, 3, 9, 59, 231):  # read, write, close, mmap, execve, exit_group
        assert ask(number, 0, 0, 0, 0x22) == ALLOW
    assert ask(56, 0x10000000) == ERRNO | errno.EPERM  # clone into a new namespace
    assert ask(41, socket.AF_UNIX) == ERRNO | errno.EAFNOSUPPORT  # socket


def test_behind_landlock_other_processes_are_out_of_reach(shared):
    """Are limits, niceness and signals of others refused, and a process's own allowed?"""
    ask, landlock_holds_signals = shared
    assert ask(302, 0, 7) == ALLOW  # prlimit64 of this process
    assert ask(302, 1, 7) == ERRNO | errno.EPERM
    assert ask(141, 0, 0, 5) == ALLOW  # setpriority of this process
    assert ask(141, 0, 12) == ask(141, 2, 0) == ERRNO | errno.EPERM
    assert ask(72, 3, 8, 12) == ERRNO | errno.EPERM  # fcntl: F_SETOWN
    assert ask(16, 3, 0x8901) == ERRNO | errno.EPERM  # ioctl: FIOSETOWN
    assert ask(16, 3, 0x5401) == ALLOW
    assert ask(53, socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) == ALLOW
    assert ask(53, socket.AF_UNIX, socket.SOCK_DGRAM) == ERRNO | errno.EPERM
    assert ask(157, 4, 0) == ERRNO  # prctl: PR_SET_DUMPABLE is not done
    others = ALLOW if landlock_holds_signals else ERRNO | errno.EPERM
    assert ask(62, 4712, 9) == ask(62, 2**32 - 1, 9) == ask(234, 4712, 1, 9) == others
    assert ask(62, 4711, 9) == ask(62, 0, 9) == ask(234, 4711, 4711, 6) == ALLOW


def test_a_file_that_may_be_read_alone_is_not_emptied(shared):
    """Where Landlock does not hold it: is O_TRUNC refused without writing, and allowed with it?"""
    ask, landlock_holds_truncation = shared
    for mode, allowed in {0: False, 1: True, 2: True, 3: False}.items():
        wanted = ALLOW if allowed or landlock_holds_truncation else ERRNO | errno.EPERM
        assert ask(2, 0, mode | 0o1000) == ask(257, 0, 0, mode | 0o1000) == wanted, mode
        assert ask(2, 0, mode) == ask(257, 0, 0, mode) == ALLOW
    assert ask(437) == ERRNO | errno.ENOSYS  # openat2, whose flags a filter cannot read


def test_nobody_has_others_wait_for_the_disk(shared):
    """Are files refused whose every write waits for the disk, however that is asked for?"""
    ask, _ = shared
    for flag in (os.O_SYNC, os.O_DSYNC, os.O_DIRECT):
        assert ask(2, 0, os.O_WRONLY | flag) == ask(257, 0, 0, flag) == ERRNO | errno.EPERM
    assert ask(16, 3, 0x40086602) == ask(16, 3, 0x401C5820) == ERRNO | errno.EPERM  # chattr +S
    assert ask(26, 0, 4096, 4) == ERRNO  # msync is not done
    assert ask(328) == ERRNO | errno.ENOSYS  # pwritev2, which takes such a flag
