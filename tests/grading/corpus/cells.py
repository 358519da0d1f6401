"""Notebooks whose cells were moved, lost, copied or edited: all is put right, with a note."""

import copy

from tests.grading.corpus.assignment import ANSWERS, FULL, STUB, Case, handed_in, notebook

_LOST = FULL - 2


def _id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _made(change, score=FULL, status="repaired", says="") -> Case:
    made = notebook()
    made.cells = change(made.cells) or made.cells
    return Case(handed_in(made), score, status, says)


def _without(*names):
    return lambda cells: [cell for cell in cells if _id(cell) not in names]


def _twice(name, text=None):
    def change(cells):
        at = next(i for i, cell in enumerate(cells) if _id(cell) == name)
        again = copy.deepcopy(cells[at])
        again["id"] = "again"
        if text is not None:
            again.source = text
        cells.insert(at + 1, again)

    return change


def _renamed(cells):
    for cell in cells:
        if _id(cell):
            cell.metadata["nbgrader"]["grade_id"] += "-mine"


def _retyped(cells):
    for cell in cells:
        if _id(cell) in ("double", "double_check"):
            cell.cell_type = "raw"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def _stripped(cells):
    for number, cell in enumerate(cells):
        cell.metadata.clear()
        cell["id"] = f"new-{number}"


def _repointed(cells):
    by_name = {_id(cell): cell for cell in cells}
    one, other = by_name["double"], by_name["total"]
    one.metadata, other.metadata = other.metadata, one.metadata


def _edited(cells):
    for cell in cells:
        if _id(cell).endswith("_check"):
            cell.source = "2.0"
            cell.metadata["nbgrader"]["points"] = 1000


def _unlocked(cells):
    """A grade cell that claims to be a solution, so that its text would be kept."""
    for cell in cells:
        if _id(cell) == "double_check":
            cell.metadata["nbgrader"] |= {"solution": True, "grade": False, "locked": False}
            cell.source = "pass"


CASES = {
    "cells-solution-deleted": _made(_without("total"), _LOST, says="missing: total"),
    "cells-check-deleted": _made(_without("total_check", "setup"), says="missing: setup"),
    "cells-all-deleted": _made(lambda cells: cells[:1], 0.0, says="missing"),
    "cells-solution-twice": _made(_twice("double"), says="duplicated: double"),
    "cells-stub-after-answer": _made(
        _twice("double", f"def double(x):\n{STUB}"), says="duplicated: double"
    ),
    "cells-check-twice": _made(_twice("double_check", "assert True"), says="duplicated"),
    "cells-renamed": _made(_renamed, says="renamed"),
    "cells-reversed": _made(lambda cells: cells[::-1], says="another order"),
    "cells-retyped": _made(_retyped, says="of another type: double"),
    "cells-untagged": _made(_stripped, says="without its metadata"),
    "cells-repointed": _made(_repointed, says="renamed"),
    "cells-edited": _made(_edited, says="edited though locked"),
    "cells-unlocked": _made(_unlocked, says="with other metadata"),
    "cells-helper-copied": _made(
        _twice("double", ANSWERS["double"].replace("2", "two") + "\n\ntwo = 2"),
        says="duplicated: double",
    ),
}
