"""Make the author's notebook from one source, as JSON: the same source gives the same bytes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from course_utils.authoring.markers import complete
from course_utils.errors import CourseError
from course_utils.requirement import notebook_requirement

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_INSTALL = """\
# Only where the next cell cannot import course_utils (in Colab, for one): take away the # and run
# %pip install -q "{}"\
"""
_GO_ON = "raises-exception"  # the tag by which Jupyter's "Run all" goes on after an error


def author_notebook(source: Path, address: str = "", seen: dict[str, str] | None = None) -> str:
    """One source of ``solutions/`` (py:percent, or a notebook) as the author's notebook.

    ``address``: the repository's public address, or ""; with it the notebook offers to install the
    course from there. ``seen``: grade id → file and line, of the assignment's notebooks before this
    one; the ids of this one are added. The cells of a question get the tag with which "Run all"
    goes on after an error. Outputs are left out.

    nbgrader's metadata in a cell may be short (see ``markers``). Raises CourseError, with file and
    line, for a mistake of the author's.
    """
    import nbformat

    notebook = _read(source)
    notebook.metadata = nbformat.from_dict(_KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = {} if seen is None else seen
    for number, (cell, where) in enumerate(
        zip(notebook.cells, _places(source, notebook.cells), strict=True)
    ):
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own note
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        facts = complete(cell, where)
        if facts is not None:
            name = facts["grade_id"]
            if name in seen:
                raise CourseError(f"{where}: duplicate grade_id {name!r}: it is in {seen[name]}")
            seen[name] = where
            cell.metadata["nbgrader"] = nbformat.from_dict(facts)
            tags = cell.metadata.get("tags", [])
            fails = cell.cell_type == "code" and (facts["solution"] or "points" in facts)
            if fails and _GO_ON not in tags:
                cell.metadata["tags"] = [*tags, _GO_ON]
        cell["id"] = _cell_id(source, facts["grade_id"] if facts else number)
    if address:
        needed = notebook_requirement(address, nbformat.writes(notebook))
        install = nbformat.v4.new_code_cell(_INSTALL.format(needed), id=_cell_id(source, "install"))
        notebook.cells.insert(1, install)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _read(source: Path) -> Any:
    import jupytext
    import nbformat

    shown = _shown(source)
    try:
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".py":
            return jupytext.reads(text, fmt="py:percent")
        return nbformat.reads(text, as_version=4)
    except Exception as error:  # nbformat raises several kinds for a file that is not a notebook
        reason = " ".join(str(error).split())[:200]
        raise CourseError(f"{shown} cannot be read as a notebook: {reason}") from None


def _places(source: Path, cells: list[Any]) -> list[str]:
    """The place of each cell: file and line of its marker; in an .ipynb file its number."""
    shown = _shown(source)
    if source.suffix != ".py":
        return [f"{shown}, cell {number}" for number in range(1, len(cells) + 1)]
    lines = source.read_text(encoding="utf-8").splitlines()
    marked = [n for n, line in enumerate(lines, 1) if re.match(r"# ?%%(?!%)", line)]
    ahead = len(cells) - len(marked)  # text before the first marker is a cell, too
    if ahead in (0, 1):
        return [f"{shown}, line {number}" for number in [1] * ahead + marked]
    places: list[str] = []  # a marker inside a string is not a cell: find each cell by its name
    for cell in cells:
        name = cell.metadata.get("nbgrader", {})
        name = f'"{name.get("grade_id")}"' if isinstance(name, dict) else "nbgrader"
        number = next((n for n in marked if name in lines[n - 1]), None)
        places.append(f"{shown}, line {number}" if number else shown)
    return places


def _shown(source: Path) -> str:
    return "/".join(source.parts[-3:])


def _cell_id(source: Path, name) -> str:
    return hashlib.sha256(f"{source.stem}/{name}".encode()).hexdigest()[:8]
