"""``course give-back``: put the feedback pages in one zip, under names that Moodle or Canvas knows.

Moodle ("Upload multiple feedback files in a zip", ``mod/assign/feedback/file/importziplib.php``)
reads the participant's number from the name of the folder, which it made itself. Canvas ("Upload
Submissions", ``infer_comment_context_from_filename`` in its model of an assignment) reads the first
two numbers between underscores: the person, and a file that this person handed in; the comment's
attachment then gets that file's name. So both need the names that ``course collect`` kept.
"""

from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile

from course_utils.errors import CourseError
from course_utils.grading.course_paths import open_course
from course_utils.grading.exchange_formats.collect import Collected, read_collected
from course_utils.grading.intake.names import shown
from course_utils.grading.whole_file import whole_file


def give_back(root: Path, assignment: str, output: Path | None = None) -> int:
    """Write a zip for each system that work was collected from; print who is in it, and who is not.

    ``output``: default ``_build/exports/<assignment>.feedback.<system>.zip``. Returns 0, or 1 where
    a student whose work was collected has no page. Raises CourseError where nothing was collected.
    """
    course = open_course(root)
    collected = read_collected(course, assignment)
    if not collected:
        raise CourseError(
            f"no work of {assignment!r} was collected with `course collect`, so the names in "
            "Moodle or Canvas are not known: collect it, or send the pages of feedback/ yourself"
        )
    systems = sorted({each.system for each in collected.values()})
    if output and len(systems) > 1:
        raise CourseError(f"work came from {' and '.join(systems)}: leave out --output")
    without: list[str] = []
    for system in systems:
        path = output or course.grades.with_name("exports") / f"{assignment}.feedback.{system}.zip"
        of_system = {name: each for name, each in collected.items() if each.system == system}
        pages: dict[str, Path] = {}
        for student, each in sorted(of_system.items()):
            folder = course.feedback / student / assignment
            names = _names(each, sorted(folder.glob("*.html")))
            pages |= names
            if not names:
                without.append(student)
        _write(path, pages)
        print(f"{course.shown(path)}  ({len(of_system)} students, {len(pages)} pages)")
    if without:
        print(f"  no page    {', '.join(map(shown, without))}: course grade {assignment}")
    here = course.feedback.glob(f"*/{assignment}/*.html")
    others = sorted({page.parent.parent.name for page in here} - collected.keys())
    if others:
        names = ", ".join(map(shown, others))
        print(f"  left out, because their work was not collected from a zip: {names}")
    return 1 if without else 0


def _names(each: Collected, pages: list[Path]) -> dict[str, Path]:
    """Name in the zip → page."""
    found: dict[str, Path] = {}
    for page in pages if each.origin else ():  # a hand-in without a file has no name there
        if each.system == "moodle":
            folder = next(iter(each.origin.values()))
            found[f"{folder}/{page.name}"] = page
            continue
        books = {PurePosixPath(name).stem: name for name in each.origin if _is_notebook(name)}
        # the page's notebook, or the one with another name that was taken in its place
        name = books.get(page.stem) or next(iter(books.values()), next(iter(each.origin)))
        origin = each.origin[name]
        found[f"{origin.rpartition('.')[0] or origin}.html"] = page
    return found


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _write(path: Path, pages: dict[str, Path]) -> None:
    with whole_file(path) as made, ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, page in pages.items():
            file.write(page, name)
