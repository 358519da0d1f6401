"""One preloaded process that forks a fresh one for every connection.

Importing TensorFlow takes seconds (12–20 on a small machine); a fork of a process that has imported
it takes milliseconds. Two such processes serve a class: one inside the sandbox, whose forks run a
submission, and one outside, whose forks execute the author's grade cells. No TensorFlow operation
may run before a fork (its threads would not exist in the child), so here is only imported.
A submission forks once more in ``submission_process.py`` (to be watched) and in ``guard.py``.

Run as ``python -m course_utils.grading.guest.zygote ROLE LISTENER READY WORKER MODULE…`` with two
inherited file descriptors: a listening Unix socket, and a pipe on which a line says that it is
ready: JSON, the modules that could not be imported, each with its error. ROLE is the kind of wall
(``namespaces``, ``landlock``, ``none``), or ``marks`` for the author's cells; WORKER is the module
whose ``serve(connection)`` marks one job (role ``marks``), else "". Behind Landlock the variable
``COURSE_SHOWN`` says what a submission may read (``submission_process.Shown``).

The first message to the client is one byte with file descriptors attached: of the process to kill
(a pidfd), and for a submission also of the ends of its standard output, standard error and status.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial

from course_utils.grading.guest import walls
from course_utils.grading.guest.guard import finish, reap
from course_utils.grading.guest.submission_process import (
    Shown,
    in_landlock,
    in_namespaces,
    without_walls,
)

NOBODY = 65534


def main(role: str, listener_fd: int, ready_fd: int, worker: str, modules: list[str]) -> None:
    """Import, say ready, and fork for each connection until killed or told to stop."""
    walls.die_with_parent()
    if os.geteuid() == 0 and role == "namespaces":
        os.setgroups([])  # a root in the sandbox would escape the limit on processes
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        walls.die_with_parent()  # changing the user clears it
    if role == "namespaces":
        walls.forbid_new_privileges()
    serve = _server(role, worker)
    gc.disable()  # an import makes no garbage, and looking for it takes a sixth of TensorFlow's
    failed = {name: error for name in modules if (error := _import_error(name))}
    listener = socket.socket(fileno=listener_fd)
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    gc.collect()
    gc.freeze()  # or the first collection in every fork would copy all the shared pages
    gc.enable()
    with os.fdopen(ready_fd, "w", encoding="utf-8") as ready:
        ready.write(json.dumps(failed) + "\n")
    while True:
        connection, _ = listener.accept()
        with contextlib.suppress(OSError):  # no room for another process: the client reads that
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                finish(serve, connection)
        connection.close()


def _server(role: str, worker: str) -> Callable[[socket.socket], None]:
    """What a fork does with its connection."""
    if role == "landlock":
        return in_landlock(Shown.from_json(os.environ.pop("COURSE_SHOWN")))
    known = {"namespaces": in_namespaces, "none": without_walls, "marks": partial(_marks, worker)}
    return known[role]


def _import_error(name: str) -> str:
    """Import the module ``name``; why that failed, or "" (the cell that imports it fails later)."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _marks(worker: str, connection: socket.socket) -> None:
    """A process for the author's grade cells."""
    serve = importlib.import_module(worker).serve
    socket.send_fds(connection, [b"m"], [os.pidfd_open(os.getpid())])
    walls.die_with_parent()
    serve(connection)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
