"""The wheel, installed into an empty environment, as a student's machine gets it."""

import ast
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from course_utils.authoring.notebook import author_notebook
from tests.conftest import ROOT

EXERCISES = sorted((ROOT / "exercises").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy of what belongs to it (no stale build/ folder can help)."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, copy)
    for name in ("course_utils", "tests", "book"):
        ignore = shutil.ignore_patterns("__pycache__", "_build")
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", copy / "dist", copy]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def student(wheel, tmp_path_factory):
    """A function of Python code -> its output, in a new environment that holds the wheel alone."""
    return installed(wheel, tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="module")
def student_of_networks(wheel, tmp_path_factory):
    """The same where the wheel was installed with the extra that brings TensorFlow."""
    return installed(f"cnn-course[cnn] @ {wheel.as_uri()}", tmp_path_factory.mktemp("networks"))


def installed(what, home: Path):
    """A function of Python code -> its output, in a new environment below ``home``.

    Installed at the pins. uv does pip's work here, because it keeps unpacked packages: TensorFlow
    arrives in seconds when it has been on this machine before.
    """
    venv.create(home / "env", with_pip=False)
    python = home / "env" / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    done = subprocess.run(
        [*uv, "--constraint", ROOT / "requirements.txt", what], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_"))}
    environment["MPLBACKEND"] = "agg"

    def run(code: str) -> str:
        done = subprocess.run(
            [python, "-I", "-"],
            input=code,
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def imports(notebook: Path) -> list[str]:
    """Every import statement of a notebook's code cells."""
    statements = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            lines = [line for line in "".join(cell["source"]).split("\n") if line[:1] not in "%!"]
            nodes = ast.walk(ast.parse("\n".join(lines)))
            statements += [
                ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)
            ]
    return statements


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel):
    """Is every file of course_utils (its JS, data, weights, templates too) in the wheel, alone?"""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (path for path in (ROOT / "course_utils").rglob("*") if path.is_file())
    wanted = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert names == wanted
    assert {Path(name).suffix for name in names} >= {".py", ".js", ".json", ".npz"}


def test_every_import_of_every_student_notebook_works(student_of_networks):
    """Does what a student's notebook imports come with the course and its extra ``cnn``?"""
    assert EXERCISES
    statements = sorted({line for notebook in EXERCISES for line in imports(notebook)})
    assert any(line.startswith("from course_utils.checks") for line in statements)
    student_of_networks("\n".join(statements))


@pytest.mark.parametrize("name", ["convolution", "pooling"])
def test_two_assignments_need_no_tensorflow(name, student):
    """Do all cells of the author's notebook run, and all checks answer, where Keras cannot come?"""
    made = json.loads(author_notebook(ROOT / "solutions" / name / f"{name}.py"))
    cells = ["".join(c["source"]) for c in made["cells"] if c["cell_type"] == "code"]
    refused = "import sys; sys.modules.update(keras=None, tensorflow=None)"
    printed = student("\n\n".join([refused, *cells]))
    assert printed.count("right") > 5
    assert "MNIST" not in printed  # one digit comes without a download, and without a word


def test_the_demos_come_along(student):
    """Can every demo that the package names be made from the wheel, with its JS inside?"""
    printed = student(
        "import course_utils.widgets as w\n"
        "for name in w.__all__:\n"
        "    print(name, 'render' in str(getattr(w, name)._esm))"
    )
    lines = printed.split("\n")[:-1]
    assert lines
    assert all(line.endswith(" True") for line in lines), printed


def test_mnist_comes_along(student):
    """Does the embedded data set load from the wheel, with no network?"""
    printed = student(
        "import os; os.environ.update(MNIST_OFFLINE='1', MNIST_NPZ='', KERAS_HOME='/nowhere')\n"
        "from course_utils.data import load_mnist\n"
        "print(load_mnist()[0][0].shape)"
    )
    assert printed.strip().endswith("(4000, 28, 28, 1)")


def test_a_student_is_spared_the_weight_of_book_and_grader(student):
    """Is nothing of the book's, the grader's or the tests' weight installed with the notebooks?"""
    heavy = ["nbgrader", "jupyter-book", "sphinx", "nbconvert", "jupyterlab", "pytest", "ruff"]
    heavy += ["keras", "tensorflow"]
    printed = student(
        "from importlib.metadata import distributions\n"
        "print(*sorted(d.name.lower() for d in distributions()))"
    )
    assert {"cnn-course", "numpy", "ipykernel", "anywidget"} <= set(printed.split())
    assert not set(heavy) & set(printed.split())


def test_the_command_comes_along_and_says_what_is_not_installed(student):
    """Does ``course`` start for a student, and do the author's commands name what they lack?"""
    printed = student(
        "import contextlib, io\n"
        "from course_utils.cli import main\n"
        "said = io.StringIO()\n"
        "with contextlib.redirect_stderr(said):\n"
        f"    print(main(['--root', {str(ROOT)!r}, 'doctor']), main(['--root', {str(ROOT)!r},"
        " 'book']))\n"
        "print(said.getvalue())"
    )
    assert "0 2" in printed
    assert "pip install '.[book]'" in printed
