"""What runs in the sandbox beside the student's code: executes cells, answers for their names.

Messages that come in (see ``proxy`` for the other end), each answered by one message:

``files``  names and bytes for the submission's folder, and the resource limits
``run``    one cell's source; while it runs, ``display`` and ``error`` messages may come first
``get``    a name: its value
``call``   a function kept here by number, with arguments: its result, and the arguments it changed
``read``   an attribute of an object kept here by number
"""

import opcode
import os
import selectors
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from course_utils.grading.guest import codec, walls, wire
from course_utils.grading.guest.shell import CELL_FILE, make_shell
from course_utils.grading.guest.shell import rehearse as rehearse

_FRAMES = 4  # an error shows so many of the student's own frames, the last ones
_VALUE_BYTES = 48 * 2**20
_SHOWN = 200  # the most displays of one cell that are sent; each costs time on both sides
_DISPLAY_BYTES = 16 * 2**20  # the largest display that is sent; the wire refuses twice as much


def serve(connection: socket.socket, home: Path, others: int = 0) -> None:
    """Answer until the other end closes. ``home``: the submission's own folder.

    ``others``: how many processes and threads this user has elsewhere. The kernel counts them in
    its limit for the user, so they are added to the limit.
    """
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 (for the process's life)
    sys.stdout = sys.__stdout__ = _stream(1)
    sys.stderr = sys.__stderr__ = _stream(2)
    selectors.DefaultSelector = selectors.PollSelector  # asyncio's; the filter refuses epoll
    sys.path.insert(0, "")  # the submission's own modules, as in a notebook
    _Answers(wire.Wire(connection, attachment_bytes=256 * 2**20), home, others).answer()


def _stream(fd: int):
    return open(fd, "w", encoding="utf-8", errors="backslashreplace", buffering=8192, closefd=False)


class _Answers:
    def __init__(self, line: wire.Wire, home: Path, others: int):
        self._line, self._home, self._others = line, home, others
        self._shown = 0
        self._kept = []  # functions and objects that the other side knows by number
        self._one_at_a_time = threading.RLock()
        self._shell = make_shell(self._tell)
        os.register_at_fork(after_in_child=line.close)  # only this process answers

    def answer(self) -> None:
        while True:
            try:
                header, attachments = self._line.receive()
            except wire.Closed:
                return
            try:
                answer, parts = getattr(self, "_on_" + header["type"])(header, attachments)
            except BaseException as error:
                if isinstance(error, MemoryError):
                    walls.use_reserve()
                answer, parts = self._error(error), []
            try:
                self._send(answer, parts)
            except ValueError as error:  # no JSON: a number of too many digits
                self._send(self._error(error), [])

    def _tell(self, header: dict) -> None:
        self._shown += 1
        if header["type"] != "error":
            if self._shown > _SHOWN:
                return
            if (size := wire.size_of(header)) > _DISPLAY_BYTES:
                note = f"[a display of {size / 2**20:.0f} MB, which is too large to be shown]"
                header = {"type": "display", "data": {"text/plain": note}}
        self._send(header, [])

    def _send(self, header, parts) -> None:
        _flush()  # what was printed before a picture stays before it
        with self._one_at_a_time:  # a student's threads may show something too
            self._line.send(header, parts)

    def _on_files(self, header, attachments):
        walls.limit_resources(**header["limits"], others=self._others)
        for name, data in zip(header["names"], attachments, strict=True):
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return {"type": "done"}, []

    def _on_run(self, header, _):
        self._shown = 0
        result = self._shell.run_cell(header["source"], store_history=True)
        memory = _ran_out(result.error_in_exec)
        return {"type": "done", "ok": bool(result.success), "memory": memory}, []

    def _on_get(self, header, _):
        if header["name"] not in self._shell.user_ns:
            return {"type": "absent"}, []
        return self._value(self._shell.user_ns[header["name"]])

    def _on_call(self, header, attachments):
        args, kwargs = self._arguments(header["arguments"], attachments)
        before = self._encoded([args, kwargs])
        value = self._kept[header["id"]](*args, **kwargs)
        answer, parts = self._value(value)
        after = self._encoded([args, kwargs])
        if after != before:
            answer["changed"] = len(parts)  # where the attachments of the changed arguments start
            answer["arguments"], parts = after[0], [*parts, *after[1]]
        return answer, parts

    def _arguments(self, tree: Any, attachments: list[bytes]) -> tuple[list, dict]:
        args, kwargs = codec.decode(tree, attachments, self._find)  # our own side sent them
        return args, kwargs

    def _on_read(self, header, _):
        return self._value(getattr(self._kept[header["id"]], header["name"]))

    def _value(self, value):
        tree, parts = codec.encode(value, self._keep, most_bytes=_VALUE_BYTES)
        return {"type": "value", "value": tree}, parts

    def _encoded(self, value):
        try:
            return codec.encode(value, self._keep, most_bytes=_VALUE_BYTES)
        except codec.CodecError:
            return None, []

    def _keep(self, value) -> dict:
        number = next((i for i, kept in enumerate(self._kept) if kept is value), len(self._kept))
        if number == len(self._kept):
            self._kept.append(value)
        name = str(getattr(value, "__name__", ""))[:100]
        return {
            "id": number,
            "name": name,
            "type": type(value).__name__[:100],
            "callable": callable(value),
        }

    def _find(self, held: dict):
        return self._kept[held["id"]]

    def _error(self, error: BaseException) -> dict:
        try:
            message = str(error)
        except Exception:
            message = ""
        bases = [base.__name__ for base in type(error).__mro__]
        return {
            "type": "raised",
            "ename": type(error).__name__[:100],
            "bases": bases[:20],
            "evalue": message[:4000],
            "frames": self._frames(error)[:4000],
            "memory": _ran_out(error),
        }

    def _frames(self, error: BaseException) -> str:
        """The student's own frames: what is in a cell, or in a file that was handed in."""
        lines = []
        for frame in traceback.extract_tb(error.__traceback__):
            mine = frame.filename.startswith((CELL_FILE, str(self._home)))
            if mine:
                lines.append(
                    f"line {frame.lineno}, in {frame.name}:  {frame.line or ''}".rstrip(": ")
                )
        return "\n".join(lines[-_FRAMES:])


def _ran_out(error: BaseException | None) -> bool:
    """Whether memory really ran out: the MemoryError did not come from a ``raise`` in Python."""
    if not isinstance(error, MemoryError) or error.__traceback__ is None:
        return False
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_code[trace.tb_lasti] != opcode.opmap["RAISE_VARARGS"]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a student may have put anything there
            continue
