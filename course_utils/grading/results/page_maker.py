"""Make feedback pages in a process of their own, each within a time limit.

The length of a text does not tell how long the libraries take to format it. So a page that takes
too long is made again in plain text. nbgrader's own converter makes the pages, in a process of its
own (see ``page_process``), which reports each student with whom it begins, and is killed when a
page takes too long.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import contextlib
import json
import logging
import os
import select
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Any

from course_utils import light_imports as light_imports  # isort: split

from nbgrader.apps import NbGraderApp
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from course_utils.grading.course_paths import Course, open_course
from course_utils.grading.results.page_process import (
    Forked,
    PageProcess,
    Spawned,
    asked_by_parent,
    can_fork,
)

_SECONDS = 15.0  # for one student; a page of the exercises takes a third of a second
_START = 60.0  # for the process to import what it needs
_FEWEST = 10  # pages for which a process is started: to start takes as long as so many pages


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
    shares = [sorted(students[first::several]) for first in range(several)]
    asked = [_asked(course, assignment, share) for share in shares]
    first = [Forked(_work, each) if can_fork() else _spawned(each) for each in asked]
    with ThreadPoolExecutor(several) as threads:
        dear = threads.map(partial(_make_share, course, assignment, seconds), shares, first)
        return sorted(student for share in dear for student in share)


def _asked(
    course: Course, assignment: str, students: list[str], plain: bool = False
) -> dict[str, Any]:
    """What a process is asked for, as plain data."""
    root, sample = str(course.root), course.sample
    facts = {"root": root, "sample": sample, "assignment": assignment, "plain": plain}
    return facts | {"students": students}


def _spawned(asked: dict[str, Any]) -> PageProcess:
    return Spawned(__spec__.name, asked)


def _make_share(
    course: Course, assignment: str, seconds: float, students: list[str], first: PageProcess
) -> list[str]:
    """Make the pages of ``students`` one after another; return those made in plain text.

    ``first``: the process that was asked for all of them.
    """
    waiting, dear = set(students), list[str]()
    process = first
    while waiting:
        begun, done = _make(process, seconds)
        waiting -= set(begun)
        if done or not begun:
            break
        dear.append(begun[-1])
        process = _spawned(_asked(course, assignment, sorted(waiting)))
    for student in dear:
        _make(_spawned(_asked(course, assignment, [student], plain=True)), seconds)
    return dear


def _make(process: PageProcess, seconds: float) -> tuple[list[str], bool]:
    """Let a process make pages; return the students it began with, and whether it finished.

    Where it did not finish, the page of the last of them is not done.
    """
    begun: list[str] = []
    try:
        patience = _START
        while (line := _line(process.told, patience)) not in (None, b""):
            begun.append(json.loads(line))
            patience = seconds
        return begun, line == b"" and process.succeeded()
    finally:
        process.close()


def _line(pipe: int, patience: float) -> bytes | None:
    """The next line of ``pipe``, b"" at its end, or None when it takes longer than ``patience``.

    The other end writes a whole line at once, and no second line before the first is read.
    """
    if not select.select([pipe], [], [], patience)[0]:
        return None
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(pipe, 1)):
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


def _work(asked: dict[str, Any], told: IO[str]) -> None:
    """Make the pages that are ``asked`` for (see ``_asked``)."""
    course = open_course(Path(asked["root"]), asked["sample"])
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
    asked_by_parent(_work)
