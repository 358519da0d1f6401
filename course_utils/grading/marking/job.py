"""The unit of work as typed plain data, which can be pickled: a job in, an outcome out."""

from dataclasses import dataclass, field

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.intake.given_cells import Release
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.marks import Mark, Stop


@dataclass(frozen=True)
class Job:
    """One notebook of one submission, ready to be marked.

    ``author``: the author's notebook (JSON text). ``files``: the files beside the notebook; the
    first ``given`` of them are the author's, and the author's own cells see these as well.
    ``walled``: whether the student's code runs in a sandbox. ``earlier``: earlier versions of the
    notebook that were handed out. ``course``: the path of the course's folder, which no submission
    may see wherever it lies; "" where that is the working folder.
    """

    author: str
    cells: list[StudentCell]
    files: Files
    limits: Limits
    walled: bool = True
    given: int = 0
    earlier: tuple[Release, ...] = ()
    course: str = ""


@dataclass(frozen=True)
class Outcome:
    """One marked notebook.

    ``notebook``: its JSON text. ``marks``: grade id → mark. ``repairs``: a sentence for each thing
    that was put right. ``stops``: grade id, or "cell N" → why it was stopped. ``untouched``: the
    student filled nothing in. ``fault``: the grader's own failure, ``failed_check``: a mistake in
    the author's own test; with either the marks mean nothing; else they are "". ``slowest``:
    seconds of the slowest cell. ``wall``: the kind of wall that was around it.
    """

    notebook: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    stops: dict[str, Stop] = field(default_factory=dict)
    untouched: bool = False
    fault: str = ""
    failed_check: str = ""
    seconds: float = 0.0
    slowest: float = 0.0
    wall: str = ""
