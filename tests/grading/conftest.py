"""The corpus, marked once as one class, for every test of it."""

import contextlib
import importlib
import json
import shutil
import socket
import sqlite3
import tempfile
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from course_utils.grading import class_run
from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.outputs import Outputs
from course_utils.grading.host.pool import Pool, Preload
from course_utils.grading.host.session import Session
from course_utils.grading.host.shown import PACKAGE
from course_utils.grading.marking.needs import needs
from tests.conftest import ROOT
from tests.grading.corpus import assignment

# every file of the corpus; ``networks`` has an assignment, and a class, of its own
FAMILIES = sorted(
    path.stem
    for path in Path(assignment.__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "assignment", "networks")
)
# the seconds of a cell are the fewest that a student gets (cell_time.py)
LIMITS = Limits(cell_seconds=10, submission_seconds=75, memory_mb=800, processes=64, output_mb=300)
LIGHT = Preload(
    inside=("numpy", "IPython.core.interactiveshell", "course_utils.grading.guest.answer"),
    outside=("numpy",),
    worker="course_utils.grading.marking.worker",
)


def corpus() -> dict:
    """Student → case, of every family."""
    modules = [importlib.import_module(f"tests.grading.corpus.{name}") for name in FAMILIES]
    return {name: case for module in modules for name, case in module.CASES.items()}


def make_course(root: Path, of: ModuleType = assignment) -> Path:
    """A course's folder with an assignment of the corpus's in it, and nobody's work."""
    return course_with(root, of.NAME, nbformat.writes(of.author()))


def course_with(root: Path, name: str, author: str) -> Path:
    """A course's folder with the ``author``'s notebook (JSON text), and nobody's work."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    source = root / "_build" / "source" / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(author, "utf-8")
    return root


def results_of(course: Path, name: str = assignment.NAME) -> dict[str, dict]:
    """What is kept of each student's result, read as another program would; {} before there is.

    It may write: what a killed run left half written can only be read when it is taken back.
    """
    address = f"file:{course / 'gradebook.db'}?mode=rw"
    wanted = "select facts from course_result where assignment = ? and facts is not null"
    try:
        with contextlib.closing(sqlite3.connect(address, timeout=60, uri=True)) as gradebook:
            kept = [json.loads(text) for (text,) in gradebook.execute(wanted, (name,))]
    except sqlite3.OperationalError as error:
        if not str(error).startswith(("unable to open", "no such table")):
            raise
        return {}
    return {facts["student"]: facts for facts in sorted(kept, key=lambda facts: facts["student"])}


def use_stock_steps(course: Path, *lines: str) -> None:
    """Leave nbgrader its own steps: of our configuration only where things lie, and ``lines``."""
    config = course / "nbgrader_config.py"
    ours = config.read_text("utf-8").splitlines()
    kept = [line for line in ours if line.startswith(("c =", "c.CourseDirectory"))]
    config.write_text("\n".join([*kept, *lines]), "utf-8")


def hand_in(course: Path, student: str, case, of: ModuleType = assignment, **places) -> Path:
    """Put a case's files into ``submitted/``; ``places`` fill the braces in its text."""
    folder = course / "submitted" / student / of.NAME
    folder.mkdir(parents=True)
    for name, data in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for key, value in places.items():
            data = data.replace(b"{%s}" % key.encode(), str(value).encode())
        path.write_bytes(data)
    if case.after:
        case.after(folder)
    return folder


def _asked_for(session) -> set[str] | None:
    """The students that the selected tests are about; None when one of them is about the whole."""
    names: set[str] = set()
    for item in session.items:
        if "marked" in getattr(item, "fixturenames", ()):
            student = getattr(item, "callspec", None) and item.callspec.params.get("student")
            if student is None:
                return None
            names.add(student)
    return names


@pytest.fixture(scope="session")
def marked(request, tmp_path_factory):
    """The corpus and three honest students, marked as one class; with what was seen around it.

    Where single attacks were asked for (``pytest -k NAME``), only those and the honest students.
    """
    root = make_course(tmp_path_factory.mktemp("corpus"))
    server = socket.create_server(("127.0.0.1", 0))
    places = {"root": root, "package": PACKAGE, "port": server.getsockname()[1]}
    honest = assignment.code()
    cases = {"a-honest": honest, **corpus(), "honest": honest, "z-honest": honest}
    asked = _asked_for(request.session)
    for student, case in cases.items():
        if asked is None or student in asked or case is honest:
            hand_in(root, student, case, **places)
    temporary = root / "temporary"
    temporary.mkdir()
    before = {path: path.read_bytes() for path in _submitted(root)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("COURSE_SECRET", "x")
        grade_class(root, assignment.NAME, workers=2, limits=LIMITS)
    server.close()
    return {
        "root": root,
        "results": results_of(root),
        "left": list(temporary.iterdir()),
        "unchanged": before == {path: path.read_bytes() for path in _submitted(root)},
        "gradebook": sqlite3.connect(root / "gradebook.db"),
    }


def _submitted(root: Path):
    files = (root / "submitted").rglob("*")
    return [path for path in files if path.is_file() and not path.is_symlink()]


@pytest.fixture(scope="module")
def light_pool():
    """Preloaded processes without TensorFlow, behind this machine's wall; for one file of tests."""
    pool = Pool()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def keras():
    """Keras, with a seed."""
    import keras

    keras.utils.set_random_seed(3)
    return keras


class _KeptPool(Pool):
    """Preloaded processes that one run leaves to the next."""

    def close(self) -> None:
        """Not when a run is over."""

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="module")
def kept_pool():
    """One pair of preloaded processes for all runs of ``grade_class`` in a file of tests.

    For tests that ask nothing of the processes: to start a pair takes longer than to mark a class.
    """
    pool = _KeptPool()
    # here, for they end with the thread that starts them
    pool.start(needs(nbformat.writes(assignment.author()), []))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_run, "Pool", lambda *_: pool)
        yield pool
    pool.end()


@pytest.fixture
def open_submission(light_pool):
    """A function (limits, files) -> Session in the sandbox; closed at the test's end."""
    opened = []

    def start(limits: Limits = LIMITS, files=()) -> Session:
        session = Session(light_pool.start(LIGHT).inside, limits, files)
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.close()


def shown(session: Session, source: str) -> list[dict]:
    """Run one cell in ``session``; the outputs that it has."""
    outputs = Outputs(LIMITS)
    session.run(source, outputs)
    return outputs.list
