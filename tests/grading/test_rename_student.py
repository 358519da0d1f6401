"""A student gets another id with everything; no students are merged, and it can be undone."""

import csv
import json
import os
import signal

import pytest
from nbgrader.api import MissingEntry
from sqlalchemy.exc import IntegrityError

from course_utils.cli import main
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.renamed_student import rename_in_gradebook
from course_utils.grading.results.store import Result, ResultStore, open_results
from course_utils.grading.term import traces
from tests.grading.conftest import hand_in, make_course, results_of
from tests.grading.corpus.assignment import NAME, code
from tests.grading.test_delete_student import ann_and_ben, names

pytestmark = pytest.mark.usefixtures("kept_pool")

NEW = "ann é@example.org"


@pytest.fixture
def course(tmp_path):
    """Ann and ben in all places."""
    return ann_and_ben(tmp_path)


def kept(root) -> list[str]:
    """Every path with its text, of a result only whose it is."""
    found = [name for name in names(root) if ".lock" not in name and "grades/small/" not in name]
    with open_gradebook(f"sqlite:///{root}/gradebook.db") as book:
        results = open_results(open_course(root), book.db, "small").all()
    return sorted([*found, *(f"result of {result.student}" for result in results)])


def run(root, *words) -> int:
    return main(["--root", str(root), *words])


def test_every_trace_goes_along_and_there_is_a_way_back(course, capsys):
    """Is ann nowhere under her old name, all of it under the new one, and all back again after?"""
    before = kept(course)
    assert run(course, "rename", "ann", NEW) == 0
    there = kept(course)
    assert not [name for name in there if "ann" in name.replace(NEW, "").replace("ann a", "")]
    of_ben = [name for name in before if "ben" in name and "ann" not in name]
    assert [name for name in there if "ben" in name and "ann" not in name] == of_ben
    printed = capsys.readouterr().out
    assert printed.count("renamed  ") == 8
    assert f"the way back  course rename '{NEW}' ann" in printed
    collected = json.loads((course / "downloaded/small/collected.json").read_text())
    assert collected[NEW]["name"] == "a name"
    assert (course / "hub/cnn/inbound" / f"{NEW}+small+2026+x").is_dir()
    with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert book.find_student(NEW).first_name == "Ann"
        assert book.find_submission("small", NEW)
        with pytest.raises(MissingEntry):
            book.find_student("ann")
    assert run(course, "rename", NEW, "ann") == 0
    assert kept(course) == before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ann", "ben", "there is a student 'ben' already (submitted/ben), and two students"),
        ("nobody", "new", "nothing of 'nobody' is here"),
        ("ann", "ann", "has this name already"),
        ("ann", "../ann", "cannot be the name of a student"),
        ("ann", "a/b", "cannot be the name of a student: it cannot be the name of a folder"),
        ("ann", " ", "cannot be the name of a student: it is empty"),
        ("ann", "x" * 300, "is longer than"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changed(course, capsys, old, new, says):
    """Is each wrong request one sentence, and everything as before?"""
    before = kept(course)
    assert run(course, "rename", old, new) == 2
    assert says in capsys.readouterr().err
    assert kept(course) == before


@pytest.mark.parametrize("place", ["folder", "result", "gradebook", "zip"])
def test_a_new_name_that_is_anywhere_is_somebody(course, capsys, place):
    """Is a student not merged who has only a folder, a result, a row or an entry of a zip?"""
    if place == "folder":
        (course / "feedback" / "cleo").mkdir()
    if place == "result":
        with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
            ResultStore(book.db, "other").save(Result("cleo", "other", "missing"))
    if place == "gradebook":
        with open_gradebook(f"sqlite:///{course}/gradebook.db") as book:
            book.add_student("cleo")
    if place == "zip":
        path = course / "downloaded/identities.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "moodle:name:c": "cleo"}))
    assert run(course, "rename", "ann", "cleo") == 2
    assert "two students cannot be merged" in capsys.readouterr().err
    assert (course / "submitted/ann").is_dir()


def test_what_fails_half_way_is_taken_back(course, monkeypatch, capsys):
    """Has a student whose gradebook refuses the new name the old one everywhere after?"""
    before = kept(course)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(traces, "rename_in_gradebook", refuse)
    assert run(course, "rename", "ann", NEW) == 2
    assert "undone: nothing was renamed" in capsys.readouterr().out
    assert kept(course) == before


def killed_after(course, done: int) -> None:
    """``course rename ann NEW`` in a process that is killed when ``done`` things are renamed."""
    child = os.fork()
    if child == 0:
        left = [done]

        class Deadly(traces.Trace):
            def __getattribute__(self, name):
                if name == "rename":
                    if not left[0]:
                        os.kill(os.getpid(), signal.SIGKILL)
                    left[0] -= 1
                return super().__getattribute__(name)

        traces.Trace = Deadly
        run(course, "rename", "ann", NEW)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.parametrize("done", [0, 2, 5, 7])
def test_what_is_killed_half_way_is_completed(course, tmp_path_factory, capsys, done):
    """Does the same command go on where it was killed, and nothing else happen before?"""
    whole = ann_and_ben(tmp_path_factory.mktemp("whole"))
    assert run(whole, "rename", "ann", NEW) == 0
    killed_after(course, done)
    capsys.readouterr()
    others = ["rename ben cleo", "rename ann cleo", "delete ben --yes", "grade small", "archive"]
    for words in map(str.split, others):
        assert run(course, *words) == 2
        assert f"run `course rename ann '{NEW}'` again" in capsys.readouterr().err
    assert run(course, "rename", "ann", NEW) == 0
    assert capsys.readouterr().out.count("renamed  ") == 8 - done
    assert kept(course) == kept(whole)
    assert run(course, "rename", NEW, "ann") == 0, "and it is forgotten"


def test_a_note_that_cannot_be_read_says_what_to_do(course, capsys):
    """Is a damaged note one sentence, and no fault in the course?"""
    (course / "_build" / "grades" / "renaming.json").write_text("[")
    assert run(course, "rename", "ann", NEW) == 2
    assert "who has which name, then delete it" in capsys.readouterr().err


def test_the_gradebook_changes_a_name_whole_or_not(tmp_path):
    """Does a name that somebody has leave both rows and the submission as they were?"""
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.add_assignment("small")
        for student in ("ann", "ben"):
            book.add_student(student, email=f"{student}@x.org", lms_user_id=student.upper())
        book.add_submission("small", "ann")
        with pytest.raises(IntegrityError):
            rename_in_gradebook(book, "ann", "ben")
        assert {student.id for student in book.students} == {"ann", "ben"}
        assert book.find_submission("small", "ann")
        rename_in_gradebook(book, "ann", "cleo")
        renamed = book.find_student("cleo")
        assert (renamed.email, renamed.lms_user_id) == ("ann@x.org", "ANN")
        assert [each.student_id for each in book.assignment_submissions("small")] == ["cleo"]


def test_marks_by_hand_stay_and_nothing_is_marked_again(tmp_path, capsys):
    """After a rename, has the next run the same marks under the new name, and a page for it?"""
    root = make_course(tmp_path)
    hand_in(root, "ann", code())
    hand_in(root, "ben", code())
    assert run(root, "grade", NAME) == 0
    with open_gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade("why", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
    assert run(root, "grade", NAME) == 0
    before = results_of(root)["ann"]
    assert before["score"] == 8.5
    assert run(root, "rename", "ann", NEW) == 0
    assert f"the earlier name is still in  _build/grades/{NAME}.csv" in capsys.readouterr().out
    assert run(root, "grade", NAME) == 0
    after = results_of(root)[NEW]
    assert after == {**before, "student": NEW}, "the time of marking, too: it was not marked again"
    assert (root / f"feedback/{NEW}/{NAME}/{NAME}.html").is_file()
    with (root / f"_build/grades/{NAME}.csv").open(encoding="utf-8-sig") as file:
        assert [row["student"] for row in csv.DictReader(file)] == [NEW, "ben"]
