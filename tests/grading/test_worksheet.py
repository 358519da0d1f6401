"""Moodle's own grading worksheet, filled in and otherwise left as it is."""

import csv

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from course_utils.cli import main
from tests.grading.corpus.assignment import nbgrader_facts
from tests.grading.marked_class import course, export, gradebook_file
from tests.grading.system_readers import worksheet_reads

__all__ = ["course", "gradebook_file"]  # fixtures

WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 1,Zoë Ünal;x,ann,Submitted,,{0},Yes,-,-,
Participant 2,Dan,dan@example.org,No submission,,{0},Yes,-,"Monday, 2 March 2026, 4:05 PM",old
Participant 3,Guest,guest@example.org,No submission,5,{0},Yes,-,-,mine
"""


def test_moodles_worksheet_comes_back_with_grades_and_comments(course, tmp_path, capsys):
    """Are only grade and comment filled in, in each person's own line, and the others left?"""
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET.format("12.00"), encoding="utf-8")
    header, *rows = export(course, "moodle-worksheet", "--worksheet", str(sheet))
    with sheet.open(encoding="utf-8", newline="") as file:
        before_header, *before = csv.reader(file)
    assert header == before_header
    for row, old in zip(rows, before, strict=True):
        assert [*row[:4], *row[5:9]] == [*old[:4], *old[5:9]]
    assert worksheet_reads(course / "out.csv").of["Participant 1"] == 7.5
    by_id = {row[0]: (row[4], row[9]) for row in rows}
    assert by_id["Participant 1"][0] == "7.50"
    assert by_id["Participant 1"][1].startswith("7.5 of 12 points. auto: 7.5 of 10")
    assert by_id["Participant 2"] == ("", "old"), "without a score nothing is written"
    assert by_id["Participant 3"] == ("5", "mine")
    assert "not in the worksheet  '=cmd|' /C calc'!A0, bob, eve" in capsys.readouterr().out


def test_the_comment_names_questions_and_what_lateness_took_off(course, tmp_path):
    """Does the student read the author's headings, each question's points, and why some lack?"""
    facts = [nbgrader_facts("auto", grade=True), nbgrader_facts("written", grade=True)]
    headings = [new_markdown_cell("## 1. How large? (10 points)"), new_markdown_cell("## 2. Why?")]
    cells = [headings[0], new_code_cell(metadata=facts[0]), headings[1]]
    notebook = new_notebook(cells=[*cells, new_markdown_cell(metadata=facts[1])])
    source = course / "_build" / "source" / "convolution"
    source.mkdir(parents=True)
    nbformat.write(notebook, source / "convolution.ipynb")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        work = book.find_submission_notebook("convolution", "convolution", "ann")
        work.late_submission_penalty = 1
        book.find_grade("written", "convolution", "convolution", "ann").needs_manual_grade = True
        book.db.commit()
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET.format("12.00"), encoding="utf-8")
    _header, ann, *_ = export(course, "moodle-worksheet", "--worksheet", str(sheet))
    assert ann[9] == (
        "6.5 of 12 points. 1 point taken off for lateness. "
        "1. How large?: 7.5 of 10; 2. Why?: 0 of 2, 2 still to be read"
    )


GERMAN = """ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,\
"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)",\
"Feedback als Kommentar"
Teilnehmer/in1,Ann,{0},"Zur Bewertung abgegeben",,"{1}",Ja,"Dienstag, 3. März 2026, 16:05",-,
Teilnehmer/in2,Dan,dan@example.org,"Keine Abgabe",,"{1}",Ja,-,-,
"""


def test_a_worksheet_in_another_language_is_filled(course, tmp_path, capsys):
    """Are grade and comment found in a German worksheet by what is in it, and its titles left?"""
    sheet = tmp_path / "worksheet.csv"
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.find_student("ann").email = "ann@example.org"
        book.db.commit()
    sheet.write_text(GERMAN.format("ann@example.org", "12,00"), encoding="utf-8")
    header, ann, dan = export(course, "moodle-worksheet", "--worksheet", str(sheet))
    with sheet.open(encoding="utf-8", newline="") as file:
        before_header, *before = csv.reader(file)
    assert header == before_header
    assert [ann[:4], ann[5:9], dan[:9]] == [before[0][:4], before[0][5:9], before[1][:9]]
    assert ann[4] == "7,50"
    assert ann[9].startswith("7.5 of 12 points. auto: 7.5 of 10")
    assert dan[9] == ""


def test_a_worksheet_whose_columns_are_not_sure_is_refused(course, tmp_path, capsys):
    """Is nothing written where the maximum is not one number, and another maximum refused, too?"""
    sheet = tmp_path / "worksheet.csv"
    words = ["export", "convolution", "--format", "moodle-worksheet", "--worksheet", str(sheet)]
    for most, message in (("", "no column that is surely the grade's"), ("100,00", "and here 12")):
        sheet.write_text(GERMAN.format("ann@example.org", most), encoding="utf-8")
        assert main(["--root", str(course), *words]) == 2
        assert message in capsys.readouterr().err


def test_another_maximum_in_moodle_is_refused(course, tmp_path, capsys):
    """Are 7.5 of 12 never written where Moodle would read 7.5 of 100?"""
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET.format("100.00"), encoding="utf-8")
    words = ["export", "convolution", "--format", "moodle-worksheet", "--worksheet", str(sheet)]
    assert main(["--root", str(course), *words]) == 2
    assert "is 100, and here 12: set the assignment's maximum" in capsys.readouterr().err


def test_a_long_text_of_a_students_is_kept(course, tmp_path):
    """Is a worksheet filled in where somebody typed more into Moodle than csv reads by default?"""
    text = "x" * 200_000
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET.format("12.00").replace("No submission", text, 1), "utf-8")
    _header, ann, dan, *_ = export(course, "moodle-worksheet", "--worksheet", str(sheet))
    assert (ann[4], dan[3]) == ("7.50", text)
