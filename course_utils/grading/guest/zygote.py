"""One preloaded process that forks a fresh one for every connection.

Importing TensorFlow takes seconds (12–20 on a small machine); a fork of a process that has imported
it takes milliseconds. Two such processes serve a class: one inside the sandbox, whose forks run a
submission, and one outside, whose forks execute the author's grade cells. This process only imports
modules: no TensorFlow operation may run before a fork, because its threads would not exist in the
child. A submission forks again in ``submission_process.py`` (the guard) and in ``guard.py``.

Run as ``python -m course_utils.grading.guest.zygote ROLE LISTENER READY WORKER MODULE…``. LISTENER
and READY are two inherited file descriptors: a listening Unix socket, and a pipe to which a line is
written when the process is ready (JSON: the modules that could not be imported, each with its
error). ROLE is the kind of wall (``namespaces``, ``landlock``, ``none``), or ``marks`` for the
author's cells; WORKER is the module whose ``serve(connection)`` marks one job (role ``marks``),
else "". Where the last MODULE is ``+``, further ones come as a line of JSON on standard input.
Behind Landlock the variable ``COURSE_SHOWN`` holds what a submission may read
(``submission_process.Shown``).

The first message to the client is one byte with file descriptors attached: a pidfd of the process
to kill, and for a submission also the ends of its standard output, standard error and status.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial

from course_utils.grading.guest import walls
from course_utils.grading.guest.guard import finish, fork, reap
from course_utils.grading.guest.submission_process import (
    Shown,
    in_landlock,
    in_namespaces,
    without_walls,
)

NOBODY = 65534
MORE = "+"


def main(role: str, listener_fd: int, ready_fd: int, worker: str, modules: list[str]) -> None:
    """Import the ``modules``, say ready, and fork for each connection until killed."""
    walls.die_with_parent()
    if os.geteuid() == 0 and role == "namespaces":
        os.setgroups([])  # a root in the sandbox would escape the limit on processes
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        walls.die_with_parent()  # changing the user clears it
    if role == "namespaces":
        walls.forbid_new_privileges()
    serve = _server(role, worker)
    gc.disable()  # an import leaves no garbage; to look for it takes a sixth of TensorFlow's import
    failed = {name: error for name in _named(modules) if (error := _import_error(name))}
    for name in ("course_utils.grading.guest.answer", worker):
        if name in sys.modules:
            sys.modules[name].rehearse()
    listener = socket.socket(fileno=listener_fd)
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    gc.collect()
    gc.freeze()  # else the first collection in each fork would copy all the shared pages
    gc.enable()
    with os.fdopen(ready_fd, "w", encoding="utf-8") as ready:
        ready.write(json.dumps(failed) + "\n")
    while True:
        connection, _ = listener.accept()
        with contextlib.suppress(OSError):  # no fork was possible: the client sees a closed line
            if fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                finish(serve, connection)
        connection.close()


def _named(modules: list[str]) -> Iterator[str]:
    """Yield the modules to import: those at hand first, then those that are named later."""
    for name in modules:
        if name == MORE:
            yield from json.loads(sys.stdin.readline())
        else:
            yield name


def _server(role: str, worker: str) -> Callable[[socket.socket], None]:
    """The function that a fork calls with its connection."""
    if role == "landlock":
        return in_landlock(Shown.from_json(os.environ.pop("COURSE_SHOWN")))
    known = {"namespaces": in_namespaces, "none": without_walls, "marks": partial(_marks, worker)}
    return known[role]


def _import_error(name: str) -> str:
    """Import the module ``name``; return why that failed, or "".

    Where it failed, the cell that imports it will fail, too.
    """
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _marks(worker: str, connection: socket.socket) -> None:
    """Serve one connection as a process for the author's grade cells."""
    serve = importlib.import_module(worker).serve
    socket.send_fds(connection, [b"m"], [os.pidfd_open(os.getpid())])
    walls.die_with_parent()
    serve(connection)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
