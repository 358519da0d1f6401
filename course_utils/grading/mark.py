"""Step 4, mark: the author's grade cells outside, the student's cells in the sandbox, in order.

Runs in a fresh fork for each submission. Progress is told cell by cell, so that marks already
earned survive whatever happens next.
"""

import contextlib
import io
import signal
import socket
import time
import traceback
from typing import NamedTuple

from course_utils.grading import walls, wire
from course_utils.grading.author_cell import (
    execute,
    misconceptions_of,
    points_of,
    quiet,
    words_for,
)
from course_utils.grading.limits import Limits
from course_utils.grading.outputs import Outputs, clean
from course_utils.grading.proxy import Names, StudentError
from course_utils.grading.session import Session, Stopped

_MEMORY = 2  # times a submission's: what a student returns may be large when it is worked with here


class _TooLong(BaseException):
    """An author's cell took longer than a cell may; no ordinary ``except`` catches it."""


class _Cell(NamedTuple):
    """One code cell of the notebook to mark, as it came over."""

    index: int
    kind: str  # setup, student, derived, grade, added
    name: str
    inside: str  # what runs in the sandbox
    outside: str  # what runs here
    released: str
    points: float
    student_names: frozenset


def serve(connection: socket.socket) -> None:
    """Mark the one job that comes over ``connection``, telling each cell's outcome."""
    line = wire.Wire(connection, attachment_bytes=2**30)
    job, contents = line.receive()
    files = list(zip(job["files"], contents, strict=True))
    cells = [_Cell(*row[:-1], frozenset(row[-1])) for row in job["cells"]]
    limits = Limits(**job["limits"])
    walls.limit_memory(_MEMORY * limits.memory_mb)
    marking = _Marking(job["address"], limits, files, line)
    try:
        marking.all(cells)
        line.send({"type": "end"})
    except _AuthorError as error:
        line.send({"type": "author", "said": str(error)})
    except wire.Closed:
        return  # the one who asked is gone
    except _Fault as fault:
        line.send({"type": "fault", "said": str(fault)})
    except Exception:
        line.send({"type": "fault", "said": traceback.format_exc()})
    finally:
        marking.close()


class _Fault(Exception):
    """The grader's own part failed, not the student's: there is no mark."""


class _AuthorError(Exception):
    """A set-up cell of the author's failed outside: nothing can be marked."""


class _Marking:
    def __init__(self, address, limits: Limits, files, line):
        self._address, self._limits, self._files, self._line = address, limits, files, line
        self._end = None  # counted from the moment that the sandbox is ready
        self._names = Names()
        self._ran: list[_Cell] = []  # what a fresh process must run again
        self._restarts = 0
        self._session = None

    def all(self, cells: list[_Cell]) -> None:
        self._fresh()
        for cell in cells:
            (self._grade if cell.kind == "grade" else self._run)(cell)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _run(self, cell: _Cell) -> None:
        if cell.kind == "setup" or cell.outside:
            self._outside(cell)
        if self._session is None:
            self._tell(cell, [], stopped="not run: the submission had been stopped")
            return
        try:
            outputs, _ = self._session.run(cell.inside)
        except Stopped as stop:
            shown = stop.outputs
            shown.error("Stopped", stop.said, [f"Stopped: {stop.said}"])
            self._tell(cell, shown.list, stopped=stop.said, reason=stop.reason)
            self._again()
            return
        except StudentError as error:  # IPython itself could not run the cell
            shown = Outputs(self._limits)
            shown.error(error.student_type, str(error), [error.student_traceback])
            outputs = shown.list
        self._ran.append(cell)
        self._tell(cell, outputs)

    def _outside(self, cell: _Cell) -> None:
        """The author's set-up, and the imports of an author's solution, on this side."""
        self._names.student = frozenset()  # the author's set-up asks nothing of the student
        try:
            with self._alarm(), quiet():
                execute(cell.outside, self._names)
        except (Exception, _TooLong, SystemExit) as error:
            if cell.kind == "setup":
                said = f"{type(error).__name__}: {error}"
                raise _AuthorError(f"the author's cell {cell.name or cell.index}: {said}") from None

    def _grade(self, cell: _Cell) -> None:
        outputs = Outputs(self._limits)
        names = self._names
        names.student, names.session, names.asked = cell.student_names, self._session, {}
        for name in cell.student_names:
            names.pop(name, None)
        mark = {"points": cell.points, "score": 0.0, "misconceptions": []}
        printed, stop, value = io.StringIO(), None, None
        try:
            if self._session is None and cell.student_names:
                raise Stopped("time", "the submission had been stopped before")
            with self._alarm(), contextlib.redirect_stdout(printed), quiet(out=False):
                value = execute(cell.outside, names)
            mark["score"] = cell.points
        except Stopped as error:
            stop = error
        except _TooLong:
            _show(outputs, "TooLong", f"this check took more than {self._limits.cell_seconds:g} s")
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            mark["misconceptions"] = misconceptions_of(error)
            _show(outputs, *words_for(error, cell.released))
        stop = stop or (self._session.stopped if self._session else None)
        text = printed.getvalue()
        if text:
            before = Outputs(self._limits)
            before.stream("stdout", clean(text))
            outputs.prepend(before.list)
        if stop:
            mark["score"] = 0.0
            outputs = Outputs(self._limits)
            _show(outputs, "Stopped", stop.said)
        elif mark["score"]:
            mark["score"] = points_of(value, cell.points, outputs)
        self._tell(cell, outputs.list, mark=mark, **_reasons(stop))
        if stop and self._session:
            self._again()
        if self._session is not None and cell.inside:
            with contextlib.suppress(Stopped):
                self._session.run(cell.inside)  # only the imports of the visible part
                self._ran.append(cell)

    def _again(self) -> None:
        """A fresh process with everything that ran well, for the questions still to come."""
        ran, self._ran = self._ran, []
        while self._restarts < self._limits.restarts and time.monotonic() < self._end:
            self._restarts += 1
            try:
                self._fresh()
            except _Fault:
                if time.monotonic() < self._end:
                    raise
                break  # its time ran out meanwhile
            try:
                for cell in ran:
                    self._session.run(cell.inside)
            except Stopped:
                ran.remove(cell)
                continue
            self._ran = ran
            return
        self.close()
        self._session = None

    def _fresh(self) -> None:
        """A fresh process. No student code has run in it: that it cannot start is the grader's."""
        self.close()
        try:
            self._session = Session(self._address, self._limits, self._files, self._end)
        except (Stopped, StudentError) as error:
            said = f"a fresh process in the sandbox could not be set up: {error}"
            raise _Fault(said) from None
        self._end = self._session.deadline

    @contextlib.contextmanager
    def _alarm(self):
        """Author's code may take as long as a student's cell, waiting for the student included."""

        def late(*_):
            raise _TooLong

        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, self._limits.cell_seconds * 2 + 5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _tell(self, cell: _Cell, outputs: list, **more) -> None:
        told = {"type": "cell", "index": cell.index, "name": cell.name, "outputs": outputs}
        self._line.send(told | more)


def _show(outputs: Outputs, name: str, said: str, lines=None) -> None:
    outputs.error(name, said, lines or [f"{name}: {said}"])


def _reasons(stop: Stopped | None) -> dict:
    return {"stopped": stop.said, "reason": stop.reason} if stop else {}
