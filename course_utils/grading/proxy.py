"""The student's names outside: plain data as plain data, functions as callables that ask inside.

``Session`` is one running submission. Every question to it has a deadline; when the submission is
gone (time, memory, output, crash) ``Stopped`` is raised, which no ordinary ``except`` catches.
"""

import builtins
import contextlib
import os
import signal
import time
from pathlib import Path

import numpy as np

from course_utils.grading import codec, wire
from course_utils.grading.limits import Limits
from course_utils.grading.memory import largest_mb, used_mb
from course_utils.grading.outputs import Outputs
from course_utils.grading.sandbox import connect


class Stopped(BaseException):
    """The submission's process is gone. ``reason``: time, memory, output or crash."""

    def __init__(self, reason: str, said: str):
        super().__init__(said)
        self.reason, self.said = reason, said


class StudentError(Exception):
    """An exception in the student's code: the same type where that is a built-in one.

    ``student_type``: its type's name. ``student_traceback``: the student's own frames, and the
    message. Nothing of the student's is run to print it.
    """

    student_type = "Exception"
    student_traceback = ""
    _said = ""

    def __str__(self):
        return self._said


class Session:
    """One submission in the sandbox. ``files``: what lies in its folder."""

    def __init__(self, address: str, limits: Limits, files, deadline: float):
        self._limits, self._end = limits, deadline
        self._printed = 0
        self._watched = time.monotonic()
        self._preloaded_mb = float("inf")  # until it is known
        self._outputs = None  # where printed text goes; None: nowhere
        self.stopped: Stopped | None = None
        line, fds = connect(address)
        self._process, self._out, self._err, self._status = fds
        os.set_blocking(self._out, False)
        os.set_blocking(self._err, False)
        pipes = {self._out: lambda: self._drain("stdout"), self._err: lambda: self._drain("stderr")}
        self._line = wire.Wire(line, watch=self._look, others=pipes)
        self._host_pid = _host_pid(self._process)
        own = {
            "memory_mb": limits.memory_mb,
            "processes": limits.processes,
            "file_mb": limits.file_mb,
            "seconds": int(limits.submission_seconds * 4) + 10,
        }
        names, contents = [name for name, _ in files], [data for _, data in files]
        self._ask({"type": "files", "names": names, "limits": own}, contents)
        self._preloaded_mb = largest_mb(self._host_pid)

    def run(self, source: str) -> tuple[list, bool]:
        """Run one cell: its outputs, and whether it went through. Raises Stopped."""
        outputs = self._outputs = Outputs(self._limits)
        try:
            answer, _ = self._ask({"type": "run", "source": source}, show=outputs.show)
        except Stopped as stop:
            stop.outputs = outputs
            raise
        finally:
            self._outputs = None
        return outputs.list, answer.get("ok") is True

    def get(self, name: str):
        """The value of a name that the student defines. Raises NameError, StudentError, Stopped."""
        answer, parts = self._ask({"type": "get", "name": name})
        if answer["type"] == "absent":
            raise NameError(f"name {name!r} is not defined: its cell was not run or failed")
        return self._value(answer, parts)

    def call(self, number: int, args, kwargs):
        """Call a function that lives inside; arguments that it changed are changed here too."""
        tree, parts = codec.encode([list(args), dict(kwargs)], _as_kept)
        header = {"type": "call", "id": number, "arguments": tree}
        answer, parts = self._ask(header, parts)
        changed = answer.get("changed")
        if type(changed) is int and 0 <= changed <= len(parts):
            now = self._decoded(answer.get("arguments"), parts[changed:])
            if isinstance(now, list) and len(now) == 2:
                _change([list(args), dict(kwargs)], now)
        return self._value(answer, parts)

    def read(self, number: int, name: str):
        """An attribute of an object that lives inside."""
        answer, parts = self._ask({"type": "read", "id": number, "name": name})
        return self._value(answer, parts)

    def close(self) -> None:
        """Kill every process of the submission."""
        self._kill()
        self._line.close()
        for fd in (self._process, self._out, self._err, self._status):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _value(self, answer, parts):
        if answer["type"] != "value":
            raise self._stop("crash", "the process answered with something that is no answer")
        return self._decoded(answer.get("value"), parts)

    def _decoded(self, tree, parts):
        try:
            return codec.decode(tree, parts, self._remote)
        except codec.CodecError as error:
            raise _student_error("TypeError", [], f"it returned {error}", "") from None

    def _remote(self, held):
        return Remote(self, held)

    def _ask(self, header, attachments=(), show=lambda header: None):
        """Send one question and return its answer; ``show`` gets the outputs on the way."""
        if self.stopped:
            raise self.stopped
        start = time.monotonic()
        deadline = min(start + self._limits.cell_seconds, self._end)
        try:
            self._line.send(header, attachments, deadline)
            while True:
                answer, parts = self._line.receive(deadline)
                self._drain("stdout")
                self._drain("stderr")
                if answer["type"] not in ("display", "result", "error"):
                    break
                self._count(len(str(answer)))
                show(answer)
        except wire.Late:
            raise self._stop("time", _time_said(self._limits, deadline == self._end)) from None
        except wire.Malformed as error:
            raise self._stop("output", f"the process sent {error}") from None
        except wire.Closed:
            raise self._stop("crash", self._death()) from None
        if answer["type"] == "raised":
            evalue, frames = answer.get("evalue"), answer.get("frames")
            raise _student_error(answer.get("ename"), answer.get("bases"), evalue, frames)
        return answer, parts

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._watched > 0.2:
            self._watched = now
            if used_mb(self._host_pid, self._preloaded_mb) > self._limits.memory_mb:
                said = f"it used more than {self._limits.memory_mb} MB of memory"
                raise self._stop("memory", said)

    def _drain(self, name: str) -> bool:
        """Take what was printed; False when that stream is closed."""
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
                self._outputs.stream(name, chunk.decode("utf-8", "replace"))
            self._count(len(chunk))

    def _count(self, size: int) -> None:
        self._printed += size
        if self._printed > self._limits.output_mb * 2**20:
            raise self._stop("output", f"it printed more than {self._limits.output_mb} MB")

    def _stop(self, reason: str, said: str) -> Stopped:
        self._kill()
        self.stopped = Stopped(reason, said)
        return self.stopped

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def _death(self) -> str:
        """How the process ended, in words, from what process 1 of its namespace wrote."""
        with contextlib.suppress(OSError, ValueError):
            code = int(os.read(self._status, 32) or b"x")
            if code < 0:
                return f"its process crashed ({signal.Signals(-code).name})"
            return f"it ended its own process (exit code {code})"
        return "its process was killed"


class Remote:
    """A function or object of the student's: lives inside, is called and read from here."""

    def __init__(self, session: Session, held):
        if not isinstance(held, dict) or type(held.get("id")) is not int:
            raise codec.CodecError("an object without a number")
        self._session, self._held = session, {k: held.get(k) for k in ("id", "callable")}
        self.__name__ = str(held.get("name") or held.get("type"))[:100]
        self.__qualname__ = self.__name__
        self._type = str(held.get("type"))[:100]

    def __call__(self, *args, **kwargs):
        if not self._held["callable"]:
            raise TypeError(f"{self._type!r} object is not callable")
        return self._session.call(self._held["id"], args, kwargs)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"{self._type!r} object has no attribute {name!r}")
        return self._session.read(self._held["id"], name)

    def __repr__(self):
        return f"<the student's {self._type} {self.__name__}>"

    def __deepcopy__(self, _):
        return self

    def __array__(self, *_, **__):
        raise TypeError(f"a {self._type} is not an array of numbers")

    def __bool__(self):
        return True


class Names(dict):
    """The author's namespace: ``student`` names are asked inside, once for each cell."""

    def __init__(self):
        super().__init__(__name__="__main__", __builtins__=builtins)
        self.student: frozenset[str] = frozenset()
        self.session: Session | None = None
        self.asked: dict = {}

    def __missing__(self, name):
        if name not in self.student or self.session is None:
            raise KeyError(name)
        if name not in self.asked:
            self.asked[name] = self.session.get(name)
        return self.asked[name]


def _as_kept(value) -> dict:
    if isinstance(value, Remote):
        return {"id": value._held["id"]}
    raise codec.CodecError(f"a {type(value).__name__} cannot be handed to a student's function")


def _change(before, after) -> None:
    """Make the containers in ``before`` equal to ``after``, in place, as the student's call did."""
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        if before.shape == after.shape and before.dtype == after.dtype and before.flags.writeable:
            before[...] = after
    elif isinstance(before, list) and isinstance(after, list):
        for old, new in zip(before, after, strict=False):
            _change(old, new)
        kept = [
            old if _mutable(old) and type(old) is type(new) else new
            for old, new in zip(before, after, strict=False)
        ]
        before[:] = [*kept, *after[len(kept) :]]
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            _change(before[key], after[key])
        kept = {
            k: before[k] if k in before and _mutable(before[k]) else v for k, v in after.items()
        }
        before.clear()
        before.update(kept)


def _mutable(value) -> bool:
    return isinstance(value, (np.ndarray, list, dict))


def _student_error(ename, bases, evalue, frames) -> StudentError:
    name = str(ename)[:100] if ename else "Exception"
    said = str(evalue or "")
    error = _error_class(name, bases if isinstance(bases, list) else [])()
    error.student_type, error._said = name, said
    last = f"{name}: {said}" if said else name
    error.student_traceback = "\n".join(filter(None, [str(frames or ""), last]))
    return error


def _error_class(name: str, bases: list) -> type[StudentError]:
    """StudentError that is also the built-in exception of that name (or its nearest base)."""
    for base in [name, *bases]:
        kind = getattr(builtins, base, None) if isinstance(base, str) else None
        if not isinstance(kind, type) or not issubclass(kind, Exception) or kind is Exception:
            continue
        with contextlib.suppress(TypeError):
            made = type(name if name.isidentifier() else "StudentError", (StudentError, kind), {})
            made()
            return made
    return StudentError


def _time_said(limits: Limits, all_of_it: bool) -> str:
    if all_of_it:
        return f"the whole notebook took more than {limits.submission_seconds:g} s"
    return f"it took more than {limits.cell_seconds:g} s"


def _host_pid(pidfd: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
            if line.startswith("Pid:"):
                return int(line.split()[1])
    return 0
