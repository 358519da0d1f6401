"""Author's sources to student notebooks: solutions/*.py → _build/source → exercises/*.ipynb.

nbgrader's own generate_assignment removes the answers and the hidden tests. Around it this room
makes the result reproducible (cell ids that depend on the text alone, no machine's metadata) and
quick (what is up to date is left alone).
"""

import hashlib
import json
import logging
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.public_address import keep_book_address, repository_address

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_INSTALL = """\
# Only where the next cell cannot import course_utils (in Colab, for one): take away the # and run
# %pip install -q "cnn-course @ git+{}"\
"""
_GO_ON = "raises-exception"  # the tag by which Jupyter's "Run all" goes on after an error


def make_exercises(root: Path, names=()) -> int:
    """Bring ``_build/source`` and ``exercises/`` up to date; return the exit code 0.

    ``names``: which assignments (default: all). Raises CourseError for an assignment that is not
    there, or whose source nbgrader does not accept.
    """
    sources = _sources(root, names)
    keep_book_address(root)
    for number, source in enumerate(sources, 1):
        target = root / "exercises" / source.parent.name / f"{source.stem}.ipynb"
        fresh = _is_fresh(root, source)
        if not fresh:
            _write(_built(root, source), author_notebook(source, repository_address(root)))
            _write(target, _without_answers(root, source))
            _stamp(root, source).write_text(_fingerprint(root, source))
        state = "up to date" if fresh else "made"
        print(f"[{number}/{len(sources)}] {target.relative_to(root)}  {state}", flush=True)
    return 0


def refuse_outdated(root: Path, name: str) -> None:
    """CourseError if assignment ``name`` was corrected, but not built again: work would be marked
    as it was before.

    An assignment without a source in ``solutions/`` is somebody else's business.
    """
    source = root / "solutions" / name / f"{name}.py"
    built = _built(root, source)
    if not (source.is_file() and built.is_file()) or _is_fresh(root, source):
        return
    if built.read_text(encoding="utf-8") != author_notebook(source, repository_address(root)):
        raise CourseError(
            f"{source.relative_to(root)} has changed since it was built: run "
            f"`course exercises {name}`, and mark then"
        )


def author_notebook(source: Path, address: str = "") -> str:
    """One ``solutions/A/A.py`` (py:percent) as the author's notebook: JSON, the same bytes always.

    ``address``: of the repository, where it has a public one; the notebook then offers to install
    the course from there.

    nbgrader's metadata in a cell marker may be short: ``grade_id`` with ``solution``, ``points`` or
    ``locked``, or ``task`` with ``points``. The rest follows: points make a cell graded; a graded
    cell that is no solution, and a task, are locked. A question's cells carry the tag by which
    "Run all" goes on after an error.
    """
    import jupytext
    import nbformat

    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(_KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's note to itself
        short = cell.metadata.get("nbgrader")
        if short is not None:
            cell.metadata["nbgrader"] = nbformat.from_dict(_complete(source, short))
            if cell.cell_type == "code" and (short.get("solution") or "points" in short):
                cell.metadata["tags"] = [*cell.metadata.get("tags", []), _GO_ON]
        name = short["grade_id"] if short else number
        cell["id"] = _cell_id(source, name)
    if address:
        install = nbformat.v4.new_code_cell(
            _INSTALL.format(address), id=_cell_id(source, "install")
        )
        notebook.cells.insert(1, install)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cell_id(source: Path, name) -> str:
    return hashlib.sha256(f"{source.stem}/{name}".encode()).hexdigest()[:8]


def _complete(source: Path, short: dict) -> dict:
    if "grade_id" not in short:
        raise CourseError(
            f"{source}: a cell marker has nbgrader={short} without a grade_id: add one"
        )
    task = bool(short.get("task"))  # nbgrader counts a task's points by themselves
    full = {"solution": False, "task": False, "schema_version": 3}
    full |= short | {"grade": "points" in short and not task}
    given = full["grade"] or task or bool(short.get("locked"))
    full["locked"] = not full["solution"] and given
    return full


def _sources(root: Path, names) -> list[Path]:
    """The assignments' sources, in the order of their names."""
    folder = root / "solutions"
    known = {path.stem: path for path in sorted(folder.glob("*/*.py")) if _is_source(path)}
    if not known:
        raise CourseError(
            f"no assignment in {folder}: run this in the course's folder, or pass --root"
        )
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CourseError(f"no assignment called {unknown[0]!r}: there are {', '.join(known)}")
    return [known[name] for name in (names or known)]


def _is_source(path: Path) -> bool:
    return path.stem == path.parent.name


def _built(root: Path, source: Path) -> Path:
    return root / "_build" / "source" / source.stem / f"{source.stem}.ipynb"


def _stamp(root: Path, source: Path) -> Path:
    return root / "_build" / "source" / f".{source.stem}.stamp"


def _is_fresh(root: Path, source: Path) -> bool:
    stamp = _stamp(root, source)
    return stamp.is_file() and stamp.read_text() == _fingerprint(root, source)


def _without_answers(root: Path, source: Path) -> str:
    """nbgrader's generate_assignment on one built notebook; no gradebook is needed for that."""
    from nbgrader.apps import NbGraderApp
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config = Config()
    if (root / "nbgrader_config.py").is_file():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = "_build/source"
    config.CourseDirectory.release_directory = "_build/release"
    config.CourseDirectory.assignment_id = source.stem
    complaints = _Complaints()
    app = NbGraderApp(config=config, log=complaints.log)
    converter = GenerateAssignment(
        coursedir=CourseDirectory(parent=app), parent=app, force=True, no_database=True
    )
    converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]
    try:
        converter.start()
    except (SystemExit, Exception) as error:
        raise CourseError(
            f"nbgrader refused {source.relative_to(root)}: {complaints.cause or error}"
        ) from error
    made = root / "_build" / "release" / source.stem / f"{source.stem}.ipynb"
    return made.read_text(encoding="utf-8")


class _Complaints(logging.Handler):
    """Keeps the last line of the first traceback that nbgrader logs: the cause of a refusal."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.cause = ""
        self.log = logging.Logger("course_utils.authoring", logging.ERROR)
        self.log.addHandler(self)

    def emit(self, record):
        text = record.getMessage().strip()
        if text.startswith("Traceback") and not self.cause:
            self.cause = text.splitlines()[-1]


def _fingerprint(root: Path, source: Path) -> str:
    """What an exercise depends on, and what was made of it, in one hash."""
    parts = [source, Path(__file__), root / "nbgrader_config.py", _built(root, source)]
    parts.append(root / "exercises" / source.stem / f"{source.stem}.ipynb")
    digest = hashlib.sha256(repository_address(root).encode())
    for path in parts:
        digest.update(path.read_bytes() if path.is_file() else b"absent")
        digest.update(b"\0")
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
