"""The preloaded processes of a run, started when a job first needs them."""

import atexit
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from course_utils.errors import CourseError
from course_utils.grading.host.launch import Preloaded, Role
from course_utils.grading.host.wall import Wall, wall_of


@dataclass(frozen=True)
class Preload:
    """The modules to import for a job: ``inside`` the sandbox, and ``outside`` for grade cells.

    ``worker``: the module outside whose ``serve(connection)`` marks one job.
    """

    inside: tuple[str, ...]
    outside: tuple[str, ...]
    worker: str

    @property
    def heavy(self) -> bool:
        """Whether TensorFlow is among them."""
        return "tensorflow" in self.inside


_WORKER = "course_utils.grading.marking.worker"
LEAST = Preload(  # what every job needs
    ("numpy", "IPython.core.interactiveshell", "course_utils.grading.guest.answer"),
    ("course_utils.light_imports", "numpy", "IPython.core.inputtransformer2", _WORKER),
    _WORKER,
)


@dataclass(frozen=True)
class Addresses:
    """The sockets of the two preloaded processes that one job talks to."""

    inside: str
    outside: str


class Pool:
    """The preloaded processes of one run. Threads may share it; close it when done.

    ``wall``: the kind of wall around each submission. ``course``: the folder of the course that is
    marked, which no submission may see. Raises CourseError where no wall can stand.
    """

    def __init__(self, walled: bool = True, course: Path | None = None):
        self.wall: Wall = wall_of(walled)
        self._course = course
        self._running: dict[tuple[str, ...], Preloaded] = {}
        self._begun: dict[tuple[str, str], tuple[tuple[str, ...], Preloaded]] = {}
        self._lock = Lock()

    def begin(self, least: Preload) -> None:
        """Start processes that import what every job needs; the first job names the rest."""
        with self._lock:
            inside = Preloaded(self.wall, least.inside, "", self._course, more=True)
            self._begun[self.wall, ""] = least.inside, inside
            outside = Preloaded("marks", least.outside, least.worker, self._course, more=True)
            self._begun["marks", least.worker] = least.outside, outside

    def start(self, needed: Preload) -> Addresses:
        """The addresses for a job. Starts the processes that are missing, without waiting."""
        with self._lock:
            inside = self._process(self.wall, "", needed.inside)
            outside = self._process("marks", needed.worker, needed.outside)
            return Addresses(inside.address, outside.address)

    def require(self, needed: Preload) -> None:
        """Wait until the process inside is ready.

        Raises CourseError where it cannot import a module that is installed here. A module that is
        not installed at all raises nothing: the cell that imports it will fail.
        """
        with self._lock:
            process = self._process(self.wall, "", needed.inside)
        process.wait()
        for name, error in process.unimportable.items():
            if _is_here(name):
                raise CourseError(
                    f"the sandbox cannot import {name} ({error}), which is installed here: install "
                    "it with the Python that runs this command (python -m pip install), not in a "
                    "folder of its own"
                )

    def _process(self, role: Role, worker: str, modules: tuple[str, ...]) -> Preloaded:
        key = (role, worker, *modules)
        if key not in self._running or not self._running[key].alive():
            known, begun = self._begun.pop((role, worker), ((), None))
            if begun is not None:
                begun.load([name for name in modules if name not in known])
            self._running[key] = begun or Preloaded(role, modules, worker, self._course)
        return self._running[key]

    def check(self) -> None:
        """Raise CourseError when a preloaded process ended by itself, with its last words."""
        for process in self._running.values():
            if not process.alive():
                raise CourseError(f"the grader's preloaded process ended: {process.last_words()}")

    def close(self) -> None:
        """End the preloaded processes, and all processes that they forked."""
        for process in (*self._running.values(), *(begun for _, begun in self._begun.values())):
            process.close()
        self._running.clear()
        self._begun.clear()


def _is_here(name: str) -> bool:
    top = name.partition(".")[0]
    return top != "course_utils" and importlib.util.find_spec(top) is not None


_MAKING = Lock()  # a worker's threads may ask for their first pool at once


def pool_of_this_process(walled: bool, course: str = "") -> Pool:
    """The pool for jobs that bring none (on a cluster's worker, in nbgrader), until Python ends.

    ``course``: the path of a folder that no submission may see, or "".
    """
    with _MAKING:
        return _made_pool(walled, course)


@cache
def _made_pool(walled: bool, course: str) -> Pool:
    pool = Pool(walled, Path(course) if course else None)
    atexit.register(pool.close)
    return pool
