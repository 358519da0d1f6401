"""Try an assignment before a class gets it: mark the author's answers, the unchanged notebook, and
functions that return a useless value.

They are marked in the same way as students' work, in the same sandbox.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import nbformat

from course_utils.errors import CourseError
from course_utils.grading.course_paths import author_notebooks, given_files, open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.host.wall import why_not
from course_utils.grading.intake.cell_roles import TAG, AuthorCell, cell_roles
from course_utils.grading.intake.for_reader import needed_by
from course_utils.grading.intake.notebook_file import StudentCell, author_cells, read_notebook
from course_utils.grading.intake.python_syntax import cell_syntax, used_names
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import failed_checks, mark_submission
from course_utils.grading.text import points_text

# values that a careless comparison takes for the right number, and how a test can refuse them
_HOLLOW = {
    "[]": "an empty list, which NumPy finds equal and close to everything: test its shape first",
    "float('nan')": "nan, which is never too far from anything: test that it is near, not far",
}


def try_assignments(root: Path, names: list[str]) -> int:
    """Mark the author's answers (all points) and the unchanged notebook (none); print the result.

    Returns 1 where one of them gets other points, else 0. It also names tests that give points to
    functions which return an empty list or nan: an author should look at these. Where no wall can
    be built, it says so and tries nothing.
    """
    if not names:
        return 0
    if reason := why_not():
        print(f"not tried: this machine cannot build a sandbox ({reason})")
        return 0
    pool = Pool()
    try:
        wrong = [name for name in names if not _try(root, name, pool)]
    finally:
        pool.close()
    return 1 if wrong else 0


def _try(root: Path, name: str, pool: Pool) -> bool:
    course = open_course(root)
    authors = author_notebooks(course, name)
    files = given_files(course.source / name)
    answered = {book: author_cells(text) for book, text in authors.items()}
    released = root / "exercises" / name
    untouched = {book: read_notebook(released / f"{book}.ipynb").cells for book in authors}

    def marked(cells: Mapping[str, list[StudentCell]]) -> list[Outcome]:
        return [
            mark_submission(Job(text, cells[book], files, Limits(), given=len(files)), pool)
            for book, text in authors.items()
        ]

    try:
        own, empty = marked(answered), marked(untouched)
        loose = [
            f"{test} gives points to a function that returns {why}"
            for value, why in _HOLLOW.items()
            for test in _content(authors, value, marked)
        ]
        loose += [sentence for text in authors.values() for sentence in _needed(text)]
    except CourseError as error:
        print(f"  WRONG  {name}: {error}")
        return False
    wrong = [sentence for outcome in own if (sentence := _of_author(outcome))]
    wrong += [sentence for outcome in empty for sentence in _of_untouched(outcome)]
    for sentence in wrong:
        print(f"  WRONG  {name}: {sentence}")
    for sentence in loose:
        print(f"  LOOK   {name}: {sentence}")
    if not wrong:
        marks = [mark for outcome in own for mark in outcome.marks.values()]
        tested = points_text(sum(mark.points for mark in marks))
        print(
            f"  tried  {name}: the author's answers get {tested} of {tested} points by tests, the "
            "untouched notebook 0"
        )
    return not wrong


def _content(
    authors: Mapping[str, str],
    value: str,
    marked: Callable[[Mapping[str, list[StudentCell]]], list[Outcome]],
) -> list[str]:
    """The tests that give points when each function of the answers returns ``value``."""
    hollow: dict[str, list[StudentCell]] = {}
    calling: set[str] = set()
    for book, text in authors.items():
        roles = cell_roles(nbformat.reads(text, as_version=4))
        named = [_functions(role) for role in roles]
        hollow[book] = [
            replace(cell, source="\n".join([cell.source, *_returning(value, names)]))
            for cell, names in zip(author_cells(text), named, strict=True)
        ]
        every = set[str]().union(*named)
        calling |= {role.name for role in roles if every & used_names(cell_syntax(role.source))}
    if not calling:
        return []
    marks = {name: mark for outcome in marked(hollow) for name, mark in outcome.marks.items()}
    return [name for name, mark in marks.items() if mark.score and name in calling]


def _needed(author: str) -> list[str]:
    """A sentence for each cell that has the tag of cells not to run, and yet must be run."""
    roles = cell_roles(nbformat.reads(author, as_version=4))
    return [
        f"cell {number + 1} is tagged {TAG}, but is always run: other cells may read its "
        f"{', '.join(sorted(names))}"
        for number, role in enumerate(roles)
        if role.for_reader and (names := needed_by(number, roles))
    ]


def _functions(role: AuthorCell) -> list[str]:
    """The functions that a student writes in this cell."""
    body = cell_syntax(role.source).body if role.kind == "student" else []
    return [each.name for each in body if isinstance(each, ast.FunctionDef)]


def _returning(value: str, names: list[str]) -> list[str]:
    return [f"def {name}(*_, **__):\n    return {value}" for name in names]


def _of_author(outcome: Outcome) -> str:
    if outcome.fault:
        return f"marking the author's answers failed: {outcome.fault.splitlines()[-1]}"
    stopped = "; ".join(f"{where}: {stop.message}" for where, stop in outcome.stops.items())
    return failed_checks(outcome) or stopped


def _of_untouched(outcome: Outcome) -> list[str]:
    if outcome.fault or outcome.failed_check:
        reason = outcome.failed_check or outcome.fault.splitlines()[-1]
        return [f"marking the untouched notebook failed: {reason}"]
    return [
        f"{name} gives the untouched notebook {points_text(mark.score)} of "
        f"{points_text(mark.points)}"
        for name, mark in outcome.marks.items()
        if mark.score
    ]
