"""Read one student's folder for one assignment as plain data, or say why that is impossible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.intake.extra_files import Files, read_extra_files
from course_utils.grading.intake.names import shown, student_oddity
from course_utils.grading.intake.notebook_file import NotebookFile, Unreadable, read_notebook
from course_utils.grading.intake.other_assignment import other_assignment
from course_utils.grading.intake.timestamp import read_timestamp

_A_LINK = "the folder is a link to another folder, which is not followed"


class Missing(CourseError):
    """There is no such notebook."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``status``: ``ok``, ``unreadable`` or ``missing``; ``message``: the reason where it is not ok.
    ``notebooks``: name → file, in the author's order; all of them when the status is ok.
    ``files``: the other files in the folder. ``notes``: a sentence for each oddity (a notebook
    with another file name was taken, a file was left out). ``handed_in``: the time (UTC), where a
    timestamp file gives it.
    """

    student: str
    status: str
    message: str = ""
    notebooks: dict[str, NotebookFile] = field(default_factory=dict)
    files: Files = ()
    notes: tuple[str, ...] = ()
    handed_in: datetime | None = None

    @property
    def is_read(self) -> bool:
        """Whether there is something to mark."""
        return self.status == "ok"


def find_students(submitted: Path, pattern: str = "*") -> list[str]:
    """The students who have a folder in ``submitted`` and match ``pattern``, sorted.

    Raises CourseError when there is no folder ``submitted``, or no student matches.
    """
    if not submitted.is_dir():
        raise CourseError(
            f"no folder {submitted}: put each student's work in "
            f"{submitted.name}/<student>/<assignment>/"
        )
    folders = (p.name for p in submitted.iterdir() if p.is_dir() or p.is_symlink())
    found = sorted(name for name in folders if fnmatch(name, pattern) and not _is_left_over(name))
    if not found:
        raise CourseError(f"no student matches {pattern!r} in {submitted}")
    return found


def _is_left_over(name: str) -> bool:
    """Whether a program left this folder or file there: it is no student's work."""
    return name.startswith(".") or name == "__MACOSX"


def read_submission(
    submitted: Path,
    student: str,
    assignment: str,
    names: Sequence[str],
    grade_ids: Mapping[str, frozenset[str]] | None = None,
) -> Submission:
    """``submitted/<student>/<assignment>``: the notebooks called ``names`` (without .ipynb).

    ``grade_ids``: assignment → names of its cells, to recognise a notebook of another assignment.
    Raises nothing: work that cannot be read gets a status and a message.
    """
    folder = submitted / student / assignment
    if odd := student_oddity(student):
        odd_name = f"the folder's name {shown(student)} {odd}: rename it"
        return Submission(student, "unreadable", odd_name)
    if (submitted / student).is_symlink():
        return Submission(student, "unreadable", _A_LINK)
    return read_folder(folder, student, assignment, names, grade_ids)


def read_folder(
    folder: Path,
    student: str,
    assignment: str,
    names: Sequence[str],
    grade_ids: Mapping[str, frozenset[str]] | None = None,
) -> Submission:
    """The work of ``student`` in ``folder``; all else is as in ``read_submission``."""
    try:
        if folder.is_symlink():
            raise Unreadable(_A_LINK)
        notebooks: dict[str, NotebookFile] = {}
        notes: list[str] = []
        for name in names:
            path, found_notes = _find(folder, name, names)
            notebooks[name] = read_notebook(path)
            if other := other_assignment(notebooks[name].cells, assignment, grade_ids or {}):
                raise Missing(f"this is the notebook of {other}, handed in as {assignment}")
            notes += found_notes
        files, left_out = read_extra_files(folder)
        handed_in, odd_time = read_timestamp(folder)
    except Missing as error:
        return Submission(student, "missing", str(error))
    except Unreadable as error:
        return Submission(student, "unreadable", str(error))
    except OSError as error:
        return Submission(student, "unreadable", f"the file cannot be read: {error.strerror}")
    notes += [*left_out, *filter(None, [odd_time])]
    return Submission(student, "ok", "", notebooks, files, tuple(notes), handed_in)


def _find(folder: Path, notebook: str, known: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The file to take for ``notebook``, and a note where it has another name.

    ``known``: the names of all notebooks of the assignment; a file with the name of another one is
    not taken. Raises Missing where there is no file to take.
    """
    name = f"{notebook}.ipynb"
    if not folder.is_dir() or folder.is_symlink():
        raise Missing(f"nothing was handed in as {folder.parent.name}/{folder.name}")
    there = sorted(
        p for p in folder.iterdir() if p.suffix.lower() == ".ipynb" and not _is_left_over(p.name)
    )
    exact = folder / name
    others = [p for p in there if p.stem not in known and not p.is_symlink() and p.is_file()]
    if exact in there:
        copies = [p for p in others if p.stem.startswith(notebook)]
        names = ", ".join(f"'{shown(p.name)}'" for p in copies[:5])
        return exact, ((f"beside {name} there is {names}, which was not marked",) if names else ())
    if len(others) == 1:
        return others[0], (f"'{shown(others[0].name)}' was taken for {name}",)
    if others:
        raise Missing(f"no {name}: which of {', '.join(shown(p.name) for p in others[:5])} is it?")
    files = [shown(found) for found in sorted(p.name for p in folder.iterdir())[:5]]
    raise Missing(
        f"no {name}" + (f": there is {', '.join(files)}" if files else ", an empty folder")
    )
