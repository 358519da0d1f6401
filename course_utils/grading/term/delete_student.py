"""``course delete``: one student out of everything that the class's folder and exchange hold."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.exchange.default import Exchange

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course, open_course
from course_utils.grading.exchange_formats.collect import collected_file, read_collected
from course_utils.grading.exchange_formats.identities import Identities
from course_utils.grading.results.gradebook import is_begun, open_gradebook, shown_url, usable
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.results.store import ResultStore, write_file


@dataclass(frozen=True)
class _Part:
    """One thing that holds the student: what it is, and how it goes."""

    name: str
    remove: Callable[[], object]


def delete_student(root: Path, student: str, yes: bool = False) -> int:
    """Delete ``student`` after asking; print what was removed. Returns 0, or 1 when told no.

    Raises CourseError where nothing of that student is there, and while a run is marking.
    """
    course = open_course(root)
    with only_run(course.grades):
        parts = [*_folders(course, student), *_results(course, student)]
        parts += [*_downloads(course, student), *_rows(course, student)]
        if not parts:
            raise CourseError(
                f"nothing of {student!r} is here: give the name of the folder in "
                f"{course.shown(course.submitted)}/"
            )
        print(f"Of {student} there are:")
        for part in parts:
            print(f"  {part.name}")
        if not yes and not _agreed(student):
            print("nothing was deleted")
            return 1
        for part in parts:
            part.remove()
            print(f"deleted  {part.name}")
    for path in _of_everybody(course):
        print(f"names of everybody are still in  {course.shown(path)}")
    if list(_of_everybody(course)):
        print("Mark and export again, or delete these, and they are without this student.")
    return 0


def _agreed(student: str) -> bool:
    try:
        return input(f"Delete all of it for good? Type {student} to agree: ").strip() == student
    except EOFError:
        return False


def _folders(course: Course, student: str) -> list[_Part]:
    """Work, marked work and feedback, here and in the exchange of a JupyterHub."""
    found = [place / student for place in (course.submitted, course.autograded, course.feedback)]
    exchange = Exchange(config=course.config, coursedir=course.coursedir())
    if Path(exchange.root).is_dir() and course.coursedir().course_id:
        place = Path(exchange.root) / course.coursedir().course_id
        found += sorted(place.glob(f"inbound/{_literal(student)}+*"))
    return [
        _Part(course.shown(path), lambda path=path: _remove(path))
        for path in found
        if path.is_dir() or path.is_symlink()
    ]


def _literal(name: str) -> str:
    """``name`` in a pattern, as it stands."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)


def _results(course: Course, student: str) -> list[_Part]:
    folders = [path for path in sorted(course.grades.glob("*")) if path.is_dir()]
    paths = [ResultStore(folder).path(student) for folder in folders]
    return [_Part(course.shown(path), path.unlink) for path in paths if path.is_file()]


def _downloads(course: Course, student: str) -> list[_Part]:
    """What is remembered of zips from Moodle and Canvas; the zips' own copies are in no archive."""
    parts: list[_Part] = []
    place = course.root / "downloaded"
    identities = Identities.load(place / "identities.json")
    if student in identities.known.values():

        def forget() -> None:
            known = identities.known.items()
            identities.known = {key: name for key, name in known if name != student}
            identities.save()

        parts.append(_Part(f"{course.shown(identities.path)}, the name", forget))
    for file in sorted(place.glob("*/collected.json")):
        assignment = file.parent.name
        if student in read_collected(course, assignment):
            parts.append(
                _Part(
                    f"{course.shown(file)}, the entry",
                    lambda assignment=assignment: _uncollect(course, assignment, student),
                )
            )
    return parts


def _uncollect(course: Course, assignment: str, student: str) -> None:
    kept = {k: asdict(v) for k, v in read_collected(course, assignment).items() if k != student}
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    write_file(collected_file(course, assignment), f"{text}\n".encode())


def _rows(course: Course, student: str) -> list[_Part]:
    """The student in the gradebook, with all submissions, marks and comments."""
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

    what = f"{shown_url(course.db_url)}, the student with {marks} submissions"
    return [_Part(what, remove)]


def _of_everybody(course: Course) -> list[Path]:
    """Files that were written of the whole class: tables, reports, exports, zips."""
    places = [course.grades, course.root / "_build" / "exports"]
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    kept = [path for path in found if path.suffix in (".csv", ".html", ".zip", ".txt")]
    return sorted([*kept, *(course.root / "downloaded").glob("*/archive/*.zip")])
