"""Author's sources to student notebooks: solutions/ → _build/source → exercises/.

nbgrader's own generate_assignment removes the answers and the hidden tests. Around it this room
makes the result reproducible (cell ids depend only on the text; no metadata of a machine) and quick
(assignments that are up to date are skipped). The author's other files are copied as they are.
"""

import hashlib
import logging
import shutil
from pathlib import Path

from course_utils.authoring.notebook import author_notebook
from course_utils.authoring.sources import Assignment, assignments
from course_utils.errors import CourseError
from course_utils.public_address import keep_book_address, repository_address


def make_exercises(root: Path, names=()) -> list[str]:
    """Bring ``_build/source`` and ``exercises/`` up to date; return the assignments made again.

    ``names``: which assignments (default: all). Raises CourseError for an unknown assignment, and
    for a mistake in a source.
    """
    sources = assignments(root, names)
    keep_book_address(root)
    made: list[str] = []
    for number, source in enumerate(sources, 1):
        fresh = _is_fresh(root, source)
        if not fresh:
            _make(root, source)
            made.append(source.name)
        state = "up to date" if fresh else "made"
        shown = ", ".join(str(path.relative_to(root)) for path in _exercises(root, source))
        print(f"[{number}/{len(sources)}] {shown}  {state}", flush=True)
    return made


def refuse_outdated(root: Path, name: str) -> None:
    """Raise CourseError if assignment ``name`` has changed since it was built.

    Else its old version would mark the work. An assignment without a source in ``solutions/`` is
    not checked.
    """
    folder = root / "solutions" / name
    if not name or not folder.is_dir() or not _built(root, name).is_dir():
        return
    (source,) = assignments(root, [name])
    if _is_fresh(root, source):
        return
    wanted = _wanted(root, source)
    built = {path: path.read_bytes() for path in _below(_built(root, name))}
    if built != {_built(root, name) / path: data for path, data in wanted.items()}:
        changed = source.notebooks[0] if len(wanted) == 1 else source.folder
        raise CourseError(
            f"{changed.relative_to(root)} has changed since it was built: run "
            f"`course exercises {name}`, and mark then"
        )


def _make(root: Path, source: Assignment) -> None:
    wanted = _wanted(root, source)
    place = _built(root, source.name)
    shutil.rmtree(place, ignore_errors=True)  # so that files the author removed are gone, too
    for path, data in wanted.items():
        _write(place / path, data)
    released = _without_answers(root, source)
    target = root / "exercises" / source.name
    stamp = _stamp(root, source)
    before = stamp.read_text(encoding="utf-8").splitlines()[1:] if stamp.is_file() else []
    for path in set(before) - {str(path) for path in wanted}:
        (target / path).unlink(missing_ok=True)
    for path in wanted:
        data = released[path.stem] if path.suffix == ".ipynb" else wanted[path]
        _write(target / path, data)
    lines = [_fingerprint(root, source), *map(str, wanted)]
    stamp.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _wanted(root: Path, source: Assignment) -> dict[Path, bytes]:
    """The files of an assignment that marking needs: path in its folder → bytes."""
    address = repository_address(root)
    seen: dict[str, str] = {}
    made = {
        Path(f"{path.stem}.ipynb"): author_notebook(path, address, seen).encode()
        for path in source.notebooks
    }
    return made | {path.relative_to(source.folder): path.read_bytes() for path in source.files}


def _exercises(root: Path, source: Assignment) -> list[Path]:
    return [root / "exercises" / source.name / f"{path.stem}.ipynb" for path in source.notebooks]


def _built(root: Path, name: str) -> Path:
    return root / "_build" / "source" / name


def _stamp(root: Path, source: Assignment) -> Path:
    return root / "_build" / "source" / f".{source.name}.stamp"


def _is_fresh(root: Path, source: Assignment) -> bool:
    stamp = _stamp(root, source)
    return stamp.is_file() and stamp.read_text().split("\n")[0] == _fingerprint(root, source)


def _without_answers(root: Path, source: Assignment) -> dict[str, bytes]:
    """Run nbgrader's generate_assignment on the built notebooks; that needs no gradebook.

    Returns notebook → the bytes that students receive.
    """
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
    config.CourseDirectory.assignment_id = source.name
    complaints = _Complaints()
    app = NbGraderApp(config=config, log=complaints.log)
    converter = GenerateAssignment(
        coursedir=CourseDirectory(parent=app), parent=app, force=True, no_database=True
    )
    converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]
    try:
        converter.start()
    except (SystemExit, Exception) as error:
        shown = ", ".join(str(path.relative_to(root)) for path in source.notebooks)
        raise CourseError(f"nbgrader refused {shown}: {complaints.cause or error}") from error
    made = (root / "_build" / "release" / source.name).glob("*.ipynb")
    return {path.stem: path.read_bytes() for path in made}


class _Complaints(logging.Handler):
    """Keeps the last line of the first traceback that nbgrader logs: the reason of a refusal."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.cause = ""
        self.log = logging.Logger("course_utils.authoring", logging.ERROR)
        self.log.addHandler(self)

    def emit(self, record):
        text = record.getMessage().strip()
        if text.startswith("Traceback") and not self.cause:
            self.cause = text.splitlines()[-1]


def _fingerprint(root: Path, source: Assignment) -> str:
    """One hash of all that an exercise depends on and of all that was made from it."""
    parts = [*sorted(Path(__file__).parent.glob("*.py")), root / "nbgrader_config.py"]
    parts += [*source.notebooks, *source.files]
    made = [Path(f"{path.stem}.ipynb") for path in source.notebooks]
    made += [path.relative_to(source.folder) for path in source.files]
    for place in (_built(root, source.name), root / "exercises" / source.name):
        parts += [place / path for path in made]
    digest = hashlib.sha256(repository_address(root).encode())
    for path in parts:
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"absent")
        digest.update(b"\0")
    return digest.hexdigest()


def _below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
