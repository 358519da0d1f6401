"""The process that marks one job: grade cells here, the student's cells in the sandbox, in order.

There is a fresh fork for each job. It reports each cell's outcome as soon as it is known, so that
marks already earned are safe, whatever happens next.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import contextlib
import gc
import io
import os
import socket
import traceback
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import numpy as np

from course_utils.grading.guest import codec, walls, wire
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.models import Models
from course_utils.grading.host.outputs import Outputs, Room
from course_utils.grading.host.patience import Allowed
from course_utils.grading.host.proxy import Kept, Names, StudentError
from course_utils.grading.host.resources import delays
from course_utils.grading.host.session import Session, Stopped
from course_utils.grading.host.stopwatch import Stopwatch
from course_utils.grading.host.walled_keras import NotMarkable
from course_utils.grading.marking.alarm import TooLong, alarm
from course_utils.grading.marking.author_cell import (
    beside,
    execute,
    is_authors_slip,
    misconceptions_of,
    mistakes_of,
    points_of,
    quiet,
    words_for,
)
from course_utils.grading.marking.cell_task import CellOutcome, CellTask, Json
from course_utils.grading.marks import Mark, Stop
from course_utils.grading.text import storable

if TYPE_CHECKING:
    from course_utils.grading.intake.extra_files import Files

_GARBAGE = 10_000  # new objects; Python looks for garbage at every 700, a twentieth of a marking
_MEMORY = 2  # times a submission's limit: a check may copy the large arrays that a student returns


def rehearse() -> None:
    """Run a cell and send an array, before this process forks.

    What Python and NumPy make ready when they do so for the first time, each fork then has.
    """
    execute("import math\ndef f(x):\n    return x\nf(1)", Names())
    for number in (1, 0.5, True):
        codec.decode(*codec.encode(np.full((1, 1), number)))


def serve(connection: socket.socket) -> None:
    """Mark the one job that comes over ``connection``, and report each cell's outcome there."""
    gc.set_threshold(_GARBAGE)
    line = wire.Wire(connection, attachment_bytes=2**30)
    job, contents = line.receive()
    files = tuple(zip(job["files"], contents, strict=True))
    cells = [CellTask.from_json(facts) for facts in job["cells"]]
    limits = Limits(**job["limits"])
    walls.limit_memory(_MEMORY * limits.memory_mb)
    marking = _Marking(job["address"], limits, files, line)
    try:
        with beside(files[: job["given"]]):
            marking.all(cells)
        line.send({"type": "end"})
    except _AuthorError as error:
        line.send({"type": "author", "message": str(error)})
    except wire.Closed:
        return  # nobody waits for the outcome any more
    except _CheckFault as error:
        line.send({"type": "check", "message": str(error)})
    except _Fault as fault:
        line.send({"type": "fault", "message": str(fault)})
    except Exception:
        line.send({"type": "fault", "message": traceback.format_exc()})
    finally:
        marking.close()


class _Fault(Exception):
    """The grader itself failed, not the student's code: there is no mark."""


class _CheckFault(Exception):
    """The author's own test has a mistake, whatever the answer: there is no mark."""


class _AuthorError(Exception):
    """A set-up cell of the author's failed outside: nothing can be marked."""


class _Marking:
    def __init__(self, address: str, limits: Limits, files: "Files", line: wire.Wire):
        self._address, self._limits, self._files, self._line = address, limits, files, line
        self._allowed: Allowed | None = None  # counted from when the sandbox is ready
        self._names = Names()
        self._ran: list[CellTask] = []  # what a fresh process must run again
        self._restarts = 0
        self._session: Session | None = None
        self._watch = self._stopwatch()  # for the cell that is reported next
        self._room = Room(limits)  # for the outputs of all cells
        self._models = Models(self._process_of_models, limits)

    def all(self, cells: list[CellTask]) -> None:
        self._fresh()
        for cell in cells:
            self._watch = self._stopwatch()
            (self._grade if cell.kind == "grade" else self._run)(cell)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._models.close()

    def _stopwatch(self) -> Stopwatch:
        """A stopwatch for one cell, which runs here and in the sandbox, in turns."""
        pids = [os.getpid(), *([self._session.main] if self._session else [])]
        return Stopwatch(lambda: sum(max(delays(p).values(), default=0.0) for p in pids))

    def _process_of_models(self) -> Session:
        """A fresh process for the student's Keras models; no student code runs in it."""
        return Session(self._address, self._limits, (), self._allowed)

    def _run(self, cell: CellTask) -> None:
        if cell.kind == "setup" or cell.outside:
            self._outside(cell)
        if self._session is None:
            self._tell(cell, [])  # not run: the submission was stopped before
            return
        shown = Outputs(self._limits, self._room)
        try:
            self._session.run(cell.inside, shown)
        except Stopped as stop:
            shown.error("Stopped", stop.message, [f"Stopped: {stop.message}"])
            self._tell(cell, shown.list, stop=Stop(stop.reason, stop.message))
            self._again()
            return
        except StudentError as error:  # IPython itself could not run the cell
            shown = Outputs(self._limits)
            shown.error(error.student_type, str(error), [error.student_traceback])
        self._ran.append(cell)
        self._tell(cell, shown.list)

    def _outside(self, cell: CellTask) -> None:
        """Run the author's set-up, and the imports of the author's solutions, on this side."""
        self._names.student = frozenset()  # the author's set-up uses no name of the student's
        try:
            with self._alarm(), quiet():
                execute(cell.outside, self._names)
        except (Exception, TooLong, SystemExit) as error:
            if cell.kind == "setup":
                reason = f"{type(error).__name__}: {error}"
                where = cell.name or cell.index
                raise _AuthorError(f"the author's cell {where}: {reason}") from None

    def _grade(self, cell: CellTask) -> None:
        outputs = Outputs(self._limits)
        names = self._names
        names.student, names.session, names.asked = cell.student_names, self._session, {}
        for name in cell.student_names:
            names.pop(name, None)
        kept = Kept(names.values())
        if self._session is not None:
            self._session.kept = kept
        score, misconceptions, mistakes = 0.0, list[str](), list[str]()
        printed, stop, value = io.StringIO(), None, None
        try:
            if self._session is None and cell.student_names:
                raise Stopped("time", "the submission had been stopped before")
            shown_here = contextlib.redirect_stdout(printed)
            with self._models.guarding(), self._alarm(), shown_here, quiet(out=False):
                value = execute(cell.outside, names)
            score = cell.points
        except Stopped as error:
            stop = error
        except NotMarkable as error:
            raise _CheckFault(f"{cell.name}: {error}") from None
        except TooLong:
            _show(outputs, "TooLong", f"this check took more than {self._limits.cell_seconds:g} s")
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            if is_authors_slip(error, cell.student_names):
                raise _CheckFault(f"{cell.name}: {type(error).__name__}: {error}") from None
            misconceptions = misconceptions_of(error)
            mistakes = [] if misconceptions else mistakes_of(error)
            _show(outputs, *words_for(error, cell.released))
        kept.put_back()
        stop = stop or (self._session.stopped if self._session else None)
        if stop and self._session:
            for name in names.called(self._session.asked):
                message = f"{name} was stopped in an earlier check ({stop.message})"
                names.given_up[name] = Stopped(stop.reason, message)
        text = printed.getvalue()
        if text:
            before = Outputs(self._limits, self._room)
            before.stream("stdout", storable(text))
            outputs.prepend(before.list)
        if stop:
            score = 0.0
            outputs = Outputs(self._limits)
            _show(outputs, "Stopped", stop.message)
        elif score:
            score = points_of(value, cell.points, outputs)
        mark = Mark(cell.points, score, misconceptions, mistakes)
        self._tell(cell, outputs.list, mark, Stop(stop.reason, stop.message) if stop else None)
        if self._session and self._session.stopped:
            self._again()
        if self._session is not None and cell.inside:
            with contextlib.suppress(Stopped, StudentError):
                # only the imports of the visible part
                self._session.run(cell.inside, Outputs(self._limits))
                self._ran.append(cell)

    def _again(self) -> None:
        """Start a fresh process and run all cells that succeeded: more questions follow."""
        ran, self._ran = self._ran, []
        while self._restarts < self._limits.restarts and not self._is_over():
            self._restarts += 1
            try:
                self._fresh()
            except _Fault:
                if not self._is_over():
                    raise
                break  # the submission's time ran out meanwhile
            broken = self._first_that_fails(ran)
            if broken is not None:
                ran.remove(broken)
                continue
            self._ran = ran
            return
        if self._session is not None:
            self._session.close()
        self._session = None

    def _first_that_fails(self, cells: list[CellTask]) -> CellTask | None:
        """Run ``cells`` in the fresh process; return the first that ends it or breaks IPython."""
        for cell in cells:
            try:
                if self._session is not None:
                    self._session.run(cell.inside, Outputs(self._limits))
            except (Stopped, StudentError):
                return cell
        return None

    def _is_over(self) -> bool:
        """Whether the time limit of the whole submission is over."""
        return self._allowed is not None and self._allowed.is_over()

    def _fresh(self) -> None:
        """Start a fresh process. No student code has run in it, so a failure is the grader's."""
        if self._session is not None:
            self._session.close()
        try:
            self._session = Session(
                self._address, self._limits, self._files, self._allowed, self._models.make
            )
        except (Stopped, StudentError) as error:
            message = f"a fresh process in the sandbox could not be set up: {error}"
            raise _Fault(message) from None
        self._allowed = self._session.allowed

    def _alarm(self) -> AbstractContextManager[None]:
        """In a ``with``: stop the author's code when it takes too long.

        The limit is twice that of a student's cell, because the author's code also waits for the
        student's.
        """
        return alarm(self._limits.cell_seconds * 2 + 5, self._waited)

    def _waited(self) -> float:
        """The seconds that this process and the submission have waited for a processor so far."""
        inside = self._allowed.waited if self._allowed else 0.0
        return inside + max(delays(os.getpid()).values(), default=0.0)

    def _tell(
        self,
        cell: CellTask,
        outputs: list[Json],
        mark: Mark | None = None,
        stop: Stop | None = None,
    ) -> None:
        seconds = round(self._watch.seconds(), 3)
        outcome = CellOutcome(cell.index, cell.name, outputs, mark, stop, seconds)
        self._line.send({"type": "cell", "outcome": outcome.to_json()})


def _show(outputs: Outputs, name: str, message: str, lines: list[str] | None = None) -> None:
    outputs.error(name, message, lines or [f"{name}: {message}"])
