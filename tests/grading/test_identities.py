"""Whose work it is: two people with the same name are never taken for one person."""

import shutil

import pytest
from nbgrader.api import Gradebook

from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.store import Result, ResultStore
from tests.grading.zips import canvas_zip, collect, course, handed_in, moodle_zip

__all__ = ["course"]  # the fixture


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
    printed = capsys.readouterr().out
    assert printed.count("NOT TAKEN  Zoë Ünal") == 2
    assert "--roster" in printed


def test_namesakes_in_two_zips_of_one_assignment_are_not_mixed(course, tmp_path, capsys):
    """Is the second person of a name left for the roster, and the first one's work kept?"""
    first = moodle_zip(tmp_path / "1.zip", ("Zoë Ünal", 2, "convolution.ipynb", "one"))
    second = moodle_zip(tmp_path / "2.zip", ("Zoë Ünal", 3, "convolution.ipynb", "two"))
    assert collect(course, first) == 0
    before = handed_in(course)
    assert list(before.values()) == ["one"]
    assert collect(course, second) == 1
    assert handed_in(course) == before
    printed = capsys.readouterr().out
    assert "NOT TAKEN  Zoë Ünal" in printed
    assert "--roster" in printed
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
    printed = capsys.readouterr().out
    assert printed.count("TWO PEOPLE zoë_ünal: work of several assignments") == 1
    assert printed.count("NOT TAKEN  Zoë Ünal (3)") == 1
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


def test_a_name_that_a_person_chose_gives_no_folder_of_anothers(course, tmp_path):
    """Does work from elsewhere stay whose it is, also where the next free name was chosen, too?"""
    ada = course / "submitted" / "ada" / "convolution" / "convolution.ipynb"
    ada.parent.mkdir(parents=True)
    ada.write_text("ada's, from the hub", "utf-8")
    zipped = canvas_zip(
        tmp_path / "1.zip",
        ("ada7", False, 9, 90, "convolution.ipynb", "called like the next free name"),
        ("ada", False, 7, 91, "convolution.ipynb", "called ada"),
    )
    (course / "submitted" / "ada-7").mkdir()
    assert collect(course, zipped) == 0
    assert handed_in(course) == {
        "ada/convolution/convolution.ipynb": "ada's, from the hub",
        "ada7/convolution/convolution.ipynb": "called like the next free name",
        "ada-7-2/convolution/convolution.ipynb": "called ada",
    }


def test_a_login_stays_its_owners_where_another_had_that_name(term, tmp_path):
    """Does whoever was called like a login, before there was a roster, lose it to its owner?"""
    first = canvas_zip(tmp_path / "1.zip", ("ada", False, 9, 90, "convolution.ipynb", "eve's"))
    assert collect(term, first) == 0
    roster = tmp_path / "roster.csv"
    roster.write_text("Student,ID,SIS Login ID\nEve,9,eve\nAda,7,ada\n", "utf-8")
    second = canvas_zip(
        tmp_path / "2.zip",
        ("ada", False, 9, 92, "pooling.ipynb", "eve's"),
        ("lovelaceada", False, 7, 93, "pooling.ipynb", "ada's"),
    )
    assert collect(term, second, "--roster", roster, assignment="pooling") == 0
    there = handed_in(term)
    assert there["ada/pooling/pooling.ipynb"] == "ada's"
    assert there["eve/pooling/pooling.ipynb"] == "eve's"
