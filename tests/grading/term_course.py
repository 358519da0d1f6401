"""A course's folder for a whole term: its assignments, its people, and the commands typed in it."""

import contextlib
import csv
import io
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import nbformat
from nbgrader.api import Gradebook

from course_utils.cli import main
from tests.conftest import ROOT
from tests.documents import block
from tests.grading.conftest import results_of
from tests.grading.zips import moodle_zip

SOURCE = """\
# %% [markdown]
# # NAME
#
# ## 1. The {word} of two numbers (2 points)

# %% nbgrader={{"grade_id": "NAME_do", "solution": true}}
def do(a, b):
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% nbgrader={{"grade_id": "NAME_check", "points": {points}}}
assert do(1, 2) == 3, "the difference, not the sum"
### BEGIN HIDDEN TESTS
assert do(-1, 1) == 0
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Why? (1 point, read by a person)

# %% [markdown] nbgrader={{"grade_id": "NAME_why", "solution": true, "points": 1}}
# Your answer here.
"""
PEOPLE = {  # the name in Moodle, the address that the folder is called after
    "ada": ("Ada Lovelace", "ada@x.org"),
    "ben": ("Ben Silent", "ben@x.org"),
    "zoe": ("Zoë Ünal", "zoe@x.org"),
    "zoe2": ("Zoë Ünal", "zoe2@x.org"),
    "cleo": ("Cleo Late", "cleo@x.org"),
    "dan": ("Dan Absent", "dan@x.org"),
}
RIGHT, WRONG = "def do(a, b):\n    return a + b", "def do(a, b):\n    return a - b"
IN_TIME, LATE = "Dienstag, 3. März 2026, 16:05", "Freitag, 6. März 2026, 09:00"
GERMAN = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
    '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)",'
    '"Zuletzt geändert (Bewertung)","Feedback als Kommentar"\n'
)
ENGLISH = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
)


class TermCourse:
    """A course's folder, the downloads beside it, and the commands typed in it."""

    def __init__(self, root: Path, aside: Path):
        self.root, self.aside = root, aside
        self.printed = ""  # by the last export
        self.written = 0  # marks by hand while another marked by the tests

    def begin(self, settings: str) -> None:
        """The teacher's settings: those of the checkout, the page's policy, and ``settings``."""
        shutil.copy(ROOT / "nbgrader_config.py", self.root)
        with (self.root / "nbgrader_config.py").open("a") as config:
            config.write(block("book/for_instructors.md", "class ATenthADay") + settings)

    def course(self, *words: object, ends: int = 0) -> str:
        """``course …`` as it is typed; what it printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = main(["--root", str(self.root), *map(str, words)])
        assert code == ends, printed.getvalue()[-2000:]
        return printed.getvalue()

    def write(self, name: str, points: int = 2, word: str = "sum") -> None:
        """The author's source."""
        path = self.root / "solutions" / name / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SOURCE.format(points=points, word=word).replace("NAME", name))

    def notebook(self, name: str, answer: str, why: str = "Because.") -> str:
        """The notebook as it is handed out now, filled in."""
        return filled_in(self.root / "exercises" / name / f"{name}.ipynb", answer, why)

    def zipped(self, file: str, numbers: dict[str, int], name: str, work: dict[str, str]) -> Path:
        """A zip of Moodle's with each person's notebook."""
        entries = [(PEOPLE[who][0], numbers[who], f"{name}.ipynb", work[who]) for who in work]
        return moodle_zip(self.aside / file, *entries)

    def worksheet(
        self, file: str, header: str, numbers: dict[str, int], dates: dict[str, str], most: int
    ) -> Path:
        """Moodle's worksheet, in German or English."""
        german = header == GERMAN
        path, word = self.aside / file, "Teilnehmer/in" if german else "Participant "
        changed, most_text = ("Ja", f"{most},00") if german else ("Yes", f"{most}.00")
        lines = [
            f'"{word}{number}","{PEOPLE[who][0]}",{PEOPLE[who][1]},x,,"{most_text}",{changed},'
            f'"{dates.get(who, "-")}",-,\n'
            for who, number in numbers.items()
        ]
        path.write_text(header + "".join(lines), encoding="utf-8-sig")
        return path

    def marker(
        self, name: str, marks: dict[str, float], until: Event | None = None
    ) -> Callable[[], None]:
        """A person who marks the written answers one after another, as the formgrader does.

        ``until``: they go on, with other marks in between, until this; ``marks`` are the last.
        """

        def mark() -> None:
            while until is not None and not until.is_set():
                for student in marks:
                    write(student, 0.25)
                    self.written += 1
                    time.sleep(0.02)
            for student, score in marks.items():
                write(student, score)

        def write(student: str, score: float) -> None:
            with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
                grade = book.find_grade(f"{name}_why", name, name, student)
                grade.manual_score, grade.needs_manual_grade = score, False
                comment = book.find_comment(f"{name}_why", name, name, student)
                comment.manual_comment = f"read: {score}"
                book.db.commit()

        return mark

    def comments(self, name: str) -> dict[str, str]:
        """Student → the comment on the written answer."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
            students = [work.student.id for work in book.assignment_submissions(name)]
            return {
                student: book.find_comment(f"{name}_why", name, name, student).comment
                for student in students
            }

    def results(self, name: str) -> dict[str, dict]:
        """Student → what is kept of the marking."""
        return results_of(self.root, name)

    def table(self, name: str) -> str:
        """The table's CSV."""
        return (self.root / "_build/grades" / f"{name}.csv").read_text("utf-8")

    def exported(self, *words: object) -> Path:
        """``course export …``; the file that it names first."""
        self.printed = self.course("export", *words)
        return self.root / self.printed.split("  ")[0]

    def total(self) -> dict[str, list[str]]:
        """Student → points in each assignment and in all, from the exported table."""
        with self.exported().open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        columns = ("sums", "means", "edges", "shifts", "total")
        return {row["student"]: [row.get(column, "") for column in columns] for row in rows}


def filled_in(path: Path, answer: str, why: str = "Because.") -> str:
    """The notebook at ``path`` with these answers."""
    notebook = nbformat.read(path, 4)
    answers = {f"{path.stem}_do": answer, f"{path.stem}_why": why}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(grade_id, cell.source)
    return nbformat.writes(notebook)
