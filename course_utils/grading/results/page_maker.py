"""Make feedback pages in a process of their own, each within a time limit.

The length of a text does not tell how long the libraries take to format it. So a page that takes
too long is made again in plain text. nbgrader's own converter makes the pages, in a process that
runs this module. It reports each student with whom it begins, and is killed when a page takes too
long.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Any

from course_utils import light_imports as light_imports  # isort: split

from nbgrader.apps import NbGraderApp
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from course_utils.grading.course_paths import Course, open_course

_SECONDS = 15.0  # for one student; a page of the exercises takes a third of a second
_START = 60.0  # for the process to import what it needs
_FEWEST = 25  # pages for which a process is started: its imports take as long as so many pages


def make_pages(
    course: Course,
    assignment: str,
    students: list[str],
    seconds: float = _SECONDS,
    workers: int | None = None,
) -> list[str]:
    """Make the feedback pages of ``students`` by nbgrader's converter, each within ``seconds``.

    ``workers``: most processes that make pages at the same time (default: cores). Returns the
    students whose page had to be made in plain text. A page that cannot be made is not there
    afterwards; the other students get theirs.
    """
    most = workers or os.cpu_count() or 1
    several = max(1, min(most, len(students) // _FEWEST))
    shares = [students[first::several] for first in range(several)]
    with ThreadPoolExecutor(several) as threads:
        dear = threads.map(partial(_make_share, course, assignment, seconds), shares)
        return sorted(student for share in dear for student in share)


def _make_share(course: Course, assignment: str, seconds: float, students: list[str]) -> list[str]:
    """Make the pages of ``students`` one after another; return those made in plain text."""
    waiting, dear = set(students), list[str]()
    while waiting:
        begun, done = _make(course, assignment, sorted(waiting), seconds, plain=False)
        waiting -= set(begun)
        if done or not begun:
            break
        dear.append(begun[-1])
    for student in dear:
        _make(course, assignment, [student], seconds, plain=True)
    return dear


def _make(
    course: Course, assignment: str, students: list[str], seconds: float, *, plain: bool
) -> tuple[list[str], bool]:
    """Make pages in one process; return the students it began with, and whether it finished.

    Where it did not finish, the page of the last of them is not done.
    """
    command = [sys.executable, "-P", "-m", __spec__.name, str(course.root)]
    facts = {"sample": course.sample, "assignment": assignment, "plain": plain}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    begun: list[str] = []
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):  # the process may have ended already
            process.stdin.write(json.dumps(facts | {"students": students}).encode())
            process.stdin.close()
        patience = _START
        while (line := _line(process.stdout, patience)) not in (None, b""):
            begun.append(json.loads(line))
            patience = seconds
        if line == b"":
            process.wait(_START)
        return begun, line == b"" and process.returncode == 0
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _line(pipe: IO[bytes], patience: float) -> bytes | None:
    """The next line of ``pipe``, b"" at its end, or None when it takes longer than ``patience``.

    The other end writes a whole line at once, and no second line before the first is read.
    """
    if not select.select([pipe], [], [], patience)[0]:
        return None
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(pipe.fileno(), 1)):
        line += byte
    return bytes(line)


class _Feedback(GenerateFeedback):
    """nbgrader's converter, with one exporter for all pages: its templates are compiled once."""

    coursedir: Any
    students: list[str] = []  # noqa: RUF012 (set on the one that is made)
    told: Any = None  # it writes a student's name to this stream before it makes the page

    def init_notebooks(self):
        """Find the work of ``students``; a name is taken as it is, and not as a pattern."""
        self.assignments, self.notebooks = {}, []
        for student in self.students:
            folder = self._format_source(self.coursedir.assignment_id, student)
            found = [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]
            self.assignments |= {folder: found} if found else {}

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """nbgrader's first step for a student."""
        print(json.dumps(student_id), file=self.told, flush=True)
        return super().init_destination(assignment_id, student_id)


def main(root: Path) -> None:
    """Make the pages that standard input asks for (JSON: see ``_make``)."""
    with os.fdopen(os.dup(1), "w", encoding="ascii") as told:
        os.dup2(2, 1)  # else a line that a library prints would be read as a student's name
        asked = json.load(sys.stdin)
        course = open_course(root, asked["sample"])
        course.config.MarksOfCells.plain = asked["plain"]
        log = logging.getLogger("course_utils.grading.nbgrader")
        log.setLevel(logging.ERROR)
        app = NbGraderApp(config=course.config, log=log)
        coursedir = course.coursedir(asked["assignment"])
        converter = _Feedback(coursedir=coursedir, parent=app, force=True, log=log)
        converter.students, converter.told = asked["students"], told
        with contextlib.suppress(NbGraderException):  # a page failed; the others are made
            converter.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
