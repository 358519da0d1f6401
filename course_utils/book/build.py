"""Build the book with Jupyter Book: only when a source changed, one build at a time."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.book.contents import pages_in_order
from course_utils.book.lite.site import FOLDER, build_site, find_distribution, runs_in_browser
from course_utils.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has no fcntl: there the reader must not start two builds
    fcntl = None

PROGRAM = Path(sys.executable).with_name("jupyter-book")
HTML = Path("_build/html")
LOG = Path("_build/book.log")
STAMP = Path("_build/book.stamp")
SOURCES = (*("_config.yml", "_toc.yml", "CITATION.cff", "requirements.txt"), "book", "course_utils")
SOURCES += ("exercises",)
FRAME = ("_config.yml", "_toc.yml", "CITATION.cff", "requirements.txt", "book/_ext", "book/_theme")

_WIPE = "\r\x1b[K"  # back to the start of the line, and clear it
_COLOUR = re.compile(r"\x1b\[[\d;]*[mK]")
_STEP = re.compile(r"(reading sources|writing output)\.\.\. \[ *(\d+)%\] (\S+)")
_RUNNING = re.compile(r"([^/\s]+)\.md: Executing notebook")
_RAN = re.compile(r"([^/\s]+)\.md: Executed notebook in ([\d.]+) seconds")


def build_book(root: Path, pdf: bool = False, verbose: bool = False) -> int:
    """Build ``_build/html`` from ``book/``; with ``pdf`` also ``_build/pdf/book.pdf``; return 0.

    Does nothing when no source has changed since the last build. Warnings are errors. Shows its
    steps; Jupyter Book's own output goes to ``_build/book.log``, and to the screen when it fails or
    with ``verbose``. Raises CourseError when there is no book here, or when it does not build.
    """
    if not (root / "_config.yml").is_file():
        raise CourseError(
            f"no _config.yml in {root}: run this in the course's folder, or pass --root"
        )
    if not PROGRAM.is_file():
        raise CourseError(
            "jupyter-book is not installed here: run `make course`, or pip install '.[book]'"
        )
    with _alone(root):
        _bring_up_to_date(root, verbose, pdf)
        if pdf:
            from course_utils.book.pdf import print_book

            paper = print_book(root)
            shutil.copy(paper, root / HTML / paper.name)  # the pages' feet link it
            print(f"the book on paper: {paper}")
    print(f"the book: {root / HTML / 'index.html'}")
    return 0


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait until no other process builds this book."""
    (root / LOG).parent.mkdir(exist_ok=True)
    with (root / LOG).with_suffix(".lock").open("w") as lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                print("book: waiting for another build to end", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring_up_to_date(root: Path, verbose: bool, pdf: bool) -> None:
    pyodide, missing = find_distribution()
    if missing:
        print(f"book: without notebooks in the browser: {missing}", flush=True)
    stamp = root / STAMP
    there = stamp.is_file() and (root / HTML / "index.html").is_file()
    before = stamp.read_text().split() if there else ["never", "never"]
    also = ("with-lite" if pyodide else "without-lite") + (" with-pdf" if pdf else "")
    now = [_digest(root, SOURCES, also), _digest(root, FRAME, also)]
    if before == now:
        print("book: nothing has changed")
        return
    began = time.monotonic()
    stamp.write_text(f"unfinished\n{before[1]}")
    # Make every page again after a change of a common part, and after a failed build: Sphinx warns
    # about a page only when it reads it. The cache still has the outputs of the cells.
    afresh = before[0] == "unfinished" or before[1] != now[1]
    links = {"COURSE_LITE": "1" if pyodide else "", "COURSE_PDF": "1" if pdf else ""}
    _run_jupyter_book(root, ["--all"] if afresh else [], verbose, links)
    kept = {*pages_in_order(root), "search", "404"}
    html = root / HTML
    for page in (*html.glob("*.html"), *html.glob("notebooks/*.ipynb")):
        if page.stem not in kept:  # it is no longer in the contents
            page.unlink()
    (html / "book.pdf").unlink(missing_ok=True)  # it was made from earlier pages
    shutil.rmtree(html / FOLDER, ignore_errors=True)
    if pyodide:
        build_site(pyodide, _notebooks(root), html / FOLDER)
    stamp.write_text("\n".join(now))
    print(f"book: built in {time.monotonic() - began:.0f} s")


def _notebooks(root: Path) -> list[Path]:
    """The assignments and chapters that Python in a browser can run."""
    found = [*root.glob("exercises/*/*.ipynb"), *(root / HTML).glob("notebooks/*.ipynb")]
    return sorted(path for path in found if runs_in_browser(path.read_text("utf-8")))


def _digest(root: Path, sources: tuple, also: str) -> str:
    """A hash of the files in ``sources`` (files and folders) and of the text ``also``."""
    digest = hashlib.sha256(f"{sys.version}{also}".encode())
    for name in sources:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _run_jupyter_book(root: Path, options: list[str], verbose: bool, links: dict) -> None:
    """Run Jupyter Book with these ``options``.

    ``links``: variables that tell whether pages link to the PDF and to notebooks to run.
    """
    command = [PROGRAM, "build", "book", "--config", "_config.yml"]
    # _toc.yml as an absolute path: Jupyter Book looks for a relative one in book/
    command += ["--toc", root.resolve() / "_toc.yml", "--path-output", "."]
    command += ["-W", "-n", "--keep-going", *options]
    # A build downloads nothing; chapters see all of MNIST where this machine already has it.
    quiet = links | {"MNIST_OFFLINE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    log = root / LOG
    with (
        log.open("w") as record,
        subprocess.Popen(
            command,
            cwd=root,
            env=os.environ | quiet,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        for line in _lines(process.stdout):
            record.write(line + "\n")
            if verbose:
                print(line, flush=True)
            else:
                _show(line)
    if sys.stdout.isatty():
        print(_WIPE, end="")
    if process.returncode:
        _say_what_failed(log.read_text().splitlines())
        raise CourseError(
            f"the book did not build: the lines above say where; all of it is in {log}"
        )


def _lines(stream) -> Iterator[str]:
    for raw in stream:
        for line in _COLOUR.sub("", raw.decode(errors="replace")).split("\r"):
            if line.strip():
                yield line.rstrip()


def _show(line: str) -> None:
    """Show the step: in a terminal as one line that changes; elsewhere only chapters that ran."""
    moving = sys.stdout.isatty()
    if step := _STEP.match(line):
        if moving:
            doing = "reading" if step[1].startswith("reading") else "writing"
            print(f"{_WIPE}book: {doing} {step[2]:>3} %  {step[3]}", end="", flush=True)
    elif (running := _RUNNING.search(line)) and moving:
        print(f"{_WIPE}book: running {running[1]} …", end="", flush=True)
    elif ran := _RAN.search(line):
        print(f"{_WIPE if moving else ''}book: ran {ran[1]} in {ran[2]} s", flush=True)


def _say_what_failed(lines: list[str]) -> None:
    """Print the warnings and errors of a failed build, and the last line of a cell's traceback."""
    told = [line for line in lines if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line)]
    told = [line for line in told if "absl::" not in line]
    # a chapter that stopped lacks the numbers of its later sentences: leave those warnings out
    stopped = {line.split(": ")[0] for line in told if "Executing notebook failed" in line}
    for line in told or lines[-30:]:
        if report := re.search(r"traceback saved in: (\S+)", line):
            print("   ", Path(report[1]).read_text().strip().splitlines()[-1], file=sys.stderr)
        elif not ("in glue data" in line and re.sub(r":\d+: .*", "", line) in stopped):
            print(line, file=sys.stderr)
