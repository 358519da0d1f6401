"""Work that uses up output, memory, processes, disk or threads."""

from nbformat.v4 import new_code_cell

from tests.grading.corpus.assignment import FULL, Case, code, handed_in, notebook

_LOST = FULL - 2


def _pictures() -> Case:
    """Cells that each show as much as one cell may: 260 MB in all."""
    made = notebook()
    show = (
        "from IPython.display import Image, display\ndisplay(Image(bytes(5_500_000), format='png'))"
    )
    made.cells[2:2] = [new_code_cell(show, id=f"show-{n}") for n in range(36)]
    return Case(handed_in(made))


CASES = {
    "files-held-open": code("held = []\nwhile True:\n    held.append(open('/dev/null'))"),
    "output-100-mb-of-lines": code(
        'for _ in range(1000):\n    print("x" * 99 + "\\n", end="" * 1)\n'
        'import sys\nsys.stdout.write(("y" * 99 + "\\n") * 1_000_000)'
    ),
    "output-200-mb-line": code('print("x" * 200_000_000)'),
    "output-endless": code(
        'while True:\n    print("x" * 1_000_000)', status="stopped", says="printed more than"
    ),
    "output-20000-displays": code(
        "from IPython.display import display, HTML\n"
        "for n in range(20_000):\n    display(HTML('<b>' + str(n) + '</b>'))"
    ),
    # twelve bytes each in JSON's ASCII escapes, four as they are
    "output-of-emoji": code("for _ in range(3):\n    display('\\N{GRINNING FACE}' * 2_500_000)"),
    "output-emoji-in-a-comment": code("# " + "\N{GRINNING FACE}" * 2_900_000),
    "output-larger-than-the-line": code(
        "from IPython.display import HTML\n"
        "display(HTML('x' * 40_000_000))\ndisplay(HTML('small'))\n'y' * 40_000_000"
    ),
    "output-of-many-cells": _pictures(),
    "output-of-halves": code("print('\\ud83d')\ndisplay('\\ud83d')\nraise KeyError('\\ud83d')"),
    "output-thread": code(
        """
import threading, time
def forever():
    while True:
        print("still here" * 100)
        time.sleep(0.001)
threading.Thread(target=forever, daemon=True).start()
"""
    ),
    "output-of-many-small-things": code(
        "from IPython.display import publish_display_data as show\n"
        "for n in range(100_000):\n    show({'text/plain': ''})\n    show({})\n"
        "show({f'x/{n}': '' for n in range(300_000)})"
    ),
    "output-nested-deep": code(
        """
from IPython.display import publish_display_data as show
deep = 1
for _ in range(400):
    deep = {"a": deep}
show({"application/json": deep, "text/plain": "kept"})
svg = "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 45_000 + "</g>" * 45_000 + "</svg>"
show({"image/svg+xml": svg})
show({"text/html": "<div>" * 2900, "text/markdown": "<b>" * 2900})
show({"text/markdown": ">" * 300_000})
show({"text/markdown": "[" * 300_000})
show({"text/latex": "{" * 300_000})
"""
    ),
    # the head of a PNG: the rest would be 300 kB of zeros
    "output-picture-of-10-gb": code(
        """
import base64, struct
from IPython.display import Image, display
size = struct.pack(">4sII5B", b"IHDR", 50_000, 50_000, 1, 0, 0, 0, 0)
png = b"\\x89PNG\\r\\n\\x1a\\n" + struct.pack(">I", 13) + size + bytes(300_000)
display(Image(png, format="png"))
"""
    ),
    # each letter is an output of its own
    "output-in-turns": code("import os\nfor n in range(100_000):\n    os.write(n % 2 + 1, b'x')"),
    "output-while-asked": code(
        total="""
def total(values):
    print("y" * 5_000_000)
    return float(np.sum(values))
"""
    ),
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
    "disk-balloon": code(
        """
try:
    with open("big", "wb") as file:
        while True:
            file.write(bytes(10_000_000))
except OSError as error:
    print(error)
try:
    for n in range(10_000):
        open(f"/tmp/many-{n}", "wb").write(bytes(10_000_000))
except OSError as error:
    print(error)
"""
    ),
    "fork-bomb": code(
        """
import os, time
for _ in range(1000):
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    except OSError as error:
        print(error)
        break
"""
    ),
    "fork-bomb-doubling": code(
        total="""
import os
def total(values):
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
        score=_LOST,
        status="stopped",
    ),
    "detached-child": code(
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1)
    os._exit(0)
import subprocess
subprocess.Popen("nohup setsid sleep 1000 &", shell=True)
"""
    ),
    "threads": code(
        """
import threading, time
try:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except RuntimeError as error:
    print(error)
"""
    ),
}
