"""The cells of a notebook as they were handed out, each text as a hash.

An author may correct an assignment while students work on it. Each version of the notebook that was
handed out is a ``Release``; the student did not change a cell that is the same as in one of them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from nbformat import NotebookNode

from course_utils.grading.intake.cell_roles import released_cells
from course_utils.grading.intake.notebook_file import StudentCell, student_cell

_NBGRADER_KEYS = ("grade", "solution", "locked", "points")


class GivenCell(NamedTuple):
    """One cell as it was handed out. ``text``: a hash of it; ``facts``: its nbgrader metadata."""

    name: str  # nbgrader's grade id, or ""
    kind: str
    text: str
    tags: tuple[str, ...]
    facts: tuple[Any, ...]  # the values of _NBGRADER_KEYS, None where there is none


Release = tuple[GivenCell, ...]


def text_hash(source: str) -> str:
    """A hash of a cell's text; white space around the text does not count."""
    return hashlib.sha256(source.strip().encode("utf-8", "replace")).hexdigest()[:20]


def given_cell(cell: StudentCell) -> GivenCell:
    """The parts of a cell that are compared."""
    return GivenCell(
        cell.grade_id if isinstance(cell.grade_id, str) else "",
        cell.cell_type,
        text_hash(cell.source),
        tuple(sorted(cell.tags)),
        tuple(cell.nbgrader.get(key) for key in _NBGRADER_KEYS),
    )


def release_of(author: NotebookNode) -> Release:
    """The release that students get of the ``author``'s notebook (nbformat 4, with answers)."""
    return tuple(given_cell(student_cell(cell)) for cell in released_cells(author))


class Given:
    """Every release of a notebook: the one of ``today``, and the ``earlier`` ones."""

    def __init__(self, today: Release, earlier: Iterable[Release]):
        self.releases: Sequence[Release] = (today, *earlier)
        self._by_name: dict[str, list[GivenCell]] = {}
        self._own = {cell.text for cell in today}
        self._before: dict[str, GivenCell] = {}
        for release in self.releases:
            for cell in release:
                self._by_name.setdefault(cell.name, []).append(cell)
                if cell.text not in self._own:
                    self._before.setdefault(cell.text, cell)

    def versions(self, name: str) -> Sequence[GivenCell]:
        """The cell called ``name`` in each release that has it."""
        return self._by_name.get(name, ())

    def is_given(self, name: str, text: str) -> bool:
        """Whether the cell called ``name`` ("": a cell without a name) ever had this text.

        ``text``: the hash of the text.
        """
        return any(cell.text == text for cell in self.versions(name))

    def before(self, text: str) -> GivenCell | None:
        """The cell of an earlier release with this text (a hash), if no cell of today's has it."""
        return self._before.get(text)
