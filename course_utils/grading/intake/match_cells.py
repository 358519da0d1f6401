"""Match the student's cells to the author's, however they were moved, renamed or copied."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from nbformat import NotebookNode

from course_utils.grading.intake.cell_roles import AuthorCell
from course_utils.grading.intake.given_cells import Given, text_hash
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.python_syntax import bound_names, syntax
from course_utils.grading.intake.repairs import Repairs

_MOST_PARSED = 500_000  # characters of one cell, or of all modules beside the notebook
_SHORT = 4000  # characters of a cell whose names are remembered for the next student
_STAR = re.compile(r"^from\s+(\w+)\s+import\s+\*", re.M)


class CellMatch:
    """Which of the student's cells belongs to which of the author's (nbformat 4).

    ``modules``: module name → source, of the Python modules beside the notebook. ``given``: every
    release of the notebook. ``copies``, ``added``: the student's other cells, by the number of the
    author's cell that they follow (-1: the top). ``elsewhere``: the numbers of answers that stand
    in another cell. ``repairs``: what was put right. ``only_given``: the other cells hold nothing
    that the student wrote.
    """

    def __init__(
        self,
        author: NotebookNode,
        roles: list[AuthorCell],
        cells: Sequence[StudentCell],
        modules: Mapping[str, str],
        given: Given,
    ):
        self._author, self._roles, self._cells = author.cells, roles, cells
        self._given = given
        self._modules = _names_of_modules(modules, cells)
        self._texts = [text_hash(cell.source) for cell in cells]
        self._ids = [role.name for role in roles]
        self._bound = [_names_of_cell(cell.source) for cell in cells]
        self._taken: dict[int, int] = {}  # the author's number → the student's
        self.copies: dict[int, list[StudentCell]] = {}
        self.added: dict[int, list[StudentCell]] = {}
        self.elsewhere: set[int] = set()  # numbers of answers that stand in another cell
        self.repairs = Repairs()
        self.only_given = True
        self._match_solutions()
        self._match_others()
        self._place_rest()
        self._find_elsewhere()
        found = {number: (other, cells[other]) for number, other in self._taken.items()}
        self.repairs.compare(roles, found, self.elsewhere, given)

    def cell(self, number: int) -> StudentCell | None:
        """The student's cell for the author's cell ``number``; None when there is none."""
        taken = self._taken.get(number)
        return None if taken is None else self._cells[taken]

    def as_given(self, number: int) -> bool:
        """Whether the student left the author's cell ``number`` as it was in some release."""
        other = self._taken.get(number)
        return other is None or self._is_given(self._roles[number], other)

    def _is_given(self, role: AuthorCell, other: int) -> bool:
        return self._given.is_given(role.name, self._texts[other])

    def _match_solutions(self):
        """Match solution cells, the best pair first.

        The names that a cell defines count for more than the cell's own name.
        """
        pairs = []
        for number, role in enumerate(self._roles):
            if not role.is_answer:
                continue
            for other, cell in enumerate(self._cells):
                if score := self._score(number, role, other, cell):
                    pairs.append((score, other, -number))  # a cell that fits several: the first
        for _, other, negative in sorted(pairs, reverse=True):
            number = -negative
            if number not in self._taken and other not in self._taken.values():
                self._taken[number] = other

    def _score(self, number: int, role: AuthorCell, other: int, cell: StudentCell) -> float:
        score = 0.0
        if role.kind == "student" and role.binds & self._bound[other]:
            score += 4
        if cell.grade_id == role.name:
            score += 3
        elif cell.grade_id in self._ids:
            score -= 1
        if cell.id and cell.id == self._author[number].get("id"):
            score += 2
        if role.kind == "written" and score <= 0 and not cell.nbgrader and number and other:
            before = self._cells[other - 1].source.strip()
            score += before != "" and self._is_given(self._roles[number - 1], other - 1)
        if score > 0 and not self._is_given(role, other):
            score += 0.5  # of two copies prefer the one that was changed
        return max(score, 0)

    def _match_others(self):
        """Match text, set-up and grade cells, so that they are not taken for added cells."""
        for number, role in enumerate(self._roles):
            if number in self._taken:
                continue
            free = [i for i in range(len(self._cells)) if i not in self._taken.values()]
            ways = (
                lambda c, role=role: role.name and c.grade_id == role.name,
                lambda c, n=number: c.id and c.id == self._author[n].get("id"),
                lambda c, role=role: c.source.strip() == role.released.strip(),
            )
            if role.is_answer:
                ways = ways[:1]
            for way in ways:
                if found := [i for i in free if way(self._cells[i])]:
                    self._taken[number] = found[0]
                    break

    def _place_rest(self):
        numbers = {other: number for number, other in self._taken.items()}
        last = -1
        for other, cell in enumerate(self._cells):
            if other in numbers:
                last = numbers[other]
                continue
            name = cell.grade_id
            if name in self._ids and self._ids.index(name) in self._taken:
                number = self._ids.index(name)
                self.repairs.note("duplicated", name)
                role = self._roles[number]
                if (
                    role.kind == "student"
                    and not self._is_given(role, other)
                    and cell.source != self._cells[self._taken[number]].source
                ):
                    self.copies.setdefault(number, []).append(cell)
            elif any(cell.source.strip() == role.released.strip() for role in self._roles):
                self.repairs.note("duplicated", "a cell of the author's")
            elif cell.source.strip():
                before = self._given.before(self._texts[other])
                self.only_given = self.only_given and before is not None
                # a cell of an earlier release that today's does not have: its code may be needed
                if before is None or (before.kind == "code" and not before.facts[0]):
                    self.added.setdefault(last, []).append(cell)

    def _find_elsewhere(self) -> None:
        """Find answers that stand in another cell.

        The cell for the answer is gone, or unchanged, and its names are defined in another cell.
        It must not be put back behind the student's own definition, which it would override.
        """
        defined = [self._defines(other) for other in range(len(self._cells))]
        for number, role in enumerate(self._roles):
            if role.kind != "student" or not role.binds:
                continue
            if not self.as_given(number):
                continue
            mine = self._taken.get(number)
            others = [names for other, names in enumerate(defined) if other != mine]
            given = bound_names(syntax(role.released)) or role.binds
            if given <= frozenset[str]().union(*others):
                self.elsewhere.add(number)

    def _defines(self, other: int) -> frozenset[str]:
        """The names that the student's cell defines, also by ``from their_module import *``."""
        starred = set(_STAR.findall(self._cells[other].source)) & self._modules.keys()
        return self._bound[other].union(*(self._modules[name] for name in starred))

    def written_below(self, number: int) -> StudentCell | None:
        """The answer to a written question, if it stands in new cells below the given cell."""
        if self._roles[number].kind != "written" or not self.as_given(number):
            return None
        below = [cell for cell in self.added.get(number, []) if cell.cell_type == "markdown"]
        if not below:
            return None
        self.added[number] = [cell for cell in self.added[number] if cell not in below]
        text = "\n\n".join(cell.source for cell in below)
        pictures = {name: kinds for cell in below for name, kinds in cell.attachments.items()}
        return StudentCell("markdown", text, attachments=pictures)


def _names_of_modules(
    modules: Mapping[str, str], cells: Sequence[StudentCell]
) -> dict[str, frozenset[str]]:
    """The names that each module defines which a cell imports with ``*``.

    Each module is read once, however many cells import it: this runs in the grader's process, and
    a thousand readings of a large module would stop the class.
    """
    starred = {name for cell in cells for name in _STAR.findall(cell.source)}
    names: dict[str, frozenset[str]] = {}
    left = _MOST_PARSED
    for name, source in sorted(modules.items()):
        if name in starred and len(source) <= left:
            left -= len(source)
            names[name] = _names(source)
    return names


def _names(source: str) -> frozenset[str]:
    """The names that a cell defines, even when it is not valid Python.

    Magics are left out line by line. IPython's own reader could take minutes over a cell that was
    written to slow it down, and this runs in the grader's process.
    """
    lines = "\n".join(line for line in source.splitlines() if line.lstrip()[:1] not in ("%", "!"))
    return bound_names(syntax(lines[:_MOST_PARSED])) or frozenset(
        re.findall(r"^def\s+(\w+)", source, re.M)
    )


def _names_of_cell(source: str) -> frozenset[str]:
    return _known_names(source) if len(source) <= _SHORT else _names(source)


_known_names = lru_cache(maxsize=500)(_names)  # the author's cells, which everybody hands in
