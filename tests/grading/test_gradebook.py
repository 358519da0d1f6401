"""A gradebook that is gone, half made, locked or broken: the message, and the next run."""

import json
import sqlite3
import time
from pathlib import Path

import nbgrader
import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import StaticPool, create_engine, text

from course_utils.errors import CourseError
from course_utils.grading import side_by_side
from course_utils.grading.class_run import grade_class
from course_utils.grading.marking.mark_submission import mark_submission
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.store import Result, write_file
from tests.grading.conftest import hand_in, make_course, results_of
from tests.grading.corpus.assignment import FULL, NAME, code

pytestmark = pytest.mark.usefixtures("kept_pool")

STUDENTS = ("anna", "ben")


@pytest.fixture
def course(tmp_path):
    """Two honest students."""
    root = make_course(tmp_path)
    for student in STUDENTS:
        hand_in(root, student, code())
    return root


def _scores(results: list[Result]) -> dict:
    return {result.student: result.score for result in results}


def _recorded(root) -> set:
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        rows = gradebook.execute("select student_id from submitted_assignment").fetchall()
    return {student for (student,) in rows}


def test_after_the_gradebook_was_deleted_everybody_is_marked_again(course):
    """Is work whose result an older version kept marked again when the gradebook has it no more?"""
    grade_class(course, NAME, workers=2)
    kept = results_of(course)
    (course / "gradebook.db").unlink()
    for student, facts in kept.items():
        write_file(course / "_build/grades" / NAME / f"{student}.json", json.dumps(facts).encode())
    assert _scores(grade_class(course, NAME, student="anna")) == {"anna": FULL}
    assert _recorded(course) == {"anna"}
    lines = (course / "_build/grades" / f"{NAME}.csv").read_text().splitlines()
    assert lines[1].startswith(f"anna,{FULL:g},")
    assert lines[2].startswith("ben,,")
    assert "not in this gradebook" in lines[2]
    assert _scores(grade_class(course, NAME)) == dict.fromkeys(STUDENTS, FULL)
    assert _recorded(course) == set(STUDENTS)


def _cut_short(*statements: str):
    def cut(path):
        open_gradebook(f"sqlite:///{path}").close()
        with sqlite3.connect(path) as gradebook:
            gradebook.executescript("PRAGMA foreign_keys=OFF; DELETE FROM course;")
            for statement in statements:
                gradebook.execute(statement)

    return cut


@pytest.mark.parametrize(
    "cut",
    [
        lambda path: path.touch(),
        _cut_short("DROP TABLE alembic_version", "DROP TABLE grade", "DROP TABLE comment"),
        _cut_short("DROP TABLE alembic_version"),
        _cut_short("DELETE FROM alembic_version"),
    ],
    ids=["empty file", "some tables", "all tables", "no version"],
)
def test_a_gradebook_whose_making_was_killed_is_finished(tmp_path, cut):
    """Does the next run bring whatever a kill left to the same gradebook as an uncut one?"""

    def dump(path):
        with sqlite3.connect(path) as gradebook:
            return sorted(gradebook.iterdump())

    whole, half = tmp_path / "whole.db", tmp_path / "half.db"
    open_gradebook(f"sqlite:///{whole}").close()
    cut(half)
    assert dump(half) != dump(whole)
    open_gradebook(f"sqlite:///{half}").close()
    assert dump(half) == dump(whole)


def test_a_gradebook_has_the_version_that_alembic_would_give_it(tmp_path):
    """Does ``nbgrader db upgrade`` find nothing to do, and the version in alembic's own form?"""

    def version(engine):
        with engine.begin() as connection:
            written = "SELECT sql FROM sqlite_master WHERE name = 'alembic_version'"
            shape = connection.execute(text(written)).scalar_one()
            return shape.split(), MigrationContext.configure(connection).get_current_heads()

    open_gradebook(f"sqlite:///{tmp_path / 'ours.db'}").close()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    scripts = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic"))
    with engine.begin() as connection:
        MigrationContext.configure(connection).stamp(scripts, "head")
    assert version(create_engine(f"sqlite:///{tmp_path / 'ours.db'}")) == version(engine)


def test_an_old_gradebook_is_not_said_to_be_a_new_one(tmp_path):
    """Does a gradebook with rows and without a version stay one for ``nbgrader db upgrade``?"""
    path = tmp_path / "old.db"
    open_gradebook(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as gradebook:
        gradebook.execute("DROP TABLE alembic_version")
    open_gradebook(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as gradebook:
        found = gradebook.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
        assert found.fetchall() == []


def test_a_locked_gradebook_is_one_sentence_and_loses_nothing(course, monkeypatch):
    """When another program locks it, is the message clear, and does the next run complete all?"""
    other = sqlite3.connect(course / "gradebook.db", check_same_thread=False)
    calls = []

    def lock(job, pool):
        calls.append(job)
        result = mark_submission(job, pool)
        if len(calls) == 3:  # the first is of the author, whose own answers are tried
            while not results_of(course):
                time.sleep(0.02)
            other.execute("BEGIN EXCLUSIVE")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(side_by_side, "mark_submission", lock)
        with pytest.raises(CourseError, match=r"gradebook.db is locked .* run this again") as said:
            grade_class(course, NAME, workers=1)
    other.rollback()
    other.close()
    assert "\n" not in str(said.value)
    assert len(_recorded(course)) == 1, "the first was recorded before it was locked"
    assert _scores(grade_class(course, NAME)) == dict.fromkeys(STUDENTS, FULL)


def test_a_file_that_is_no_gradebook_is_one_sentence(course):
    """Does the message for a damaged file say what it is and what to do, and is it untouched?"""
    path = course / "gradebook.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(CourseError, match=r"cannot be used .*not a database.* move it") as it:
        grade_class(course, NAME)
    assert "\n" not in str(it.value)
    assert path.read_bytes() == b"no database" * 1000


def test_files_that_were_cut_short_end_no_run(course):
    """Do an empty result, a truncated marked notebook and odd folders leave everybody a mark?"""
    grade_class(course, NAME)
    results = course / "_build/grades" / NAME  # where an older version kept them
    results.mkdir(exist_ok=True)
    (results / "anna.json").write_text("")
    (results / "stray.json").write_text("[1]")
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        gradebook.execute("update course_result set facts = '{' where student = 'anna'")
    marked = course / "autograded" / STUDENTS[1] / NAME / f"{NAME}.ipynb"
    marked.write_text(marked.read_text()[:200])
    folder = course / "submitted" / STUDENTS[0] / NAME
    (folder / "x.ipynb").mkdir()
    (folder / "a.html").mkdir()
    (folder / "b.html").write_bytes(b"\xff\xfe<script>")
    deep = folder.joinpath(*["d" * 190] * 18)
    deep.mkdir(parents=True)
    (deep / "f").write_text("x")
    assert _scores(grade_class(course, NAME, force=True)) == dict.fromkeys(STUDENTS, FULL)
