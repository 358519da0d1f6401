"""Inside the sandbox each question gets one answer, about the student's names only."""

from course_utils.grading.host.proxy import as_kept
from tests.grading.conftest import shown


def test_files_lie_where_they_were_handed_in(open_submission):
    """Does a submission find its own files, also in folders, as in a notebook?"""
    files = [("data/a.txt", b"seven"), ("own.py", b"SIDE = 28")]
    session = open_submission(files=files)
    (out,) = shown(session, "import own\nprint(own.SIDE, open('data/a.txt').read())")
    assert out["text"] == "28 seven\n"


def test_only_the_students_own_lines_are_named(open_submission):
    """Are the frames of an error those of cells and handed-in files, without libraries'?"""
    session = open_submission(files=[("own.py", b"def g(x):\n    return x.reshape(3)\n")])
    shown(session, "import numpy as np, own\ndef f(x):\n    return own.g(np.zeros(x))")
    try:
        session.get("f")(2)
    except Exception as error:
        text = f"{error} {vars(error)}"
    assert "line 3, in f" in text
    assert "line 2, in g" in text
    assert "site-packages" not in text


def test_one_object_keeps_its_number(open_submission):
    """Is a function that is asked for twice, or comes back as a result, the same one outside?"""
    session = open_submission()
    shown(session, "def f():\n    return f\ng = f")
    first, second = session.get("f"), session.get("g")
    assert as_kept(first) == as_kept(second) == as_kept(first())


def test_many_and_huge_displays_are_bounded_before_they_are_sent(open_submission):
    """Are a thousand displays cut to a few, and is a display of 20 MB a note that says its size?"""
    session = open_submission()
    kept = shown(session, "for i in range(1000): display(i)")
    assert 10 < len(kept) < 250
    kept = shown(session, "display('x' * 20 * 2**20)")
    assert "a display of 20 MB, which is too large to be shown" in str(kept[0])


def test_a_memory_error_of_ones_own_is_an_error(open_submission):
    """Does ``raise MemoryError`` fail the cell, and end nothing?"""
    session = open_submission()
    (out,) = shown(session, "raise MemoryError('mine')")
    assert out["ename"] == "MemoryError"
    assert shown(session, "print('on')")[0]["text"] == "on\n"
