"""Describe in a few words how a student's notebook differs from the one that was handed out."""

import re
from collections.abc import Collection, Mapping, Sequence

from course_utils.grading.intake.cell_roles import AuthorCell
from course_utils.grading.intake.given_cells import Given, Release, given_cell
from course_utils.grading.intake.notebook_file import StudentCell


class Repairs:
    """The kinds of things that were put right, and the cells of each kind."""

    def __init__(self) -> None:
        self._mended: dict[str, list[str]] = {}

    def note(self, what: str, which: str) -> None:
        """Note that ``what`` happened to the cell ``which``; a second time changes nothing."""
        which = re.sub(r"\W+", " ", which)[:40]
        if which not in self._mended.setdefault(what, []):
            self._mended[what].append(which)

    def sentences(self) -> list[str]:
        """A sentence for each kind of thing: the first few cells, and how many more."""
        sentences: list[str] = []
        for what, which in self._mended.items():
            more = f" and {len(which) - 3} more" if len(which) > 4 else ""
            sentences.append(f"{what}: {', '.join(which[:3] if more else which)}{more}")
        return sentences

    def compare(
        self,
        roles: Sequence[AuthorCell],
        found: Mapping[int, tuple[int, StudentCell]],
        elsewhere: Collection[int],
        given: Given,
    ) -> None:
        """Note the differences that a student should not make.

        ``found``: number of the author's cell → place and cell of the student's; ``elsewhere``:
        numbers of answers that stand in another cell. Each cell is compared with all its versions.
        Whether cells are missing or out of order is judged by the release that the notebook fits
        best (by today's where several fit equally well).
        """
        found = {number: each for number, each in found.items() if roles[number].name}
        for number, (_, cell) in found.items():
            if number not in elsewhere:
                self._compare_cell(roles[number], cell, given)
        names = [role.name for role in roles]
        present = {names[number] for number in (*found, *elsewhere)}
        order = [names[number] for number in sorted(found, key=lambda number: found[number][0])]

        def distance(release: Release) -> int:
            expected = {cell.name for cell in release if cell.name} & set(names)
            return len(expected ^ present) + (not _in_order(order, release))

        worked_on = min(given.releases, key=distance)
        expected = {cell.name for cell in worked_on}
        for name in names:
            if name and name in expected and name not in present:
                self.note("missing", name)
        if not _in_order(order, worked_on):
            self.note("in another order", "some cells")

    def _compare_cell(self, role: AuthorCell, cell: StudentCell, given: Given) -> None:
        versions, mine = given.versions(role.name), given_cell(cell)
        if mine.name != role.name:
            self.note("renamed" if mine.name else "without its metadata", role.name)
        elif not any(mine.facts == version.facts for version in versions):
            self.note("with other metadata", role.name)
        if not any(mine.kind == version.kind for version in versions):
            self.note("of another type", role.name)
        if mine.name and not any(mine.tags == version.tags for version in versions):
            self.note("with other tags", role.name)
        known = given.is_given(role.name, mine.text) or cell.source.strip() == role.source.strip()
        if not role.is_answer and not known:
            self.note("edited though locked", role.name)


def _in_order(names: Sequence[str], release: Release) -> bool:
    """Whether the cells called ``names`` are in the order of the release; others do not count."""
    place = {cell.name: number for number, cell in enumerate(release)}
    there = [place[name] for name in names if name in place]
    return there == sorted(there)
