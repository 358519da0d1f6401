"""Which of the student's cells stands for which of the author's, whatever happened to them."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

import re
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode

from course_utils.grading.intake.cell_roles import AuthorCell
from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.python_syntax import bound_names, syntax

_NBGRADER_KEYS = ("grade", "solution", "locked", "points")
_MOST_PARSED = 500_000  # characters of one cell


class CellMatch:
    """Which of the student's cells stands for which of the author's (nbformat 4).

    ``modules``: the sources of the Python modules beside the notebook, by their names.
    ``copies``, ``added``: the student's other cells, by the author's number they follow (-1: the
    top). ``elsewhere``: numbers of answers that another cell gives.
    """

    def __init__(
        self,
        author: NotebookNode,
        roles: list[AuthorCell],
        cells: Sequence[StudentCell],
        modules: Mapping[str, str],
    ):
        self._author, self._roles, self._cells = author.cells, roles, cells
        self._modules = modules
        self._ids = [role.name for role in roles]
        self._bound = [_names(cell.source) for cell in cells]
        self._taken: dict[int, int] = {}  # the author's number → the student's
        self.copies: dict[int, list[StudentCell]] = {}
        self.added: dict[int, list[StudentCell]] = {}
        self.elsewhere: set[int] = set()  # numbers of answers that another cell gives
        self._mended: dict[str, list[str]] = {}
        self._match_solutions()
        self._match_others()
        self._place_rest()
        self._find_elsewhere()
        self._compare()

    def cell(self, number: int) -> StudentCell | None:
        """The student's cell for the author's cell ``number``; None when it is not there."""
        taken = self._taken.get(number)
        return None if taken is None else self._cells[taken]

    def repairs(self) -> list[str]:
        """A sentence for each kind of thing; the first few names, and how many more."""
        sentences: list[str] = []
        for what, which in self._mended.items():
            more = f" and {len(which) - 3} more" if len(which) > 4 else ""
            sentences.append(f"{what}: {', '.join(which[:3] if more else which)}{more}")
        return sentences

    def _match_solutions(self):
        """The best pair first: what a cell defines says more than what it is called."""
        pairs = []
        for number, role in enumerate(self._roles):
            if not role.is_answer:
                continue
            for other, cell in enumerate(self._cells):
                if score := self._score(number, role, other, cell):
                    pairs.append((score, other, -number))  # a cell for several: the first of them
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
            score += before != "" and before == self._roles[number - 1].released.strip()
        if score > 0 and cell.source.strip() != role.released.strip():
            score += 0.5  # of two copies the one that was worked on
        return max(score, 0)

    def _match_others(self):
        """Text, set-up and grade cells, so that the author's own are not taken for added ones."""
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
                self._note("duplicated", name)
                role = self._roles[number]
                same = role.released.strip() == cell.source.strip()
                if (
                    role.kind == "student"
                    and not same
                    and cell.source != self._cells[self._taken[number]].source
                ):
                    self.copies.setdefault(number, []).append(cell)
            elif any(cell.source.strip() == role.released.strip() for role in self._roles):
                self._note("duplicated", "a cell of the author's")
            elif cell.source.strip():
                self.added.setdefault(last, []).append(cell)

    def _find_elsewhere(self) -> None:
        """A given cell that is gone, or as it was given, while its names are defined elsewhere.

        It must not come back behind the student's own definition and override it.
        """
        for number, role in enumerate(self._roles):
            if role.kind != "student" or not role.binds:
                continue
            theirs = self.cell(number)
            if theirs is not None and theirs.source.strip() != role.released.strip():
                continue
            mine = self._taken.get(number)
            others = [other for other in range(len(self._cells)) if other != mine]
            given = bound_names(syntax(role.released)) or role.binds
            if given <= frozenset[str]().union(*(self._defines(other) for other in others)):
                self.elsewhere.add(number)

    def _defines(self, other: int) -> frozenset[str]:
        """What the student's cell defines, with the names of modules of theirs that it stars."""
        starred = re.findall(r"^from\s+(\w+)\s+import\s+\*", self._cells[other].source, re.M)
        names = [_names(self._modules[name]) for name in starred if name in self._modules]
        return self._bound[other].union(*names)

    def written_below(self, number: int) -> StudentCell | None:
        """The answer to a written question, where it stands in new cells below the given one."""
        role, theirs = self._roles[number], self.cell(number)
        if role.kind != "written":
            return None
        if theirs is not None and theirs.source.strip() != role.released.strip():
            return None
        below = [cell for cell in self.added.get(number, []) if cell.cell_type == "markdown"]
        if not below:
            return None
        self.added[number] = [cell for cell in self.added[number] if cell not in below]
        text = "\n\n".join(cell.source for cell in below)
        pictures = {name: kinds for cell in below for name, kinds in cell.attachments.items()}
        return StudentCell("markdown", text, attachments=pictures)

    def _compare(self):
        """What differs from the released notebook in ways that a student should not cause."""
        for number, role in enumerate(self._roles):
            if not role.name:
                continue
            if number in self.elsewhere:
                continue
            if number not in self._taken:
                self._note("missing", role.name)
                continue
            cell, mine = self._cells[self._taken[number]], self._author[number]
            name = cell.grade_id
            if name != role.name:
                self._note("renamed" if name else "without its metadata", role.name)
            elif any(cell.nbgrader.get(k) != mine.metadata.nbgrader.get(k) for k in _NBGRADER_KEYS):
                self._note("with other metadata", role.name)
            if cell.cell_type != mine.cell_type:
                self._note("of another type", role.name)
            if sorted(cell.tags) != sorted(mine.metadata.get("tags", [])) and name:
                self._note("with other tags", role.name)
            locked = not role.is_answer
            known = (role.released.strip(), role.source.strip())
            if locked and cell.source.strip() not in known:
                self._note("edited though locked", role.name)
        order = [
            self._taken[n] for n, role in enumerate(self._roles) if role.name and n in self._taken
        ]
        if order != sorted(order):
            self._note("in another order", "some cells")

    def _note(self, what: str, which: str):
        which = re.sub(r"\W+", " ", which)[:40]
        if which not in self._mended.setdefault(what, []):
            self._mended[what].append(which)


def _names(source: str) -> frozenset[str]:
    """What a cell defines, even when it is not valid Python.

    Magics are left out line by line: IPython's own reading of them takes minutes over a cell that
    was made for it, and this runs in the grader's process.
    """
    lines = "\n".join(line for line in source.splitlines() if line.lstrip()[:1] not in ("%", "!"))
    return bound_names(syntax(lines[:_MOST_PARSED])) or frozenset(
        re.findall(r"^def\s+(\w+)", source, re.M)
    )
