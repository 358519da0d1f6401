"""The parts of an assignment that are uploaded to Gradescope, and lie in /autograder/source."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course_paths import given_files
from course_utils.grading.intake.extra_files import Files
from course_utils.grading.releases import Releases, released_file, remember_release

SETTINGS = "settings.json"
ASSIGNMENT = "assignment"  # the folder of the author's notebooks and other files


@dataclass(frozen=True)
class Settings:
    """``cell_seconds``: the limit of one cell; ``submission_seconds``: of a notebook in one run.

    ``book``: the address that checks link to, "" for the package's own. ``grade_ids``: assignment →
    names of its cells, to recognise a notebook of another assignment.
    """

    assignment: str
    cell_seconds: float
    submission_seconds: float
    book: str
    grade_ids: dict[str, list[str]]

    def to_json(self) -> str:
        """The text of the settings file in the zip."""
        return json.dumps(asdict(self), indent=1) + "\n"


@dataclass(frozen=True)
class Uploaded:
    """An assignment as it was uploaded. ``authors``: name → JSON text of each notebook."""

    settings: Settings
    folder: Path
    authors: dict[str, str]
    files: Files
    releases: Releases


def read_uploaded(source: Path) -> Uploaded:
    """The assignment in ``source`` (/autograder/source). Raises CourseError where there is none."""
    try:
        settings = Settings(**json.loads((source / SETTINGS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(
            f"{source / SETTINGS} cannot be read ({error}): make the zip again with "
            "`course gradescope`, and upload it as it is"
        ) from error
    folder = source / ASSIGNMENT
    found = sorted(folder.glob("*.ipynb"))
    authors = {path.stem: path.read_text(encoding="utf-8") for path in found}
    releases = {}
    if released_file(source, settings.assignment).is_file():
        releases = remember_release(source, settings.assignment, authors)
    return Uploaded(settings, folder, authors, given_files(folder), releases)
