"""Feedback pages have a time limit: a page that takes too long is made plain, others as usual."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.results import page_maker
from course_utils.grading.results.page_maker import make_pages
from course_utils.grading.results.page_process import Forked, can_fork
from tests.grading.conftest import LIMITS, hand_in, make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import NAME

pytestmark = pytest.mark.usefixtures("kept_pool")

FIRST: dict[str, str] = {}  # the page that was made first
STUDENTS = ["a-honest", "dear", "z-honest"]
_DEAR = "\x1b[31mred\x1b[0m" * 250_000  # colouring takes time with the square of this: a minute
_PNG = "iVBORw0KGgo="


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A marked class of three; what one of them printed has since become dear to colour."""
    root = make_course(tmp_path_factory.mktemp("pages"))
    for student in STUDENTS:
        hand_in(root, student, assignment.code())
    grade_class(root, NAME, limits=LIMITS)
    path = root / "autograded" / "dear" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [
        new_output("stream", name="stdout", text=_DEAR),
        new_output("display_data", {"image/png": _PNG, "text/html": "<b>bold</b>"}),
    ]
    nbformat.write(notebook, path)
    return open_course(root)


def _page(course, student):
    return course.feedback / student / NAME / f"{NAME}.html"


def _score(page: str) -> str:
    """What the page says of points, first of all."""
    found = re.search(r"\(Score: [^)]*\)|Score[^<]{0,40}", page)
    assert found, page[:500]
    return found[0]


def test_a_dear_page_is_plain_and_the_others_are_as_ever(course):
    """Has everybody a page with the same score, the dear one its pictures and no colours?"""
    assert make_pages(course, NAME, STUDENTS, seconds=8) == ["dear"]
    pages = {student: _page(course, student).read_text("utf-8") for student in STUDENTS}
    assert len({_score(page) for page in pages.values()}) == 1
    assert _PNG in pages["dear"]
    assert "red" in pages["dear"]
    assert "\x1b" not in pages["dear"]
    assert len(pages["dear"]) < len(_DEAR) / 2
    for student in ("a-honest", "z-honest"):
        assert "highlight hl-ipython3" in pages[student]


def test_a_notebook_that_cannot_be_shown_costs_nobody_else_a_page(course):
    """If one marked notebook is damaged, are the other students' pages made?"""
    path = course.autograded / "a-honest" / NAME / f"{NAME}.ipynb"
    before = path.read_bytes()
    path.write_bytes(before[:100])
    for student in ("a-honest", "z-honest"):
        _page(course, student).unlink(missing_ok=True)
    make_pages(course, NAME, ["a-honest", "z-honest"])
    path.write_bytes(before)
    assert not _page(course, "a-honest").exists()
    assert _page(course, "z-honest").exists()


@pytest.mark.parametrize("forks", [True, False])
def test_a_page_is_the_same_from_a_fork_and_from_a_python_of_its_own(course, monkeypatch, forks):
    """Is it, and may a process be forked that has another thread?"""
    monkeypatch.setattr(page_maker, "can_fork", lambda: forks)
    _page(course, "z-honest").unlink(missing_ok=True)
    assert make_pages(course, NAME, ["z-honest"]) == []
    page = _page(course, "z-honest").read_text("utf-8")
    assert FIRST.setdefault("page", page) == page
    with ThreadPoolExecutor(1) as threads:
        assert not threads.submit(can_fork).result()


def test_what_fails_in_a_fork_ends_there():
    """Does an error end the fork, and is it told; has it none of our files, and its own output?"""
    for work, ends in [(_names_files, ["[0, 1, 2]"]), (_fails, [])]:
        process = Forked(work, {"text": "told"})
        with open(process.told, closefd=False) as told:
            assert told.read().splitlines()[1:] == ends
        assert process.succeeded() == bool(ends)
        process.close()


def _names_files(asked, told):
    print("not told")
    links = [link for link in Path("/proc/self/fd").iterdir() if link.exists()]
    files = {int(link.name) for link in links} - {told.fileno()}
    print(asked["text"], sorted(files), sep="\n", file=told)


def _fails(asked, told):
    print(asked["text"], file=told, flush=True)
    raise KeyboardInterrupt


def test_many_pages_are_made_by_several_processes(course, monkeypatch):
    """Has everybody a page where each page has a process of its own?"""
    monkeypatch.setattr(page_maker, "_FEWEST", 1)
    for student in ("a-honest", "z-honest"):
        _page(course, student).unlink(missing_ok=True)
    assert make_pages(course, NAME, ["a-honest", "z-honest"], workers=2) == []
    assert all(_page(course, student).exists() for student in ("a-honest", "z-honest"))
