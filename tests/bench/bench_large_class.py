"""A class of 100,000 with made-up results: writing, an idle run, export, report, and memory.

Nothing is marked here: each student gets the outcome of one real submission. So this measures the
work of the one writer and of the readers for each student.
"""

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from uuid import uuid4

import nbformat
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import insert

from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.exchange_formats.export import export_grades
from course_utils.grading.marking.mark_submission import mark_submission
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.own_tables import RESULT
from course_utils.grading.results.recorder import Recorder
from course_utils.grading.results.records import recorded
from tests.bench.classes import Assignment, make_class
from tests.bench.measure import show
from tests.grading.corpus import assignment as small

MANY = int(os.environ.get("FILES_CLASS", "1000"))  # students with files
LARGE = int(os.environ.get("LARGE_CLASS", "100000"))  # students in the gradebook alone
MORE = 100  # recorded among them
UNCHANGED, FLAT, MEMORY = 5.0, 1.5, 2000.0
_AT_ONCE = 5_000  # rows
_MISCONCEPTION = ["kernel-flipped"]


class _Marked(Executor):
    """Marks one submission, and gives its outcome to all other students."""

    def __init__(self):
        self._outcomes = None

    def submit(self, fn, /, jobs, pool):
        """A future that is done."""
        done = Future()
        self._outcomes = self._outcomes or [mark_submission(job) for job in jobs]
        done.set_result(self._outcomes)
        return done


def _processor(action: Callable[[], object]) -> float:
    """Seconds of one processor."""
    start = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        action()
    return time.process_time() - start


def _with_files(folder: str) -> dict[str, float]:
    """A class of ``MANY``, whose work is recorded, and then nothing changes."""
    of = Assignment(
        small.NAME, nbformat.writes(small.author()), [nbformat.writes(small.notebook())]
    )
    root, marked = make_class(Path(folder), of, MANY), _Marked()
    first = _processor(lambda: grade_class(root, small.NAME, executor=marked))
    again = _processor(lambda: grade_class(root, small.NAME, executor=marked))
    return {"write": first / MANY, "again": again}


def _fill(book: Gradebook, size: int) -> None:
    """``size`` students with a submission each, every tenth of them with a misconception."""
    notebook = book.find_notebook(small.NAME, small.NAME)
    graded = [cell.id for cell in notebook.grade_cells]
    commented = [cell.id for cell in notebook.solution_cells]
    names = [cell.name for cell in notebook.grade_cells]
    for start in range(0, size, _AT_ONCE):
        rows = {kind: [] for kind in (Student, SubmittedAssignment, SubmittedNotebook)}
        rows |= {Grade: [], Comment: [], RESULT: []}
        for number in range(start, min(start + _AT_ONCE, size)):
            student, ours, theirs = f"student-{number:06}", uuid4().hex, uuid4().hex
            rows[Student].append({"id": student, "first_name": "A", "last_name": f"B{number}"})
            assigned = {"id": ours, "assignment_id": notebook.assignment_id}
            rows[SubmittedAssignment].append(assigned | {"student_id": student})
            mine = {"id": theirs, "assignment_id": ours, "notebook_id": notebook.id}
            rows[SubmittedNotebook].append(mine)
            score = {"auto_score": float(number % 3), "needs_manual_grade": False}
            for cell in graded:
                row = {"id": uuid4().hex, "cell_id": cell, "notebook_id": theirs}
                rows[Grade].append(row | score)
            for cell in commented:
                row = {"id": uuid4().hex, "cell_id": cell, "notebook_id": theirs}
                rows[Comment].append(row)
            found = _MISCONCEPTION if number % 10 == 0 else []
            marks = {name: {"points": 2.0, "misconceptions": found} for name in names}
            facts = {"student": student, "assignment": small.NAME, "status": "ok"}
            facts |= {"score": 1.0, "seconds": 1.0, "questions": marks, "wall": "namespaces"}
            key = {"assignment": small.NAME, "student": student}
            # as if their files were on another machine: else each row would say that they are gone
            kept = {"facts": json.dumps(facts), "place": "elsewhere", "saved": 0.0}
            rows[RESULT].append(key | kept)
        for kind, values in rows.items():
            book.db.execute(insert(kind), values)
        book.db.commit()


def _record(root: Path, size: int) -> float:
    """Seconds of one processor for each of ``MORE`` students recorded beside those there."""
    text = nbformat.writes(small.author())
    with Recorder(open_course(root), small.NAME) as recorder:
        recorder.register({small.NAME: text})

        def record() -> None:
            for number in range(MORE):
                recorder.record(f"more-{size}-{number}", None, {small.NAME: text}, [])

        return _processor(record) / MORE


def _report(root: Path) -> None:
    course = open_course(root)
    write_report(recorded(course, small.NAME), root / "report.html", small.NAME)


def _in_the_gradebook(folder: str) -> dict[str, float]:
    """Measure ``LARGE`` students without files: recording one more, the export, the report."""
    root = make_class(Path(folder), Assignment(small.NAME, nbformat.writes(small.author()), []), 0)
    few = _record(root, 0)
    with open_gradebook(open_course(root).db_url) as book:
        _fill(book, LARGE)
    facts = {"few": few, "many": _record(root, LARGE)}
    for name in ("export", "report"):
        command = [sys.executable, "-m", "tests.bench.bench_large_class", name, str(root)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        facts[name], facts[f"{name}_memory"] = map(float, done.stdout.split()[-2:])
    facts["size"] = (root / "report.html").stat().st_size / 1e6
    facts["database"] = (root / "gradebook.db").stat().st_size / 1e6
    return facts


def main() -> int:
    """Print the figures; return how many miss their targets."""
    with tempfile.TemporaryDirectory() as folder:
        files = _with_files(folder)
    with tempfile.TemporaryDirectory() as folder:
        large = _in_the_gradebook(folder)
    again, ratio = files["again"], large["many"] / large["few"]
    peak = max(large["export_memory"], large["report_memory"])
    rows = [
        (f"writing one of {MANY:,}", f"{files['write'] * 1e3:.0f} ms", "", None),
        (
            f"{MANY:,} with nothing changed",
            f"{again:.1f} s",
            f"at most {UNCHANGED:g} s",
            again <= UNCHANGED,
        ),
        (
            f"writing one among {LARGE:,} against one among {MORE}",
            f"{ratio:.2f} ×",
            f"at most {FLAT:g} ×",
            ratio <= FLAT,
        ),
        (f"the gradebook of {LARGE:,}", f"{large['database']:.0f} MB", "", None),
        (f"export of {LARGE:,}", f"{large['export']:.0f} s", "", None),
        (f"report.html of {LARGE:,}", f"{large['report']:.0f} s", "", None),
        ("its size", f"{large['size']:.1f} MB", "", None),
        ("memory of both", f"{peak:.0f} MB", f"at most {MEMORY:g} MB", peak <= MEMORY),
    ]
    return show("a large class, without marking (seconds of one processor)", rows)


if __name__ == "__main__":
    asked, place = sys.argv[1], Path(sys.argv[2])
    output = place / "out.csv"
    actions = {
        "export": lambda: export_grades(place, small.NAME, "csv", output=output),
        "report": lambda: _report(place),
    }
    seconds = _processor(actions[asked])
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
