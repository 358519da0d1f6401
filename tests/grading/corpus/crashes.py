"""Work that never ends, or ends its own process; the other questions' points must count."""

from tests.grading.corpus.assignment import FULL, code

_LOST = FULL - 2  # one question of four

CASES = {
    "endless-cell": code(
        total="while True:\n    pass", score=_LOST, status="stopped", says="took more than"
    ),
    "endless-function": code(
        total="def total(values):\n    while True:\n        pass",
        score=_LOST,
        status="stopped",
        says="total_check: it took more than",
    ),
    "endless-base-exception": code(
        total="""
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
        score=_LOST,
        status="stopped",
        says="took more than",
    ),
    "sys-exit-cell": code("import sys\nsys.exit(0)"),
    "sys-exit-function": code(total="import sys\ndef total(values):\n    sys.exit(0)", score=_LOST),
    "os-exit-cell": code("import os\nos._exit(0)", status="stopped", says="exit code 0"),
    "os-exit-function": code(
        total="import os\ndef total(values):\n    os._exit(0)",
        score=_LOST,
        status="stopped",
        says="total_check: it ended its own process (exit code 0)",
    ),
    "segfault": code(
        total="import ctypes\ndef total(values):\n    return ctypes.string_at(0)",
        score=_LOST,
        status="stopped",
        says="SIGSEGV",
    ),
    "abort": code("import os\nos.abort()", status="stopped", says="SIGABRT"),
    "stops-itself": code(
        total="""
import os, signal
def total(values):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0.0
""",
        score=_LOST,
        status="stopped",
        says="total_check: it took more than",
    ),
    # its parent is process 1 of its own namespace, which takes no signal from inside
    "kills-parent": code("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    "kills-all": code(
        "import os, signal\nos.kill(-1, signal.SIGKILL)", status="ok"
    ),  # all that it can see is itself, which -1 leaves out
    "raises-at-import-of-nothing": code("import no_such_module"),
    "syntax-error": code(total="def total(values:\n    return", score=_LOST),
}
