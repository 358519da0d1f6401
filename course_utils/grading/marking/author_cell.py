"""Execute an author's cell outside the sandbox: its value becomes points, its error a text."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

import ast
import contextlib
import io
import linecache
import math
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.proxy import Names
from course_utils.grading.text import is_showable, storable

if TYPE_CHECKING:
    from course_utils.grading.intake.extra_files import Files

_CELL = "<the author's cell>"
_LONGEST = 200  # characters in a mistake's name


def execute(source: str, names: Names):
    """Run ``source``; return the value of its last line if that is an expression, else None."""
    names["get_ipython"] = lambda: _NoShell()
    text, tree = _parsed(source)
    linecache.cache[_CELL] = (len(text), None, text.splitlines(keepends=True), _CELL)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, _CELL, "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), _CELL, "eval"), names)
    return None


def _parsed(source: str) -> tuple[str, ast.Module]:
    """The cell's text and its tree; IPython is asked, which takes longer, only for its magics."""
    with contextlib.suppress(SyntaxError):
        return source, ast.parse(source, _CELL)
    from IPython.core.inputtransformer2 import TransformerManager

    text = TransformerManager().transform_cell(source)
    return text, ast.parse(text, _CELL)


class _NoShell:
    """In place of the shell: magics do nothing here, as nobody reads this notebook."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def points_of(value: Any, most: float, outputs: Outputs) -> float:
    """The score of a cell that raised nothing: all points, or the number on its last line."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        if value is not None:
            outputs.show({"type": "display", "data": {"text/plain": storable(repr(value))}})
        return most
    number = float(np.real(value))
    if math.isnan(number) or not 0 <= number <= most:
        outputs.stream("stdout", f"[{number:g} is not a number of points from 0 to {most:g}]\n")
        number = 0.0 if math.isnan(number) else min(max(number, 0.0), most)
    outputs.partial(number)
    return number


def words_for(error: BaseException, released: str) -> tuple[str, str, list[str]]:
    """The error's type, message and lines for the student.

    The lines are the student's own frames and no line of a hidden test. ``released``: the text of
    the cell that students received.
    """
    name = str(getattr(error, "student_type", type(error).__name__))
    try:
        message = str(error)
    except Exception:
        message = ""
    lines = []
    visible = {line.strip() for line in released.splitlines()}
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _CELL:
            code = linecache.getline(_CELL, trace.tb_lineno).strip()
            lines = [code] if code in visible else ["(a test that is not shown)"]
        trace = trace.tb_next
    if frames := getattr(error, "student_traceback", ""):
        return name, message, [*lines, str(frames)]
    return name, message, [*lines, f"{name}: {message}" if message else name]


def is_authors_slip(error: BaseException, student_names: frozenset[str]) -> bool:
    """Whether the error is the author's: a name that nobody defines, whatever the answer."""
    if not isinstance(error, NameError) or hasattr(error, "student_type"):
        return False
    return error.name is not None and error.name not in student_names


def misconceptions_of(error: BaseException) -> list[str]:
    """The ids of the misconceptions that a check recognised; empty where it names none."""
    found = getattr(error, "misconception", None)
    if isinstance(found, str):
        return [found]
    return (
        [each for each in found if isinstance(each, str)]
        if isinstance(found, (list, tuple))
        else []
    )


def mistakes_of(error: BaseException) -> list[str]:
    """How the author's test names a wrong answer that is not a misconception of the catalogue.

    That is the name that a check gives (``wrong``), or the message of an ``assert`` in the cell.
    """
    wrong = getattr(error, "wrong", None)
    if isinstance(wrong, str):
        return [_line(wrong)]
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    own = trace is not None and trace.tb_frame.f_code.co_filename == _CELL
    if type(error) is not AssertionError or not own or not error.args:
        return []
    lines = str(error).strip().splitlines()
    return [_line(lines[0])] if lines else []


def _line(text: str) -> str:
    """``text`` for a table: a student's value in it may hold what turns the line's direction."""
    kept = storable(text)[:_LONGEST]
    return "".join(letter if is_showable(letter) else " " for letter in kept)


@contextlib.contextmanager
def quiet(out: bool = True) -> Generator[None, None, None]:
    """In a ``with``: discard standard error of the author's code, with ``out`` also output."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        if out:
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        yield


@contextlib.contextmanager
def beside(given: "Files") -> Generator[None, None, None]:
    """In a ``with``: the author's own files lie in the working folder, for the author's cells."""
    if not given:
        yield
        return
    with TemporaryDirectory(prefix="course-given-") as place:
        for name, data in given:
            path = Path(place, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        os.chdir(place)
        sys.path.insert(0, place)
        try:
            yield
        finally:
            os.chdir("/")
