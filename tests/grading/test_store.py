"""Results are kept as files, at once or not at all, whatever a student is called."""

import json

import pytest

from course_utils.grading.marks import Mark
from course_utils.grading.results.store import Result, ResultStore, Standing, write_file

_RESULT = Result("ada", "work", "ok", score=3.0, max_score=4.0, questions={"q": Mark(4.0, 3.0)})


@pytest.mark.parametrize("student", ["ada", "é" * 150, "Ada Lovelace (1)", "\udce9"])
def test_a_result_comes_back(tmp_path, student):
    """Is it as it was, for long names, spaces and names that are no UTF-8?"""
    store = ResultStore(tmp_path)
    result = Result(student, "work", "ok", score=1.0, questions={"q": Mark(2.0, 1.0, ["flip"])})
    store.save(result)
    assert store.load(student) == result
    assert store.all() == [result]


def test_what_cannot_be_read_is_no_result(tmp_path):
    """Are an empty, a broken and a foreign file passed over, and the others kept?"""
    store = ResultStore(tmp_path)
    store.save(_RESULT)
    for name, text in (("empty", ""), ("broken", "{"), ("foreign", "[1]"), ("less", "{}")):
        (tmp_path / f"{name}.json").write_text(text)
        assert store.load(name) is None
    assert store.load("nobody") is None
    assert store.all() == [_RESULT]


def test_what_a_later_version_wrote_is_read(tmp_path):
    """Is a field that this version does not know left out?"""
    store = ResultStore(tmp_path)
    store.save(_RESULT)
    path = store.path("ada")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"new": 1}))
    assert store.load("ada") == _RESULT


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
