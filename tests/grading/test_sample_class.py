"""The bundled class, marked as a teacher would: the command, the files, the marks beside it."""

import csv
import shutil

import pytest
from nbgrader.api import Gradebook

from course_utils.authoring.exercises import make_exercises
from course_utils.cli import main
from tests.conftest import ROOT
from tests.grading.conftest import results_of
from tests.sample_class.make import SUBMITTED, work

# a figure, twelve inches wide, in the first cell that prints
_WIDE = """() => {
    const figure = new Image(864, 216)
    figure.src = "data:image/svg+xml," + encodeURIComponent(
        '<svg xmlns="http://www.w3.org/2000/svg" width="864" height="216"/>')
    document.querySelector("#notebook-container .output_area").append(figure)
    return figure.decode()
}"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course's folder of its own, with the sample class in it, marked once."""
    root = tmp_path_factory.mktemp("course")
    for name in ("nbgrader_config.py", "solutions", "tests/sample_class/submitted"):
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    make_exercises(root, ["convolution"])
    assert main(["grade", "convolution", "--sample", "--root", str(root)]) == 0
    return root


def _rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_sample_class_gets_the_marks_that_stand_beside_it(course):
    """Does each of the five get the score and status of ``expected.csv``?"""
    marked = _rows(course / "_build/sample_class/grades/convolution.csv")
    expected = _rows(SUBMITTED.parent / "expected.csv")
    assert {s: {k: r[k] for k in expected[s]} for s, r in marked.items()} == expected


def test_a_second_run_marks_nobody_again(course, capsys):
    """Is work that did not change left alone, and the same table printed?"""
    place = course / "_build/sample_class"
    pages = [*place.glob("autograded/*/convolution/*.ipynb")]
    before = results_of(place, "convolution"), {page: page.stat().st_mtime_ns for page in pages}
    assert main(["grade", "convolution", "--sample", "--root", str(course)]) == 0
    now = results_of(place, "convolution"), {page: page.stat().st_mtime_ns for page in pages}
    assert len(pages) == 4
    assert now == before
    assert "15 / 40" in capsys.readouterr().out


def test_the_misconception_is_recorded(course):
    """Does the result of the flipped kernel name that misconception, for the class's report?"""
    result = results_of(course / "_build/sample_class", "convolution")["cleo"]
    found = {i for q in result["questions"].values() for i in q["misconceptions"]}
    assert found == {"kernel-flipped"}


def test_work_that_nobody_began_is_called_so(course):
    """Do the table and the student's page say that nothing was filled in, of this one alone?"""
    build = course / "_build/sample_class"
    rows = _rows(build / "grades/convolution.csv")
    told = {s for s, row in rows.items() if "nothing was filled in" in row["message"]}
    pages = {p.parts[-3]: p.read_text("utf-8") for p in (build / "feedback").glob("*/*/*.html")}
    assert told == {s for s, page in pages.items() if "Nothing was filled in" in page} == {"dan"}


def test_a_comment_alone_gets_onto_the_page(course):
    """Is a page made again when a person only wrote something, and no other student's page?"""
    build = course / "_build/sample_class"
    pages = {p.parts[-3]: p for p in (build / "feedback").glob("*/convolution/*.html")}
    before = {student: page.stat().st_mtime_ns for student, page in pages.items()}
    with Gradebook(f"sqlite:///{build / 'gradebook.db'}") as book:
        comment = book.find_comment("what_kernels_see", "convolution", "convolution", "ada")
        comment.manual_comment = "Nicely put."
        book.db.commit()
    assert main(["grade", "convolution", "--sample", "--root", str(course)]) == 0
    assert "Nicely put." in pages["ada"].read_text("utf-8")
    new = {s for s, page in pages.items() if page.stat().st_mtime_ns != before[s]}
    assert new == {"ada", "eve"}  # hers says why there is no mark, and is written each time


def test_a_page_stays_within_a_phone(course, browser):
    """Is a feedback page with a wide figure no wider than 360 pixels, and do its hints unfold?"""
    made = course / "_build/sample_class/feedback/ada/convolution/convolution.html"
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.route("http**", lambda route: route.abort())  # formulas: a public server's MathJax
    page.goto(made.as_uri())
    page.evaluate(_WIDE)
    assert 200 < page.evaluate("document.images[0].getBoundingClientRect().width") <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shown = page.locator("summary").first.evaluate("element => getComputedStyle(element).display")
    assert shown == "list-item"
    page.close()


def test_work_without_a_mark_has_a_page_that_says_why(course):
    """Does the feedback's folder tell also the student whose file could not be read?"""
    pages = course / "_build/sample_class/feedback"
    there = {path.parts[-3] for path in pages.glob("*/*/*.html")}
    assert there == {path.name for path in SUBMITTED.iterdir()}
    page_text = (pages / "eve/convolution/convolution.html").read_text("utf-8")
    assert "could not be read: the file ends too early" in page_text
    assert "hand it in again" in page_text
    assert "no mark" in page_text


def test_the_committed_notebooks_are_those_of_the_current_exercise():
    """Was the sample class written again after the exercise changed?"""
    for student, content in work().items():
        path = SUBMITTED / student / "convolution" / "convolution.ipynb"
        assert path.read_bytes() == content, "run: python -m tests.sample_class.make"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "nope"], "no assignment called 'nope'"),
        (["grade", "convolution"], "no folder"),
        (["grade", "convolution", "--sample", "--student", "zz*"], "no student matches 'zz*'"),
        (["grade", "convolution", "--workers", "0"], "--workers 0"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_line(course, capsys, arguments, message):
    """Do an unknown assignment, a missing folder and bad numbers exit with 2 and one line?"""
    assert main([*arguments, "--root", str(course)]) == 2
    error = capsys.readouterr().err.strip()
    assert message in error
    assert "\n" not in error
