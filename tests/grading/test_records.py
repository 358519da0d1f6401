"""What is recorded of a class: one list, with everybody's marks and status."""

import csv
import shutil

from nbgrader.api import Gradebook

from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.marks import Mark
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import recorded
from course_utils.grading.results.store import Result, ResultStore
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import NAME, code
from tests.grading.corpus.files import CASES
from tests.grading.marked_class import course, export, gradebook_file

__all__ = ["course", "gradebook_file"]  # fixtures


def _after_a_manual_mark(course, student, changed_since) -> dict:
    """The student's row of the next export, once a person gave 1.5 for the written answer."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        written = book.find_grade("written", "convolution", "convolution", student)
        written.manual_score, written.needs_manual_grade = 1.5, changed_since
        book.db.commit()
    header, *rows = export(course, "csv")
    return next(dict(zip(header, row, strict=True)) for row in rows if row[0] == student)


def test_a_mark_given_by_hand_is_in(course):
    """Does a score that a person gave in the formgrader arrive in the next export?"""
    eve = _after_a_manual_mark(course, "eve", changed_since=False)
    assert (eve["convolution"], eve["written_answers"]) == ("1.8333", "")


def test_an_answer_that_changed_since_it_was_marked_by_hand_is_named(course, capsys):
    """Do the export and the screen ask for another look, with the old mark counted until then?"""
    ann = _after_a_manual_mark(course, "ann", changed_since=True)
    assert (ann["convolution"], ann["written_answers"]) == ("9", "look again")
    assert "changed since a person marked them: ann" in capsys.readouterr().out


def test_marks_of_stock_nbgrader_export_without_a_status(course):
    """Is a class that only ``nbgrader autograde`` marked recorded too (no results kept)?"""
    shutil.rmtree(course / "_build")
    found = {each.student: each for each in recorded(open_course(course), "convolution")}
    assert (found["ann"].score, found["ann"].max_score, found["ann"].status) == (7.5, 12, "")
    assert (found["dan"].score, found["dan"].status) == (None, "missing")
    page = write_report(list(found.values()), course / "report.html", "convolution")
    assert "ann" in page.read_text(encoding="utf-8")


def test_who_was_taken_out_is_gone(course):
    """Is somebody without a folder and without a place in the gradebook in no list any more?"""
    with open_gradebook(open_course(course).db_url) as book:
        for student in ("late", "gone"):
            result = Result(student, "convolution", "unreadable", "", "the file is empty")
            ResultStore(book.db, "convolution").save(result)
    (course / "submitted" / "late").mkdir(parents=True)
    found = {each.student: each.status for each in recorded(open_course(course), "convolution")}
    assert found["late"] == "unreadable"
    assert "gone" not in found


def test_each_graded_cell_is_recorded_with_what_waits(course):
    """Does a result hold every graded cell's score, its misconceptions, and what waits?"""
    found = {each.student: each for each in recorded(open_course(course), "convolution")}
    assert found["eve"].waiting == ["written"]
    assert found["eve"].marks["auto"] == Mark(10, 1 / 3, ["no-floor"])
    assert found["bob"].marks == {}


def test_whose_folder_is_taken_out_later_is_in_every_list_alike(tmp_path, kept_pool):
    """Are table, CSV, export and report the same list, and do they say that the folder is gone?

    carl's file could not be read, so nothing of him is in the gradebook: he is in no list.
    """
    make_course(tmp_path)
    for student in ("ann", "bob", "carl"):
        hand_in(tmp_path, student, code() if student != "carl" else CASES["file-empty"])
    grade_class(tmp_path, NAME)
    for student in ("bob", "carl"):
        shutil.rmtree(tmp_path / "submitted" / student)
    printed = grade_class(tmp_path, NAME)
    with (tmp_path / "_build/grades" / f"{NAME}.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    found = recorded(open_course(tmp_path), NAME)
    page = write_report(found, tmp_path / "report.html", NAME).read_text(encoding="utf-8")
    assert [each.student for each in printed] == ["ann", "bob"]
    assert [(row["student"], row["score"], row["status"]) for row in table] == [
        ("ann", "8", "ok"),
        ("bob", "8", "ok"),
    ]
    assert [(each.student, each.score, each.status) for each in found] == [
        ("ann", 8, "ok"),
        ("bob", 8, "ok"),
    ]
    for text in (table[1]["message"], found[1].message, page):
        assert "its folder is no longer in submitted/" in text
