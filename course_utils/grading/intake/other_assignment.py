"""Find out from the names of its graded cells whether a notebook is of another assignment."""

from collections.abc import Iterable, Mapping

from course_utils.grading.intake.notebook_file import StudentCell

_ENOUGH = 2  # names of another assignment, and no name of this one


def other_assignment(
    cells: Iterable[StudentCell], assignment: str, grade_ids: Mapping[str, frozenset[str]]
) -> str | None:
    """The assignment of the notebook, when that is clearly not ``assignment``; else None.

    ``grade_ids``: assignment → nbgrader's names of its cells.
    """
    names = {cell.grade_id for cell in cells} - {None, ""}
    own = grade_ids.get(assignment, frozenset())
    found: dict[str, int] = {}
    for other, ids in grade_ids.items():
        if other != assignment and not names & (own - ids):  # "setup" may be a name in both
            found[other] = len(names & (ids - own))
    best = max(found, key=lambda other: found[other], default=None)
    return best if best is not None and found[best] >= _ENOUGH else None
