"""A whole term by the real commands: four assignments, by Moodle and by a JupyterHub's exchange."""

import csv
import os
import re
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from nbgrader.apps import (
    CollectApp,
    FetchAssignmentApp,
    FetchFeedbackApp,
    GenerateFeedbackApp,
    ReleaseAssignmentApp,
    ReleaseFeedbackApp,
    SubmitApp,
)

from tests.grading.exchange_hub import Hub
from tests.grading.system_readers import READERS, worksheet_reads
from tests.grading.term_course import (
    ENGLISH,
    GERMAN,
    IN_TIME,
    LATE,
    PEOPLE,
    RIGHT,
    WRONG,
    TermCourse,
    filled_in,
)
from tests.grading.test_two_ways import nbgrader

# what each has in the end, worked out by hand: sums of 4, means of 3, edges of 3, shifts of 3
SCORES = {
    "ada@x.org": ["4", "3", "3", "", "10"],
    "ben": ["0.5", "3", "1", "", "4.5"],  # renamed; a second, right hand-in of means
    "zoe@x.org": ["4", "3", "3", "", "10"],
    "zoe2@x.org": ["3", "3", "", "", "6"],  # the wrong file in edges
    "dan@x.org": ["", "", "", "", ""],
}
CLEO = ["3.6", "", "3", "", "6.6"]  # late in sums: a tenth; nothing in means
ANN = ["", "", "", "2.5", "2.5"]  # who hands in by the exchange


@pytest.fixture
def hub():
    """A folder that all users may enter, with the course's folder in it."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    (place / "course").mkdir()
    yield Hub(place, place / "course")
    shutil.rmtree(place)


@pytest.fixture
def term(hub, tmp_path) -> TermCourse:
    """A course's folder with its four sources, made into exercises."""
    made = TermCourse(hub.course, tmp_path)
    made.begin(hub.settings)
    for name in ("sums", "means", "edges", "shifts"):
        made.write(name, word="smu" if name == "sums" else "sum")
    assert "the author's answers get 2 of 2 points" in made.course("exercises")
    return made


def test_a_term(term: TermCourse, hub: Hub, subtests):
    """From three zips over a correction, late work, two markers, an exchange, feedback, exports, a
    renamed and two deleted students to the archive: is every number the one worked out by hand?"""
    _first_assignment(term)
    _second_assignment(term)
    _third_assignment(term)
    everybody = {**SCORES, "cleo@x.org": CLEO}
    with subtests.test("the fourth assignment goes through the exchange"):
        if os.geteuid() != 0:
            pytest.skip("only root can be several users")
        _fourth_assignment(term, hub)
        everybody[hub.name(hub.ann)] = ANN
    assert term.total() == everybody
    assert "partly     zoe2@x.org: no score in edges" in term.printed
    _exports(term, everybody)
    _deleted(term, hub)
    assert term.total() == SCORES
    file = term.aside / "term.tar.gz"
    term.course("archive", "--output", file)
    again = TermCourse(term.aside / "another place", term.aside)
    again.course("restore", file)
    assert again.total() == SCORES
    assert again.results("sums") == term.results("sums")


def _first_assignment(term: TermCourse) -> None:
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
    zipped = term.zipped("2.zip", numbers, "sums", work | late)
    printed = term.course("collect", "sums", zipped, "--roster", roster)
    assert printed.count("  same  ") == 4
    assert "nothing    dan@x.org" in printed
    term.course("grade", "sums")
    found = term.results("sums")
    assert {each["status"] for each in found.values()} == {"ok"}, "a correction is no repair"
    assert found["cleo@x.org"]["penalty"] == pytest.approx(0.3)
    assert "dan@x.org,,4,missing,nothing was handed in" in term.table("sums")
    _marked_by_two_people_during_a_run(term)
    scores = {student: each["score"] for student, each in term.results("sums").items()}
    assert scores == {
        **{"ada@x.org": 4.0, "ben@x.org": 0.5, "zoe@x.org": 4.0, "zoe2@x.org": 3.0},
        "cleo@x.org": pytest.approx(3.6),
    }
    assert not any(each["waiting"] for each in term.results("sums").values())
    assert term.comments("sums")["ben@x.org"] == "read: 0.5"
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


def _marked_by_two_people_during_a_run(term: TermCourse) -> None:
    done = Event()
    first = term.marker("sums", {"ada@x.org": 1.0, "ben@x.org": 0.5, "cleo@x.org": 1.0}, done)
    second = term.marker("sums", {"zoe@x.org": 1.0, "zoe2@x.org": 0.0}, done)
    with ThreadPoolExecutor(2) as people:
        marking = [people.submit(each) for each in (first, second)]
        try:
            term.course("grade", "sums", "--force")
        finally:
            done.set()
        for each in marking:
            each.result()
    assert term.written > 10, "they marked while the run did"
    term.course("grade", "sums")


def _second_assignment(term: TermCourse) -> None:
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
    filled = term.exported("means", "--format", "moodle-worksheet", "--worksheet", roster)
    read = worksheet_reads(filled)
    points = dict.fromkeys((30, 31, 32, 33), 3) | dict.fromkeys((34, 35))
    assert read.of == {f"Participant {number}": mark for number, mark in points.items()}
    assert read.most == 3
    with filled.open(encoding="utf-8") as file:
        comments = {row["Identifier"]: row["Feedback comments"] for row in csv.DictReader(file)}
    assert comments["Participant 30"] == (
        "3 of 3 points. 1. The sum of two numbers: 2 of 2; 2. Why?: 1 of 1"
    )
    assert comments["Participant 34"] == "", "a comment alone would make Moodle skip a later mark"


def _third_assignment(term: TermCourse) -> None:
    """Without a roster namesakes are left out, with it the wrong file is missing; ben's new id."""
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


def _fourth_assignment(term: TermCourse, hub: Hub) -> None:
    """Each a Unix user: only who handed in gets a page, in any order of nbgrader's commands."""
    hub.open()
    hub.ask(hub.course, ReleaseAssignmentApp, "shifts")
    for home in (hub.ann, hub.ben):
        hub.ask(home, FetchAssignmentApp, "shifts")
    fetched = hub.ann / "shifts" / "shifts.ipynb"
    fetched.write_text(filled_in(fetched, RIGHT), "utf-8")
    hub.give()
    hub.ask(hub.ann, SubmitApp, "shifts")
    hub.ask(hub.course, CollectApp, "shifts")
    term.course("grade", "shifts")
    hub.give()
    hub.ask(hub.course, ReleaseFeedbackApp, "shifts")  # the others handed in nothing
    hub.ask(hub.course, GenerateFeedbackApp, "shifts", "--force")
    hub.ask(hub.course, ReleaseFeedbackApp, "shifts")
    for home in (hub.ann, hub.ben):
        hub.ask(home, FetchFeedbackApp, "shifts")
    (page,) = hub.pages(hub.ann, "shifts")
    assert "not read yet: up to 1.0" in page.read_text("utf-8")
    assert hub.pages(hub.ben, "shifts") == []
    feedback = hub.exchange / "cnn" / "feedback"  # whoever knows a page's name may read it
    assert not hub.listed(hub.ben, feedback)
    term.marker("shifts", {hub.name(hub.ann): 0.5})()
    term.course("grade", "shifts")
    assert f"{hub.name(hub.ann)},2.5,3,ok" in term.table("shifts")


def _exports(term: TermCourse, everybody: dict[str, list[str]]) -> None:
    """Does each system read the points that the term's table has, of one assignment and of all?"""
    for words, most, place in (((), None, -1), (("sums",), 4, 0)):
        scores = {
            student: float(points[place]) if points[place] else None
            for student, points in everybody.items()
        }
        for system, read in READERS.items():
            marks = read(term.exported(*words, "--format", system))
            assert marks.of == pytest.approx(scores), system
            assert most is None or marks.most in (None, most), system


def _deleted(term: TermCourse, hub: Hub) -> None:
    """Two students are deleted: one of Moodle's, and whoever handed in by the exchange."""
    assert "deleted  submitted/cleo@x.org" in term.course("delete", "cleo@x.org", "--yes")
    term.course("grade", "sums")
    assert "cleo" not in term.table("sums")
    assert not [path for path in term.root.rglob("*") if "cleo" in path.name]
    assert "cleo@x.org" not in term.results("sums")
    if hub.exchange.is_dir():
        term.course("delete", hub.name(hub.ann), "--yes")
        left = [path.name for path in (hub.exchange / "cnn").rglob("*") if path.is_file()]
        assert left == ["shifts.ipynb"], "what was handed out, and nothing of ann's"
