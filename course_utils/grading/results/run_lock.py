"""Let one run at a time write a class's results; say in one sentence what cannot be written."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from course_utils.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has none: there two runs at a time are the instructor's affair
    fcntl = None


@contextmanager
def only_run(grades: Path) -> Generator[None, None, None]:
    """In a ``with``: no other run writes below ``grades``.

    Raises CourseError while another run does, and where nothing can be written (no permission, no
    room left): what is recorded by then stays.
    """
    try:
        grades.mkdir(parents=True, exist_ok=True)
        with (grades / ".lock").open("a") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise CourseError(
                        f"another run is marking this class ({grades}): wait until it is done, "
                        "then run this again"
                    ) from None
            yield
    except OSError as error:
        where = error.filename or grades
        raise CourseError(
            f"cannot write {where}: {error.strerror}; what is recorded stays: correct this, then "
            "run the same command again"
        ) from error
