"""Results are kept beside the marks, for any student's name; an older version's files are moved."""

import json
from dataclasses import asdict, replace

import pytest

from course_utils.grading.course_paths import open_course
from course_utils.grading.marks import Mark
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.own_tables import RESULT
from course_utils.grading.results.store import (
    Result,
    ResultStore,
    Standing,
    assignments_of,
    forget,
    open_results,
    place_of,
    rename_results,
    write_file,
)

_RESULT = Result("ada", "work", "ok", score=3.0, max_score=4.0, questions={"q": Mark(4.0, 3.0)})


@pytest.fixture
def session(tmp_path):
    """That of a fresh gradebook."""
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        yield book.db


@pytest.fixture
def course(tmp_path, root):
    """A course's folder with that gradebook, and an older version's files of three students."""
    (tmp_path / "nbgrader_config.py").write_bytes((root / "nbgrader_config.py").read_bytes())
    old = tmp_path / "_build" / "grades" / "work"
    for student, text in {
        "ada": json.dumps(asdict(_RESULT)),
        "ben": json.dumps({"student": "ben", "assignment": "work", "status": "missing", "new": 1}),
        "cut": '{"student',
    }.items():
        write_file(old / f"{student}.json", text.encode())
    return open_course(tmp_path)


@pytest.mark.parametrize("student", ["ada", "é" * 150, "Ada Lovelace (1)", "\udce9", "a'b%c"])
def test_a_result_comes_back(session, student):
    """Is it as it was, for long names, spaces, quotes and names that are no UTF-8?"""
    store = ResultStore(session, "work")
    result = Result(student, "work", "ok", score=1.0, questions={"q": Mark(2.0, 1.0, ["flip"])})
    store.save(replace(result, score=0.5))
    assert store.save(result) == result
    assert store.load(student) == result
    assert store.all() == [result]
    assert ResultStore(session, "other").all() == []


def test_what_cannot_be_read_is_no_result(session):
    """Are an empty, a broken and a foreign text passed over, and the others kept?"""
    store = ResultStore(session, "work")
    store.save(_RESULT)
    for name, text in (("empty", ""), ("broken", "{"), ("foreign", "[1]"), ("less", "{}")):
        values = {"assignment": "work", "student": name, "facts": text}
        session.execute(RESULT.insert().values(**values))
        assert store.load(name) is None
    assert store.load("nobody") is None
    assert store.all() == [_RESULT]


def test_an_older_versions_files_are_taken_over_once(session, course):
    """Are they kept with their time and gone from the folder, and a broken one left as it is?"""
    old = course.grades / "work"
    times = {path.stem: path.stat().st_mtime for path in old.iterdir()}
    store = open_results(course, session, "work")
    ada, ben = store.all()
    assert (ada, ben.status) == (_RESULT, "missing")
    assert (ada.saved, ben.saved) == (times["ada"], times["ben"])
    assert [path.name for path in old.iterdir()] == ["cut.json"]
    store.save(replace(_RESULT, score=1.0))
    write_file(old / "ada.json", json.dumps(asdict(_RESULT)).encode())
    assert open_results(course, session, "work").load("ada").score == 1.0


def test_answers_are_kept_beside_a_result_and_before_there_is_one(session):
    """Does either leave the other as it is?"""
    store = ResultStore(session, "work")
    assert store.answers("ada") is None
    store.keep_answers("ada", {"work/q": "hash"})
    assert (store.answers("ada"), store.load("ada"), store.all()) == ({"work/q": "hash"}, None, [])
    store.save(_RESULT)
    assert (store.answers("ada"), store.load("ada")) == ({"work/q": "hash"}, _RESULT)


def test_a_folder_that_has_gone_here_says_nothing_of_another_machines(session, tmp_path):
    """Do those of this machine need their folder, and those of another not?"""
    here, there = (ResultStore(session, "work", place) for place in ("here", "there"))
    for store, name in ((here, "ann"), (here, "gone"), (there, "bob")):
        store.save(replace(_RESULT, student=name))
    (tmp_path / "ann").mkdir()
    assert [result.student for result in here.current(tmp_path, [])] == ["ann", "bob"]
    found = {result.student: result.is_there for result in here.current(tmp_path, ["gone"])}
    assert found == {"ann": True, "bob": True, "gone": False}, "the gradebook still has them"
    assert here.of_another_place("bob") is not None
    assert here.of_another_place("ann") is None


def test_a_machine_keeps_its_name_and_a_file_needs_none(course, tmp_path):
    """Is it the same each time, another for another folder, and empty for SQLite?"""
    assert place_of(course) == ""
    served = course._replace(db_url="postgresql+psycopg://me@host/x")
    assert place_of(served) == place_of(served)
    assert len(place_of(served)) == 32
    assert place_of(served) != place_of(served._replace(grades=tmp_path / "other"))


def test_a_student_is_forgotten_in_every_assignment(session):
    """Is nothing left of one, and everything of the others?"""
    for assignment in ("work", "more"):
        for student in ("ada", "ben"):
            ResultStore(session, assignment).save(replace(_RESULT, student=student))
    assert assignments_of(session, "ada") == ["more", "work"]
    forget(session, "ada")
    assert (assignments_of(session, "ada"), assignments_of(session, "ben")) == (
        [],
        ["more", "work"],
    )


def test_a_student_gets_another_name_in_every_assignment(session):
    """Is each result as it was but for the name, its answers too, and one that is broken none?"""
    for assignment in ("work", "more"):
        ResultStore(session, assignment).save(_RESULT)
    ResultStore(session, "work").keep_answers("ada", {"work/q": "hash"})
    broken = {"assignment": "odd", "student": "ada", "facts": "{"}
    session.execute(RESULT.insert().values(**broken))
    rename_results(session, "ada", "\udce9")
    store = ResultStore(session, "work")
    assert store.load("\udce9") == replace(_RESULT, student="\udce9")
    assert store.answers("\udce9") == {"work/q": "hash"}
    assert assignments_of(session, "ada") == []
    assert assignments_of(session, "\udce9") == ["more", "odd", "work"]
    assert ResultStore(session, "odd").load("\udce9") is None


def test_a_file_is_the_old_one_or_the_new_one(tmp_path):
    """Does a write that stops half way leave the old file whole?"""
    path = tmp_path / "deep" / "x.json"
    write_file(path, b"old")
    (path.parent / ".x.json.part").mkdir()  # so that the write fails
    with pytest.raises(IsADirectoryError):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_the_gradebook_has_the_last_word():
    """Are its scores taken, and a mark whose gradebook is gone no mark?"""
    later = _RESULT.standing_at(Standing(4.0, 4.0, by_hand="x"))
    assert (later.score, later.by_hand, later.questions) == (4.0, "x", _RESULT.questions)
    gone = later.lost()
    assert (gone.score, gone.key, gone.questions) == (None, "", {})
    assert gone.max_score == 4.0
