"""One preloaded process that forks a fresh one for every connection.

Importing TensorFlow takes seconds (12–20 on a small machine); a fork of a process that has imported
it takes milliseconds. Two such processes serve a class: one inside the sandbox, whose forks run a
submission, and one outside, whose forks execute the author's grade cells. No TensorFlow operation
may run before a fork (its threads would not exist in the child), so here is only imported.

Run as ``python -m course_utils.grading.guest.zygote ROLE LISTENER READY WORKER MODULE…`` with two
inherited file descriptors: a listening Unix socket, and a pipe on which one byte says that it is
ready. WORKER is the module whose ``serve(connection)`` marks one job (role ``marks``), else "".

The first message to the client is one byte with file descriptors attached: of the process to kill
(a pidfd), and for a submission also of the ends of its standard output, standard error and status.
"""

import contextlib
import fcntl
import gc
import importlib
import os
import select
import signal
import socket
import sys
from functools import partial
from pathlib import Path

from course_utils.grading.guest import walls

NOBODY = 65534
LIFE = 1.0  # seconds between two looks for orphans to reap


def main(role: str, listener_fd: int, ready_fd: int, worker: str, modules: list[str]) -> None:
    """Import, say ready, and fork for each connection until killed or told to stop."""
    walls.die_with_parent()
    if os.geteuid() == 0 and role == "submission":
        os.setgroups([])  # a root in the sandbox would escape the limit on processes
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        walls.die_with_parent()  # changing the user clears it
    if role == "submission":
        walls.forbid_new_privileges()
    gc.disable()  # an import makes no garbage, and looking for it takes a sixth of TensorFlow's
    for name in modules:
        with contextlib.suppress(Exception):  # the cell that imports it will say so
            importlib.import_module(name)
    serve = {"submission": _submission, "unwalled": _unwalled, "marks": partial(_marks, worker)}[
        role
    ]
    listener = socket.socket(fileno=listener_fd)
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    gc.collect()
    gc.freeze()  # or the first collection in every fork would copy all the shared pages
    gc.enable()
    os.write(ready_fd, b"r")
    os.close(ready_fd)
    while True:
        connection, _ = listener.accept()
        with contextlib.suppress(OSError):  # no room for another process: the client reads that
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _finish(serve, connection)
        connection.close()


def _finish(serve, connection) -> None:
    """Run ``serve`` and end this process, whatever happens: no child may return to the loop."""
    code = 1
    try:
        serve(connection)
        code = 0
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stderr.flush()
        os._exit(code)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _marks(worker: str, connection: socket.socket) -> None:
    """A process for the author's grade cells."""
    serve = importlib.import_module(worker).serve
    socket.send_fds(connection, [b"m"], [os.pidfd_open(os.getpid())])
    walls.die_with_parent()
    serve(connection)


def _submission(connection: socket.socket) -> None:
    """Walls, then process 1 of a new namespace, which starts the submission and outlives it."""
    pipes = [_pipe() for _ in range(3)]  # standard output, standard error, status
    walls.enter_namespaces()
    first = os.fork()
    if first:
        fds = [os.pidfd_open(first), *(read for read, _ in pipes)]
        socket.send_fds(connection, [b"s"], fds)
        return  # process 1 goes on alone
    for read, _ in pipes:
        os.close(read)
    os.setsid()  # of its own, before the filter takes the call away
    walls.hide_files(megabytes=256)
    walls.drop_privileges()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)  # process 1 ignores what it has no handler for
    _guard(connection, walls.HOME, *(write for _, write in pipes))


def _ended() -> tuple[int, int] | None:
    """One child that has ended (process 1 has all orphans for children), or None."""
    try:
        pid, raw = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, raw) if pid else None


def _pipe() -> tuple[int, int]:
    """A pipe; on Linux with room for a megabyte, so that a flood costs few switches."""
    ends = os.pipe()
    if size := getattr(fcntl, "F_SETPIPE_SZ", None):
        with contextlib.suppress(OSError):
            fcntl.fcntl(ends[1], size, 2**20)
    return ends


def _guard(connection, home: Path, out: int, err: int, status: int) -> None:
    """Process 1: start the submission, wait for its end or the client's, report, and be gone.

    When process 1 ends, the kernel kills every process of its namespace.
    """
    child = os.fork()
    if child == 0:
        os.close(status)
        _enter(connection, home, out, err)
    os.close(out)
    os.close(err)
    poll = select.poll()
    watched = os.pidfd_open(child)
    poll.register(watched, select.POLLIN)
    poll.register(connection, select.POLLRDHUP)
    ready = {}
    while not ready:
        ready = dict(poll.poll(LIFE * 1000))
        while (ended := _ended()) is not None:
            if ended[0] == child:
                os.write(status, str(os.waitstatus_to_exitcode(ended[1])).encode())


def _enter(connection, home: Path, out: int, err: int) -> None:
    """The submission's own process: standard streams, limits, then answer the client."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    kept = connection.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, 256)
    os.setsid()
    walls.die_with_parent()  # process 1 takes it along; without walls it is all that does
    os.chdir(home)
    from course_utils.grading.guest.answer import serve

    _finish(partial(serve, home=home), connection)


def _unwalled(connection: socket.socket) -> None:
    """``--no-sandbox``: a fork with limits and a fresh folder, and nothing else around it.

    This process stays to clear up: the submission's own may be killed at any moment.
    """
    import shutil
    import tempfile

    walls.adopt_orphans()
    pipes = [_pipe() for _ in range(3)]
    home = Path(tempfile.mkdtemp(dir=os.environ["HOME"]))  # which goes with the run
    first = os.fork()
    if first == 0:
        for read, _ in pipes:
            os.close(read)
        os.setsid()
        _guard(connection, home, *(write for _, write in pipes))
        return
    fds = [os.pidfd_open(first), *(read for read, _ in pipes)]
    socket.send_fds(connection, [b"s"], fds)
    for fd in [connection.detach(), *fds, *(write for _, write in pipes)]:
        os.close(fd)  # or nobody would see that the submission has hung up
    os.waitpid(first, 0)
    _end_all()
    shutil.rmtree(home, ignore_errors=True)


def _end_all() -> None:
    """Kill this process's descendants, those included that they start meanwhile."""
    from course_utils.grading.guest.processes import family

    while theirs := family(os.getpid())[1:]:
        for pid in theirs:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
