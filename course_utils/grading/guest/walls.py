"""The inner walls: what each forked submission puts around itself before any student code runs.

The outer wall (``host.bubblewrap``) already hides the machine. Behind it every submission gets
namespaces of its own (processes, network, mounts, IPC), fresh writable folders, resource limits, no
privileges and a system call filter, so that it can reach neither the preloaded process nor another
submission. Where there are no namespaces, ``submission_process`` uses Landlock instead.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from functools import cache
from pathlib import Path

from course_utils.grading.guest import seccomp

HOME = Path("/tmp/work")  # the submission's own folder, inside its own /tmp

_NAMESPACES = {
    "user": 0x10000000,
    "mount": 0x20000,
    "pid": 0x20000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "net": 0x40000000,
    "cgroup": 0x02000000,
}
_NOSUID, _NODEV, _NOEXEC, _REC, _PRIVATE, _BIND = 2, 4, 8, 0x4000, 0x40000, 0x1000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_SET_CHILD_SUBREAPER, _PR_SET_KEEPCAPS = 36, 8
_PR_CAP_AMBIENT, _RAISE = 47, 2
READ_ANYWHERE = 2  # CAP_DAC_READ_SEARCH: read any file, whatever its permissions
_MB = 2**20
_FILES = "nr_inodes=20k"  # an empty file takes a kilobyte that the size limit does not count
_OTHERS = 32  # processes and threads of the same user, at least
_RESERVE = 64 * _MB  # memory for the message that memory ran out

_libc = ctypes.CDLL(None, use_errno=True)


def enter_namespaces() -> None:
    """Leave all the parent's namespaces; the next fork is process 1 of the new ones.

    The files are the same as before until ``hide_files``.
    """
    preloaded_bytes()
    user, group = os.getuid(), os.getgid()
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # else root would own this process's /proc files
    _call("unshare", _libc.unshare(ctypes.c_int(sum(_NAMESPACES.values()))))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def hide_files(megabytes: int) -> None:
    """Mount fresh, empty, size-limited /tmp and /dev/shm, and a /proc without other processes."""
    _mount(None, "/", None, _REC | _PRIVATE)
    _fresh_tmp(megabytes)
    _mount("/dev/null", "/dev/zero", None, _BIND)  # memory mapped from it is not counted
    _mount("/dev/null", "/dev/ptmx", None, _BIND)  # nor is a terminal's
    facts = {name: Path("/proc", name).read_bytes() for name in ("cpuinfo", "meminfo", "stat")}
    _mount("tmpfs", "/proc", "tmpfs", _NOSUID | _NODEV | _NOEXEC, f"size=1m,mode=755,{_FILES}")
    for name, text in facts.items():
        Path("/proc", name).write_bytes(text)
    Path("/proc/self").mkdir()  # TensorFlow aborts without the two files in it
    Path("/proc/self/exe").symlink_to(sys.executable)
    Path("/proc/self/cmdline").write_bytes(f"{sys.executable}\0-\0".encode())
    shared = f"size={max(megabytes // 4, 16)}m,{_FILES}"
    _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, shared)
    HOME.mkdir()


def _fresh_tmp(megabytes: int) -> None:
    """Mount an empty /tmp, with only the folders in it that the outer wall shows there.

    Those are Python's, when the course itself lies somewhere below /tmp.
    """
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    shown = {}
    for point in sorted(points):
        if point.startswith("/tmp/") and not point.startswith(tuple(f"{p}/" for p in shown)):
            shown[point] = os.open(point, os.O_PATH)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, f"size={megabytes}m,mode=700,{_FILES}")
    for point, fd in shown.items():
        Path(point).mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{fd}", point, None, _BIND | _REC)
        os.close(fd)


def drop_privileges() -> None:
    """Give up every capability, for good (no executed file gives one back), and forbid tracing."""
    keep_capabilities([])
    forbid_new_privileges()
    forbid_tracing()
    seccomp.refuse_calls()


def keep_capabilities_over_change_of_user() -> None:
    """Let this process keep root's capabilities when it next changes its user."""
    _call("prctl", _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))


def keep_capabilities(kept: list[int]) -> None:
    """Give up every capability but those in ``kept`` (numbers, see capabilities(7)), for good.

    The programs that this process starts have the kept ones, too.
    """
    for capability in range(64):
        if capability not in kept:
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    held = sum(1 << capability for capability in kept)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)(held, held, held, 0, 0, 0)  # effective, permitted, inheritable
    _call("capset", _libc.capset(header, sets))
    for capability in kept:
        _call("prctl", _libc.prctl(_PR_CAP_AMBIENT, _RAISE, capability, 0, 0))


def forbid_tracing() -> None:
    """Forbid other processes of the same user to trace this one or read its memory."""
    _call("prctl", _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))


def forbid_new_privileges() -> None:
    """Set ``no_new_privs``: executing a file never gives this process more rights than it has."""
    _call("prctl", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def limit_resources(
    memory_mb: float, processes: int, file_mb: int, seconds: int, others: int = 0
) -> None:
    """Set the limits of this process and its children; memory is on top of what is preloaded.

    ``others``: how many processes and threads the same user has elsewhere. The kernel counts them
    in its limit, so they are added to ``processes``.
    """
    memory = preloaded_bytes() + int(memory_mb * _MB)
    limits = {
        "RLIMIT_DATA": (memory, memory + _RESERVE),
        "RLIMIT_NPROC": _within_the_users(others + processes),
        "RLIMIT_FSIZE": file_mb * _MB,
        "RLIMIT_CPU": seconds,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 1000,  # signals and timers, of which all of a user's share one limit
    }
    for name, value in limits.items():
        if (which := getattr(resource, name, None)) is not None:
            with contextlib.suppress(ValueError, OSError):  # macOS knows fewer of them
                resource.setrlimit(which, value if isinstance(value, tuple) else (value, value))


def _within_the_users(processes: int) -> int:
    """So many ``processes``, or fewer: some of those that the user may have are left to others."""
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    return processes if most == resource.RLIM_INFINITY else min(processes, max(most - _OTHERS, 1))


def use_reserve() -> None:
    """Allow a little more memory after a MemoryError, so that its message can still be sent."""
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def limit_memory(megabytes: float) -> None:
    """Limit this process's memory on top of what is preloaded; more raises MemoryError."""
    with contextlib.suppress(ValueError, OSError):
        most = preloaded_bytes() + int(megabytes * _MB)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it is gone (Linux)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Let descendants that lose their parent become children of this process (Linux)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def tasks_of_this_user() -> int:
    """A number between one and two times the processes and threads that this user has.

    The kernel counts them on the whole machine, but a container sees only a few of them. So limits
    are tried, from low to high, until the kernel lets this process fork.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    tasks = 16
    try:
        while tasks < 2**20 and (hard < 0 or tasks < hard):
            resource.setrlimit(resource.RLIMIT_NPROC, (tasks, hard))
            with contextlib.suppress(BlockingIOError):
                child = os.fork()
                if child == 0:
                    os._exit(0)
                os.waitpid(child, 0)
                return tasks
            tasks *= 2
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))
    return tasks


@cache
def preloaded_bytes() -> int:
    """The bytes of memory that this process had reserved at the first call of this function.

    That call comes before /proc is hidden.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 1024 * _MB


def _mount(source, target, kind, flags, options=None) -> None:
    encoded = [part.encode() if part else None for part in (source, target, kind, options)]
    _call(f"mount {target}", _libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]))


def _call(what: str, result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
