"""Marking a class: ``course grade`` against stock nbgrader on the same work, feedback included."""

import json
import os
from time import perf_counter

import matplotlib
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.host.wall import why_not_of
from course_utils.grading.intake.cell_roles import TAG
from tests.bench.classes import Assignment, seconds_of_ours, seconds_of_stock
from tests.bench.measure import show
from tests.exercises import synthetic
from tests.exercises.submissions import author_answers, author_text, notebook
from tests.grading.corpus import assignment as small

CLASS, LARGE, LARGEST = 20, 200, 1000
FEW_FASTER, MANY_FASTER, NETWORK, FLAT, OWN, WALLS = 15.0, 30.0, 12.0, 1.1, 0.25, 1.1

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


def _network() -> Assignment:
    """An assignment that imports TensorFlow and fits a small network."""
    cells = [
        new_markdown_cell("A network", id="title"),
        _cell("import keras\nimport numpy as np", "setup"),
        _cell(_BUILD, "build", solution=True, locked=False),
        _cell(_FIT, "fit"),
        _cell(_CHECK, "fit_check", grade=True, points=2),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    text = nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    return Assignment("network", text, [text.replace("### BEGIN HIDDEN TESTS", "# told later")])


def _convolution() -> Assignment:
    """The book's assignment: half of the works are all right, the others have one mistake each."""
    works = synthetic.work("convolution")
    right = works.pop("author").answers
    turns = [answers for work in works.values() for answers in (right, work.answers)]
    texts = [json.dumps(notebook("convolution", answers)) for answers in turns]
    return Assignment("convolution", author_text("convolution"), texts)


def _own_cells(of: Assignment) -> float:
    """Seconds of the cells of student and author that are run, without the checks, warm."""
    matplotlib.use("agg")
    cells = json.loads(of.works[0])["cells"]
    sources = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
        and not cell["metadata"].get("nbgrader", {}).get("grade")
        and TAG not in cell["metadata"].get("tags", [])
    ]
    for _ in range(2):  # the first time imports
        names: dict = {}
        start = perf_counter()
        for source in sources:
            exec(source, names)
        seconds = perf_counter() - start
    return seconds


def _against_stock(of: Assignment, title: str, target: float) -> tuple[tuple, float, float]:
    """The row of a class of 20, and the seconds of ours and of stock nbgrader for it."""
    before = seconds_of_ours(of, CLASS)
    stock = seconds_of_stock(of, CLASS)
    ours = (before + seconds_of_ours(of, CLASS)) / 2  # a busy moment falls on both
    return _faster(f"{CLASS} × {title}", ours, stock, target), ours, stock


def _faster(title: str, ours: float, stock: float, target: float) -> tuple:
    text = f"{stock / ours:.1f} × faster: {ours:.0f} s, stock {stock:.0f} s"
    return title, text, f"at least {target:g} ×", stock / ours >= target


def _behind(wall: str, of: Assignment) -> float:
    """Seconds for the large class behind that kind of wall."""
    asked = os.environ.get("COURSE_WALL")
    os.environ["COURSE_WALL"] = wall
    try:
        return seconds_of_ours(of, LARGE)
    finally:
        del os.environ["COURSE_WALL"]
        os.environ |= {"COURSE_WALL": asked} if asked else {}


def _walls() -> list[tuple]:
    """A class behind Landlock beside the same one behind namespaces, where both stand."""
    if any(why_not_of(kind) for kind in ("namespaces", "landlock")):
        return []
    author, work = nbformat.writes(small.author()), nbformat.writes(small.notebook())
    tiny = Assignment(small.NAME, author, [work])
    before, namespaces, after = (
        _behind(wall, tiny) for wall in ("landlock", "namespaces", "landlock")
    )
    ratio = (before + after) / 2 / namespaces  # a busy moment of the machine falls on both
    title = f"{LARGE} × a small assignment behind Landlock against namespaces"
    return [(title, f"{ratio:.2f} × the time", f"at most {WALLS:g} ×", ratio <= WALLS)]


def _seconds_of_cnn() -> float:
    """Seconds that the networks of one submission of ``cnn`` take, in one thread."""
    empty, full = (
        seconds_of_ours(
            Assignment("cnn", author_text("cnn"), [json.dumps(notebook("cnn", answers))]), 1
        )
        for answers in ({}, author_answers("cnn"))
    )
    return full - empty


def main() -> int:
    """Print the ratios; return how many miss their targets."""
    os.environ.setdefault("MNIST_OFFLINE", "1")
    convolution, cores = _convolution(), os.cpu_count() or 1
    first, few, stock = _against_stock(convolution, "convolution", FEW_FASTER)
    rows = [first]
    many = {size: seconds_of_ours(convolution, size) for size in (LARGE, LARGEST)}
    for size, seconds in many.items():  # stock nbgrader marks one after another, each alike
        title = f"{size} × convolution (stock: {size // CLASS} × its {CLASS})"
        rows.append(_faster(title, seconds, stock * size / CLASS, MANY_FASTER))
    each = (many[LARGEST] - few) / (LARGEST - CLASS)  # without what every run begins with
    flat = each / ((many[LARGE] - few) / (LARGE - CLASS))
    own = each * cores - _own_cells(convolution)
    rows += [
        (
            f"a submission up to {LARGEST} against one up to {LARGE}",
            f"{flat:.2f} × the time",
            f"at most {FLAT:g} ×",
            flat <= FLAT,
        ),
        (
            f"a submission, all {cores} cores, beyond the student's and author's own cells",
            f"{own:.2f} s of one core",
            f"at most {OWN:g} s",
            own <= OWN,
        ),
        _against_stock(_network(), "a network in TensorFlow", NETWORK)[0],
        *_walls(),
        (
            "the networks that cnn trains for one submission",
            f"{_seconds_of_cnn():.0f} s of one core",
            "",
            None,
        ),
    ]
    return show(f"marking with feedback, {cores} workers", rows)
