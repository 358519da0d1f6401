"""Call a student's function quietly, and keep all that can be said about how it went.

The function may be the student's own, or the grader's stand-in that runs it elsewhere: nothing
here looks into it. Only what it returns, raises, or does to its arguments counts.
"""

import copy
import io
import linecache
import sysconfig
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_OURS = str(Path(__file__).resolve().parent.parent)
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_FRAMES = 3  # the last ones of the student's own; more would bury the message


class Case(NamedTuple):
    """One call: positional arguments, then named ones."""

    arguments: tuple
    options: dict[str, Any] = {}  # noqa: RUF012 (never changed: every call gets copies)


class Outcome(NamedTuple):
    """What a call did: ``value``, or ``error`` with the student's frames as ``trace``.

    ``changed`` is the index or name of an argument that the call modified, or None.
    """

    value: Any = None
    error: str | None = None  # the exception's type
    trace: str = ""
    changed: int | str | None = None


def call(function, case: Case) -> Outcome:
    """Run ``function`` on copies of the case's arguments; what it prints or warns goes nowhere."""
    arguments, options = copy.deepcopy((case.arguments, case.options))
    try:
        with (
            redirect_stdout(_Nowhere()),
            redirect_stderr(_Nowhere()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            value = function(*arguments, **options)
    except (Exception, SystemExit) as error:
        return Outcome(error=type_of(error), trace=trace(error))
    return Outcome(value, changed=_changed(case, arguments, options))


def type_of(error: BaseException) -> str:
    """The exception's type by name; one that crossed from the sandbox carries it as text."""
    name = getattr(error, "student_type", None)
    return name if type(name) is str else type(error).__name__


def trace(error: BaseException) -> str:
    """The student's own frames and the exception, short enough to read."""
    told = getattr(error, "student_traceback", None)
    if type(told) is str:
        return told.strip()
    lines = []
    for frame in [f for f in traceback.extract_tb(error.__traceback__) if _is_student(f)][
        -_FRAMES:
    ]:
        code = linecache.getline(frame.filename, frame.lineno or 0).strip()
        lines.append(f"line {frame.lineno}, in {frame.name}:  {code}".rstrip(": "))
    try:
        message = str(error)
    except Exception:
        message = ""
    return "\n".join([*lines, f"{type_of(error)}: {message}".rstrip(": ")])


def _is_student(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith((_OURS, *_LIBRARIES, "<frozen"))


def _changed(case: Case, arguments, options) -> int | str | None:
    pairs = [(i, case.arguments[i], arguments[i]) for i in range(len(arguments))]
    pairs += [(name, case.options[name], options[name]) for name in options]
    return next((where for where, before, after in pairs if not _equal(before, after)), None)


def _equal(before, after) -> bool:
    if isinstance(before, np.ndarray):
        return (
            type(after) is np.ndarray
            and before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    return repr(before) == repr(after)


class _Nowhere(io.TextIOBase):
    def write(self, text):
        return len(text)
