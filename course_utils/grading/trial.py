"""An assignment tried before a class has it: the author's answers, and the untouched notebook.

Both go through the marking that students' work goes through, walls included.
"""

from collections.abc import Mapping
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import author_notebooks, given_files, open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.notebook_file import StudentCell, author_cells, read_notebook
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import failed_checks, mark_submission
from course_utils.grading.text import points_text


def try_assignments(root: Path, names: list[str]) -> int:
    """Mark the author's answers (all points) and the untouched notebook (none); print what came.

    Returns 1 where one of them has other points, else 0. Where no wall can stand that is said, and
    nothing is tried.
    """
    if not names:
        return 0
    if reason := why_not():
        print(f"not tried: the author's code cannot be walled in here ({reason})")
        return 0
    pool = Pool()
    try:
        wrong = [name for name in names if not _try(root, name, pool)]
    finally:
        pool.close()
    return 1 if wrong else 0


def _try(root: Path, name: str, pool: Pool) -> bool:
    course = open_course(root)
    authors = author_notebooks(course, name)
    files = given_files(course.source / name)
    answered = {book: author_cells(text) for book, text in authors.items()}
    released = root / "exercises" / name
    untouched = {book: read_notebook(released / f"{book}.ipynb").cells for book in authors}

    def marked(cells: Mapping[str, list[StudentCell]]) -> list[Outcome]:
        return [
            mark_submission(Job(text, cells[book], files, Limits(), given=len(files)), pool)
            for book, text in authors.items()
        ]

    try:
        own, empty = marked(answered), marked(untouched)
    except CourseError as error:
        print(f"  WRONG  {name}: {error}")
        return False
    wrong = [sentence for outcome in own if (sentence := _of_author(outcome))]
    wrong += [sentence for outcome in empty for sentence in _of_untouched(outcome)]
    for sentence in wrong:
        print(f"  WRONG  {name}: {sentence}")
    if not wrong:
        marks = [mark for outcome in own for mark in outcome.marks.values()]
        tested = points_text(sum(mark.points for mark in marks))
        print(
            f"  tried  {name}: the author's answers get {tested} of {tested} points by tests, the "
            "untouched notebook 0"
        )
    return not wrong


def _of_author(outcome: Outcome) -> str:
    if outcome.fault:
        return f"marking the author's answers failed: {outcome.fault.splitlines()[-1]}"
    stopped = "; ".join(f"{where}: {stop.message}" for where, stop in outcome.stops.items())
    return failed_checks(outcome) or stopped


def _of_untouched(outcome: Outcome) -> list[str]:
    if outcome.fault or outcome.failed_check:
        reason = outcome.failed_check or outcome.fault.splitlines()[-1]
        return [f"marking the untouched notebook failed: {reason}"]
    return [
        f"{name} gives the untouched notebook {points_text(mark.score)} of "
        f"{points_text(mark.points)}"
        for name, mark in outcome.marks.items()
        if mark.score
    ]
