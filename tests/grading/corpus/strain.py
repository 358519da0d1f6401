"""Work that takes all there is: output, memory, processes, disk, threads."""

from tests.grading.corpus.assignment import FULL, code

_LOST = FULL - 2

CASES = {
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
    # who says so has not used any
    "memory-error-raised": code(
        total="def total(values):\n    raise MemoryError('no')", score=_LOST
    ),
    "memory-shared": code(
        total="""
import mmap
def total(values):
    shared = mmap.mmap(-1, 4_000_000_000)
    while shared.tell() < 4_000_000_000:
        shared.write(bytes(1_000_000))
    return 0.0
""",
        score=_LOST,
        status="stopped",
        says="memory",
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
    "forked-answerer": code(
        """
import os
os.fork()
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
