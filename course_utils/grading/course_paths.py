"""Where a class's files lie: nbgrader's own settings, or the bundled sample class's."""

import json
from pathlib import Path
from typing import NamedTuple

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from course_utils.errors import CourseError

SAMPLE = Path("tests/sample_class/submitted")


class Course(NamedTuple):
    """Folders of one class.

    ``config``: the configuration for nbgrader's own parts; ``sample``: whether this is the bundled
    sample class.
    """

    root: Path
    source: Path
    submitted: Path
    autograded: Path
    feedback: Path
    grades: Path
    db_url: str
    config: Config
    sample: bool = False

    def shown(self, path: Path) -> str:
        """``path`` for a message: relative to the course's folder, if it lies in it."""
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def coursedir(self, assignment="") -> CourseDirectory:
        """nbgrader's view of the same folders."""
        return CourseDirectory(config=self.config, assignment_id=assignment)


def open_course(root: Path, sample=False) -> Course:
    """The class in ``root`` as ``nbgrader_config.py`` says, or the sample class.

    The sample class keeps its gradebook and results under ``_build/sample_class``. Raises
    CourseError where there is no configuration.
    """
    root = root.resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise CourseError(
            f"no nbgrader_config.py in {root}: run this in the course's folder, or pass --root"
        )
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    grades = root / "_build" / "grades"
    if sample:
        place = root / "_build" / "sample_class"
        place.mkdir(parents=True, exist_ok=True)
        config.CourseDirectory.submitted_directory = str(SAMPLE)
        config.CourseDirectory.autograded_directory = "_build/sample_class/autograded"
        config.CourseDirectory.feedback_directory = "_build/sample_class/feedback"
        config.CourseDirectory.db_url = f"sqlite:///{place / 'gradebook.db'}"
        grades = place / "grades"
    directory = CourseDirectory(config=config)
    return Course(
        root,
        root / directory.source_directory,
        root / directory.submitted_directory,
        root / directory.autograded_directory,
        root / directory.feedback_directory,
        grades,
        directory.db_url,
        config,
        sample,
    )


def grade_ids(course: Course) -> dict[str, frozenset[str]]:
    """Assignment → nbgrader's names of its cells, for every assignment that is built."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(course.source.glob("*/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        names = {cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells}
        found[path.parent.name] = found.get(path.parent.name, frozenset()) | names - {""}
    return found


def author_notebooks(course: Course, assignment: str) -> dict[str, str]:
    """The author's notebooks of ``assignment``: name → JSON text.

    Raises CourseError for an unknown assignment; the message names those that there are.
    """
    folder = course.source / assignment
    found = sorted(folder.glob("*.ipynb")) if assignment else []
    if found:
        return {path.stem: path.read_text(encoding="utf-8") for path in found}
    known = sorted(p.parent.name for p in course.source.glob("*/*.ipynb"))
    known += sorted({p.parent.name for p in course.root.glob("solutions/*/*.*")})
    if assignment in known:
        raise CourseError(f"{assignment!r} is not built yet: run `course exercises {assignment}`")
    there = ", ".join(dict.fromkeys(known)) or "none yet (run `course exercises`)"
    raise CourseError(f"no assignment called {assignment!r}: there are {there}")


def given_files(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """The author's other files in ``folder``, which every student gets beside the notebook.

    Each is (path in the folder, bytes).
    """
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".ipynb")
    return tuple((str(p.relative_to(folder)), p.read_bytes()) for p in paths if p.name[0] != ".")
