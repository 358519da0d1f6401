"""The lines of each file of marks, in the form that each system reads.

A new system also needs its name in commands/exchanging.py, a row in book/for_instructors.md, and a
function in tests/grading/system_readers.py that reads the file as the system does.

Work without a score has an empty cell (Moodle: ``-``), never 0. The forms come from each system's
importer or documentation. Canvas: ``lib/gradebook_importer.rb`` of instructure/canvas-lms. Moodle:
``grade/import/csv/classes/load_data.php``. Brightspace: "Importing grades",
https://community.d2l.com/brightspace/kb/articles/3538-importing-grades (the words in angle brackets
are those of its own export). Blackboard: "Upload grades" in its help for instructors; it finds a
column by the number at the end of its title, and takes the maximum of a new one from no file.
Gradescope: the columns of its own export.
"""

from collections.abc import Callable, Iterator

from course_utils.grading.results.records import Recorded
from course_utils.grading.results.table import safe
from course_utils.grading.text import points_text

Lines = Iterator[list[str]]


def _for_spreadsheet(results: list[Recorded], column: str) -> Lines:
    yield [
        *["student", "last_name", "first_name", "email", safe(column), "max_score"],
        *["written_answers", "status", "message"],
    ]
    for record in results:
        texts = [record.student, record.last_name, record.first_name, record.email]
        numbers = [points_text(record.score), points_text(record.max_score)]
        yield [
            *map(safe, texts),
            *numbers,
            written_answers(record),
            safe(record.status),
            safe(record.message),
        ]


def written_answers(record: Recorded) -> str:
    """What a person still has to do with the written answers, or ""."""
    return "to be marked" if record.waiting else "look again" if record.again else ""


def _for_canvas(results: list[Recorded], column: str) -> Lines:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", safe(column)]
    yield ["    Points Possible", "", "", "", "", points_text(_most(results))]
    for record in results:
        name = (
            ", ".join(part for part in (record.last_name, record.first_name) if part)
            or record.student
        )
        texts = [name, record.lms_user_id, "", record.student, ""]
        yield [*map(safe, texts), points_text(record.score)]


def _for_moodle(results: list[Recorded], column: str) -> Lines:
    yield ["Username", "First name", "Last name", "Email address", "ID number", safe(column)]
    for record in results:
        texts = [
            record.student,
            record.first_name,
            record.last_name,
            record.email,
            record.lms_user_id,
        ]
        yield [*map(safe, texts), points_text(record.score) or "-"]


def _for_brightspace(results: list[Recorded], column: str) -> Lines:
    # the last column marks the end of a line; a title from Brightspace's own export is kept
    own = "Points Grade" in column
    title = f"{column} Points Grade <Numeric MaxPoints:{points_text(_most(results))}>"
    yield ["Username", safe(column if own else title), "End-of-Line Indicator"]
    for record in results:
        yield [safe(record.student), points_text(record.score), "#"]


def _for_blackboard(results: list[Recorded], column: str) -> Lines:
    own = "[Total Pts:" in column
    title = f"{column} [Total Pts: {points_text(_most(results))} Score]"
    yield ["Last Name", "First Name", "Username", safe(column if own else title)]
    for record in results:
        texts = [record.last_name, record.first_name, record.student]
        yield [*map(safe, texts), points_text(record.score)]


def _for_gradescope(results: list[Recorded], column: str) -> Lines:
    questions = {name: mark.points for each in results for name, mark in each.marks.items()}
    yield [
        *["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"],
        *(safe(f"{name} ({points_text(points)} pts)") for name, points in questions.items()),
    ]
    for record in results:
        sid = record.lms_user_id or record.student
        texts = [record.first_name, record.last_name, sid, record.email]
        status = "Missing" if record.score is None else "Ungraded" if record.waiting else "Graded"
        marks = [record.marks.get(name) for name in questions]
        yield [
            *map(safe, texts),
            *[points_text(record.score), points_text(record.max_score), status],
            *(points_text(mark.score if mark else None) for mark in marks),
        ]


def _most(results: list[Recorded]) -> float:
    return results[0].max_score if results else 0


FORMS: dict[str, Callable[[list[Recorded], str], Lines]] = {
    "csv": _for_spreadsheet,
    "canvas": _for_canvas,
    "moodle": _for_moodle,
    "brightspace": _for_brightspace,
    "blackboard": _for_blackboard,
    "gradescope": _for_gradescope,
}
# Excel reads a file as UTF-8 only with a byte order mark, and Blackboard's own files have one
MARKED = ("csv", "blackboard")
