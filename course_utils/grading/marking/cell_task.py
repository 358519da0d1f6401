"""One cell for the marking process, and what that process reports of it: plain data.

The marking process imports this, and is forked for each job: what only the other side needs
(nbformat, nbgrader) is not imported here, for it would take seconds of every run.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from course_utils.grading.marks import Mark, Stop

if TYPE_CHECKING:
    from course_utils.grading.intake.reassemble import CodeCell

Json = dict[str, Any]


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
    def of(cls, cell: "CodeCell") -> "CellTask":
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
        return vars(self) | {"student_names": sorted(self.student_names)}

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
        mark, stop = self.mark, self.stop  # only these: asdict copies every output
        return vars(self) | {"mark": mark and asdict(mark), "stop": stop and asdict(stop)}

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
