"""Marking a class: ``course grade`` against stock ``nbgrader autograde`` on the same work."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.authoring.notebook import author_notebook
from course_utils.grading.class_run import grade_class
from course_utils.grading.host.wall import why_not_of
from tests.bench.measure import show
from tests.exercises.submissions import author_answers as answers_of
from tests.exercises.submissions import notebook
from tests.grading.conftest import use_stock_steps
from tests.grading.corpus import assignment as small
from tests.sample_class.make import ASSIGNMENT, ROOT, author_answers

CLASS, LARGE = 20, 200
CONVOLUTION, NETWORK, FLAT, OWN, WALLS = 5.0, 8.0, 1.1, 0.5, 1.1

_BUILD = """
def build():
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION
"""
_FIT = """
rng = np.random.default_rng(0)
x, y = rng.random((512, 28, 28, 1), dtype=np.float32), rng.integers(0, 10, 512)
model = build()
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=2, batch_size=64, verbose=0)
"""
_CHECK = """
assert len(history.history["loss"]) == 2
### BEGIN HIDDEN TESTS
assert history.history["loss"][1] < 3
### END HIDDEN TESTS
"""


def _cell(source: str, name: str, **facts):
    facts = {"grade": False, "solution": False, "locked": True, "task": False} | facts
    facts |= {"grade_id": name, "schema_version": 3}
    return new_code_cell(source.strip(), metadata={"nbgrader": facts}, id=name)


def _network():
    """An assignment that imports TensorFlow and fits a small network."""
    cells = [
        new_markdown_cell("A network", id="title"),
        _cell("import keras\nimport numpy as np", "setup"),
        _cell(_BUILD, "build", solution=True, locked=False),
        _cell(_FIT, "fit"),
        _cell(_CHECK, "fit_check", grade=True, points=2),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _class(folder: Path, name: str, author, work, size: int) -> Path:
    """A course's folder with ``size`` copies of ``work`` (notebook JSON) handed in."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    source = folder / "_build" / "source" / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(author, "utf-8")
    for number in range(size):
        path = folder / "submitted" / f"student-{number:03}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(work, "utf-8")
    return folder


def _ours(name: str, author: str, work: str, size: int) -> tuple[float, float]:
    """Seconds for the whole class, and the mean score."""
    with tempfile.TemporaryDirectory() as folder:
        root = _class(Path(folder), name, author, work, size)
        start = perf_counter()
        with contextlib.redirect_stderr(io.StringIO()):
            results = grade_class(root, name)
        seconds = perf_counter() - start
    return seconds, sum(result.score for result in results) / size


def _stock(name: str, author: str, work: str, size: int) -> float:
    """Seconds for the same class with nbgrader's own steps (its registration not counted)."""
    with tempfile.TemporaryDirectory() as folder:
        root = _class(Path(folder), name, author, work, size)
        use_stock_steps(root, "c.Execute.timeout = 300")
        own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        own |= {"PYTHONPATH": str(ROOT), "MNIST_OFFLINE": "1"}
        for step in ("generate_assignment", "autograde"):
            start = perf_counter()
            command = [sys.executable, "-m", "nbgrader", step, name]
            subprocess.run(command, cwd=root, env=os.environ | own, check=True, capture_output=True)
        return perf_counter() - start


def _against_stock(title: str, target: float, *work) -> tuple:
    before, _ = _ours(*work, CLASS)
    stock = _stock(*work, CLASS)
    after, _ = _ours(*work, CLASS)
    ours = (before + after) / 2  # a busy moment of the machine falls on both
    text = f"{stock / ours:.1f} × faster than stock's {stock:.0f} s"
    return title, text, f"at least {target:g} ×", stock / ours >= target


def _behind(wall: str, *work) -> float:
    """Seconds for the large class behind that kind of wall."""
    asked = os.environ.get("COURSE_WALL")
    os.environ["COURSE_WALL"] = wall
    try:
        return _ours(*work, LARGE)[0]
    finally:
        del os.environ["COURSE_WALL"]
        os.environ |= {"COURSE_WALL": asked} if asked else {}


def _walls(*work) -> list[tuple]:
    """A class behind Landlock beside the same one behind namespaces, where both stand."""
    if any(why_not_of(kind) for kind in ("namespaces", "landlock")):
        return []
    before, namespaces, after = (
        _behind(wall, *work) for wall in ("landlock", "namespaces", "landlock")
    )
    ratio = (before + after) / 2 / namespaces  # a busy moment of the machine falls on both
    title = f"{LARGE} × a small assignment behind Landlock against namespaces"
    return [(title, f"{ratio:.2f} × the time", f"at most {WALLS:g} ×", ratio <= WALLS)]


def _seconds_of_cnn() -> float:
    """Seconds that the networks of one submission of ``cnn`` take, in one thread."""
    author = author_notebook(ROOT / "solutions" / "cnn" / "cnn.py")
    empty, full = (
        _ours("cnn", author, json.dumps(notebook("cnn", answers)), 1)[0]
        for answers in ({}, answers_of("cnn"))
    )
    return full - empty


def main() -> int:
    """Print the ratios; return how many miss their targets."""
    os.environ.setdefault("MNIST_OFFLINE", "1")
    author = author_notebook(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.py")
    convolution = (ASSIGNMENT, author, json.dumps(notebook(ASSIGNMENT, author_answers())))
    network = _network()
    answered = nbformat.writes(network).replace("### BEGIN HIDDEN TESTS", "# told later")
    tiny = (small.NAME, nbformat.writes(small.author()), nbformat.writes(small.notebook()))
    few, _ = _ours(*tiny, CLASS)
    many, _ = _ours(*tiny, LARGE)
    own = (many - few) / (LARGE - CLASS) * (os.cpu_count() or 1)
    flat = (many / LARGE) / (few / CLASS)
    rows = [
        _against_stock(f"{CLASS} × convolution", CONVOLUTION, *convolution),
        _against_stock(
            f"{CLASS} × a network in TensorFlow",
            NETWORK,
            "network",
            nbformat.writes(network),
            answered,
        ),
        (
            f"a submission among {LARGE} against one among {CLASS}",
            f"{flat:.2f} × the time",
            f"at most {FLAT:g} ×",
            flat <= FLAT,
        ),
        (
            "the grader's own work for one submission",
            f"{own:.2f} s of one core",
            f"under {OWN:g} s",
            own < OWN,
        ),
        *_walls(*tiny),
        (
            "the networks that cnn trains for one submission",
            f"{_seconds_of_cnn():.0f} s of one core",
            "",
            None,
        ),
    ]
    return show(f"marking, {os.cpu_count()} workers", rows)
