"""Whose marks can be trusted: bad and odd submissions in our hands and in the peers'."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

from tqdm import tqdm

from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
from tests.bench.measure import show
from tests.bench.peers import Otter, Stock
from tests.grading.conftest import LIMITS, hand_in, make_course
from tests.grading.corpus import (
    assignment,
    cells,
    crashes,
    earned,
    files,
    memory,
    networks,
    strain,
    talk,
    tricks,
    values,
)
from tests.grading.corpus.assignment import FULL, NAME, code

CODE = {**tricks.CASES, **values.CASES, **crashes.CASES}
# honest work in an unexpected form; a person marks the written answers
HONEST = {name: case for name, case in earned.CASES.items() if f"{NAME}.ipynb" in case.files}
ODD = "honest work in odd shapes"
CELLS = cells.CASES  # what happened to nbgrader's own cells: nothing to ask another grader
# attacks that would take over a grader without walls, and cases that need a class or a command line
OURS = {**strain.CASES, **memory.CASES, **talk.CASES, **files.CASES}
MODELS = networks.CASES
_MODEL_LIMITS = LIMITS._replace(cell_seconds=20, submission_seconds=150)


def _ours(folder: Path, cases: dict, of: ModuleType = assignment, limits: Limits = LIMITS) -> dict:
    root = folder / f"ours-{of.NAME}"
    root.mkdir()
    make_course(root, of)
    for student, case in cases.items():
        hand_in(root, student, case, of)
    with contextlib.redirect_stderr(io.StringIO()):
        results = grade_class(root, of.NAME, limits=limits)
    return {result.student: result.score for result in results}


def _theirs(peer, cases: dict) -> dict:
    if (score := peer.mark("honest", code())) != FULL:
        raise RuntimeError(f"{peer.name} does not run here: honest work got {score} of {FULL}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        marks = pool.map(peer.mark, cases, cases.values())
        marks = tqdm(marks, peer.name, len(cases), file=sys.stderr)
        return dict(zip(cases, marks, strict=True))


def _row(what: str, marks: dict, cases: dict, ours: bool) -> tuple:
    """The row of a table: how many got what they earned, more, less, or nothing."""
    more = [s for s, case in cases.items() if (marks[s] or 0) > (case.score or 0)]
    less = [s for s, case in cases.items() if (marks[s] or 0) < (case.score or 0)]
    wrong = len(more) + len(less)
    text = f"{len(cases) - wrong} of {len(cases)} ({len(more)} got more, {len(less)} less)"
    if not ours:
        return what, text, "", None
    if wrong:
        print(f"  {what}: {', '.join(more + less)}")
    return what, text, "all", not wrong


def main() -> int:
    """Print who gives what was earned; return how many of our own targets are missed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ours = _ours(folder, CODE | HONEST | CELLS | OURS)
        models = _ours(folder, MODELS, networks, _MODEL_LIMITS)
        stock = Stock(folder)
        theirs = _theirs(stock, CODE | HONEST | CELLS)
        rows = [
            _row("bad code: course grade", ours, CODE, ours=True),
            _row(f"bad code: {stock.name}", theirs, CODE, ours=False),
        ]
        try:
            otter = Otter(folder)
            others = _theirs(otter, CODE | HONEST)
            rows.append(_row(f"bad code: {otter.name}", others, CODE, ours=False))
            rows.append(_row(f"{ODD}: {otter.name}", others, HONEST, ours=False))
        except subprocess.CalledProcessError as error:
            why = f"not measured: uv could not install it (exit code {error.returncode})"
            rows.append(("bad code: otter-grader", why, "", None))
        rows += [
            _row(f"{ODD}: course grade", ours, HONEST, ours=True),
            _row(f"{ODD}: {stock.name}", theirs, HONEST, ours=False),
            _row("changed cells: course grade", ours, CELLS, ours=True),
            _row(f"changed cells: {stock.name}", theirs, CELLS, ours=False),
            _row("files, strain and talk: course grade", ours, OURS, ours=True),
            _row("Keras models: course grade", models, MODELS, ours=True),
        ]
    return show("submissions that are given what they earned (tests/grading/corpus)", rows)
