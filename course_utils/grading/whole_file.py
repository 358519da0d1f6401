"""Write a file that somebody asked for by --output: the whole of it, or nothing."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from course_utils.errors import CourseError


@contextmanager
def whole_file(path: Path) -> Generator[Path, None, None]:
    """In a ``with``: where to write; at its end the file is at ``path``, whose folder is made.

    Raises CourseError where that cannot be written.
    """
    made = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield made
        made.replace(path)
    except OSError as error:
        raise CourseError(f"cannot write {path}: {error.strerror}: pass --output FILE") from error
