"""A whole term by the real commands: three assignments, as an instructor with Moodle runs them."""

import contextlib
import csv
import io
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_utils.cli import main
from tests.conftest import ROOT
from tests.documents import block
from tests.grading.conftest import results_of
from tests.grading.test_collect import moodle_zip
from tests.grading.test_two_ways import nbgrader

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
# what each has in the end, worked out by hand: sums of 4, means of 3, edges of 3
SCORES = {
    "ada@x.org": ["4", "3", "3", "10"],
    "ben": ["0.5", "3", "1", "4.5"],  # renamed; a second, right hand-in of means
    "zoe@x.org": ["4", "3", "3", "10"],
    "zoe2@x.org": ["3", "3", "", "6"],  # the wrong file in edges
    "dan@x.org": ["", "", "", ""],
}
CLEO = ["3.6", "", "3", "6.6"]  # late in sums: a tenth; nothing in means


class Term:
    """A course's folder, its zips, and the commands typed in it."""

    def __init__(self, root: Path, aside: Path):
        self.root, self.aside = root, aside
        self.said = ""
        self.written = 0  # marks by hand while another marked by the tests

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
        made = nbformat.read(self.root / "exercises" / name / f"{name}.ipynb", 4)
        for cell in made.cells:
            told = {f"{name}_do": answer, f"{name}_why": why}
            cell.source = told.get(
                cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source
            )
        return nbformat.writes(made)

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

    def results(self, name: str) -> dict[str, dict]:
        """Student → what is kept of the marking."""
        return results_of(self.root, name)

    def total(self) -> dict[str, list[str]]:
        """Student → points in each assignment and in all, from the exported table."""
        self.said = self.course("export")
        with (self.root / "_build/exports/term.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        columns = ("sums", "means", "edges", "total")
        return {row["student"]: [row[column] for column in columns] for row in rows}


@pytest.fixture(scope="module")
def term(tmp_path_factory) -> Term:
    """A course's folder with its three sources, made into exercises."""
    made = Term(tmp_path_factory.mktemp("term"), tmp_path_factory.mktemp("downloads"))
    shutil.copy(ROOT / "nbgrader_config.py", made.root)
    with (made.root / "nbgrader_config.py").open("a") as config:
        config.write(block("book/for_instructors.md", "class ATenthADay"))
    for name in ("sums", "means", "edges"):
        made.write(name, word="smu" if name == "sums" else "sum")
    assert "the author's answers get 2 of 2 points" in made.course("exercises")
    return made


def test_a_term(term: Term):
    """From three zips over a correction, late work, two markers, feedback, exports, a renamed and a
    deleted student to the archive: is every number the one that is worked out by hand?"""
    _first_assignment(term)
    _second_assignment(term)
    _third_assignment(term)
    assert term.total() == {**SCORES, "cleo@x.org": CLEO}
    assert "partly     zoe2@x.org: no score in edges" in term.said
    assert "deleted  submitted/cleo@x.org" in term.course("delete", "cleo@x.org", "--yes")
    term.course("grade", "sums")
    assert "cleo" not in (term.root / "_build/grades/sums.csv").read_text("utf-8")
    assert term.total() == SCORES
    assert not [path for path in term.root.rglob("*") if "cleo" in path.name]
    assert "cleo@x.org" not in term.results("sums")
    file = term.aside / "term.tar.gz"
    term.course("archive", "--output", file)
    again = Term(term.root.with_name("again"), term.aside)
    again.course("restore", file)
    assert again.total() == SCORES
    assert again.results("sums") == term.results("sums")


def _first_assignment(term: Term) -> None:
    """Namesakes, a correction in between, one late, and three people at the gradebook at once."""
    numbers = {"ada": 10, "ben": 11, "zoe": 12, "zoe2": 13, "cleo": 14, "dan": 15}
    dates = dict.fromkeys(("ada", "ben", "zoe", "zoe2"), IN_TIME) | {"cleo": LATE}
    roster = term.worksheet("sums.csv", GERMAN, numbers, dates, 4)
    work = {who: term.notebook("sums", RIGHT) for who in ("ada", "zoe", "zoe2", "cleo")}
    work["ben"] = term.notebook("sums", WRONG)
    late = {"cleo": work.pop("cleo")}
    term.course("collect", "sums", term.zipped("1.zip", numbers, "sums", work), "--roster", roster)
    term.course("grade", "sums")
    nbgrader(term.root, "db", "assignment", "add", "sums", "--duedate=2026-03-05 12:00:00 UTC")
    term.course("extend", "sums", "dan@x.org", "--days", "9")  # who then hands in nothing
    term.write("sums", points=3)  # a slip in a heading is mended, and the points are raised
    term.course("exercises", "sums")
    said = term.course(
        "collect", "sums", term.zipped("2.zip", numbers, "sums", work | late), "--roster", roster
    )
    assert said.count("  same  ") == 4
    assert "nothing    dan@x.org" in said
    term.course("grade", "sums")
    found = term.results("sums")
    assert {each["status"] for each in found.values()} == {"ok"}, "a correction is no repair"
    assert found["cleo@x.org"]["penalty"] == pytest.approx(0.3)
    table = (term.root / "_build/grades/sums.csv").read_text("utf-8")
    assert "dan@x.org,,4,missing,nothing was handed in" in table
    done = Event()
    one = term.marker("sums", {"ada@x.org": 1.0, "ben@x.org": 0.5, "cleo@x.org": 1.0}, done)
    two = term.marker("sums", {"zoe@x.org": 1.0, "zoe2@x.org": 0.0}, done)
    with ThreadPoolExecutor(2) as people:
        marked = [people.submit(each) for each in (one, two)]
        try:
            term.course("grade", "sums", "--force")
        finally:
            done.set()
        for each in marked:
            each.result()
    assert term.written > 10, "they marked while the run did"
    term.course("grade", "sums")
    scores = {student: each["score"] for student, each in term.results("sums").items()}
    assert scores == {
        **{"ada@x.org": 4.0, "ben@x.org": 0.5, "zoe@x.org": 4.0, "zoe2@x.org": 3.0},
        "cleo@x.org": pytest.approx(3.6),
    }
    assert not any(each["waiting"] for each in term.results("sums").values())
    with Gradebook(f"sqlite:///{term.root / 'gradebook.db'}") as book:
        comments = {
            each.student.id: book.find_comment("sums_why", "sums", "sums", each.student.id).comment
            for each in book.assignment_submissions("sums")
        }
    assert comments["ben@x.org"] == "read: 0.5"
    report = (term.root / "_build/grades/sums/report.html").read_text("utf-8")
    assert "1. The sum of two numbers" in report
    assert "the difference, not the sum" in report
    page = "Zoë Ünal_13_assignsubmission_file/sums.html"
    term.course("give-back", "sums")
    with zipfile.ZipFile(term.root / "_build/exports/sums.feedback.moodle.zip") as back:
        assert len(back.namelist()) == 5
        assert "read: 0" in back.read(page).decode()
        late_page = back.read("Cleo Late_14_assignsubmission_file/sums.html").decode()
    assert "Late submission penalty (Score: -0.4)" in re.sub("<[^>]*>", "", late_page)


def _second_assignment(term: Term) -> None:
    """A second hand-in takes the place of the first; Moodle's own worksheet is filled in."""
    numbers = {"ada": 31, "ben": 30, "zoe": 33, "zoe2": 32, "cleo": 35, "dan": 34}
    in_time = dict.fromkeys(("ada", "ben", "zoe", "zoe2"), "Tuesday, 7 April 2026, 4:05 PM")
    roster = term.worksheet("means.csv", ENGLISH, numbers, in_time, 3)
    work = {who: term.notebook("means", RIGHT) for who in ("ada", "zoe", "zoe2")}
    for number, answer in enumerate((WRONG, RIGHT)):
        work["ben"] = term.notebook("means", answer)
        zipped = term.zipped(f"means-{number}.zip", numbers, "means", work)
        term.course("collect", "means", zipped, "--roster", roster)
        term.course("grade", "means")
    term.marker("means", {PEOPLE[who][1]: 1.0 for who in work})()
    filled = ("--format", "moodle-worksheet", "--worksheet", roster)
    term.course("export", "means", *filled)
    with (term.root / "_build/exports/means.moodle-worksheet.csv").open(encoding="utf-8") as file:
        grades = {row["Identifier"]: row["Grade"] for row in csv.DictReader(file)}
    assert grades == {
        **{f"Participant {number}": "3.00" for number in (30, 31, 32, 33)},
        **{"Participant 34": "", "Participant 35": ""},
    }


def _third_assignment(term: Term) -> None:
    """Without a roster namesakes are left out, with one the wrong file is missing; ben's new id."""
    numbers = {"ada": 50, "zoe": 51, "zoe2": 52, "cleo": 53, "ben": 54}
    work = {who: term.notebook("edges", RIGHT) for who in ("ada", "zoe", "cleo")}
    work["ben"] = term.notebook("edges", WRONG)
    work["zoe2"] = term.notebook("means", RIGHT)
    zipped = term.zipped("edges.zip", numbers, "edges", work)
    assert term.course("collect", "edges", zipped, ends=1).count("NOT TAKEN  Zoë Ünal") == 2
    roster = term.worksheet("edges.csv", GERMAN, numbers, dict.fromkeys(numbers, IN_TIME), 3)
    term.course("collect", "edges", zipped, "--roster", roster)
    term.course("grade", "edges")
    found = term.results("edges")
    assert found["zoe2@x.org"]["status"] == "missing"
    assert "the notebook of means" in found["zoe2@x.org"]["instructor"]
    waiting = {student for student, each in found.items() if each["waiting"]}
    term.marker("edges", dict.fromkeys(waiting, 1.0))()
    assert "the way back  course rename ben ben@x.org" in term.course("rename", "ben@x.org", "ben")
    assert "ben" in term.results("edges")
