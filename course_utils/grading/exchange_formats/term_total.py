"""The term's total: every student's points over all marked assignments."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.errors import CourseError
from course_utils.grading.course_paths import Course
from course_utils.grading.exchange_formats.forms import written_answers
from course_utils.grading.results.gradebook import is_begun, open_gradebook, usable
from course_utils.grading.results.records import Recorded, recorded, rows
from course_utils.grading.results.table import safe
from course_utils.grading.text import points_text


@dataclass(frozen=True)
class Term:
    """``assignments``: name → student → result. ``results``: the totals.

    A total is the sum of a student's scores, out of all points of the term; None where the student
    has no score at all. ``without``: student → the assignments without a score.
    """

    assignments: dict[str, dict[str, Recorded]]
    results: list[Recorded]
    without: dict[str, list[str]]


def term(course: Course) -> Term:
    """The term's totals. Raises CourseError where no assignment has been marked."""
    names: list[str] = []
    if is_begun(course.db_url):
        with usable(course.db_url), open_gradebook(course.db_url) as book:
            names = sorted(each.name for each in rows(book.assignments))
    if not names:
        raise CourseError("nothing is marked yet: course grade ASSIGNMENT")
    found = {name: {each.student: each for each in recorded(course, name)} for name in names}
    most = sum(next(iter(each.values())).max_score for each in found.values() if each)
    students = sorted({student for each in found.values() for student in each})
    results: list[Recorded] = []
    without: dict[str, list[str]] = {}
    for student in students:
        parts = {name: each[student] for name, each in found.items() if student in each}
        scores = [each.score for each in parts.values() if each.score is not None]
        missing = [name for name in names if name not in parts or parts[name].score is None]
        if missing:
            without[student] = missing
        some = next(iter(parts.values()))
        results.append(
            Recorded(
                student,
                sum(scores) if scores else None,
                most,
                message=f"no score in {', '.join(missing)}" if missing else "",
                marks={
                    f"{name}/{key}": mark
                    for name, each in parts.items()
                    for key, mark in each.marks.items()
                },
                again=[f"{name}/{key}" for name, each in parts.items() for key in each.again],
                first_name=some.first_name,
                last_name=some.last_name,
                email=some.email,
                lms_user_id=some.lms_user_id,
            )
        )
    return Term(found, results, without)


def term_lines(total: Term) -> Iterator[list[str]]:
    """The spreadsheet's lines: a column for each assignment, the total, and missing scores."""
    names = list(total.assignments)
    yield [
        *["student", "last_name", "first_name", "email", *map(safe, names)],
        *["total", "max_score", "no_score_in", "written_answers"],
    ]
    for each in total.results:
        parts = [total.assignments[name].get(each.student) for name in names]
        yield [
            *map(safe, [each.student, each.last_name, each.first_name, each.email]),
            *(points_text(part.score if part else None) for part in parts),
            *[points_text(each.score), points_text(each.max_score)],
            *[safe(", ".join(total.without.get(each.student, []))), written_answers(each)],
        ]
