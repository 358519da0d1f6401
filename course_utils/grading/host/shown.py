"""What a submission may read, behind any wall: Python, system libraries, a part of this package.

It sees only the parts of the course that a student may read; stand-ins replace the modules that
know answers.
"""

import os
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/fonts",
)
_COURSE = (
    "__init__.py",
    "errors.py",
    "data.py",
    "keras_copy.py",
    "models.py",
    "mnist_subset.npz",
    "mnist_subset.json",
)
_GUEST = ("grading/__init__.py", "grading/guest")  # the whole of this room
_STANDINS = ("reference", "checks", "widgets")


def course_files() -> list[tuple[Path, str]]:
    """The course's files to show, each with its place below ``course_utils``."""
    files = [(PACKAGE / name, name) for name in _COURSE if (PACKAGE / name).exists()]
    files += [(PACKAGE / name, name) for name in _GUEST]
    files += [(PACKAGE / f"grading/guest/standins/{name}.py", f"{name}.py") for name in _STANDINS]
    return files


def hidden_folders(course: Path | None = None) -> list[Path]:
    """The folders to hide where they lie in a folder that is shown: they hold answers.

    They are this package and its checkout, the ``course`` that is marked and the one in the working
    folder, and the folder of sources in which container images often put both.
    """
    hidden = [PACKAGE, Path(sysconfig.get_path("purelib"), "course_utils"), Path("/usr/src")]
    for folder, sign in ((PACKAGE.parent, "pyproject.toml"), (Path.cwd(), "nbgrader_config.py")):
        hidden += [folder] if (folder / sign).is_file() else []
    hidden += [course] if course is not None else []
    return sorted({folder.resolve() for folder in hidden if folder.is_dir()})


def python_folders() -> list[str]:
    """The folders of the interpreter and its packages, but not those below ``SYSTEM``."""
    folders = {sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)}
    folders |= {sysconfig.get_path("stdlib"), *package_folders()}
    under = ("/usr/", "/lib/", "/bin/")
    plain = {os.path.normpath(f) for f in folders}
    return sorted(f for f in plain if f != "/usr" and not f.startswith(under))


@cache
def package_folders() -> tuple[str, ...]:
    """Where Python looks for packages, in its order: its own, a user's site, PYTHONPATH, conda's.

    Folders with this course or its checkout in them are left out: a submission has its own part.
    """
    standard = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    standard |= {f"{folder}/lib-dynload" for folder in standard}
    found = [path for path in dict.fromkeys(sys.path) if path not in standard]
    return tuple(
        os.path.normpath(path)
        for path in found
        if Path(path).is_absolute() and _is_of_packages(path)
    )


def search_path(course: Path | str) -> str:
    """PYTHONPATH for a process: ``course``, with ``course_utils`` in it, and the packages here."""
    return os.pathsep.join([str(course), *package_folders()])


def _is_of_packages(path: str) -> bool:
    if path == sysconfig.get_path("purelib"):  # this course may lie there, too, but is hidden
        return True
    program = getattr(sys.modules["__main__"], "__file__", None) or PACKAGE
    others = (PACKAGE, Path.cwd(), Path(tempfile.gettempdir()))
    holds_a_course = any(place.is_relative_to(path) for place in others)
    if Path(program).resolve().parent == Path(path).resolve():
        return False  # the folder of the program itself, which Python puts first
    is_a_course = Path(path, "nbgrader_config.py").exists()
    return Path(path).is_dir() and not holds_a_course and not is_a_course


def environment() -> dict[str, str]:
    """Environment variables: quiet libraries with one thread each, pictures as in a notebook."""
    threads = ("OMP", "OPENBLAS", "MKL")
    return {
        **{f"{name}_NUM_THREADS": "1" for name in threads},
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MNIST_OFFLINE": "1",
        "COURSE_MARKING": "1",  # an assignment's locked cell may then train for a shorter time
        "PYTHONHASHSEED": "0",
        "NBGRADER_EXECUTION": "autograde",
        "LANG": "C.UTF-8",
    }
