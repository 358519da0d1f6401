"""What a mark depends on, as a hash: work whose hash is unchanged is not marked again."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.intake.submission import Submission

_PACKAGE = Path(__file__).resolve().parents[2]
_ROOMS = ("grading/intake", "grading/guest", "grading/host", "grading/marking", "checks")
_FILES = ("catalogue.py", "reference.py", "data.py", "models.py")


def fingerprint(
    submission: Submission,
    authors: Iterable[str],
    given: Files,
    limits: Limits,
    walled: bool,
    versions: str = "",
) -> str:
    """The hash of the work, the author's notebooks (JSON texts) and files, limits and our own code.

    ``versions``: a hash of all versions of the notebooks that were handed out.
    """
    digest = hashlib.sha256(author_hash(authors, given).encode())
    for notebook in submission.notebooks.values():
        digest.update(notebook.content)
    digest.update(_of_files(submission.files))
    digest.update(f"{limits}{walled}{versions}".encode())
    return digest.hexdigest()


def author_hash(authors: Iterable[str], given: Files) -> str:
    """The hash of the author's notebooks (JSON texts) and files, and of our own code."""
    digest = hashlib.sha256(package_version().encode())
    for text in authors:
        digest.update(text.encode())
    digest.update(_of_files(given))
    return digest.hexdigest()


def _of_files(files: Files) -> bytes:
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.digest()


@cache
def package_version() -> str:
    """The hash of the parts of this package that a mark depends on: not of results and pages."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(_PACKAGE)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    found = [path for room in _ROOMS for path in sorted((_PACKAGE / room).rglob("*.py"))]
    return [*found, *(_PACKAGE / name for name in _FILES)]
