"""The course and the pure Python packages that it needs in a browser, as wheels for Pyodide.

They are packed from the packages that are installed here, so that the browser runs the versions of
this course's environment and nothing is downloaded. Compiled parts are left out, because a browser
cannot load them; these packages work without them.
"""

import hashlib
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2]
# a package → the packages that it needs, among these and Pyodide's own
LIBRARIES = {
    "typing-extensions": (),
    "psygnal": (),
    "comm": (),
    "parso": (),
    "jedi": ("parso",),
    "jupyterlab-widgets": (),
    "ipywidgets": ("ipython", "traitlets", "comm", "jupyterlab-widgets"),
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
}
_COURSE_NEEDS = ("numpy", "matplotlib", "ipywidgets", "anywidget")
# parts that are of no use in a browser; of ``book`` only the module that draws stays in
_NOT_IN_BROWSER = (
    "grading",
    "book",
    "authoring",
    "cli.py",
    "doctor.py",
    "places.py",
    "requirement.py",
)
_DRAWS = ("book/__init__.py", "book/figures.py")
# parts that it cannot load: compiled ones, and the weights of a network that needs TensorFlow
_COMPILED = (".so", ".pyd", ".pyc", ".h5")
# data of jedi (which completes names) on other libraries, and lists of checksums
_LEFT_OUT = ("/typeshed/stubs/", "/django-stubs/", "/RECORD")
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same files


def pack(folder: Path) -> list[dict[str, Any]]:
    """Write the wheels into ``folder``; return their entries for Pyodide's lock file.

    Raises PackageNotFoundError when one of the libraries is not installed.
    """
    entries = [_library(name, depends, folder) for name, depends in LIBRARIES.items()]
    return [*entries, _course(folder)]


def entry(wheel: Path, name: str, imports: Iterable[str], depends: Iterable[str]) -> dict[str, Any]:
    """The entry in Pyodide's lock file for a pure Python ``wheel``."""
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": list(imports),
        "depends": list(depends),
        "unvendored_tests": False,
    }


def _library(name: str, depends: Iterable[str], folder: Path) -> dict[str, Any]:
    found = metadata.distribution(name)
    files = {str(path): Path(str(path.locate())) for path in found.files or []}
    kept = {name: path for name, path in files.items() if not name.startswith("..")}
    tops = {n.partition("/")[0].removesuffix(".py") for n in kept if n.endswith(".py")}
    return entry(_wheel(folder, name, found.version, kept), name, sorted(tops), depends)


def _course(folder: Path) -> dict[str, Any]:
    files = {
        f"course_utils/{path.relative_to(PACKAGE).as_posix()}": path
        for path in sorted(PACKAGE.rglob("*"))
        if path.relative_to(PACKAGE).parts[0] not in _NOT_IN_BROWSER
    } | {f"course_utils/{name}": PACKAGE / name for name in _DRAWS}
    version = metadata.version("cnn-course")
    wheel = _wheel(folder, "cnn-course", version, files)
    return entry(wheel, "cnn-course", ["course_utils"], _COURSE_NEEDS)


def _wheel(folder: Path, name: str, version: str, files: dict[str, Path]) -> Path:
    """A wheel of these files (name in the wheel → path); the same files give the same bytes."""
    target = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, path in sorted(files.items()):
            if path.is_file() and _belongs(inside):
                archive.writestr(zipfile.ZipInfo(inside, _DATE), path.read_bytes(), 8)
        facts = f"{name.replace('-', '_')}-{version}.dist-info/METADATA"
        if facts not in archive.namelist():
            text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            archive.writestr(zipfile.ZipInfo(facts, _DATE), text)
    return target


def _belongs(inside: str) -> bool:
    return not inside.endswith(_COMPILED) and not any(part in inside for part in _LEFT_OUT)
