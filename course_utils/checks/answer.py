"""Call a student's function quietly, and keep all facts about the call.

The function may be the student's own, or the grader's stand-in that calls it in the sandbox. So
nothing here looks into it: only what it returns, raises, or does to its arguments counts.
"""

import copy
import io
import linecache
import re
import sysconfig
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_OURS = str(Path(__file__).resolve().parent.parent)
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_PURPOSE = re.compile(r"^(?:line \d+, in [^:]*:  )?(?:raise|assert)\b")
_TOKENS = re.compile(r"\d+|(?<=')\w+(?=')")
_SHAPE = re.compile(r"\(\d+,[\d, ]*\)")
_FRAMES = 3  # the last frames of the student's own that are shown; more would hide the message


class Case(NamedTuple):
    """One call: positional arguments, then named ones."""

    arguments: tuple
    options: dict[str, Any] = {}  # noqa: RUF012 (never changed: every call gets copies)


class Outcome(NamedTuple):
    """The result of a call: ``value``, or ``error`` with the student's frames as ``trace``.

    ``changed`` is the index or name of an argument that the call modified, or None.
    """

    value: Any = None
    error: str | None = None  # the exception's type
    trace: str = ""
    changed: int | str | None = None
    shared: int | None = None  # the index of an argument that shares memory with the value
    on_purpose: bool = False  # stopped by the student's own raise or assert
    crash: tuple | None = None  # see ``_stop``; None where two crashes cannot be told apart


def call(function, case: Case) -> Outcome:
    """Run ``function`` on copies of the case's arguments; its prints and warnings are dropped."""
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
        told = trace(error)
        purpose, crash = _stop(error, told)
        return Outcome(error=type_of(error), trace=told, on_purpose=purpose, crash=crash)
    return Outcome(
        value, changed=_changed(case, arguments, options), shared=_shared(value, arguments)
    )


def type_of(error: BaseException) -> str:
    """The name of the exception's type; an exception from the sandbox has it as text."""
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


def _stop(error: BaseException, told: str) -> tuple[bool, tuple | None]:
    """Whether a call stopped on purpose; and a key that tells one crash from another.

    The key holds the exception's type, NumPy's function (if it crashed in one), the type of its
    cause, and the shapes, indices and types in the message. Words are not in it, because they
    change with NumPy's version, nor 0 and 1, which differ with the axes that a student keeps; the
    number of shapes is.
    """
    last = told.splitlines()[-1] if told else ""
    numbers = _TOKENS.findall(last)
    if type_of(error) == "IndexError" and len(numbers) == 3:
        del numbers[1]  # the axis, as in "index 2 is out of bounds for axis 1 with size 2"
    numbers = tuple(token for token in numbers if token not in ("0", "1"))
    numbers += ("shape",) * len(_SHAPE.findall(last))
    if type(getattr(error, "student_traceback", None)) is str:  # only the text left the sandbox
        frames = [line for line in told.splitlines() if line.startswith("line ")]
        purpose = bool(frames and _PURPOSE.match(frames[-1]))
        return purpose, (type_of(error), "", "", numbers) if _TOKENS.search(last) else None
    frame = traceback.extract_tb(error.__traceback__)[-1]
    library = frame.filename.startswith((*_LIBRARIES, "<frozen"))
    within = frame.name if library else ""
    cause = type(error.__cause__).__name__ if error.__cause__ is not None else ""
    purpose = not library and bool(_PURPOSE.match(frame.line or ""))
    told_apart = within or cause or numbers or _TOKENS.search(last)
    return purpose, (type_of(error), within, cause, numbers) if told_apart else None


def _is_student(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith((_OURS, *_LIBRARIES, "<frozen"))


def _shared(value, arguments) -> int | None:
    if type(value) is not np.ndarray:
        return None
    arrays = [(i, a) for i, a in enumerate(arguments) if type(a) is np.ndarray]
    return next((i for i, array in arrays if np.may_share_memory(value, array)), None)


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
