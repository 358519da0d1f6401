"""The JupyterLite site below the book: the kernel's files, the notebooks, and the built pages."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_utils.book.lite import pyodide, wheels
from course_utils.errors import CourseError
from course_utils.requirement import code_of, needs_tensorflow

FOLDER = "lite"  # below the book
_KERNEL = "@jupyterlite/pyodide-kernel-extension"
_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget", _KERNEL)
_WORK = "cnn-course-work"  # our own extension: work.js, the bar above a notebook
_SAVED_EVERY = 5  # seconds; with JupyterLab's 120 a closed tab would lose too much
# packages that the kernel would otherwise load one after another, with the kernel's names for them
_LOADED = (
    *("ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"),
    *("micropip", "piplite"),
)
_START = "start.js"  # the kernel loads it in place of pyodide.js, which it loads in turn


def runs_in_browser(notebook: str) -> bool:
    """Whether a notebook (its text) runs in a browser, where there is no TensorFlow."""
    return not needs_tensorflow(code_of(notebook))


def find_distribution() -> tuple[Path | None, str]:
    """The folder of Pyodide to build with, or None and a sentence that says what is missing."""
    if find_spec("jupyterlite_core") is None or find_spec("jupyterlite_pyodide_kernel") is None:
        return None, "jupyterlite-core or jupyterlite-pyodide-kernel is not installed"
    try:
        return pyodide.find_pyodide(), ""
    except pyodide.NoPyodide as error:
        return None, str(error)


def build_site(distribution: Path, notebooks: list[Path], target: Path) -> None:
    """Build the site with ``notebooks`` and Pyodide's files; it replaces the folder ``target``.

    Raises CourseError, with the last lines of JupyterLite's output, when it does not build.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _kernel_files(distribution, folder / "static" / "pyodide")
        _work_extension(folder / _WORK)
        (folder / "contents").mkdir()
        for notebook in notebooks:
            _write(folder / "contents" / notebook.name, _for_browser(notebook))
        _write(folder / "jupyter-lite.json", _settings())
        _write(folder / "jupyter_lite_config.json", {"LiteBuildConfig": _build_settings(folder)})
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", place]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            last = "\n".join(f"{done.stdout}{done.stderr}".strip().splitlines()[-5:])
            raise CourseError(f"the notebooks for the browser did not build:\n{last}")
        _start_with_ours(folder / "site" / "jupyter-lite.json")
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(folder / "site", target)


def _for_browser(notebook: Path) -> dict[str, Any]:
    """The notebook for the browser: it names Pyodide as its kernel, which then starts by itself.

    Its metadata get the key ``given``: the notebook's file name, a version of its text, and its
    original metadata, which work.js puts back into the file that the student hands in.
    """
    made = json.loads(notebook.read_text("utf-8"))
    given = {
        "name": notebook.name,
        "version": version_of(made),
        "metadata": made["metadata"],
    }
    kernel = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    made["metadata"] = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        "given": given,
    }
    made["cells"] = _without_install(made["cells"])
    return made


def _without_install(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells without a chapter's line that installs the course, which is there already.

    An assignment keeps all its cells: it is handed in.
    """
    if any("nbgrader" in cell["metadata"] for cell in cells):
        return cells
    return [cell for cell in cells if "\n# %pip install" not in "".join(cell["source"])]


def version_of(notebook: dict[str, Any]) -> str:
    """A hash of the text of a notebook's cells: it changes when a student would see a change.

    The cells' ids do not count: a chapter gets new ones with each build.
    """
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:12]


def _work_extension(folder: Path) -> None:
    """Write work.js and its style as an extension of JupyterLite; their hash names the folder."""
    here = Path(__file__).parent
    texts = [(here / name).read_bytes() for name in ("work.js", "work.css")]
    place = hashlib.sha256(b"".join(texts)).hexdigest()[:12]  # a browser's cache goes by name
    (folder / place).mkdir(parents=True)
    for name, text in zip(("work.js", "work.css"), texts, strict=True):
        (folder / place / name).write_bytes(text)
    build = {"load": f"{place}/work.js", "extension": "./extension"}
    facts = {"name": _WORK, "version": metadata.version("cnn-course")}
    _write(folder / "package.json", facts | {"jupyterlab": {"_build": build}})


def _settings() -> dict[str, Any]:
    """The settings of the site's pages: they use our Pyodide, and load nothing from elsewhere."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(_LOADED)},
    }
    saving = {"autosaveInterval": _SAVED_EVERY}
    data = {
        "appName": "Notebooks",
        "litePluginSettings": {f"{_KERNEL}:kernel": kernel},
        "settingsOverrides": {"@jupyterlab/docmanager-extension:plugin": saving},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def _start_with_ours(settings: Path) -> None:
    """Let the kernel load start.js in place of pyodide.js, which its own build step has set."""
    made = json.loads(settings.read_text("utf-8"))
    kernel = made["jupyter-config-data"]["litePluginSettings"][f"{_KERNEL}:kernel"]
    kernel["pyodideUrl"] = f"./static/pyodide/{_START}"
    _write(settings, made)


def _build_settings(folder: Path) -> dict[str, Any]:
    extensions = Path(sys.prefix, "share", "jupyter", "labextensions")
    return {
        "contents": [str(folder / "contents")],
        "output_dir": str(folder / "site"),
        "apps": ["notebooks", "lab", "tree"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [
            *(str(extensions / name) for name in _EXTENSIONS),
            str(folder / _WORK),
        ],
    }


def _kernel_files(distribution: Path, folder: Path) -> None:
    """Write Pyodide with our packages added to its own: ``import course_utils`` loads them."""
    folder.mkdir(parents=True)
    lock = pyodide.read_lock(distribution)
    theirs = pyodide.packages_of(lock)
    for name in (*pyodide.CORE, *(entry["file_name"] for entry in theirs)):
        shutil.copy(distribution / name, folder)
    shutil.copy(Path(__file__).with_name(_START), folder)
    entries = [*theirs, *wheels.pack(folder), *_kernel_wheels(folder)]
    lock["packages"] = {pyodide.normal(entry["name"]): entry for entry in entries}
    _write(folder / pyodide.LOCK, lock)
    # the number of bytes that a chapter loads to run its own cells (book/_ext/page_cells)
    parts = [entry["file_name"] for entry in pyodide.packages_of(lock, ["cnn-course"])]
    _write(folder / "size.json", {"bytes": _size(folder, (*pyodide.CORE, *parts))})


def _kernel_wheels(folder: Path) -> list[dict[str, Any]]:
    """The lock file's entries for the wheels of the kernel itself, which its extension contains."""
    place = Path(sys.prefix, "share/jupyter/labextensions", _KERNEL, "static", "pypi")
    version = metadata.version("jupyterlite-pyodide-kernel")
    found = {
        "ipykernel": (next(place.glob("ipykernel-*.whl")), ()),
        "pyodide-kernel": (
            place / f"pyodide_kernel-{version}-py3-none-any.whl",
            ("ipython", "comm", "ipykernel"),
        ),
        "piplite": (place / f"piplite-{version}-py3-none-any.whl", ("micropip",)),
    }
    entries: list[dict[str, Any]] = []
    for name, (wheel, depends) in found.items():
        copied = Path(shutil.copy(wheel, folder))
        entries.append(wheels.entry(copied, name, [name.replace("-", "_")], depends))
    return entries


def _size(folder: Path, names: Iterable[str]) -> int:
    """The bytes of these files, without Pyodide's file for classic scripts, which is not loaded."""
    return sum((folder / name).stat().st_size for name in names if name != "pyodide.js")


def _write(path: Path, facts: dict[str, Any]) -> None:
    path.write_text(json.dumps(facts), "utf-8")
