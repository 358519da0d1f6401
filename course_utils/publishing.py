"""The book as a product: build it with Jupyter Book, and say where everything lies."""

import subprocess
import sys
from pathlib import Path

from course_utils.errors import CourseError


def build_book(root: Path, pdf: bool = False) -> int:
    """Build ``_build/html`` from ``book/`` (warnings are errors); return the exit code."""
    if not (root / "_config.yml").is_file():
        raise CourseError(
            f"no _config.yml in {root}: run this in the course's folder, or pass --root"
        )
    program = Path(sys.executable).with_name("jupyter-book")
    if not program.is_file():
        raise CourseError(
            "jupyter-book is not installed here: run `make course`, or pip install '.[book]'"
        )
    command = [program, "build", "book", "--config", "_config.yml"]
    command += [
        "--toc",
        root.resolve() / "_toc.yml",
        "--path-output",
        ".",
        "-W",
        "-n",
        "--keep-going",
    ]
    code = subprocess.run(command, cwd=root).returncode
    if code:
        raise CourseError("the book did not build: the warnings above name the file and line")
    if pdf:
        raise CourseError("--pdf is not built yet")
    return 0


def say_where(root: Path) -> int:
    """Print where the book, the marks and the feedback lie, and how to serve the book."""
    sample = "_build/sample_class"
    print()
    print("book       _build/html/index.html")
    print(f"marks      {sample}/grades/convolution.csv")
    print(f"feedback   {sample}/feedback/<student>/convolution/convolution.html")
    print("read it    make serve, then open http://127.0.0.1:8000")
    return 0
