"""One submission in the sandbox, seen from outside: questions with deadlines, and their answers.

Every question has a deadline. When the submission's process is gone (time, memory, output, crash)
``Stopped`` is raised, which no ordinary ``except`` catches.
"""

import contextlib
import os
import select
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from course_utils.grading.guest import codec, wire
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host import landlocked
from course_utils.grading.host.launch import connect
from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.patience import Allowed, Patience
from course_utils.grading.host.proxy import Kept, Remote, as_kept, change, student_error
from course_utils.grading.host.resources import Watch

_LAST_WORDS = 2.0  # seconds
_FAST = 1.25  # times the memory limit: one process may get there between two looks of the watch


class Stopped(BaseException):
    """The submission's process is gone. ``reason``: time, memory, output or crash."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason, self.message = reason, message


class Session:
    """One submission in the sandbox. ``files``: the files in its folder, as (name, bytes).

    ``address``: the socket of the preloaded process. ``allowed``: the time limit of the whole
    submission (default: a new one, from now). ``make_model``: makes a Keras model from its
    configuration and weights (see ``codec.decode``).
    """

    def __init__(
        self,
        address: str,
        limits: Limits,
        files,
        allowed: Allowed | None = None,
        make_model: Callable[[str, list], Any] | None = None,
    ):
        self._limits, self._make_model = limits, make_model
        self._printed = 0
        self._outputs: Outputs | None = None  # where printed text goes; None: nowhere
        self.stopped: Stopped | None = None
        self.kept = Kept(())  # what must be put back when it was changed
        self.asked: str | int | None = None  # the name, or number inside, that is being asked for
        line, fds = connect(address)
        self.allowed = allowed or Allowed(limits.submission_seconds)
        self._process, self._out, self._err, self._status = fds
        os.set_blocking(self._out, False)
        os.set_blocking(self._err, False)
        pipes = {self._out: lambda: self._drain("stdout"), self._err: lambda: self._drain("stderr")}
        self._line = wire.Wire(line, others=pipes)
        pid = _host_pid(self._process)
        folder = landlocked.home_of(address, pid)
        self._watch = Watch(pid, limits.memory_mb, self._too_much, limits.processes, folder)
        own = {
            "memory_mb": _FAST * limits.memory_mb,
            "processes": limits.processes,
            "file_mb": limits.file_mb,
            "seconds": int(limits.submission_seconds * 4) + 10,
        }
        names, contents = [name for name, _ in files], [data for _, data in files]
        self._ask({"type": "files", "names": names, "limits": own}, contents)
        self._watch.start()

    @property
    def main(self) -> int:
        """The id, on this side, of the process that answers; 0 where that is not known."""
        return self._watch.main

    def run(self, source: str, outputs: Outputs) -> bool:
        """Run one cell and collect its ``outputs``; return whether it succeeded. Raises Stopped."""
        self._outputs = outputs
        try:
            answer, _ = self._ask({"type": "run", "source": source}, show=outputs.show)
        finally:
            self._outputs = None
        return answer.get("ok") is True

    def get(self, name: str):
        """The value of a name that the student defines. Raises NameError, StudentError, Stopped."""
        with self._asking(name):
            answer, parts = self._ask({"type": "get", "name": name})
            if answer["type"] == "absent":
                raise NameError(f"name {name!r} is not defined: its cell was not run or failed")
            return self._value(answer, parts)

    def call(self, number: int, args, kwargs):
        """Call a function in the sandbox; arguments that it changes are changed here, too.

        Raises StudentError, Stopped.
        """
        tree, parts = codec.encode([list(args), dict(kwargs)], as_kept)
        header = {"type": "call", "id": number, "arguments": tree}
        with self._asking(number):
            answer, parts = self._ask(header, parts)
            changed = answer.get("changed")
            if type(changed) is int and 0 <= changed <= len(parts):
                now = self._decoded(answer.get("arguments"), parts[changed:])
                if isinstance(now, list) and len(now) == 2:
                    self.kept.note([*args, *kwargs.values()])
                    change([list(args), dict(kwargs)], now)
            return self._value(answer, parts)

    def read(self, number: int, name: str):
        """An attribute of an object in the sandbox. Raises StudentError, Stopped."""
        with self._asking(number):
            answer, parts = self._ask({"type": "read", "id": number, "name": name})
            return self._value(answer, parts)

    def close(self) -> None:
        """Kill every process of the submission."""
        self._kill()
        self._watch.end()
        self._line.close()
        for fd in (self._process, self._out, self._err, self._status):
            with contextlib.suppress(OSError):
                os.close(fd)

    @contextlib.contextmanager
    def _asking(self, what: str | int) -> Iterator[None]:
        """In a ``with``: ``asked`` is ``what``; it stays so where the question ends the process."""
        self.asked = what
        try:
            yield
        except BaseException:
            if not self.stopped:
                self.asked = None
            raise
        self.asked = None

    def _value(self, answer, parts):
        if answer["type"] != "value":
            raise self._stop("crash", "the process answered with something that is not an answer")
        return self._decoded(answer.get("value"), parts)

    def _decoded(self, tree, parts):
        try:
            return codec.decode(tree, parts, self._remote, self._make_model)
        except codec.CodecError as error:
            raise student_error("TypeError", [], f"it returned {error}", "") from None

    def _remote(self, held):
        return Remote(self, held)

    def _ask(self, header, attachments=(), show=lambda header: None):
        """Send one question and return its answer; ``show`` gets the outputs that come before."""
        if self.stopped:
            raise self.stopped
        patience = Patience(self._limits.cell_seconds, self.allowed, lambda: self._watch.waited)
        try:
            self._line.send(header, attachments, patience.ends)
            while True:
                answer, parts = self._line.receive(patience.ends)
                self._drain("stdout")
                self._drain("stderr")
                if answer["type"] not in ("display", "result", "error"):
                    break
                self._count(wire.size_of(answer))
                show(answer)
        except RecursionError:
            raise self._stop("output", "the process sent something too deep to read") from None
        except wire.Late:
            words = _time_said(self._limits, self.allowed.is_over())
            raise self._stop("time", words) from None
        except wire.Malformed as error:
            raise self._stop("output", f"the process sent {error}") from None
        except wire.Closed:
            raise self.stopped or self._stop("crash", self._death()) from None
        except BaseException:  # only part of a question was sent: no other can follow
            self.stopped = self.stopped or self._stop("time", _time_said(self._limits, False))
            raise
        finally:
            patience.count()
        if answer.get("memory") is True:
            raise self._too_much("memory")
        if answer["type"] == "raised":
            evalue, frames = answer.get("evalue"), answer.get("frames")
            raise student_error(answer.get("ename"), answer.get("bases"), evalue, frames)
        return answer, parts

    def _too_much(self, what: str) -> Stopped:
        """Stop a submission that used too much: the watch saw it, or an answer reported it."""
        reasons = {"disk": "output", "watch": "crash"}
        sentences = {
            "memory": f"it used more than {self._limits.memory_mb} MB of memory",
            "disk": "it wrote more files than its folder may hold (256 MB, 20,000 files)",
            "processes": f"it started more than {self._limits.processes} processes and threads",
            "watch": "what it used could not be counted",
        }
        return self._stop(reasons.get(what, "memory"), sentences[what])

    def _drain(self, name: str) -> bool:
        """Read what was printed; return False when that stream is closed."""
        fd = self._out if name == "stdout" else self._err
        while True:
            try:
                chunk = os.read(fd, 2**20)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not chunk:
                return False
            if self._outputs is not None:
                few = chunk[: max(self._outputs.left, 0) * 4 + 8]  # the rest will not be shown
                self._outputs.stream(name, few.decode("utf-8", "replace"))
            self._count(len(chunk))

    def _count(self, size: int) -> None:
        self._printed += size
        if self._printed > self._limits.output_mb * 2**20:
            raise self._stop("output", f"it printed more than {self._limits.output_mb} MB")

    def _stop(self, reason: str, message: str) -> Stopped:
        self.stopped = self.stopped or Stopped(reason, message)
        self._kill()
        return self.stopped

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def _death(self) -> str:
        """How the process ended, in words, from the status that its guard wrote.

        Where the process only closed the connection there is no status, and it may still run: this
        waits for it no longer than ``_LAST_WORDS``.
        """
        if not select.select([self._status], [], [], _LAST_WORDS)[0]:
            return "it closed the line to the grader"
        with contextlib.suppress(OSError, ValueError):
            code = int(os.read(self._status, 32) or b"x")
            if code < 0:
                return f"its process crashed ({signal.Signals(-code).name})"
            return f"it ended its own process (exit code {code})"
        return "its process was killed"


def _time_said(limits: Limits, all_of_it: bool) -> str:
    """What the student reads below the cell.

    The note on top of the notebook is in ``results/status.py`` (``_REASONS``); the message for a
    check that itself takes too long is in ``marking/worker.py``.
    """
    if all_of_it:
        return f"the whole notebook took more than {limits.submission_seconds:g} s"
    return f"it took more than {limits.cell_seconds:g} s"


def _host_pid(pidfd: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return 0
