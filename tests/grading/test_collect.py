"""Zips like those of Moodle and Canvas, built by their rules, are sorted into submitted/."""

import shutil
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from course_utils.cli import main
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.store import Result, ResultStore


@pytest.fixture
def course(tmp_path, root):
    """A course's folder with one assignment that is built, and no work."""
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    source = tmp_path / "_build" / "source" / "convolution"
    source.mkdir(parents=True)
    (source / "convolution.ipynb").write_text('{"cells": []}', encoding="utf-8")
    return tmp_path


def moodle_zip(path, *files, old=False):
    """(full name, participant, file, text): folders as Moodle names them (old: with "_")."""
    with zipfile.ZipFile(path, "w") as made:
        for name, participant, file, text in files:
            kind = "onlinetext" if file == "onlinetext.html" else "file"
            folder = f"{name.replace('_', ' ')}_{participant}_assignsubmission_{kind}"
            made.writestr(f"{folder}{'_' if old else ''}/{file}", text)
    return path


def canvas_zip(path, *files):
    """(sortable name, late, user, attachment, file, text), as ``ContentZipper`` names them."""
    with zipfile.ZipFile(path, "w") as made:
        for name, late, user, attachment, file, text in files:
            parts = [name.lower(), "LATE" if late else None, str(user)]
            joined = "_".join(part for part in parts if part)
            called = "".join(letter for letter in joined if letter.isalnum() or letter == "_")
            end = f"{attachment}_{file}" if attachment else file
            made.writestr(f"{called}_{end}", text)
    return path


WORKSHEET = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4200","Ada Lovelace",ada@example.org,Submitted,,12.00,Yes,\
"Tuesday, 3 March 2026, 4:05 PM",-,
"Participant 4201","Zoë Ünal",zoe@example.org,Submitted,,12.00,Yes,-,-,
"Participant 4202","Zoë Ünal",zoe2@example.org,Submitted,,12.00,Yes,-,-,
"Participant 4203","Ben Silent",ben@example.org,"No submission",,12.00,Yes,-,-,
"""
CANVAS_ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Final Score
    Points Possible,,,,,
"Lovelace, Ada",101,S101,ada,A,
"Ünal, Zoë",102,S102,zoe,A,
"""


def collect(course, file, *more, assignment="convolution"):
    return main(["--root", str(course), "collect", assignment, str(file), *map(str, more)])


def handed_in(course):
    """Path below ``submitted/`` → text."""
    folder = course / "submitted"
    files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("old", [False, True])
def test_moodles_worksheet_tells_namesakes_apart(course, tmp_path, monkeypatch, capsys, old):
    """Has each participant of the zip their own folder, with the time and the extra files?"""
    monkeypatch.setenv("TZ", "UTC")
    roster = tmp_path / "worksheet.csv"
    roster.write_text(WORKSHEET, encoding="utf-8-sig")
    file = moodle_zip(
        tmp_path / "all.zip",
        ("Ada Lovelace", 4200, "convolution.ipynb", "ada's"),
        ("Ada Lovelace", 4200, "figures/edge.txt", "an extra file"),
        ("Ada Lovelace", 4200, "timestamp.txt", "2020-01-01 00:00:00 UTC"),
        ("Zoë Ünal", 4201, "my work (2).ipynb", "one"),
        ("Zoë Ünal", 4202, "convolution.ipynb", "two"),
        ("Zoë Ünal", 4202, "onlinetext.html", "typed"),
        old=old,
    )
    assert collect(course, file, "--roster", roster) == 0
    there = handed_in(course)
    assert there["ada@example.org/convolution/convolution.ipynb"] == "ada's"
    assert there["ada@example.org/convolution/figures/edge.txt"] == "an extra file"
    assert there["zoe@example.org/convolution/my work (2).ipynb"] == "one"
    assert there["zoe2@example.org/convolution/convolution.ipynb"] == "two"
    assert there["ada@example.org/convolution/timestamp.txt"].startswith("2026-03-03 ")
    said = capsys.readouterr().out
    assert "timestamp.txt: a student's own" in said
    assert "onlinetext.html: it was typed into Moodle" in said
    assert "nothing    ben@example.org" in said
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_student("zoe2@example.org").last_name == "Ünal"
        assert book.find_student("ben@example.org").first_name == "Ben"


def test_namesakes_without_a_roster_are_named_and_not_mixed(course, tmp_path, capsys):
    """Are two people with the same name left out without a roster, and the others taken?"""
    file = moodle_zip(
        tmp_path / "all.zip",
        ("Ada Lovelace", 1, "convolution.ipynb", "ada's"),
        ("Zoë Ünal", 2, "convolution.ipynb", "one"),
        ("Zoë Ünal", 3, "convolution.ipynb", "two"),
    )
    assert collect(course, file) == 1
    assert handed_in(course) == {"ada_lovelace/convolution/convolution.ipynb": "ada's"}
    said = capsys.readouterr().out
    assert said.count("NOT TAKEN  Zoë Ünal") == 2
    assert "--roster" in said


def test_namesakes_in_two_zips_of_one_assignment_are_not_mixed(course, tmp_path, capsys):
    """Is the second person of a name left for the roster, and the first one's work kept?"""
    first = moodle_zip(tmp_path / "1.zip", ("Zoë Ünal", 2, "convolution.ipynb", "one"))
    second = moodle_zip(tmp_path / "2.zip", ("Zoë Ünal", 3, "convolution.ipynb", "two"))
    assert collect(course, first) == 0
    before = handed_in(course)
    assert list(before.values()) == ["one"]
    assert collect(course, second) == 1
    assert handed_in(course) == before
    said = capsys.readouterr().out
    assert "NOT TAKEN  Zoë Ünal" in said
    assert "--roster" in said
    assert collect(course, first) == 0, "the first person is known by the number"


def worksheet(path, *rows):
    """Moodle's grading worksheet of (participant, full name, address)."""
    lines = [f'"Participant {number}","{name}",{email},-' for number, name, email in rows]
    header = 'Identifier,"Full name","Email address","Last modified (submission)"'
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def term(course):
    """A course with a second assignment, which Moodle numbers its people anew in."""
    shutil.copytree(course / "_build/source/convolution", course / "_build/source/pooling")
    return course


def test_namesakes_of_two_assignments_are_told_and_kept_apart(term, tmp_path, capsys):
    """Is what two people of one name have in one folder named, and sorted by the worksheets?"""
    first = moodle_zip(tmp_path / "1.zip", ("Zoë Ünal", 2, "convolution.ipynb", "one"))
    second = moodle_zip(tmp_path / "2.zip", ("Zoë Ünal", 7, "pooling.ipynb", "two"))
    assert collect(term, first) == 0
    assert collect(term, second, assignment="pooling") == 0  # the same name: as a rule one person
    assert "by name    zoë_ünal: known from other assignments by name" in capsys.readouterr().out
    both = moodle_zip(
        tmp_path / "3.zip",
        ("Zoë Ünal", 2, "convolution.ipynb", "one"),
        ("Zoë Ünal", 3, "convolution.ipynb", "three"),
    )
    assert collect(term, both) == 1
    said = capsys.readouterr().out
    assert said.count("TWO PEOPLE zoë_ünal: work of several assignments") == 1
    assert said.count("NOT TAKEN  Zoë Ünal (3)") == 1
    third = moodle_zip(tmp_path / "4.zip", ("Zoë Ünal", 9, "pooling.ipynb", "who?"))
    assert collect(term, third, assignment="pooling") == 1, "a shared name links nothing any more"
    assert "NOT TAKEN  Zoë Ünal (9)" in capsys.readouterr().out
    names = [("Zoë Ünal", "zoe@x.org"), ("Zoë Ünal", "zoe2@x.org")]
    rosters = {
        "pooling": worksheet(tmp_path / "p.csv", (9, *names[0]), (7, *names[1])),
        "convolution": worksheet(tmp_path / "c.csv", (2, *names[0]), (3, *names[1])),
    }
    with open_gradebook(f"sqlite:///{term / 'gradebook.db'}") as book:  # both were marked so far
        for assignment in rosters:
            book.add_assignment(assignment)
            book.update_or_create_student("zoë_ünal")
            book.add_submission(assignment, "zoë_ünal")
            ResultStore(book.db, assignment).save(Result("zoë_ünal", assignment, "ok"))
    (term / "autograded/zoë_ünal/pooling").mkdir(parents=True)
    assert collect(term, second, "--roster", rosters["pooling"], assignment="pooling") == 0
    assert collect(term, both, "--roster", rosters["convolution"]) == 0
    assert collect(term, third, "--roster", rosters["pooling"], assignment="pooling") == 0
    there = handed_in(term)
    owner = next(path.split("/")[0] for path, text in there.items() if text == "one")
    other = next(path.split("/")[0] for path, text in there.items() if text == "two")
    assert owner != other
    assert there == {
        f"{owner}/convolution/convolution.ipynb": "one",
        f"{owner}/pooling/pooling.ipynb": "who?",
        f"{other}/convolution/convolution.ipynb": "three",
        f"{other}/pooling/pooling.ipynb": "two",
    }
    with Gradebook(f"sqlite:///{term / 'gradebook.db'}") as book:
        assert book.find_student(owner).email == "zoe@x.org"
        assert book.find_student(other).email == "zoe2@x.org"
        assert {student.id for student in book.students} == {owner, other}
        marked = {name: book.assignment_submissions(name)[0].student_id for name in rosters}
        kept = {
            name: [each.student for each in ResultStore(book.db, name).all()] for name in rosters
        }
    assert marked == {"convolution": owner, "pooling": other}
    assert kept == {"convolution": [], "pooling": ["zoë_ünal"]}, "the result of what was moved"
    assert [path.name for path in (term / "autograded").iterdir()] == [other]


def test_a_name_that_two_have_in_one_assignment_links_no_other(term, tmp_path, capsys):
    """After two people with the same name, is such a name in another assignment left out?"""
    both = moodle_zip(
        tmp_path / "1.zip",
        ("Zoë Ünal", 2, "convolution.ipynb", "one"),
        ("Zoë Ünal", 3, "convolution.ipynb", "two"),
        ("Ada Lovelace", 4, "convolution.ipynb", "ada's"),
    )
    alone = moodle_zip(
        tmp_path / "2.zip",
        ("Zoë Ünal", 8, "pooling.ipynb", "either's"),
        ("Ada Lovelace", 6, "pooling.ipynb", "ada's"),
    )
    assert collect(term, both) == 1
    assert collect(term, alone, assignment="pooling") == 1
    assert set(handed_in(term).values()) == {"ada's"}
    assert "TWO PEOPLE" not in capsys.readouterr().out, "nothing was taken that could be mixed"


def test_a_person_keeps_the_folder_over_renames_and_the_newest_counts(course, tmp_path, capsys):
    """Does Canvas's number meet the same folder, the newest file, and never go back to an older?"""
    first = canvas_zip(
        tmp_path / "1.zip", ("Lovelace, Ada", False, 101, 9001, "convolution.ipynb", "first")
    )
    second = canvas_zip(
        tmp_path / "2.zip",
        ("King, Ada", True, 101, 9011, "convolution-2.ipynb", "third"),
        ("King, Ada", True, 101, 9007, "convolution-1.ipynb", "second"),
        ("King, Ada", True, 101, 9012, "sketch-1.ipynb", "kept as it is called"),
        ("King, Ada", True, 101, 9008, "helper_1_2.py", "x = 1"),
        ("Ünal, Zoë", False, 102, 0, "text.html", "typed"),
        ("Ünal, Ana", False, 103, 9100, "convolution.ipynb", "ana's"),
    )
    assert collect(course, first) == 0
    assert collect(course, second) == 0
    now = {
        "lovelaceada/convolution/convolution.ipynb": "third",
        "lovelaceada/convolution/helper_1_2.py": "x = 1",
        "lovelaceada/convolution/sketch-1.ipynb": "kept as it is called",
        "ünalana/convolution/convolution.ipynb": "ana's",
    }
    assert handed_in(course) == now
    said = capsys.readouterr().out
    assert "newer      lovelaceada  (handed in late, says Canvas)" in said
    assert "ünalzoë_102_text.html: it was handed in as text" in said
    assert "convolution-1.ipynb: the same student handed in a newer file" in said
    assert collect(course, first) == 0
    assert collect(course, second) == 0
    assert handed_in(course) == now
    said = capsys.readouterr().out
    assert "older      lovelaceada" in said
    assert "same       lovelaceada" in said


def test_canvas_roster_gives_logins_and_tells_the_gradebook(course, tmp_path, capsys):
    """Do folders get the name of the login, and is a person who is not in the roster named?"""
    roster = tmp_path / "grades.csv"
    roster.write_text(CANVAS_ROSTER, encoding="utf-8")
    file = canvas_zip(
        tmp_path / "all.zip",
        ("Lovelace, Ada", False, 101, 9001, "convolution.ipynb", "ada's"),
        ("Guest, A", False, 999, 9002, "convolution.ipynb", "a guest's"),
    )
    assert collect(course, file, "--roster", roster) == 1
    assert handed_in(course) == {"ada/convolution/convolution.ipynb": "ada's"}
    said = capsys.readouterr().out
    assert "NOT TAKEN  guesta (999): nobody in the roster has the ID 999" in said
    assert "nothing    zoe" in said
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_student("ada").lms_user_id == "101"


def test_a_time_that_is_not_understood_is_told(course, tmp_path, capsys):
    """Does the instructor read that lateness is unknown, and for whom?"""
    roster = tmp_path / "worksheet.csv"
    text = WORKSHEET.replace("Tuesday, 3 March 2026, 4:05 PM", "3/4/2026, 16:05")
    roster.write_text(text, encoding="utf-8")
    file = moodle_zip(tmp_path / "all.zip", ("Ada Lovelace", 4200, "convolution.ipynb", "ada's"))
    assert collect(course, file, "--roster", roster) == 0
    said = capsys.readouterr().out
    assert (
        "no time    ada@example.org: '3/4/2026, 16:05' in the roster cannot be read as a date"
        in said
    )


def test_no_name_in_the_zip_leads_out_of_the_folder(course, tmp_path, capsys):
    """Do climbing paths, links and other programs' files stay out, each named?"""
    file = tmp_path / "all.zip"
    folder = "Ada Lovelace_7_assignsubmission_file"
    link = zipfile.ZipInfo(f"{folder}/link.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(f"{folder}/convolution.ipynb", "ada's")
        made.writestr(f"{folder}/../../../evil.py", "x")
        made.writestr(link, "/etc/passwd")
        made.writestr("readme.txt", "hello")
        made.writestr("__MACOSX/._x", "x")
    assert collect(course, file) == 0
    assert handed_in(course) == {"ada_lovelace/convolution/convolution.ipynb": "ada's"}
    assert not list(Path(tmp_path).rglob("evil.py"))
    said = capsys.readouterr().out
    for why in ("leads out", "is a link", "has no participant's number", "a program's own file"):
        assert why in said


@pytest.mark.parametrize(
    ("names", "roster", "said"),
    [
        (["notes.txt"], None, "no name in this zip has Moodle's or Canvas's form"),
        (None, None, "cannot be read as a zip"),
        (
            ["A B_1_assignsubmission_file/a.ipynb"],
            "a,b\n1,2\n",
            "no column that tells people apart",
        ),
    ],
)
def test_what_cannot_be_collected_is_one_line(course, tmp_path, capsys, names, roster, said):
    """Does a wrong zip or roster end in one sentence that says what to give?"""
    file = tmp_path / "all.zip"
    if names is None:
        file.write_bytes(b"no zip")
    else:
        with zipfile.ZipFile(file, "w") as made:
            for name in names:
                made.writestr(name, "x")
    more = []
    if roster:
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        more = ["--roster", tmp_path / "roster.csv"]
    assert collect(course, file, *more) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
