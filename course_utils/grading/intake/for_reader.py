"""Which cells of the author's need not run while work is marked: they only draw or print.

The author gives such a cell the tag ``skip-when-marking``. Whether it may be left out is asked of
each submission anew, so that no mark can depend on it: it runs if the student changed it, or if any
other cell may read a name that it gives a value.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from course_utils.grading.intake.cell_roles import AuthorCell
from course_utils.grading.intake.python_syntax import read_names
from course_utils.grading.intake.reassemble import CodeCell

NOTE = "[This cell draws or prints for the reader only. It is not run when work is marked.]\n"
_ANY_NAME = re.compile(r"\b(globals|locals|vars|eval|exec|get_ipython|__main__|_getframe)\b")


def left_out(cells: Sequence[CodeCell], modules: Mapping[str, str]) -> frozenset[int]:
    """The ``index`` of each cell that is not run.

    ``cells``: the code cells of the notebook to mark; ``modules``: the Python modules that were
    handed in beside it, name → source.
    """
    found = [(cell.index, role) for cell in cells if (role := cell.role) and _as_given(cell, role)]
    if not found or any("__main__" in source for source in modules.values()):
        return frozenset()
    reads = {cell.index: names_of(_texts(cell)) for cell in cells}
    kept: set[int] = set()
    for number, role in found:
        others = [names for index, names in reads.items() if index != number]
        if all(names is not None and not names & role.binds for names in others):
            kept.add(number)
    return frozenset(kept)


def needed_by(number: int, roles: Sequence[AuthorCell]) -> frozenset[str]:
    """The names of the tagged cell ``number`` that the author's other cells may read.

    With any, the cell is always run, and its tag is of no use.
    """
    mine = roles[number].binds
    found: frozenset[str] = frozenset()
    for other, role in enumerate(roles):
        if other != number and role.is_code:
            names = names_of([role.source])
            found |= mine if names is None else mine & names
    return found


def names_of(texts: Iterable[str]) -> frozenset[str] | None:
    """The names of the notebook that code in ``texts`` reads; None where it may be any."""
    found: frozenset[str] = frozenset()
    for text in texts:
        names = None if _ANY_NAME.search(text) else read_names(text)
        if names is None:
            return None
        found |= names
    return found


def _as_given(cell: CodeCell, role: AuthorCell) -> bool:
    """Whether it is a tagged cell whose text is the author's."""
    return role.for_reader and cell.source == role.released


def _texts(cell: CodeCell) -> set[str]:
    """What is run of this cell on either side."""
    own = cell.role is not None and not cell.role.is_answer
    return {cell.source, *([cell.role.source] if cell.role and own else [])}
