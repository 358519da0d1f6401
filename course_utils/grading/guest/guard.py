"""The guard of a submission: a process that starts it, waits for its end, and kills what is left.

Only the guard can wait for the submission, as its parent. The marking process outside gets a handle
(a pidfd) with which it can kill the guard.
"""

import contextlib
import fcntl
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from course_utils.grading.guest import walls
from course_utils.grading.guest.processes import family

_LIFE = 1.0  # seconds between two looks for orphans to reap
_ROOM, AGAIN = 150.0, 0.2  # seconds to wait for room for a process, and between two tries
BUSY = b"b"  # sent in place of a submission's descriptors: ask again


class Streams:
    """The pipes of one submission: standard output, standard error, and its exit status."""

    def __init__(self):
        pipes = [_pipe() for _ in range(3)]
        self.read = [end for end, _ in pipes]
        self.out, self.err, self.status = (end for _, end in pipes)

    def hand_over(self, connection: socket.socket, guard: int) -> list[int]:
        """Send the client a handle (pidfd) of the process ``guard`` and the ends to read from.

        Returns these file descriptors, which are still open here.
        """
        fds = [os.pidfd_open(guard), *self.read]
        socket.send_fds(connection, [b"s"], fds)
        return fds

    def close_read(self) -> None:
        """Close the ends to read from, in the process that writes: the client has them."""
        for end in self.read:
            os.close(end)


def _pipe() -> tuple[int, int]:
    """A pipe; on Linux with room for a megabyte, so that a flood costs few switches."""
    ends = os.pipe()
    if size := getattr(fcntl, "F_SETPIPE_SZ", None):
        with contextlib.suppress(OSError):
            fcntl.fcntl(ends[1], size, 2**20)
    return ends


def fork() -> int:
    """``os.fork``; where there is no room for a process, wait for it. Raises OSError in the end.

    Another submission may have started as many processes as the user or the container may have,
    until its time is over. That must cost nobody else a mark.
    """
    until = time.monotonic() + _ROOM
    while True:
        try:
            return os.fork()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN)


def guard(
    connection: socket.socket,
    streams: Streams,
    serve: Callable[[socket.socket], object],
) -> None:
    """Start ``serve`` in a process of its own; return when it has ended or the client has gone.

    The exit code of ``serve`` (negative: the number of a signal) is written to the streams' status.
    """
    child = fork()
    if child == 0:
        os.close(streams.status)
        _keep_only(connection, streams)
        os.setsid()
        walls.die_with_parent()
        finish(serve, connection)
    os.close(streams.out)
    os.close(streams.err)
    poll = select.poll()
    watched = os.pidfd_open(child)
    poll.register(watched, select.POLLIN)
    poll.register(connection, select.POLLRDHUP)
    ready = {}
    while not ready:
        ready = dict(poll.poll(_LIFE * 1000))
        while (ended := _ended()) is not None:
            if ended[0] == child:
                os.write(streams.status, str(os.waitstatus_to_exitcode(ended[1])).encode())


def _keep_only(connection: socket.socket, streams: Streams) -> None:
    """Close every file descriptor but the standard streams and the connection to the client."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (streams.out, 1), (streams.err, 2)):
        os.dup2(source, target)
    kept = connection.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, 256)


def _ended() -> tuple[int, int] | None:
    """The process id and wait status of a child that has ended, or None where none has.

    Orphans are children of the guard, too.
    """
    try:
        pid, raw = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, raw) if pid else None


def finish(serve: Callable[[socket.socket], object], connection: socket.socket) -> NoReturn:
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


def reap() -> None:
    """Let the kernel forget the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _groups(pids: list[int]) -> set[int]:
    """The process groups of ``pids``, without this process's own group."""
    groups: set[int] = set()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            groups.add(os.getpgid(pid))
    return groups - {os.getpgrp()}


def wait_for_children() -> None:
    """Wait until every child has ended; orphans that this process adopted are children, too."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def end_family() -> None:
    """Kill this process's descendants, and those that they start meanwhile.

    The kernel kills a whole group at once: that is faster than processes which fork faster than
    they can be listed.
    """
    while theirs := family(os.getpid())[1:]:
        for group in _groups(theirs):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for pid in theirs:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        reap()
