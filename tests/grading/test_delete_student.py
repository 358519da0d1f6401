"""A deleted student is gone everywhere, and all other students are as before."""

import json
import os
import shutil
from pathlib import Path

import pytest
from nbgrader.api import MissingEntry

from course_utils.cli import main
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.store import ResultStore
from course_utils.grading.term import delete_student
from tests.conftest import ROOT

PLACES = ("submitted", "autograded", "feedback")


@pytest.fixture
def course(tmp_path):
    """Ann and ben in all places."""
    return ann_and_ben(tmp_path)


def ann_and_ben(tmp_path: Path) -> Path:
    """Two students everywhere: folders, results, gradebook, zips, the exchange of a hub."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    with (tmp_path / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.course_id = 'cnn'\nc.Exchange.root = '{tmp_path}/hub'\n")
    for student in ("ann", "ben"):
        for place in PLACES:
            folder = tmp_path / place / student / "small"
            folder.mkdir(parents=True)
            (folder / "small.ipynb").touch()
        result = tmp_path / "_build" / "grades" / "small" / f"{student}.json"
        result.parent.mkdir(parents=True, exist_ok=True)
        result.write_text(json.dumps({"student": student, "assignment": "small", "status": "ok"}))
        (tmp_path / "hub" / "cnn" / "inbound" / f"{student}+small+2026+x").mkdir(parents=True)
    down = tmp_path / "downloaded" / "small"
    down.mkdir(parents=True)
    known = {"moodle:name:ann a": "ann", "moodle:name:ben b": "ben"}
    (down.parent / "identities.json").write_text(json.dumps(known, indent=1) + "\n")
    each = {"system": "moodle", "number": "7", "name": "a name", "newest": 0, "origin": {}}
    (down / "collected.json").write_text(json.dumps({"ann": each, "ben": each}, indent=1) + "\n")
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.add_assignment("small")
        for student in ("ann", "ben"):
            book.add_student(student, first_name=student.title())
            book.add_submission("small", student)
    return tmp_path


def names(folder) -> list[str]:
    """Every path below ``folder``, with the text of what is no database."""
    found = []
    for path in folder.rglob("*"):
        text = path.read_text() if path.suffix == ".json" else ""
        found.append(f"{path.relative_to(folder)} {text}")
    return found


def test_nothing_of_the_student_is_left(course, capsys):
    """Is ann out of folders, results, gradebook, downloads and exchange, and ben in all of them?"""
    before = [name for name in names(course) if "ben" in name and "ann" not in name]
    before = [name for name in before if "_build/grades" not in name]  # now in the gradebook
    assert main(["--root", str(course), "delete", "ann", "--yes"]) == 0
    after = names(course)
    assert not [name for name in after if "ann" in name]
    assert set(before) <= set(after)
    with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert [student.id for student in book.students] == ["ben"]
        assert [result.student for result in ResultStore(book.db, "small").all()] == ["ben"]
        assert len(book.assignment_submissions("small")) == 1
        with pytest.raises(MissingEntry):
            book.find_student("ann")
    printed = capsys.readouterr().out
    assert printed.count("deleted  ") == 8
    assert "the results of small" in printed
    assert main(["--root", str(course), "delete", "ann", "--yes"]) == 2
    assert "nothing of 'ann' is here" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "gone"), [("ann", True), ("yes", False), ("", False)])
def test_it_asks_first(course, monkeypatch, capsys, typed, gone):
    """Does only the student's own name, typed again, delete anything?"""
    monkeypatch.setattr("builtins.input", lambda _: typed)
    assert main(["--root", str(course), "delete", "ann"]) == (0 if gone else 1)
    assert (course / "submitted" / "ann").exists() is not gone
    assert ("nothing was deleted" in capsys.readouterr().out) is not gone


def test_a_name_with_a_star_is_a_name(course):
    """Does a name that is a pattern delete nobody else's work from the exchange?"""
    (course / "submitted" / "*").mkdir()
    assert delete_student.delete_student(course, "*", yes=True) == 0
    assert len(list((course / "hub/cnn/inbound").iterdir())) == 2
    assert (course / "submitted/ann").exists()


def test_tables_of_everybody_are_named(course, capsys):
    """Does the command list the files that still have all names in them?"""
    (course / "_build/grades/small.csv").write_text("ann\nben\n")
    (course / "term-2026-07-31.tar.gz").touch()
    assert main(["--root", str(course), "delete", "ann", "--yes"]) == 0
    printed = capsys.readouterr().out
    for name in ("_build/grades/small.csv", "term-2026-07-31.tar.gz"):
        assert f"names of everybody are still in  {name}" in printed


@pytest.mark.parametrize("name", ["", ".", "..", "../feedback", "ann/small", "/tmp/other"])
def test_only_one_folders_name_is_a_student(course, tmp_path, capsys, name):
    """Does an empty name, a path or "..", as a slip in a script gives it, remove nothing?"""
    before = [each for each in names(course) if "_build/grades" not in each]
    (tmp_path / "other").mkdir()
    name = name.replace("/tmp", str(tmp_path))
    for words in (["delete", name, "--yes"], ["rename", name, "new"]):
        assert main(["--root", str(course), *words]) == 2
    assert "nothing of" in capsys.readouterr().err
    assert set(before) <= set(names(course))


@pytest.mark.parametrize("secret", [b"", b"secret", b"\xff" * 20, b"x" * 2000])
def test_a_hand_in_with_odd_names_and_secrets_can_be_deleted(course, secret):
    """Is nothing left of a student whose notebook's name is no UTF-8, or whose secret is odd?"""
    for folder in (course / "submitted/ann/small", course / "hub/cnn/inbound/ann+small+2026+x"):
        (folder / "submission_secret.txt").write_bytes(secret)
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.ipynb")).touch()
        (folder / "link.ipynb").symlink_to("/etc")
    assert main(["--root", str(course), "rename", "ann", "new"]) == 0
    assert main(["--root", str(course), "delete", "new", "--yes"]) == 0
    paths = map(str, course.rglob("*"))
    assert not [path for path in paths if "ann" in path.removeprefix(str(course)) or "/new" in path]
