"""Python's side of a chapter's cells that a reader edits and runs in the page; it runs in a Worker.

``book/_ext/page_cells`` is the page's side; the two send each other plain JSON.
"""

import base64
import copy
import json
import re
import sys
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.checks.error import CheckError
from course_utils.checks.gaps import check_gap

_MOST = 20_000  # a page shows at most so many characters of text
_IDS = re.compile(r'( id="|href="#|url\(#)')
_COPIED = (np.ndarray, list, dict, set)  # values that a reader's code could change in place


class _ShowsAsOutput(DisplayHook):
    """Shows the value of a cell's last line like a display, without a prompt.

    ``code``: the cell; with a semicolon at its end the value is not shown.
    """

    code = ""

    def quiet(self) -> bool:
        """Whether the cell ends in a semicolon."""
        return bool(self.semicolon_at_end_of_expression(self.code))

    def update_user_ns(self, result: Any) -> None:
        """Do not set ``_`` and ``__``: each run starts from the chapter's names."""

    def write_output_prompt(self) -> None:
        """No ``Out[3]:``."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Publish it."""
        shell: Any = self.shell
        shell.display_pub.publish(format_dict, md_dict)

    def finish_displayhook(self) -> None:
        """No empty line."""


class _Shell(InteractiveShell):
    """IPython without a kernel: it shows figures, and does not show errors itself."""

    displayhook_class = _ShowsAsOutput

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window to open."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Do nothing: the result has the errors."""

    showsyntaxerror = showindentationerror = showtraceback  # type: ignore[assignment]


class PageCells:
    """One chapter. ``cells``: the source of each code cell, in order."""

    def __init__(self, cells: list[str]):
        self._cells = list(cells)
        self._shell = _Shell.instance()
        try:
            self._shell.run_line_magic("matplotlib", "inline")
        except Exception as error:  # without Matplotlib there are no figures, but all else works
            print(error, file=sys.stderr)
        self._names: dict[int, dict[str, Any]] = {0: {"__name__": "__main__"}}

    def run(self, before: int, code: str, gap: str = "") -> str:
        """Run ``code`` where the chapter's first ``before`` cells have run; JSON for the page.

        ``outputs``: ``{"kind": "text" | "error" | "picture" | "drawing", "data": …}`` (a picture:
        base64 of a PNG; a drawing: HTML with an SVG, as chapters draw). With ``gap`` (a key of
        GAPS), ``check``: ``{"right": …, "text": …, "misconception": …}``; null where the code
        failed.
        """
        start = self._names_before(before)
        names = {name: _own(value) for name, value in start.items()}
        outputs, failed, names = self._ran(code, names)
        check = None if failed or not gap else _checked(gap, names, start)
        return json.dumps({"outputs": outputs, "check": check})

    def _names_before(self, number: int) -> dict[str, Any]:
        """The chapter's names before cell ``number``; each cell of the chapter runs once."""
        if number not in self._names:
            start = self._names_before(number - 1)
            self._names[number] = self._ran(self._cells[number - 1], start)[2]
        return self._names[number]

    def _ran(
        self, code: str, names: dict[str, Any]
    ) -> tuple[list[dict[str, str]], bool, dict[str, Any]]:
        """Run ``code``; return its outputs, whether it failed, and the names after it.

        All code has the same globals, so that the chapter's functions see the reader's changes.
        """
        space = self._shell.user_ns
        space.clear()
        space.update(names)
        _ShowsAsOutput.code = code
        with capture_output() as seen:
            result = self._shell.run_cell(code, store_history=False)
        outputs: list[dict[str, str]] = []
        if text := (seen.stdout + seen.stderr)[:_MOST]:
            outputs.append({"kind": "text", "data": text})
        outputs += [_shown(output.data) for output in seen.outputs]
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            outputs.append({"kind": "error", "data": _told(error, code)})
        return outputs, error is not None, dict(space)


def _own(value: Any) -> Any:
    """A copy of a value that code could change in place, so that each run starts with the same."""
    try:
        return copy.deepcopy(value) if isinstance(value, _COPIED) else value
    except Exception:  # something in it cannot be copied: then runs share it
        return value


def _checked(gap: str, names: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"right": True, "text": check_gap(gap, names, before), "misconception": None}
    except CheckError as error:
        text = " ".join(str(error).split())  # the page breaks the lines
        return {"right": False, "text": text, "misconception": error.misconception}


def _shown(data: dict[str, Any]) -> dict[str, str]:
    picture = data.get("image/png")
    if picture is not None:
        if isinstance(picture, bytes):
            picture = base64.b64encode(picture).decode()
        return {"kind": "picture", "data": picture}
    drawing = data.get("text/html", "")
    if drawing.startswith('<figure class="drawing"'):  # course_utils.book.figures.show
        own = _IDS.sub(r"\1run-", drawing)  # the chapter's drawing may be on the same page
        return {"kind": "drawing", "data": own}
    return {"kind": "text", "data": str(data.get("text/plain", ""))[:_MOST]}


def _told(error: BaseException, code: str) -> str:
    """The error in one line; before it, the line of the reader's code where it happened."""
    what = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    number = error.lineno if isinstance(error, SyntaxError) else None
    trace, file = error.__traceback__, None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if trace.tb_frame.f_code.co_name == "<module>" and "ipython-input" in name:
            file, number = name, trace.tb_lineno
        elif name == file:
            number = trace.tb_lineno  # also in a function that the code defines
        trace = trace.tb_next
    lines = code.splitlines()
    if number is None or not 0 < number <= len(lines):
        return what
    return f"line {number}: {lines[number - 1].strip()}\n{what}"
