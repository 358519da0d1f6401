"""Pyodide (Python for the browser): found in a folder, an archive or the cache, or downloaded.

The SHA-256 of every file is checked: those of Pyodide's own files are below, those of its packages
in its lock file. The version fits jupyterlite-pyodide-kernel in requirements.txt; CONTRIBUTING says
how to update the two.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full"  # Pyodide's own place for its files
LOCK = "pyodide-lock.json"
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    LOCK: "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
}
# Pyodide's packages for the kernel, the course and its figures; the lock file names those they need
PACKAGES = ("micropip", "ssl", "sqlite3", "ipython", "numpy", "matplotlib")
_WAIT = 20  # a download fails after so many seconds without a byte

Lock = dict[str, Any]


class NoPyodide(Exception):
    """There is no Pyodide here; the message says what was tried and what to do."""


def find_pyodide() -> Path:
    """The folder with Pyodide's files, each of them checked. Raises NoPyodide.

    ``PYODIDE_DIST`` names a folder or an archive. Without it, the cache is used; if the cache is
    empty, it is filled from Pyodide's own site (not with ``COURSE_OFFLINE`` or ``MNIST_OFFLINE``).
    """
    if given := os.environ.get("PYODIDE_DIST"):
        return _checked(_unpacked(Path(given)))
    cache = _cache() / f"pyodide-{VERSION}"
    if (cache / LOCK).is_file():
        return _checked(cache)
    if os.environ.get("COURSE_OFFLINE") or os.environ.get("MNIST_OFFLINE"):
        raise NoPyodide(f"no Pyodide in {cache}, and nothing is downloaded: set PYODIDE_DIST")
    return _download(cache)


def packages_of(lock: Lock, wanted: Iterable[str] = PACKAGES) -> list[Lock]:
    """The lock file's entries for the packages ``wanted`` and for all that these depend on."""
    found: dict[str, Lock] = {}
    waiting = list(wanted)
    while waiting:
        name = normal(waiting.pop())
        if name not in found:
            found[name] = lock["packages"][name]
            waiting += found[name]["depends"]
    return list(found.values())


def normal(name: str) -> str:
    """A package's name in the form of the lock file's keys."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(folder: Path) -> Lock:
    """The lock file of Pyodide in ``folder``."""
    return json.loads((folder / LOCK).read_text("utf-8"))


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "cnn-course")


def _unpacked(path: Path) -> Path:
    """The folder with the files: ``path`` itself, or the unpacked archive ``path``."""
    if path.is_dir():
        return path if (path / LOCK).is_file() else path / "pyodide"
    if not path.is_file():
        raise NoPyodide(f"PYODIDE_DIST={path}: there is no such folder or archive")
    folder = _cache() / f"unpacked-{_sha256(path)[:12]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:
            with tarfile.open(path) as archive:
                archive.extractall(place, filter="data")
            shutil.move(place, folder)
            Path(place).mkdir()  # the end of TemporaryDirectory removes it
    return folder if (folder / LOCK).is_file() else folder / "pyodide"


def _checked(folder: Path) -> Path:
    """``folder``, if it has every file that is needed. Raises NoPyodide where a file is wrong."""
    wrong = [name for name, sha256 in CORE.items() if not _is(folder / name, sha256)]
    if not wrong:
        entries = packages_of(read_lock(folder))
        wrong = [e["file_name"] for e in entries if not _is(folder / e["file_name"], e["sha256"])]
    if wrong:
        some = ", ".join(wrong[:3])
        raise NoPyodide(f"{folder} is not Pyodide {VERSION}: {some} missing or changed")
    return folder


def _download(folder: Path) -> Path:
    """Download all files from Pyodide's own site into ``folder``; after an error, none is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        new = Path(place, "new")
        new.mkdir()
        try:
            for name, sha256 in CORE.items():
                _fetch(name, sha256, new)
            entries = packages_of(read_lock(new))
            for number, entry in enumerate(entries, 1):
                if sys.stderr.isatty():
                    name = entry["file_name"].split("-")[0]
                    print(f"\rPyodide: {number}/{len(entries)} {name:<30}", end="", file=sys.stderr)
                _fetch(entry["file_name"], entry["sha256"], new)
        except OSError as error:
            raise NoPyodide(f"Pyodide cannot be downloaded from {ADDRESS} ({error})") from None
        new.rename(folder)
    print(f"Pyodide {VERSION} is in {folder}", file=sys.stderr)
    return folder


def _fetch(name: str, sha256: str, folder: Path) -> None:
    with urllib.request.urlopen(f"{ADDRESS}/{name}", timeout=_WAIT) as answer:
        (folder / name).write_bytes(answer.read())
    if not _is(folder / name, sha256):
        raise OSError(f"{name} is not the file that was expected")


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path) == sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
