"""The unit of work as typed plain data: a job in, an outcome out, and the outcome of each cell.

Everything here can be pickled (for an executor) or written as JSON (for the marking process).
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.intake.given_cells import Release
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.reassemble import CodeCell
from course_utils.grading.marks import Mark, Stop

Json = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One notebook of one submission, ready to be marked.

    ``author``: the author's notebook (JSON text). ``files``: the files beside the notebook; the
    first ``given`` of them are the author's, and the author's own cells see these as well.
    ``walled``: whether the student's code runs in a sandbox. ``earlier``: earlier versions of the
    notebook that were handed out.
    """

    author: str
    cells: list[StudentCell]
    files: Files
    limits: Limits
    walled: bool = True
    given: int = 0
    earlier: tuple[Release, ...] = ()


@dataclass(frozen=True)
class CellTask:
    """One code cell for the marking process: what runs where.

    ``kind``: setup, student, derived, grade (see ``intake.cell_roles``) or added. ``inside``: the
    source that runs in the sandbox; ``outside``: the source that runs in the marking process.
    ``student_names``: the names whose values are the student's when the cell starts.
    """

    index: int
    kind: str
    name: str
    inside: str
    outside: str = ""
    released: str = ""
    points: float = 0.0
    student_names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cell: CodeCell) -> "CellTask":
        """The task of one code cell of the notebook to mark."""
        role = cell.role
        if role is None:
            return cls(cell.index, "added", "", cell.source)
        return cls(
            index=cell.index,
            kind=role.kind,
            name=role.name,
            # the author's own text runs outside, also where the student may edit the cell
            inside=role.inside if role.kind == "grade" else cell.source,
            outside=role.outside,
            released=role.released,
            points=role.points,
            student_names=role.student_names,
        )

    def to_json(self) -> Json:
        """Plain JSON; ``from_json`` takes it back."""
        return asdict(self) | {"student_names": sorted(self.student_names)}

    @classmethod
    def from_json(cls, facts: Json) -> "CellTask":
        """The task that ``to_json`` wrote."""
        given: Json = facts | {"student_names": frozenset(facts["student_names"])}
        return cls(**given)


@dataclass(frozen=True)
class CellOutcome:
    """What the marking process reports of one cell: its outputs, its mark, why it was stopped.

    ``seconds``: the time it took, without waiting for a processor (see ``Stopwatch``).
    """

    index: int
    name: str
    outputs: list[Json]
    mark: Mark | None = None
    stop: Stop | None = None
    seconds: float = 0.0

    def to_json(self) -> Json:
        """Plain JSON; ``from_json`` takes it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Json) -> "CellOutcome":
        """The outcome that ``to_json`` wrote."""
        mark, stop = facts["mark"], facts["stop"]
        return cls(
            facts["index"],
            facts["name"],
            facts["outputs"],
            None if mark is None else Mark(**mark),
            None if stop is None else Stop(**stop),
            facts["seconds"],
        )


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
