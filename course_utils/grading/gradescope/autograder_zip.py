"""``course gradescope``: make the zip for an autograder on Gradescope ("Configure Autograder").

Its layout follows Gradescope's "Autograder Specifications": setup.sh and run_autograder at the top,
and beside them what the two need: this course as a wheel, the pinned versions, the author's
notebook.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from course_utils.errors import CourseError
from course_utils.grading.author_run import AtOnce, AuthorRun, Authors
from course_utils.grading.course_paths import author_notebooks, given_files, grade_ids, open_course
from course_utils.grading.gradescope.assignment_folder import ASSIGNMENT, SETTINGS, Settings
from course_utils.grading.gradescope.course_wheel import write_wheel
from course_utils.grading.gradescope.graded_cells import GradedCell, graded_cells
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.marking.cell_time import CEILING, cell_seconds
from course_utils.grading.releases import released_file, remember_release
from course_utils.grading.text import points_text
from course_utils.grading.whole_file import whole_file

_HERE = Path(__file__).parent
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same files
_PROGRAM, _DATA = 0o755, 0o644
MINUTES = 10.0  # Gradescope's time limit for a hand-in; it can be set to at most 40
_OURS = 0.8  # the share of it that is used: a hand-in that takes longer gets 0, without a reason
_SLOWER = 2  # a container there has half a processor


def make_autograder(
    root: Path, assignment: str, output: Path | None = None, minutes: float = MINUTES
) -> int:
    """Write the zip; print what to type on Gradescope. Returns the exit code 0.

    ``output``: default ``_build/exports/<assignment>.gradescope.zip``. ``minutes``: Gradescope's
    time limit for a hand-in. Raises CourseError for an assignment that does not exist, or whose
    tests fail the author's own answers.
    """
    if not 1 <= minutes <= 40:
        raise CourseError(f"--minutes {minutes:g}: Gradescope gives a hand-in 1 to 40 minutes")
    course = open_course(root)
    authors = author_notebooks(course, assignment)
    pins = course.root / "requirements.txt"
    if not pins.is_file():
        raise CourseError(f"there is no {pins}: it lists the versions to install on Gradescope")
    folder = course.source / assignment
    cells = graded_cells(folder, authors)
    runs = len(authors) * (1 + any(cell.hidden for cell in cells))
    seconds = _OURS * 60 * minutes / runs
    settings = Settings(
        assignment,
        _cell_seconds(Authors(authors, given_files(folder), True), seconds),
        seconds,
        os.environ.get("COURSE_BOOK_URL", ""),
        {name: sorted(ids) for name, ids in grade_ids(course).items()},
    )
    remember_release(course.root, assignment, authors)
    files = {
        "setup.sh": (_HERE / "setup.sh").read_bytes(),
        "run_autograder": (_HERE / "run_autograder.sh").read_bytes(),
        "requirements.txt": pins.read_bytes(),
        "python-version": f"{sys.version_info.major}.{sys.version_info.minor}\n".encode(),
        SETTINGS: settings.to_json().encode(),
    }
    kept = released_file(Path(), assignment)
    files[kept.as_posix()] = (course.root / kept).read_bytes()
    files |= {f"{ASSIGNMENT}/{name}.ipynb": text.encode() for name, text in authors.items()}
    files |= {f"{ASSIGNMENT}/{name}": data for name, data in given_files(folder)}
    with tempfile.TemporaryDirectory() as place:
        wheel = write_wheel(Path(place))
        files[wheel.name] = wheel.read_bytes()
    path = output or course.grades.with_name("exports") / f"{assignment}.gradescope.zip"
    _write(path, files)
    print(f"{course.shown(path)}  ({path.stat().st_size / 2**20:.1f} MB)")
    _tell(cells)
    return 0


def _cell_seconds(authors: Authors, most: float) -> float:
    """The limit of one cell on Gradescope, from the author's own run on this machine.

    Raises CourseError where the author's own answers cannot be marked.
    """
    if reason := why_not():
        print(f"  not tried  the author's answers cannot be walled in here ({reason})")
        return min(Limits().cell_seconds, most)
    pool = Pool()
    try:
        run = AuthorRun(authors, Limits(cell_seconds=CEILING), AtOnce(), pool)
        failed, slowest = run.failed_check(), run.slowest()
    finally:
        pool.close()
    if failed or slowest is None:
        raise CourseError(
            f"the author's own answers cannot be marked ({failed or 'a cell of them stopped'}): "
            "correct the test in solutions/; `course exercises` then checks it again"
        )
    return min(cell_seconds(_SLOWER * slowest), most)


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    with whole_file(path) as made, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            facts = ZipInfo(name, _DATE)
            runs = name in ("setup.sh", "run_autograder")
            facts.external_attr = (0o100000 | (_PROGRAM if runs else _DATA)) << 16
            archive.writestr(facts, data, ZIP_DEFLATED)


def _tell(cells: list[GradedCell]) -> None:
    tests = sum(cell.points for cell in cells if not cell.by_hand)
    print(f"  autograder points  {points_text(tests)}")
    for cell in cells:
        if cell.by_hand:
            title = ". ".join(filter(None, (cell.number, cell.title)))
            print(f"  by hand            {points_text(cell.points)}: {title} (Edit Outline)")
