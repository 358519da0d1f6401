"""Work that talks to the grader over its own connection, or sends it what takes long to read."""

from tests.grading.corpus.assignment import FULL, STUB, Case, code, handed_in, notebook

_LOST = FULL - 2

_LINE = """
import json, os, socket, struct
def line():
    for fd in range(3, 256):
        try:
            found = socket.socket(fileno=os.dup(fd))
            if found.family == socket.AF_UNIX:
                found.setblocking(True)
                return found
        except OSError:
            pass
def say(text):
    text = text if isinstance(text, bytes) else json.dumps({"sizes": [], **text}).encode()
    line().sendall(struct.pack("!II", len(text), 0) + text)
"""


def _says(text: str, score=_LOST, status="stopped", says="") -> Case:
    """``text`` is the body of ``total``, called by its check."""
    inner = "\n".join(f"    {part}" for part in text.strip().splitlines())
    return code(_LINE, total=f"def total(values):\n{inner}", score=score, status=status, says=says)


def _beside(text: str) -> Case:
    """Right answers, and a text of the student's that is not run."""
    from nbformat.v4 import new_raw_cell

    made = notebook()
    made.cells.append(new_raw_cell(text))
    return Case(handed_in(made))


def _pages(cells: int) -> Case:
    """Markdown for which its renderer takes hours."""
    from nbformat.v4 import new_markdown_cell

    made = notebook()
    for text in ("\\begin{a} " * 4000, "".join(f"<b a{n}>" for n in range(4000)) + "<p>x" * 4000):
        made.cells += [new_markdown_cell(text) for _ in range(cells)]
    return Case(handed_in(made))


def _starred() -> Case:
    """A module of megabytes that cells name a hundred thousand times, beside an open question."""
    from nbformat.v4 import new_code_cell

    made = notebook(mean=f"def mean(values):\n{STUB}")
    stars = "raise SystemExit\n" + "from mine import *\n" * 1000
    made.cells += [new_code_cell(stars, id=f"star-{n}") for n in range(100)]
    return Case(handed_in(made) | {"mine.py": b"a, b, c = 1, 2, 3\n" * 400_000}, _LOST)


CASES = {
    "talk-half-closed": _says(
        "import time\nline().shutdown(socket.SHUT_WR)\nwhile True:\n    time.sleep(1)",
        says="closed the line",
    ),
    "talk-floods": _says(
        "while True:\n    say({'type': 'display'})",
        says="total_check: it took more than",
    ),
    "forked-answerer": code("import os\nos.fork()"),
    "talk-deep": _says(
        """
deep = b"[" * 990 + b"]" * 990
say(b'{"type": "error", "sizes": [], "evalue": ' + deep + b"}")
return 10.0
""",
        says="total_check: the process sent",
    ),
    "talk-ends-the-marking": _says(
        "say({'type': 'end'})\n"
        "say({'type': 'cell', 'index': 0, 'name': 'total_check', 'mark': {'score': 99}})\n"
        "return 10.0",
        says="not an answer",
    ),
    "talk-odd-exception": code(
        _LINE,
        total="""
def total(values):
    bases = ["KeyError", 3, None, {}]
    said = {"ename": "\\ud800" * 1000, "bases": bases, "evalue": {"a": "y" * 9_000_000}}
    say({"type": "raised"} | said)
    return 10.0
""",
        score=4.0,
        status="stopped",
    ),
    "talk-shape-bomb": code(
        # (n, 1, 1) against the expected (2, 3): six times n numbers outside
        scale="def scale(image, factor):\n    return np.ones((5_000_000, 1, 1, 1, 1), np.int8)",
        score=_LOST,
    ),
    # lines on which IPython's own reader of magics fails, or takes minutes
    "read-magics": _beside("!true\n" * 600),
    # a name whose marks Python puts in order, one step at a time
    "read-tower-of-marks": _beside("a" + "\u0301" * 240_000 + "\u0327" * 240_000 + " = 1"),
    "read-starred": _starred(),
    "read-deep-names": code("if 0:\n    x = a" + ".b" * 100_000),
    "read-deep-signs": code("if 0:\n    x = " + "-" * 100_000 + "1"),
    "read-much-text": Case(
        handed_in(notebook("#" * 5_000_000)), None, "unreadable", "million characters"
    ),
    "read-slow-markdown": _pages(2),
    # a browser draws it for hours
    "read-slow-svg": code(
        "from IPython.display import SVG, display\n"
        "groups = ['<g id=\"a%d\">' % n + '<use href=\"#a%d\"/>' % (n - 1) * 10 + '</g>'\n"
        "          for n in range(1, 9)]\n"
        'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg"><rect id="a0"/>\'\n'
        "            + ''.join(groups) + '</svg>'))"
    ),
    "read-slow-html": code(
        "from IPython.display import HTML, display\n"
        "display(HTML('<div>' * 200_000))\n"
        "display(HTML(''.join(f'<b a{n}>' for n in range(50_000)) + '<p>x' * 50_000))\n"
        "kind = 'data:image/png;base64,'\n"
        "display(HTML(kind + chr(160) * 3_000_000))\n"
        "display(HTML(f'<b {kind} ' + ' '.join(f'a{n}' for n in range(900_000)) + '>x'))"
    ),
    "reach-vsock": code(
        double="""
import socket
def double(x):
    for family in (socket.AF_VSOCK, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_ALG):
        try:
            socket.socket(family, socket.SOCK_DGRAM)
        except OSError:
            continue
        return "reached"
    socket.socketpair()
    return 2 * x
"""
    ),
}
