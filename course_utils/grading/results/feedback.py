"""Write feedback pages (nbgrader's) for the students whose marks are newer than their page."""

import contextlib
import html
import shutil
import time
from datetime import datetime
from pathlib import Path

from course_utils.grading.course_paths import Course
from course_utils.grading.results.page_maker import make_pages
from course_utils.grading.results.store import Result

_WITHOUT_A_MARK = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}: no mark</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
</style>
<h1>{0}</h1>
<p><strong>There is no mark yet.</strong> {1}</p>
</html>
"""
_FUTURE = 60  # seconds
_SMALL = 1000  # bytes


def write_feedback(
    course: Course, assignment: str, results: list[Result], workers: int | None = None
) -> list[str]:
    """Bring the feedback of every student in ``results`` up to date.

    A student without a mark gets a page that says why. The pages are made in other processes (at
    most ``workers``; default: cores), each page within a time limit. Returns the students for whom
    nbgrader could make no page.
    """
    for result in results:
        handed_in = course.submitted / result.student / assignment
        if result.status == "missing" and not handed_in.is_dir():
            # `nbgrader release_feedback` stops, for all, at a page without timestamp and secret
            shutil.rmtree(course.feedback / result.student / assignment, ignore_errors=True)
        elif result.score is None:
            _say_why(course.feedback / result.student / assignment, assignment, result)
            with contextlib.suppress(OSError):
                _hand_on(course, assignment, result.student)
    scored = {result.student: result.saved for result in results if result.score is not None}
    old = {name for name, saved in scored.items() if _is_old(course, assignment, name, saved)}
    if old:
        make_pages(course, assignment, sorted(old), workers=workers)
    for student in scored:
        try:
            if student in old:
                _only_own_pages(course, assignment, student)
            _hand_on(course, assignment, student)  # also beside pages that nbgrader made anew
        except (OSError, ValueError):  # only this page fails; its student is returned below
            shutil.rmtree(course.feedback / student / assignment, ignore_errors=True)
            old.add(student)
    return [
        name for name in scored if name in old and _is_old(course, assignment, name, scored[name])
    ]


def _say_why(folder: Path, assignment: str, result: Result) -> None:
    """Make a page with the sentence for the student; remove the pages of earlier work."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # the assignment's name may be no file name
        folder.mkdir(parents=True)
        page = _WITHOUT_A_MARK.format(html.escape(assignment), html.escape(result.to_student))
        (folder / f"{assignment}.html").write_text(page, encoding="utf-8")


def _only_own_pages(course: Course, assignment: str, student: str) -> None:
    """Remove all files but our pages: nbgrader also copies the files beside the notebook."""
    folder = course.feedback / student / assignment
    marked = course.autograded / student / assignment
    own = {f"{path.stem}.html" for path in marked.glob("*.ipynb")}
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in own:
            path.unlink()


def _hand_on(course: Course, assignment: str, student: str) -> None:
    """Put the two files that ``nbgrader release_feedback`` needs beside a page.

    They also go beside the marked notebook: ``nbgrader generate_feedback --force`` deletes the
    page's folder and takes from there whatever is no notebook. It reads the time as well, so a text
    that is no time is left empty.
    """
    submitted = course.submitted / student / assignment
    found = {name: _small(submitted / name) for name in ("timestamp.txt", "submission_secret.txt")}
    stamp = found["timestamp.txt"]
    if stamp is not None and not _is_time(stamp):
        found["timestamp.txt"] = b""
    for place in (course.autograded, course.feedback):
        folder = place / student / assignment
        for name, data in found.items():
            if data is not None and folder.is_dir() and _small(folder / name) != data:
                (folder / name).unlink(missing_ok=True)
                (folder / name).write_bytes(data)


def _is_time(data: bytes) -> bool:
    try:
        datetime.fromisoformat(data.decode().strip().removesuffix(" UTC"))
    except ValueError:
        return False
    return True


def _small(path: Path) -> bytes | None:
    """What is in an ordinary small file; None where there is none."""
    small = path.is_file() and not path.is_symlink() and path.stat().st_size < _SMALL
    return path.read_bytes() if small else None


def _is_old(course: Course, assignment: str, student: str, saved: float) -> bool:
    """Whether the page is older than the marked notebook, or than the result.

    ``saved``: when the result was kept; it is kept again after a person has marked by hand.
    """
    marked = course.autograded / student / assignment
    times = [saved, *(path.stat().st_mtime for path in marked.glob("*.ipynb"))]
    pages = [p.stat().st_mtime for p in (course.feedback / student / assignment).glob("*.html")]
    if any(page > time.time() + _FUTURE for page in pages):
        return True  # the clock was wrong once: a page of the future would never be made again
    return marked.is_dir() and (not pages or max(times) > min(pages))
