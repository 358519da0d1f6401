"""Work that uses up output, processes, disk or threads."""

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
