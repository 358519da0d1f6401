"""Find everything of one student in a class's folder, gradebook and exchange.

Each ``Trace`` is one thing of the student's, which can be removed (``course delete``) or get
another name (``course rename``).
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.exchange.default import Exchange
from nbgrader.utils import notebook_hash

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.exchange_formats.collect import read_collected, write_collected
from course_utils.grading.exchange_formats.identities import Identities
from course_utils.grading.guest.remove_tree import remove_tree
from course_utils.grading.intake.names import is_one_name, oddity
from course_utils.grading.results.gradebook import is_begun, open_gradebook, shown_url, usable
from course_utils.grading.results.renamed_student import rename_in_gradebook
from course_utils.grading.results.store import (
    assignments_of,
    forget,
    open_results,
    rename_results,
)

_MOST_BYTES = 1000  # of a secret


@dataclass(frozen=True)
class Trace:
    """One thing with the student's name: what it is, and functions to remove and to rename it."""

    name: str
    remove: Callable[[], object]
    rename: Callable[[str], object]


def traces(course: Course, student: str) -> list[Trace]:
    """All that there is of ``student``; the gradebook's rows come last."""
    found = [*_folders(course, student), *_results(course, student)]
    return [*found, *_downloads(course, student), *_rows(course, student)]


def traces_of_somebody(course: Course, student: str) -> list[Trace]:
    """``traces``, but raises CourseError where there is nothing of ``student``."""
    if found := traces(course, student):
        return found
    raise CourseError(
        f"nothing of {student!r} is here: give the name of the folder in "
        f"{course.shown(course.submitted)}/"
    )


def of_everybody(course: Course) -> list[Path]:
    """The files about the whole class: tables, reports, exports, zips, and archived terms."""
    places = [course.grades, course.root / "_build" / "exports"]
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    kept = [path for path in found if path.suffix in (".csv", ".html", ".zip", ".txt")]
    zips = (course.root / "downloaded").glob("*/archive/*.zip")
    return sorted([*kept, *zips, *course.root.glob("term-*.tar.gz")])


def _folders(course: Course, student: str) -> list[Trace]:
    """The student's work, marked work and feedback, here and in a JupyterHub's exchange."""
    if not is_one_name(student):  # "", "..", or a path: it would be somebody else's folder
        return []
    found = [place / student for place in (course.submitted, course.autograded, course.feedback)]
    pages: list[Path] = []
    exchange = Exchange(config=course.config, coursedir=course.coursedir())
    if Path(exchange.root).is_dir() and course.coursedir().course_id:
        place = Path(exchange.root) / course.coursedir().course_id
        inbound = sorted(place.glob(f"inbound/{_literal(student)}+*"))
        pages = _released(place, [*inbound, *(course.submitted / student).glob("*/")])
        found += inbound
    return [
        *(
            Trace(
                course.shown(path),
                lambda path=path: _remove(path),
                lambda new, path=path: path.rename(path.with_name(new + path.name[len(student) :])),
            )
            for path in found
            if path.is_dir() or path.is_symlink()
        ),
        # a page's name is made of the hand-in's secret: it stays when the student is renamed
        *(Trace(course.shown(page), page.unlink, lambda new: None) for page in pages),
    ]


def _released(exchange: Path, hand_ins: list[Path]) -> list[Path]:
    """The feedback pages that ``nbgrader release_feedback`` put there for these hand-ins."""
    found: set[Path] = set()
    for folder in hand_ins:
        secret = folder / "submission_secret.txt"
        if secret.is_symlink() or not secret.is_file() or secret.stat().st_size > _MOST_BYTES:
            continue
        text = secret.read_text("utf-8", "replace")
        for notebook in folder.glob("*.ipynb"):
            if not text or oddity(notebook.stem):
                continue  # nbgrader makes no page of these
            name: str = notebook_hash(secret=text, notebook_id=notebook.stem)
            found.add(exchange / "feedback" / f"{name}.html")
    return sorted(page for page in found if page.is_file())


def _literal(name: str) -> str:
    """``name`` as a file pattern that matches only this name."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
        return
    remove_tree(path)
    if path.exists():
        raise CourseError(f"{path} cannot be removed: see who owns what is in it")


def _results(course: Course, student: str) -> list[Trace]:
    """The student's results, which lie beside nbgrader's tables in the gradebook's database."""
    if not is_begun(course.db_url):
        return []
    with usable(course.db_url), open_gradebook(course.db_url) as book:
        for folder in sorted(path for path in course.grades.glob("*") if path.is_dir()):
            open_results(course, book.db, folder.name)  # this moves an older version's files in
        kept = assignments_of(book.db, student)
    if not kept:
        return []

    def call(new: str | None) -> None:
        """Give the results the name ``new``; None: remove them."""
        with usable(course.db_url), open_gradebook(course.db_url) as book:
            rename_results(book.db, student, new) if new is not None else forget(book.db, student)

    what = f"{shown_url(course.db_url)}, the results of {', '.join(kept)}"
    return [Trace(what, lambda: call(None), call)]


def _downloads(course: Course, student: str) -> list[Trace]:
    """The entries for the student that ``course collect`` keeps of zips from Moodle and Canvas."""
    found: list[Trace] = []
    place = course.root / "downloaded"
    identities = Identities.load(place / "identities.json")
    if student in identities.known.values():

        def call(new: str | None) -> None:
            """Give the entries the name ``new``; None: remove them."""
            known = identities.known.items()
            of_others = {key: name for key, name in known if name != student}
            own = {key: new for key, name in known if name == student and new is not None}
            identities.known = of_others | own
            identities.save()

        path = f"{course.shown(identities.path)}, the name"
        found.append(Trace(path, lambda: call(None), call))
    for file in sorted(place.glob("*/collected.json")):
        assignment = file.parent.name
        if student in read_collected(course, assignment):

            def collected(new: str | None, assignment: str = assignment) -> None:
                """Give the entry the name ``new``; None: remove it."""
                kept = read_collected(course, assignment)
                entry = kept.pop(student)
                write_collected(course, assignment, kept if new is None else {**kept, new: entry})

            path = f"{course.shown(file)}, the entry"
            found.append(Trace(path, lambda entry=collected: entry(None), collected))
    return found


def _rows(course: Course, student: str) -> list[Trace]:
    """The student's rows in the gradebook, with all submissions, marks and comments."""
    if not is_begun(course.db_url):
        return []
    with usable(course.db_url), open_gradebook(course.db_url) as book:
        try:
            marks = len(list(book.find_student(student).submissions))
        except MissingEntry:
            return []

    def remove() -> None:
        with usable(course.db_url), open_gradebook(course.db_url) as book:
            book.remove_student(student)

    def rename(new: str) -> None:
        with usable(course.db_url), open_gradebook(course.db_url) as book:
            rename_in_gradebook(book, student, new)

    submissions = "1 submission" if marks == 1 else f"{marks} submissions"
    what = f"{shown_url(course.db_url)}, the student with {submissions}"
    return [Trace(what, remove, rename)]
