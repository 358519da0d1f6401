"""``course collect``: sort a zip of hand-ins from Moodle or Canvas into ``submitted/``.

The names that the system gave are kept in ``downloaded/<assignment>/collected.json``, because
feedback must go back under them. Nobody is lost: the command names each person and each file that
it did not take.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course, author_notebooks, open_course
from course_utils.grading.exchange_formats.download import (
    Download,
    HandIn,
    open_zip,
    read_download,
)
from course_utils.grading.exchange_formats.identities import Identities, WhoIsWho, who_is_who
from course_utils.grading.exchange_formats.roster import Person, read_roster
from course_utils.grading.guest.remove_tree import remove_tree
from course_utils.grading.intake.names import MOST_LETTERS, shown
from course_utils.grading.intake.paths_below import is_file, paths_below
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.gradebook import is_begun, open_gradebook, usable
from course_utils.grading.results.renamed_student import move_submission
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.results.store import forget, open_results, write_file


@dataclass
class Collected:
    """The names that a system gave a student's hand-in.

    ``origin``: path in the student's folder → name in the zip. ``newest``: the highest number of
    the student's files on Canvas, else 0.
    """

    system: str
    number: str
    name: str
    newest: int = 0
    origin: dict[str, str] = field(default_factory=dict)


def collected_file(course: Course, assignment: str) -> Path:
    """The file that keeps what was collected of ``assignment``."""
    return course.root / "downloaded" / assignment / "collected.json"


def read_collected(course: Course, assignment: str) -> dict[str, Collected]:
    """Student → what was collected of ``assignment``; empty where nothing was collected.

    Raises CourseError where the file is damaged.
    """
    path = collected_file(course, assignment)
    if not path.is_file():
        return {}
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {student: Collected(**each) for student, each in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        raise CourseError(
            f"{path} cannot be read: delete it, and run `course collect` with the zips again"
        ) from None


def collect(root: Path, assignment: str, file: Path, roster: Path | None = None) -> int:
    """Sort the hand-ins in ``file`` into ``submitted/``; print who is in it and what is not taken.

    Returns 0, or 1 where somebody's work was not taken. Raises CourseError for an unknown
    assignment, where ``file`` is no such zip or ``roster`` no class list, and while a run is
    marking.
    """
    course = open_course(root)
    refuse_cut_off(course.grades)
    notebooks = author_notebooks(course, assignment)
    people = read_roster(roster) if roster else []
    with open_zip(file) as opened:
        download = read_download(opened, notebooks)
        with only_run(course.grades):
            return _collect(course, assignment, opened, download, people)


def _collect(
    course: Course, assignment: str, opened: ZipFile, download: Download, people: list[Person]
) -> int:
    identities = Identities.load(course.root / "downloaded" / "identities.json")
    kept = read_collected(course, assignment)
    there = [path.name for path in course.submitted.glob("*")]
    who = who_is_who(download, assignment, people, identities, there)
    said: list[str] = []
    damaged = False
    for person in download.people:
        if person.number in who.found:
            student, row = who.found[person.number]
            _move(course, assignment, person, download.system, student, kept)
            what = _take(course, assignment, opened, person, student, row, kept)
            download.not_taken += what[1]
            said.append(f"  {what[0]:<10} {shown(student)}{_remarks(person, row)}")
            damaged = damaged or bool(what[1])
            if what[0] in ("new", "newer"):
                kept[student] = Collected(
                    download.system, person.number, person.name, person.newest, person.origin
                )
    identities.save()
    write_collected(course, assignment, kept)
    if people:
        _tell_gradebook(course, people, identities)
    _print(download, said, who, people)
    return 1 if who.unknown or who.mixed or damaged else 0


def _move(
    course: Course,
    assignment: str,
    person: HandIn,
    system: str,
    student: str,
    kept: dict[str, Collected],
) -> None:
    """Move a person's earlier hand-in to their own folder, if the roster now tells whose it is."""
    for name, each in list(kept.items()):
        if (each.system, each.number) != (system, person.number) or name == student:
            continue
        if (course.submitted / student / assignment).exists():
            continue
        for place in (course.submitted, course.autograded, course.feedback):
            there, here = (place / who / assignment for who in (name, student))
            if there.is_dir() and not here.exists():
                here.parent.mkdir(parents=True, exist_ok=True)
                there.rename(here)
                if not any(there.parent.iterdir()):
                    there.parent.rmdir()
        if is_begun(course.db_url):
            with usable(course.db_url), open_gradebook(course.db_url) as book:
                open_results(course, book.db, assignment)  # this moves an older version's files in
                forget(book.db, name, assignment)
                move_submission(book, assignment, name, student)
        kept[student] = kept.pop(name)
        print(
            f"moved      {shown(name)}/{assignment} to {shown(student)}, as the roster says: "
            f"course grade {assignment}"
        )


def _take(
    course: Course,
    assignment: str,
    opened: ZipFile,
    person: HandIn,
    student: str,
    row: Person | None,
    kept: dict[str, Collected],
) -> tuple[str, list[tuple[str, str]]]:
    """Put a person's files in their folder.

    Returns "new", "newer", "same", "older" (than the work in the folder) or "damaged" (not all of
    it can be unpacked, so the work in the folder stays), and for each file that was left out its
    name and why.
    """
    folder = course.submitted / student / assignment
    if folder.is_dir() and student in kept and kept[student].newest > person.newest:
        return "older", []
    not_taken: list[tuple[str, str]] = []
    course.submitted.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=course.submitted, prefix=".collect-") as place:
        made = Path(place) / assignment
        made.mkdir()
        for name, entry in person.files.items():
            try:
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(opened.read(entry))
            except Exception as error:  # a damaged zip may raise any; only this person's file fails
                not_taken.append((shown(f"{student}/{name}"), f"it cannot be unpacked ({error})"))
        if row and row.handed_in:
            (made / "timestamp.txt").write_text(f"{row.handed_in:%Y-%m-%d %H:%M:%S} UTC\n")
        if folder.is_dir() and _content(folder) == _content(made):
            return "same", not_taken
        if folder.is_dir() and not_taken:
            return "damaged", not_taken
        state = "newer" if folder.is_dir() else "new"
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_dir():
            shutil.move(folder, Path(place) / "before")
            remove_tree(Path(place) / "before")
        shutil.move(made, folder)
    return state, not_taken


def _content(folder: Path) -> dict[str, bytes]:
    found = (path for path, listed in paths_below(folder) if not listed)
    files = (path for path in found if is_file(path))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _remarks(person: HandIn, row: Person | None) -> str:
    books = [name for name in person.files if name.lower().endswith(".ipynb")]
    late = "handed in late, says Canvas" if person.late and not (row and row.handed_in) else ""
    none = "" if books else "no notebook among the files"
    text = "; ".join(filter(None, (late, none)))
    return f"  ({text})" if text else ""


def write_collected(course: Course, assignment: str, kept: dict[str, Collected]) -> None:
    """Write ``kept`` to the file of ``assignment``; ``read_collected`` reads it."""
    data = {student: asdict(each) for student, each in sorted(kept.items())}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    write_file(collected_file(course, assignment), f"{text}\n".encode())


def _tell_gradebook(course: Course, people: list[Person], identities: Identities) -> None:
    """Write names, addresses and numbers into the gradebook: exports find people by them."""
    with usable(course.db_url), open_gradebook(course.db_url) as book:
        for each in people:
            student = identities.known.get(f"row:{each.student}", each.student)
            told: dict[str, str] = {
                "first_name": each.first_name,
                "last_name": each.last_name,
                "email": each.email,
                "lms_user_id": each.number or each.id_number,
            }
            given: dict[str, Any] = {
                k: v.replace("\0", " ")[:MOST_LETTERS] for k, v in told.items() if v
            }
            book.update_or_create_student(student, **given)


def _print(
    download: Download,
    said: list[str],
    who: WhoIsWho,
    people: list[Person],
) -> None:
    print(f"{len(said)} of {len(download.people)} hand-ins from {download.system.capitalize()}")
    print(*said, sep="\n")
    for person, why in who.unknown:
        files = ", ".join(shown(name) for name in person.files)
        print(f"  NOT TAKEN  {shown(person.name)} ({person.number}): {why}: {files}")
    for name, why in download.not_taken:
        print(f"  not taken  {name}: {why}")
    if who.by_name:
        names = ", ".join(map(shown, who.by_name))
        print(
            f"  by name    {names}: known from other assignments by name alone. If two of your "
            "class have one name, pass --roster with each assignment's grading worksheet"
        )
    for student in who.mixed:
        print(
            f"  TWO PEOPLE {shown(student)}: work of several assignments was taken by this name, "
            "and several people have it. Collect each assignment again with --roster and its "
            "grading worksheet: then each has a folder of their own"
        )
    odd = [row for _, row in who.found.values() if row and row.odd_time]
    if odd:
        print(
            f"  no time    {', '.join(shown(row.student) for row in odd)}: {odd[0].odd_time!r} in "
            "the roster cannot be read as a date, so it is not known whether the work is late: "
            "download the worksheet with Moodle set to English"
        )
    came = {row.student for _, row in who.found.values() if row}
    absent = [each.student for each in people if each.student not in came]
    if absent:
        print(f"  nothing    {', '.join(map(shown, absent))}")
