"""The memory that ``course grade`` needs: few students against many, with large notebooks."""

import contextlib
import io
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from course_utils.grading.class_run import grade_class
from tests.bench.classes import Assignment, make_class
from tests.bench.measure import show
from tests.grading.corpus import assignment as small

FEW, MANY = 30, 300
CHARACTERS = 400_000  # that each student wrote below the answers
GROWTH, MOST = 1.3, 250.0


def _marked(size: int) -> None:
    """Mark a class of that size; print this process's peak memory in MB."""
    work = small.notebook()
    work.cells.append(new_markdown_cell("x" * CHARACTERS))
    of = Assignment(small.NAME, nbformat.writes(small.author()), [nbformat.writes(work)])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        results = grade_class(make_class(Path(folder), of, size), small.NAME)
    assert {result.status for result in results} == {"ok"}
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _peak(size: int) -> float:
    command = [sys.executable, "-m", "tests.bench.bench_memory", str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Print the peaks and their ratio; return how many miss their targets."""
    few, many = _peak(FEW), _peak(MANY)
    growth = many / few
    rows = [
        (f"{FEW} submissions", f"{few:.0f} MB", "", None),
        (f"{MANY} submissions", f"{many:.0f} MB", f"at most {MOST:g} MB", many <= MOST),
        (
            f"{MANY} against {FEW}",
            f"{growth:.2f} × the memory",
            f"at most {GROWTH:g} ×",
            growth <= GROWTH,
        ),
    ]
    return show(f"memory of a class, {CHARACTERS / 1e6:g} MB a notebook", rows)


if __name__ == "__main__":
    _marked(int(sys.argv[1]))
