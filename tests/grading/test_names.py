"""Folders and files with any name: the class is marked and recorded, with table and feedback."""

import argparse
import csv
import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from course_utils.grading.command import grade
from course_utils.grading.intake.extra_files import read_extra_files
from course_utils.grading.intake.names import compose_names, student_oddity
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import FULL, NAME, Case, code

PLAIN = [
    "anna",
    "a b",
    "[abc]",
    "=1+1",
    "%s",
    "é",
    "نیم\u200cفاصله",
]
_SCRIPTS = ["<img src=x onerror=alert(1)>", 'x";alert(1);"', "x\\"]
ODD = [*_SCRIPTS, "new\nline", "red\x1b[31m", os.fsdecode(b"\xff"), "x" * 250]
FILES = {"long": "y" * 250 + ".py", "line": "=x\n.py", "bytes": os.fsdecode(b"\xff.py")}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """The class, marked twice: once with more files, and folders in the place of files."""
    root = make_course(tmp_path_factory.mktemp("names"))
    given = root / "_build/source" / NAME / "given"
    given.mkdir()
    (given / "two.txt").write_text("2")
    honest = code()
    for student in [*PLAIN, *ODD, "many"]:
        hand_in(root, student, honest)
    for student, file in FILES.items():
        hand_in(root, student, Case(honest.files | {file: b"1", "ok.py": b"1"}))
    for number in range(10):
        (root / "submitted/many" / NAME / f"{number}.bin").write_bytes(bytes(5 * 2**20))
    doubled = code(double="def double(x):\n    return x * int(open('given/two.txt').read())")
    hand_in(root, "edits", Case(doubled.files | {"given/two.txt": b"7", "given/own.txt": b"1"}))
    hand_in(root, "replaces", Case(doubled.files | {"given": b"a file"}))
    deep = hand_in(root, "deep", honest)
    _nest(deep)
    turned = root / "submitted/anna" / NAME / "turns"
    turned.write_text("a file")
    options = {"cell_seconds": None, "submission_seconds": None, "memory_mb": None, "workers": 2}
    options |= {"sample": False, "student": "*", "force": False, "no_sandbox": False, "on": None}
    args = argparse.Namespace(root=root, assignment=NAME, **options)
    assert grade(args, {}) == 0
    turned.unlink()
    turned.mkdir()
    (turned / "into").write_text("a folder")
    assert grade(args, {}) == 0
    subprocess.run(["rm", "-r", deep / "a"], check=True)  # pytest could not
    with (root / "_build/grades" / f"{NAME}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return root, {row["student"]: row for row in rows}


def _nest(folder):
    """More folders in one another than a path can name."""
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    for _ in range(2100):
        Path("a").mkdir()
        os.chdir("a")
    os.fchdir(here)
    os.close(here)


@pytest.mark.parametrize("student", PLAIN)
def test_any_name_that_can_be_shown_is_marked(marked, student):
    """Does a student of this name get the full mark, and a page?"""
    root, rows = marked
    row = rows[f"'{student}" if student.startswith("=") else student]
    assert (row["score"], row["status"]) == (f"{FULL:g}", "ok")
    assert (root / "feedback" / student / NAME / f"{NAME}.html").is_file()


@pytest.mark.parametrize("student", ODD)
def test_a_name_that_cannot_be_shown_is_said(marked, student):
    """Is a folder that no table can name left unmarked, with what to do, and no score?"""
    row = marked[1][student if student.isprintable() else ascii(student)[1:-1]]
    assert (row["score"], row["status"]) == ("", "unreadable")
    assert "rename it" in row["message"]


@pytest.mark.parametrize("student", FILES)
def test_a_file_of_an_odd_name_is_left_out(marked, student):
    """Does the message say that the file was left out, and is the work marked?"""
    row = marked[1][student]
    assert (row["score"], row["status"]) == (f"{FULL:g}", "repaired")
    assert "has an odd name and was left out" in row["message"]
    assert row["message"].isprintable()
    assert (marked[0] / "autograded" / student / NAME / "ok.py").is_file()


@pytest.mark.parametrize("student", ["edits", "replaces"])
def test_the_authors_files_stay_the_authors(marked, student):
    """Is a file that takes the place of one of the author's left out, and the work marked?"""
    root, rows = marked
    assert (rows[student]["score"], rows[student]["status"]) == (f"{FULL:g}", "ok")
    there = root / "autograded" / student / NAME / "given"
    assert (there / "two.txt").read_text() == "2"
    assert (there / "own.txt").is_file() == (student == "edits")


def test_folders_nested_without_end_are_left_out(marked):
    """Does a path longer than the system takes cost nobody a mark?"""
    row = marked[1]["deep"]
    assert (row["score"], row["status"]) == (f"{FULL:g}", "repaired")
    assert "lies too deep and was left out" in row["message"]


def test_a_folder_that_may_not_be_entered_is_left_out(tmp_path, monkeypatch):
    """Is a file that the system does not let us read named, and are the others taken?"""
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed/in.txt").touch()
    (tmp_path / "open.txt").touch()
    lstat = Path.lstat

    def refused(path):
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", refused)
    files, left = read_extra_files(tmp_path)
    assert files == (("open.txt", b""),)
    assert left == ("closed/in.txt cannot be read and was left out",)


def test_files_are_bounded_together(marked):
    """Are files taken up to a sum, and no further?"""
    row = marked[1]["many"]
    assert row["score"] == f"{FULL:g}"
    assert row["message"].count("is too large and was left out") == 4


def test_a_file_may_become_a_folder(marked):
    """Does work handed in again replace what was there, whatever it was?"""
    assert (marked[0] / "autograded/anna" / NAME / "turns/into").read_text() == "a folder"


def test_no_name_runs_in_the_report(marked):
    """Is a name that is HTML shown in the report, and no more?"""
    page = (marked[0] / "_build/grades" / NAME / "report.html").read_text("utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_name_written_on_a_mac_is_the_name_in_the_list(tmp_path):
    """Does "é" of two characters mean the same student as of one, and is no folder replaced?"""
    names = ["José", "Zoë", "Renée"]
    apart = [unicodedata.normalize("NFD", name) for name in names]
    submitted, marked = tmp_path / "submitted", tmp_path / "autograded"
    for name in [*apart, names[1]]:  # two people whose names look alike: both stay
        (submitted / name).mkdir(parents=True)
        (submitted / name / "of").write_text(ascii(name))
    (marked / apart[2]).mkdir(parents=True)  # marked by that name in an earlier run
    for _ in range(2):
        compose_names(submitted, marked)
        there = {folder.name: (folder / "of").read_text() for folder in submitted.iterdir()}
        assert there == {
            names[0]: ascii(apart[0]),
            names[1]: ascii(names[1]),
            apart[1]: ascii(apart[1]),
            apart[2]: ascii(apart[2]),
        }
    compose_names(tmp_path / "nowhere", marked)


@pytest.mark.parametrize("mark", '"<>\\')
def test_no_student_has_a_mark_that_could_end_a_text_in_a_script(mark):
    """Are the marks refused with which a name leaves its place in the formgrader's pages?"""
    assert mark in student_oddity(f"ann{mark}a")
    assert student_oddity("Zoë O'Brien-Smith (2)") == ""
