"""Classes that a bench marks: folders with handed-in work, and the seconds of both graders."""

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tests.conftest import ROOT
from tests.grading.conftest import course_with, use_stock_steps


class Assignment(NamedTuple):
    """``author``: the author's notebook; ``works``: what students hand in, in turns (all JSON)."""

    name: str
    author: str
    works: list[str]


def make_class(folder: Path, of: Assignment, size: int) -> Path:
    """Write a course's folder in which ``size`` students have handed in; return it."""
    course_with(folder, of.name, of.author)
    for number in range(size):
        path = folder / "submitted" / f"student-{number:03}" / of.name / f"{of.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(of.works[number % len(of.works)], "utf-8")
    return folder


def seconds_of_ours(of: Assignment, size: int) -> float:
    """Seconds of ``course grade`` for a new class of that size: start, marks, table, pages.

    Raises RuntimeError when somebody is left without a mark or a feedback page.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = make_class(Path(folder), of, size)
        seconds = _run(root, "course_utils.cli", "grade", of.name)
        marks = (root / "_build" / "grades" / f"{of.name}.csv").read_text("utf-8")
        pages = list((root / "feedback").glob(f"*/{of.name}/{of.name}.html"))
    told = Counter(row["status"] for row in csv.DictReader(marks.splitlines()))
    if told != {"ok": size} or len(pages) != size:
        raise RuntimeError(f"{of.name}: {size} handed in, marked {dict(told)}, {len(pages)} pages")
    return seconds


def seconds_of_stock(of: Assignment, size: int) -> float:
    """Seconds of nbgrader's own autograde and generate_feedback (its set-up is not counted)."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_class(Path(folder), of, size)
        use_stock_steps(root, "c.Execute.timeout = 300")
        _run(root, "nbgrader", "generate_assignment", of.name)
        steps = ("autograde", "generate_feedback")
        return sum(_run(root, "nbgrader", step, of.name) for step in steps)


def _run(root: Path, module: str, *words: str) -> float:
    """Seconds of a command in the course's folder; what it prints is not shown."""
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    own |= {"PYTHONPATH": str(ROOT), "MNIST_OFFLINE": "1"}
    command = [sys.executable, "-m", module, *words]
    start = perf_counter()
    subprocess.run(command, cwd=root, env=os.environ | own, check=True, capture_output=True)
    return perf_counter() - start
