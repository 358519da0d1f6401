"""The program in Gradescope's container: it marks one hand-in and writes results.json.

If marking itself fails, it writes no results.json and prints the reason: Gradescope then says that
the autograder failed, and gives no score; instructors can read what was printed.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.grading.author_run import Authors
from course_utils.grading.gradescope import results_json
from course_utils.grading.gradescope.assignment_folder import Uploaded, read_uploaded
from course_utils.grading.gradescope.graded_cells import graded_cells, without_hidden_tests
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.extra_files import with_given
from course_utils.grading.intake.submission import Submission, read_folder
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.results import status
from course_utils.grading.results.store import write_file
from course_utils.grading.side_by_side import mark_all
from course_utils.grading.text import points_text


def main() -> int:
    """Mark the hand-in in the given folder, or with --try the author's own answers."""
    parser = argparse.ArgumentParser(description="Mark one hand-in on Gradescope.")
    parser.add_argument("folder", type=Path, help="/autograder, or with --try its source/")
    parser.add_argument("--try", action="store_true", dest="trial", help="the author's own answers")
    args = parser.parse_args()
    try:
        return _try(args.folder) if args.trial else run(args.folder)
    except CourseError as error:
        print(f"not marked: {error}", flush=True)
        return 1


def run(root: Path) -> int:
    """Mark ``root``/submission with ``root``/source; write ``root``/results/results.json.

    Returns 0. Raises CourseError, and writes no results, where marking failed.
    """
    target = root / "results" / "results.json"
    target.unlink(missing_ok=True)
    uploaded = _opened(root / "source")
    results = _results(uploaded, _read(uploaded, root / "submission"))
    target.parent.mkdir(exist_ok=True)
    write_file(target, (json.dumps(results, indent=1) + "\n").encode())
    return 0


def _opened(source: Path) -> Uploaded:
    uploaded = read_uploaded(source)
    if uploaded.settings.book:
        os.environ["COURSE_BOOK_URL"] = uploaded.settings.book
    return uploaded


def _read(uploaded: Uploaded, folder: Path) -> Submission:
    """The work that was handed in; where a folder was zipped, it lies one folder deeper."""
    ids = {name: frozenset(each) for name, each in uploaded.settings.grade_ids.items()}
    below = [p for p in _listed(folder) if p.is_dir() and not p.is_symlink()]
    if not any(p.suffix.lower() == ".ipynb" for p in _listed(folder)) and len(below) == 1:
        folder = below[0]
    return read_folder(folder, "", uploaded.settings.assignment, list(uploaded.authors), ids)


def _listed(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.name[0] != "." and p.name != "__MACOSX"]


def _results(uploaded: Uploaded, submission: Submission) -> dict[str, Any]:
    if not submission.is_read:
        print(f"{submission.status}: {submission.message}")
        return results_json.of_unread(status.of_unread(submission.status, submission.message))
    cells = graded_cells(uploaded.folder, uploaded.authors)
    pool = Pool()
    try:
        at_once = _marked(_jobs(uploaded, submission, hidden=False), pool)
        in_full = at_once
        if any(cell.hidden for cell in cells):
            in_full = _marked(_jobs(uploaded, submission, hidden=True), pool)
    finally:
        pool.close()
    found = status.of_marked(
        [repair for outcome in in_full for repair in outcome.repairs],
        {where: stop for outcome in at_once for where, stop in outcome.stops.items()},
        submission.notes,
        untouched=all(outcome.untouched for outcome in at_once),
    )
    print(f"{found.name}, behind the wall {pool.wall}: {found.instructor or 'nothing to say'}")
    return results_json.of_marked(cells, found, at_once, in_full)


def _jobs(uploaded: Uploaded, submission: Submission, hidden: bool) -> list[Job]:
    settings, given = uploaded.settings, uploaded.files
    files = with_given(given, submission.files)
    limits = Limits(settings.cell_seconds, settings.submission_seconds)
    return [
        Job(
            text if hidden else without_hidden_tests(text),
            submission.notebooks[name].cells,
            files,
            limits,
            given=len(given),
            earlier=uploaded.releases.get(name, ()),
        )
        for name, text in uploaded.authors.items()
    ]


def _marked(jobs: list[Job], pool: Pool) -> list[Outcome]:
    """The outcomes. Raises CourseError where the grader or a test of the assignment failed."""
    outcomes = mark_all(jobs, pool)
    for outcome in outcomes:
        if outcome.fault:
            raise CourseError(f"the grader failed: {outcome.fault.strip().splitlines()[-1]}")
        if outcome.failed_check:
            raise CourseError(f"a test of the assignment itself failed: {outcome.failed_check}")
    return outcomes


def _try(source: Path) -> int:
    """Mark the author's own answers while the image is built; print their points.

    Returns 0, or 1, which ends the build, where they do not get all points.
    """
    uploaded = _opened(source)
    if reason := why_not():
        print(f"not tried: no wall can stand while the image is built ({reason})")
        return 0
    pool = Pool()
    limits = Limits(uploaded.settings.cell_seconds, uploaded.settings.submission_seconds)
    try:
        outcomes = _marked(Authors(uploaded.authors, uploaded.files, True).jobs(limits), pool)
    finally:
        pool.close()
    marks = [mark for outcome in outcomes for mark in outcome.marks.values()]
    got, most = sum(mark.score or 0 for mark in marks), sum(mark.points for mark in marks)
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(
        f"the author's answers get {points_text(got)} of {points_text(most)} points by tests, "
        f"behind the wall {pool.wall}, in {seconds:.0f} s"
    )
    return 0 if got == most else 1


if __name__ == "__main__":
    sys.exit(main())
