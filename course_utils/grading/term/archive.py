"""``course archive`` and ``restore``: put a term in one file, and make a folder of it again."""

import gzip
import os
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing
from datetime import date
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course, open_course
from course_utils.grading.intake.names import shown
from course_utils.grading.intake.paths_below import is_file, paths_below
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.gradebook import shown_url
from course_utils.grading.results.run_lock import only_run

_OURS = {".lock", ".place", "__pycache__"}  # they are of this machine only
_LONGEST = 1500  # bytes of a path below the root: it must also fit where it is unpacked
_PIECE = 2**20
_FEW = 5  # paths that are named
_SETTINGS = ("nbgrader_config.py", "_config.yml")
_SOURCES = ("solutions", "exercises", "downloaded", "released")
_MADE = ("_build/source", "_build/grades", "_build/exports")


def archive_term(root: Path, output: Path | None = None) -> int:
    """Write all files of the class, and a copy of its gradebook, into one ``.tar.gz``; return 0.

    Raises CourseError while a run is marking, where the file is already there, and for a gradebook
    on a server, which has its own command for that.
    """
    course = open_course(root)
    if not course.db_url.startswith("sqlite:///"):
        raise CourseError(
            f"the gradebook is on a server ({shown_url(course.db_url)}): dump it there first "
            "(pg_dump), and copy the folders; `course archive` is for a gradebook in a file"
        )
    target = output or course.root / f"term-{date.today().isoformat()}.tar.gz"
    if target.exists():
        raise CourseError(f"{target} is already there: move it away, or pass --output FILE")
    aside = target.with_name(f".{target.name}.part")
    refuse_cut_off(course.grades)
    with only_run(course.grades):
        try:
            with (
                tarfile.open(aside, "w:gz", dereference=True) as made,
                tempfile.TemporaryDirectory() as place,
            ):
                count, left_out = _add_all(made, course)
                count += _add_gradebook(made, course, Path(place))
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    size = target.stat().st_size / 2**20
    print(f"{course.shown(target)}  ({count} files, {size:.1f} MB)")
    if left_out:
        some = ", ".join(map(shown, left_out[:_FEW])) + ", …" * (len(left_out) > _FEW)
        print(f"left out, as they are no ordinary files or lie too deep: {some}")
    print(f"make it a folder again   course restore {target.name} --root NEW_FOLDER")
    print("Students' names and marks are in it: keep it as you keep the class's folder.")
    return 0


def restore_term(root: Path, file: Path) -> int:
    """Unpack an archive into ``root``, which must be empty or not exist yet; return 0.

    Links and special files are not unpacked: an older version put those of students in.
    Raises CourseError for a folder that is not empty, and for a file that is not such an archive.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError(f"{root} is not empty: pass --root with the name of a new folder")
    try:
        with gzip.open(file) as packed:
            while packed.read(_PIECE):
                pass  # to the end, where the checksum is: tarfile itself stops before it
        with tarfile.open(file, "r:gz") as opened:
            if "nbgrader_config.py" not in opened.getnames():
                raise CourseError(f"{file} is not an archive of a term: `course archive` makes one")
            root.mkdir(parents=True, exist_ok=True)
            opened.extractall(root, filter=_ordinary)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CourseError(f"{file} cannot be unpacked into {root}: {reason}") from None
    except tarfile.TarError as error:
        raise CourseError(f"{file} is not an archive of a term ({error})") from None
    print(f"restored into {root}: course --root {root} where")
    return 0


def _contents(course: Course) -> list[Path]:
    """The class's folders and settings files, at the places below the root that it is set to."""
    own = [course.submitted, course.autograded, course.feedback, course.source, course.grades]
    named = [course.root / name for name in (*_SETTINGS, *_SOURCES, *_MADE)]
    inside = [path for path in dict.fromkeys([*own, *named]) if path.is_relative_to(course.root)]
    there = [path for path in inside if path.exists()]
    return [path for path in there if not any(path.is_relative_to(p) for p in there if p != path)]


def _add_all(made: tarfile.TarFile, course: Course) -> tuple[int, list[str]]:
    """Add the class's files and folders; return the number of files, and what was left out.

    A student's link, pipe or socket is left out, and so is a path that is too long.
    """
    count, left_out = 0, list[str]()
    for path in _contents(course):
        inside = [(path, False)] if path.is_file() else paths_below(path, _OURS.__contains__)
        for found, is_folder in inside:
            name = str(found.relative_to(course.root))
            ordinary = is_folder or is_file(found) or found == path
            if not ordinary or len(os.fsencode(name)) > _LONGEST:
                left_out.append(name)
                continue
            made.add(found, name, recursive=False)
            count += not is_folder
    return count, left_out


def _ordinary(member: tarfile.TarInfo, place: str) -> tarfile.TarInfo | None:
    """The member as it may be unpacked; None for a link and a special file."""
    if member.isreg() or member.isdir() or member.islnk():
        return tarfile.data_filter(member, place)
    return None


def _add_gradebook(made: tarfile.TarFile, course: Course, place: Path) -> int:
    """Add a copy of the gradebook as it is at one moment, even if another program writes to it."""
    path = Path(shown_url(course.db_url))
    if not path.is_file():
        return 0
    copy = place / "gradebook.db"
    with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)
    inside = path.is_relative_to(course.root)
    made.add(copy, str(path.relative_to(course.root)) if inside else "gradebook.db")
    return 1
