"""Step 2, reassemble: the author's notebook with the student's text in it.

From the submission only the text of solution cells, of cells that the author left open, and added
cells are taken. Whatever else happened to it (deleted, duplicated, renamed, edited, re-tagged,
re-ordered cells, lost metadata) therefore mends itself; what was mended is said.
"""

import copy
import re
from typing import NamedTuple

import nbformat
from nbgrader.preprocessors import LockCells
from nbgrader.utils import compute_checksum

from course_utils.grading.plan import Planned, bound_names, is_open, parsed, plan

_NBGRADER_KEYS = ("grade", "solution", "locked", "points")
_MOST_PARSED = 500_000  # characters of one cell


class Step(NamedTuple):
    """One cell of the marked notebook: ``index`` in it, and its part in running and marking.

    ``planned`` is None for a cell that the student added.
    """

    index: int
    source: str
    planned: Planned | None


def reassemble(author, cells: list[dict]):
    """``author``: the author's notebook (nbformat); ``cells``: the student's, from ``read``.

    Returns the notebook to mark (no outputs yet), its steps (code cells in order), a sentence for
    each kind of thing that was mended, and whether nothing was filled in.
    """
    planned = plan(author)
    match = _Match(author, planned, cells)
    notebook = copy.deepcopy(author)
    LockCells().preprocess(notebook, {})
    made, steps = [], []

    def add(cell, part):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            steps.append(Step(len(made), cell.source, part))
        made.append(cell)

    for number in range(-1, len(planned)):
        if number >= 0:
            for copied in match.copies.get(number, []):
                add(_added(copied, len(made)), None)
            add(
                _taken(notebook.cells[number], planned[number], match.cell(number)), planned[number]
            )
        for extra in match.added.get(number, []):
            add(_added(extra, len(made)), None)
    notebook.cells = made
    return notebook, steps, match.repairs(), _is_untouched(made, planned)


def _is_untouched(cells, planned: list[Planned]) -> bool:
    """Whether these are the released cells: nothing filled in, nothing added."""
    return len(cells) == len(planned) and all(
        cell.source.strip() == part.released.strip()
        for cell, part in zip(cells, planned, strict=True)
        if part.kind in ("student", "written") or is_open(cell)
    )


def _taken(cell, part: Planned, theirs: dict | None):
    """The author's cell with the student's text, and nbgrader's checksum of the untouched one."""
    mine = part.kind in ("student", "written") or is_open(cell)
    if "nbgrader" in cell.metadata:
        if part.kind in ("student", "written"):
            cell.source = part.released
        cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    if mine:
        cell.source = part.released if theirs is None else theirs["source"]
        if cell.cell_type == "markdown" and theirs and theirs["attachments"]:
            cell["attachments"] = theirs["attachments"]
    return cell


def _added(cell: dict, number: int):
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    made = make.get(cell["cell_type"], nbformat.v4.new_raw_cell)(cell["source"])
    made["id"] = f"added-{number}"
    if made.cell_type == "markdown" and cell["attachments"]:
        made["attachments"] = cell["attachments"]
    return made


class _Match:
    """Which of the student's cells stands for which of the author's."""

    def __init__(self, author, planned, cells):
        self._author, self._planned, self._cells = author.cells, planned, cells
        self._ids = [part.name for part in planned]
        self._bound = [_names(cell["source"]) for cell in cells]
        self._taken: dict[int, int] = {}  # the author's number → the student's
        self.copies: dict[int, list[dict]] = {}
        self.added: dict[int, list[dict]] = {}
        self._mended: dict[str, list[str]] = {}
        self._match_solutions()
        self._match_others()
        self._place_rest()
        self._compare()

    def cell(self, number: int) -> dict | None:
        """The student's cell for the author's cell ``number``; None when it is not there."""
        taken = self._taken.get(number)
        return None if taken is None else self._cells[taken]

    def repairs(self) -> list[str]:
        """A sentence for each kind of thing; the first few names, and how many more."""
        said = []
        for what, which in self._mended.items():
            more = f" and {len(which) - 3} more" if len(which) > 4 else ""
            said.append(f"{what}: {', '.join(which[:3] if more else which)}{more}")
        return said

    def _match_solutions(self):
        """The best pair first: what a cell defines says more than what it is called."""
        pairs = []
        for number, part in enumerate(self._planned):
            if part.kind not in ("student", "written"):
                continue
            for other, cell in enumerate(self._cells):
                if score := self._score(number, part, other, cell):
                    pairs.append((score, other, number))
        for _, other, number in sorted(pairs, reverse=True):
            if number not in self._taken and other not in self._taken.values():
                self._taken[number] = other

    def _score(self, number, part, other, cell) -> float:
        score = 0.0
        if part.kind == "student" and part.binds & self._bound[other]:
            score += 4
        if cell["nbgrader"].get("grade_id") == part.name:
            score += 3
        elif cell["nbgrader"].get("grade_id") in self._ids:
            score -= 1
        if cell["id"] and cell["id"] == self._author[number].get("id"):
            score += 2
        if part.kind == "written" and score <= 0 and not cell["nbgrader"] and number and other:
            before = self._cells[other - 1]["source"].strip()
            score += before != "" and before == self._planned[number - 1].released.strip()
        if score > 0 and cell["source"].strip() != part.released.strip():
            score += 0.5  # of two copies the one that was worked on
        return max(score, 0)

    def _match_others(self):
        """Text, set-up and grade cells, so that the author's own are not taken for added ones."""
        for number, part in enumerate(self._planned):
            if number in self._taken:
                continue
            free = [i for i in range(len(self._cells)) if i not in self._taken.values()]
            ways = (
                lambda c, part=part: part.name and c["nbgrader"].get("grade_id") == part.name,
                lambda c, n=number: c["id"] and c["id"] == self._author[n].get("id"),
                lambda c, part=part: c["source"].strip() == part.released.strip(),
            )
            if part.kind in ("student", "written"):
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
            name = cell["nbgrader"].get("grade_id")
            if name in self._ids and self._ids.index(name) in self._taken:
                number = self._ids.index(name)
                self._note("duplicated", name)
                part = self._planned[number]
                same = part.released.strip() == cell["source"].strip()
                if (
                    part.kind == "student"
                    and not same
                    and cell["source"] != self.cell(number)["source"]
                ):
                    self.copies.setdefault(number, []).append(cell)
            elif any(cell["source"].strip() == part.released.strip() for part in self._planned):
                self._note("duplicated", "a cell of the author's")
            elif cell["source"].strip():
                self.added.setdefault(last, []).append(cell)

    def _compare(self):
        """What differs from the released notebook in ways that a student should not cause."""
        for number, part in enumerate(self._planned):
            if not part.name:
                continue
            if number not in self._taken:
                self._note("missing", part.name)
                continue
            cell, mine = self._cells[self._taken[number]], self._author[number]
            name = cell["nbgrader"].get("grade_id")
            if name != part.name:
                self._note("renamed" if name else "without its metadata", part.name)
            elif any(
                cell["nbgrader"].get(k) != mine.metadata.nbgrader.get(k) for k in _NBGRADER_KEYS
            ):
                self._note("with other metadata", part.name)
            if cell["cell_type"] != mine.cell_type:
                self._note("of another type", part.name)
            if sorted(cell["tags"]) != sorted(mine.metadata.get("tags", [])) and name:
                self._note("with other tags", part.name)
            locked = part.kind not in ("student", "written")
            known = (part.released.strip(), part.source.strip())
            if locked and cell["source"].strip() not in known:
                self._note("edited though locked", part.name)
        order = [
            self._taken[n] for n, part in enumerate(self._planned) if part.name and n in self._taken
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
    return bound_names(parsed(lines[:_MOST_PARSED])) or frozenset(
        re.findall(r"^def\s+(\w+)", source, re.M)
    )
