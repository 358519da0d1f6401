"""Start a run's preloaded processes before this process has imported what a run needs.

To import it takes longer than they take to get ready, and meanwhile nothing else would run.
"""

from itertools import chain
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.host.pool import LEAST, Pool


def head_start(root: Path, assignment: str, sample: bool, walled: bool) -> Pool | None:
    """The pool of a run that will probably mark something, with its processes begun; else None.

    It is only a guess, by the times of files: a wrong one costs a second, and never a mark. The
    caller closes the pool.
    """
    root = root.resolve()
    if not (root / "nbgrader_config.py").is_file() or not _seems_new(root, assignment, sample):
        return None
    try:
        pool = Pool(walled, root)
    except CourseError:  # the run itself says why
        return None
    try:
        pool.begin(LEAST)
    except BaseException as error:
        pool.close()
        if isinstance(error, CourseError):
            return None
        raise
    return pool


def _seems_new(root: Path, assignment: str, sample: bool) -> bool:
    """Whether anything that was handed in, or the assignment, is newer than the table of marks."""
    build = root / "_build"
    grades = build / "sample_class" / "grades" if sample else build / "grades"
    marked = _time(grades / f"{assignment}.csv")
    submitted = root / "tests" / "sample_class" / "submitted" if sample else root / "submitted"
    handed_in = (student / assignment for student in _below(submitted))
    if not assignment:
        return False
    if not marked:
        return any(map(_time, handed_in))
    return any(
        _time(path) > marked
        for place in chain([build / "source" / assignment], handed_in)
        for path in (place, *_below(place))
    )


def _time(path: Path) -> float:
    """When a file or folder last changed; 0 where there is none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _below(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
