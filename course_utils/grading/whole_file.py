"""Write a file for --output: all of it, or nothing."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from course_utils.errors import CourseError


@contextmanager
def whole_file(path: Path) -> Generator[Path, None, None]:
    """In a ``with``: a path to write to; at its end the file is moved to ``path``.

    The folder of ``path`` is made. Raises CourseError where it cannot be written.
    """
    made = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield made
        made.replace(path)
    except OSError as error:
        raise CourseError(f"cannot write {path}: {error.strerror}: pass --output FILE") from error
