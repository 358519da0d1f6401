"""Work that uses up memory: its own, or the kernel's, which is charged to no process."""

from tests.grading.corpus.assignment import FULL, code

_LOST = FULL - 2

_HIDDEN = """
import ctypes, os, sys, threading, time
libc = ctypes.CDLL(None)
program = "import time; x = bytes([1]) * 18_000_000; time.sleep(60)"
def grow():
    time.sleep(1)
    kept = bytes([1]) * 60_000_000
    time.sleep(60)
    os._exit(0)
def total(values):
    for _ in range({many}):
        if os.fork() == 0:
            {how}
    time.sleep(60)
    return float(np.sum(values))
"""

CASES = {
    "memory-balloon": code(
        total="""
hoard = []
def total(values):
    while True:
        hoard.append(bytearray(10_000_000))
""",
        score=_LOST,
        status="stopped",
        says="total_check: it used more than 800 MB",
    ),
    "memory-balloon-of-small-things": code(
        total="hoard = []\nwhile True:\n    hoard.append([])",
        score=_LOST,
        status="stopped",
        says="total: it used more than 800 MB",
    ),
    "memory-in-one-piece": code(
        total="def total(values):\n    return np.ones((300_000, 300_000)).sum()",
        score=_LOST,
        status="stopped",
        says="total_check: it used more than 800 MB",
    ),
    # a student who raises MemoryError has not used any memory
    "memory-error-raised": code(
        total="def total(values):\n    raise MemoryError('no')", score=_LOST
    ),
    # memory that would stay when no process has it: it cannot be had, so all answers are right
    "memory-of-nobody": code(
        """
import ctypes, fcntl, mmap, os
libc = ctypes.CDLL(None)
got = [name for name in ("shmget", "msgget") if getattr(libc, name)(0, 4096, 0o1600) >= 0]
got += ["semget"] if libc.semget(0, 32000, 0o1600) >= 0 else []
class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("size", ctypes.c_size_t)]
for name, ask in {
    "memfd": lambda: os.memfd_create("m"),
    "shared": lambda: mmap.mmap(-1, 4096),
    "zero": lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 4096),
    "files": lambda: [os.close(os.open(f"/tmp/{n}", os.O_CREAT)) for n in range(25_000)],
}.items():
    try:
        ask()
        got.append(name)
    except OSError as error:
        print(name, error)
locked = open("locked", "wb")
fcntl.lockf(locked, fcntl.LOCK_EX)
if os.fork() == 0:
    try:
        fcntl.lockf(locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os._exit(1)
    os._exit(0)
got += ["lock"] if os.wait()[1] else []
got += [n for n in ("inotify_init", "inotify_init1") if getattr(libc, n)(0) >= 0]
got += ["fanotify"] if libc.fanotify_init(0x201, 0) >= 0 else []
got += ["epoll"] if libc.epoll_create1(0) >= 0 or libc.epoll_create(9) >= 0 else []
timers = [libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) for _ in range(2000)]
got += ["timers"] if timers.count(0) > 1000 else []
got += ["landlock"] if libc.syscall(444, None, 0, 1) >= 0 else []
got += ["vmsplice"] if libc.vmsplice(os.pipe()[1], Piece(b"x", 1), 1, 0) > 0 else []
""",
        total="def total(values):\n    return 0.0 if got else float(np.sum(values))",
    ),
    "memory-in-sockets": code(
        total="""
import os, socket, time
def total(values):
    for _ in range(30):
        if os.fork() == 0:
            break
    kept = []
    try:
        while True:
            kept.append(socket.socketpair())
            for one in kept[-1]:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)
                one.setblocking(False)
                try:
                    while True:
                        one.send(bytes(32000))
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(30)
""",
        score=_LOST,
        status="stopped",
        says="total_check: it used more than 800 MB",
    ),
    "memory-in-page-tables": code(
        total="""
import ctypes
def total(values):
    map_it = ctypes.CDLL(None).mmap
    map_it.restype = ctypes.c_void_p
    map_it.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    many = 2**40
    start = map_it(None, many, 1, 0x4022, -1, 0)  # read only, private, not reserved
    ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(many), 15)
    for place in range(start, start + many, 2**21):
        ctypes.c_char.from_address(place).value
    return 0.0
""",
        score=_LOST,
        status="stopped",
        says="total_check: it used more than 800 MB",
    ),
    # in processes whose name is no text; in those whose first thread has ended, so that the kernel
    # tells nothing of it; and in programs that share nothing with what was preloaded (so few that
    # other processes of the same user leave room for them)
    **{
        f"memory-behind-{name}": code(
            total=_HIDDEN.format(many=many, how=how),
            score=_LOST,
            status="stopped",
            says="total_check: it used more than 800 MB",
        )
        for name, many, how in (
            ("a-name", 25, "libc.prctl(15, bytes([255, 254]), 0, 0, 0); grow()"),
            ("a-thread", 25, "threading.Thread(target=grow).start(); libc.syscall(60, 0)"),
            ("programs", 42, "os.execv(sys.executable, ['python', '-IS', '-c', program])"),
        )
    },
    # the kernel keeps a description of each, and gives a process at most 65,530
    "memory-in-mappings": code(
        """
import mmap
kept = []
try:
    while True:
        kept.append(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, prot=1 + 2 * (len(kept) % 2)))
except OSError as error:
    print(len(kept), error)
"""
    ),
    # every fork copies those descriptions: a gigabyte where 64 processes have so many
    "memory-in-mappings-of-forks": code(
        total="""
import ctypes, mmap, os, time
def total(values):
    kept = []
    try:
        for n in range(65_000):
            kept.append(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, prot=1 + 2 * (n % 2)))
    except OSError:
        pass
    try:
        while os.fork():
            pass
    except OSError:
        pass
    time.sleep(60)
""",
        score=_LOST,
        status="stopped",
        says="total_check: it used more than 800 MB",
    ),
}
