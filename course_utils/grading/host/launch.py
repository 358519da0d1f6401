"""Start a preloaded process behind a given kind of wall, and connect to its forks."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Literal

from course_utils.errors import CourseError
from course_utils.grading.guest.guard import AGAIN, BUSY
from course_utils.grading.guest.zygote import MORE
from course_utils.grading.host import bubblewrap, landlocked
from course_utils.grading.host.private_folder import PrivateFolder, sweep
from course_utils.grading.host.shown import PACKAGE, environment, search_path

START = 180  # seconds; importing TensorFlow on a busy small machine takes up to 40
_LONGEST = 100  # bytes in a socket's path; Linux allows 107, other systems fewer
Role = Literal["namespaces", "landlock", "none", "marks"]


class Preloaded:
    """A running preloaded process; ``address``: the path of its socket.

    ``role``: the kind of wall around its forks (``none``: ``--no-sandbox``), or ``marks`` (the
    author's cells, marked by the module ``worker``). ``modules``: what it imports before it is
    ready. ``course``: the folder of the course that is marked, which no fork may see. ``more``:
    whether it then waits for ``load``. Raises CourseError, with the last line that it printed, when
    it does not start.
    """

    def __init__(
        self,
        role: Role,
        modules: Sequence[str],
        worker: str = "",
        course: Path | None = None,
        more: bool = False,
    ):
        sweep()
        self.unimportable: dict[str, str] = {}
        self._place = PrivateFolder()
        self.address = str(self._place.path / "socket")
        self._ready: int | None = None
        self._waiting = Lock()  # several threads may need it at once
        self._process: subprocess.Popen[bytes] | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        try:
            self._start(role, [*modules, *([MORE] if more else [])], worker, course)
        except BaseException:
            self.close()
            raise

    def _start(self, role: Role, modules: list[str], worker: str, course: Path | None) -> None:
        listener = socket.socket(socket.AF_UNIX)
        with _short(self.address) as address:
            listener.bind(address)
        listener.listen(64)
        self._ready, ready = os.pipe()
        fds = (listener.fileno(), ready)
        python = os.path.normpath(sys.executable)  # behind a wall no ".." in it can be followed
        command = [python, "-P", "-s", "-B", "-m", "course_utils.grading.guest.zygote"]
        command += [role, *map(str, fds), worker, *modules]
        variables = environment()
        if role == "namespaces":
            command = bubblewrap.walled_in(command, course)
        elif role == "landlock":
            variables = landlocked.prepared(self._place.path, course)
        else:
            variables |= {"PATH": os.environ.get("PATH", ""), "HOME": str(self._place.path)}
            variables |= {"MPLBACKEND": "agg"} if role == "marks" else {}
            variables |= {"PYTHONPATH": search_path(PACKAGE.parent)}
            variables |= {k: v for k, v in os.environ.items() if role == "marks" and _ours(k)}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if modules[-1:] == [MORE] else subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            env=variables,
            pass_fds=fds,
            cwd="/",
        )
        listener.close()
        os.close(ready)

    def load(self, modules: Sequence[str]) -> None:
        """Name the further modules that it is to import, once, where it was started for ``more``.

        A process that has ended is found by ``wait``.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(list(modules)).encode() + b"\n")
            self._process.stdin.close()

    def wait(self) -> None:
        """Wait until it is ready to fork; return at once after the first time.

        From then on ``unimportable`` holds the modules that it could not import, each with its
        error. Raises CourseError when it does not start.
        """
        with self._waiting:
            if self._ready is None:
                return
            with os.fdopen(self._ready, "rb") as pipe:
                self._ready = None
                started, _, _ = select.select([pipe], [], [], START)
                line = pipe.readline() if started else b""
        if not line:
            words = self.last_words()
            self.close()
            raise CourseError(f"the grader's sandbox did not start: {words}")
        self.unimportable = json.loads(line)

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def last_words(self) -> str:
        """The last line that it printed."""
        self._output.seek(0)
        words = self._output.read()[-2000:].decode(errors="replace").strip().splitlines()
        return words[-1] if words else "no word"

    def close(self) -> None:
        """Kill it, and with it every process that it forked."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None
        self._output.close()
        self._place.remove()


@contextlib.contextmanager
def _short(address: str) -> Iterator[str]:
    """In a ``with``: a short path to the socket at ``address``, whose own path may be too long.

    A socket's path is limited (unix(7)), and a temporary folder may be deep: on a cluster it has
    the job's number in it.
    """
    if len(os.fsencode(address)) <= _LONGEST:
        yield address
        return
    folder = os.open(Path(address).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{Path(address).name}"
    finally:
        os.close(folder)


def connect(address: str, patience: float = START) -> tuple[socket.socket, list[int]]:
    """Have the preloaded process at ``address`` fork; return the fork's socket and descriptors.

    The descriptors are a pidfd, and for a submission the ends of its output, errors and status.
    Waits at most ``patience`` seconds while it is still importing. Raises CourseError when nothing
    answers there.
    """
    until = time.monotonic() + patience
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(patience)
            with _short(address) as path:
                line.connect(path)
            words, fds, _, _ = socket.recv_fds(line, 1, 8)
        except OSError as error:
            line.close()
            raise CourseError(f"the grader's preloaded process does not answer: {error}") from None
        if fds:
            return line, fds
        line.close()
        if words != BUSY or time.monotonic() > until:
            raise CourseError("the grader's preloaded process could not make a fresh process")
        time.sleep(AGAIN)


def close_connection(line: socket.socket, fds: list[int]) -> None:
    """Close the connection and the descriptors; the fork then ends by itself."""
    line.close()
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)


def _ours(name: str) -> bool:
    """Whether the variable is an instructor's setting that the author's cells may see.

    The variables that choose MNIST's file are not among them: set-up cells must see the same data
    on both sides.
    """
    return name.startswith("COURSE_")
