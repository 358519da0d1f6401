"""Marks as files for a spreadsheet, Canvas and Moodle, read back as strictly as those read them."""

import csv
import json
import os
import re
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from course_utils.cli import main
from course_utils.grading.course_paths import open_course
from course_utils.grading.exchange_formats.export import FORMATS, export_grades
from course_utils.grading.marks import Mark
from course_utils.grading.results.gradebook import open_gradebook
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import UNSCORED, recorded
from course_utils.grading.results.store import Result, ResultStore
from course_utils.grading.results.table import safe

RESULTS = {
    "ann": ("ok", ""),
    "bob": ("unreadable", "the file is empty"),
    "eve": ("stopped", "question 2 took longer than 30 s"),
    "=cmd|' /C calc'!A0": ("ok", ""),
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A gradebook with four submissions and a student who handed nothing in."""
    path = tmp_path_factory.mktemp("marked") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by name when it makes a gradebook
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        book = Gradebook(f"sqlite:///{path}")
    with book:
        book.add_assignment("convolution")
        book.add_notebook("convolution", "convolution")
        book.add_grade_cell("auto", "convolution", "convolution", max_score=10, cell_type="code")
        book.add_grade_cell("written", "convolution", "convolution", max_score=2, cell_type="code")
        book.add_student("ann", first_name="Zoë", last_name="Ünal;x", lms_user_id="42")
        book.add_student("dan", email="dan@example.org")
        scores = {"ann": 7.5, "bob": 0, "eve": 1 / 3, "=cmd|' /C calc'!A0": 4}
        for student, score in scores.items():
            if student != "ann":
                book.add_student(student)
            book.add_submission("convolution", student)
            auto = book.find_grade("auto", "convolution", "convolution", student)
            auto.auto_score, auto.needs_manual_grade = score, False
            written = book.find_grade("written", "convolution", "convolution", student)
            written.needs_manual_grade = student == "eve"
        book.db.commit()
    return path


@pytest.fixture
def course(tmp_path, marked, root):
    """A course's folder with that gradebook and the results that ``course grade`` kept."""
    folder = tmp_path / "_build" / "grades" / "convolution"
    folder.mkdir(parents=True)
    for number, (student, (status, said)) in enumerate(RESULTS.items()):
        score = None if status in UNSCORED else 1.0
        questions = {"auto": Mark(10, 1.0, ["no-floor"])}
        result = Result(student, "convolution", status, "", said, score, questions=questions)
        (folder / f"{number}.json").write_text(json.dumps(asdict(result)), encoding="utf-8")
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    shutil.copy(marked, tmp_path)
    return tmp_path


def export(course, form, *more):
    """Run the command; return the file's lines as lists of cells."""
    output = course / "out.csv"
    words = ["--root", str(course), "export", "convolution", "--format", form]
    assert main([*words, "--output", str(output), *more]) == 0
    encoding = "utf-8-sig" if form in ("csv", "blackboard") else "utf-8"
    with output.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


def test_the_spreadsheet_keeps_status_and_score_apart(course):
    """Does each student have a number or nothing as the score, and the status in its own column?"""
    header, *rows = export(course, "csv")
    table = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert table["ann"]["convolution"] == "7.5"
    assert table["ann"]["status"] == "ok"
    assert (table["bob"]["convolution"], table["bob"]["status"]) == ("", "unreadable")
    assert (table["dan"]["convolution"], table["dan"]["status"]) == ("", "missing")
    assert table["eve"]["convolution"] == "0.3333"
    assert (table["eve"]["status"], table["eve"]["written_answers"]) == ("stopped", "to be marked")
    assert {row["max_score"] for row in table.values()} == {"12"}


def test_the_spreadsheet_says_its_encoding(course):
    """Does the file for Excel begin with UTF-8's mark, and keep accents and semicolons whole?"""
    rows = export(course, "csv")
    assert (course / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert ["ann", "Ünal;x", "Zoë"] in [row[:3] for row in rows]
    assert '"Ünal;x"' in (course / "out.csv").read_text(encoding="utf-8-sig")


def test_canvas_meets_what_its_importer_asks(course):
    """Are header, points row, identifiers and cells as Canvas's gradebook importer reads them?"""
    header, points, *rows = export(course, "canvas", "--column", "Convolution (1234)")
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert header[5:] == ["Convolution (1234)"]
    assert "Points Possible" in points[0]
    assert points[5] == "12"
    assert all(len(row) == len(header) for row in [points, *rows])
    by_login = {row[3]: row for row in rows}
    assert by_login["ann"] == ["Ünal;x, Zoë", "42", "", "ann", "", "7.5"]
    assert by_login["bob"][5] == by_login["dan"][5] == ""
    for row in rows:
        assert re.fullmatch(r"\d*|\d+\.\d+", row[5])
        assert re.fullmatch(r"\d*", row[1])


def test_moodle_meets_what_its_importer_asks(course):
    """Is each line as long as the header, each grade a number or Moodle's own "-" for none?"""
    header, *rows = export(course, "moodle")
    assert header == [
        *["Username", "First name", "Last name", "Email address", "ID number", "convolution"]
    ]
    assert all(len(row) == len(header) for row in rows)
    assert all(row[0] for row in rows)
    grades = {row[0]: row[5] for row in rows}
    assert grades["ann"] == "7.5"
    assert grades["bob"] == grades["dan"] == "-"
    assert float(grades["eve"]) == pytest.approx(1 / 3, abs=1e-4)


def test_brightspace_meets_its_documentation(course):
    """Username, "<item> Points Grade" and a sign at each line's end, as it asks?"""
    header, *rows = export(course, "brightspace", "--column", "Week 2")
    assert header[0] == "Username"
    assert re.fullmatch(r"Week 2 Points Grade <Numeric MaxPoints:12>", header[1])
    assert header[2:] == ["End-of-Line Indicator"]
    assert {row[2] for row in rows} == {"#"}
    grades = {row[0]: row[1] for row in rows}
    assert (grades["ann"], grades["bob"], grades["dan"]) == ("7.5", "", "")
    own = "Week 2 Points Grade <Numeric MaxPoints:12 Weight:10>"
    assert export(course, "brightspace", "--column", own)[0][1] == own


def test_blackboard_meets_its_documentation(course):
    """Is everybody found by a username, and a column of the gradebook by its own title?"""
    header, *rows = export(course, "blackboard")
    assert header == [*["Last Name", "First Name", "Username", "convolution [Total Pts: 12 Score]"]]
    grades = {row[2]: row[3] for row in rows}
    assert (grades["ann"], grades["bob"]) == ("7.5", "")
    assert all(grades)
    own = "Week 2 [Total Pts: 12 Score] |1281892"
    assert export(course, "blackboard", "--column", own)[0][3] == own


def test_gradescope_has_every_question(course):
    """Are total, maximum, status and each question's points under Gradescope's own titles?"""
    header, *rows = export(course, "gradescope")
    assert header[:7] == [
        *["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"]
    ]
    table = {row[2]: dict(zip(header, row, strict=True)) for row in rows}
    assert table["42"]["Total Score"] == table["42"]["auto (10 pts)"] == "7.5"
    assert (table["42"]["Status"], table["eve"]["Status"]) == ("Graded", "Ungraded")
    assert (table["bob"]["Status"], table["bob"]["Total Score"]) == ("Missing", "")
    assert table["eve"]["written (2 pts)"] == ""


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
    by_id = {row[0]: (row[4], row[9]) for row in rows}
    assert by_id["Participant 1"][0] == "7.50"
    assert by_id["Participant 1"][1].startswith("7.5 of 12 points. auto: 7.5 of 10")
    assert by_id["Participant 2"] == ("", "There is no mark yet: see the feedback page.")
    assert by_id["Participant 3"] == ("5", "mine")
    assert "not in the worksheet  '=cmd|' /C calc'!A0, bob, eve" in capsys.readouterr().out


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
    assert dan[9] == "There is no mark yet: see the feedback page."


def test_a_worksheet_whose_columns_are_not_sure_is_refused(course, tmp_path, capsys):
    """Is nothing written where the maximum is not one number, and another maximum refused, too?"""
    sheet = tmp_path / "worksheet.csv"
    words = ["export", "convolution", "--format", "moodle-worksheet", "--worksheet", str(sheet)]
    for most, says in (("", "no column that is surely the grade's"), ("100,00", "and here 12")):
        sheet.write_text(GERMAN.format("ann@example.org", most), encoding="utf-8")
        assert main(["--root", str(course), *words]) == 2
        assert says in capsys.readouterr().err


def test_another_maximum_in_moodle_is_refused(course, tmp_path, capsys):
    """Are 7.5 of 12 never written where Moodle would read 7.5 of 100?"""
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET.format("100.00"), encoding="utf-8")
    words = ["export", "convolution", "--format", "moodle-worksheet", "--worksheet", str(sheet)]
    assert main(["--root", str(course), *words]) == 2
    assert "is 100, and here 12: set the assignment's maximum" in capsys.readouterr().err


def test_the_terms_total_adds_up_what_is_there(course, capsys):
    """Does each student have one line, each assignment a column, and no score count as no 0?"""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.add_assignment("pooling")
        book.add_notebook("pooling", "pooling")
        book.add_grade_cell("p", "pooling", "pooling", max_score=4, cell_type="code")
        book.add_submission("pooling", "ann")
        grade = book.find_grade("p", "pooling", "pooling", "ann")
        grade.auto_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    output = course / "term.csv"
    assert main(["--root", str(course), "export", "--output", str(output)]) == 0
    with output.open(encoding="utf-8-sig", newline="") as file:
        table = {row["student"]: row for row in csv.DictReader(file, strict=True)}
    ann, bob, eve = table["ann"], table["bob"], table["eve"]
    assert (ann["convolution"], ann["pooling"], ann["total"]) == ("7.5", "3", "10.5")
    assert (bob["total"], bob["no_score_in"]) == ("", "convolution, pooling")
    assert (eve["total"], eve["no_score_in"]) == ("0.3333", "pooling")
    assert {row["max_score"] for row in table.values()} == {"16"}
    assert "partly     eve: no score in pooling" in capsys.readouterr().out
    words = ["export", "--format", "canvas", "--output", str(output)]
    assert main(["--root", str(course), *words]) == 0
    with output.open(encoding="utf-8", newline="") as file:
        header, points, *_ = csv.reader(file)
    assert (header[5], points[5]) == ("total", "16")


def test_every_format_of_the_command_is_there(course):
    """Does the command offer what the room can write?"""
    with pytest.raises(SystemExit):
        main(["export", "convolution", "--format", "none"])
    for form in FORMATS:
        if form != "moodle-worksheet":
            assert export(course, form)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "moodle-worksheet"])
def test_no_cell_is_a_formula(course, form):
    """Does no cell of any file begin as a spreadsheet's formula would?"""
    cells = [cell for row in export(course, form, "--column", "@SUM(A1)") for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert form == "gradescope" or [cell for cell in cells if cell.startswith("'@SUM(A1)")]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+@") or cell[:2] == "-1"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@", "＝"])
def test_each_dangerous_beginning_is_neutralised(start):
    """Is a text that a spreadsheet would run shown as text, on one line?"""
    cell = safe(f"{start}1+1")
    assert cell[0] == "'"
    assert not set(cell) & set("\t\r\n")


def test_harmless_text_is_left_alone():
    """Do ordinary names stay as they are?"""
    for name in ("ann", "O'Neil", "Ünal", "al-Hasan", "李雷", ""):
        assert safe(name) == name


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
    found = {one.student: one for one in recorded(open_course(course), "convolution")}
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
    found = {one.student: one.status for one in recorded(open_course(course), "convolution")}
    assert found["late"] == "unreadable"
    assert "gone" not in found


def test_each_graded_cell_is_recorded_with_what_waits(course):
    """Does a result hold every graded cell's score, its misconceptions, and what waits?"""
    found = {one.student: one for one in recorded(open_course(course), "convolution")}
    assert found["eve"].waiting == ["written"]
    assert found["eve"].marks["auto"] == Mark(10, 1 / 3, ["no-floor"])
    assert found["bob"].marks == {}


def test_what_is_printed_names_everybody_who_needs_a_look(course, capsys):
    """Are students without a score, and written answers that wait, named on the screen?"""
    export_grades(course, "convolution", "canvas")
    printed = capsys.readouterr().out
    assert "_build/exports/convolution.canvas.csv  (5 students, 3 with a score)" in printed
    assert "bob: unreadable: the file is empty" in printed
    assert "dan: missing" in printed
    assert "to be marked by a person: eve" in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["convolution", "--format", "excel"], "choose from"),
        (["convolution", "--format", "moodle-worksheet"], "go together"),
        (["convolution", "--worksheet", "x.csv"], "go together"),
        (["poling", "--format", "csv"], "marked: convolution"),
        (["convolution", "--format", "csv", "--sample"], "nothing is marked yet"),
        (["convolution", "--format", "csv", "--output", "/proc/no/out.csv"], "--output FILE"),
    ],
)
def test_what_cannot_be_exported_is_one_line(course, capsys, words, said):
    """Is an unknown format, assignment, class or folder one line with the next step, and code 2?"""
    try:
        code = main(["--root", str(course), "export", *words])
    except SystemExit as end:
        code = end.code
    err = capsys.readouterr().err
    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_the_command_offers_every_format(capsys):
    """Is each format that can be written one that ``course export`` takes, and no other?"""
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    offered = re.search(r"--format \{([^}]*)\}", capsys.readouterr().out)[1]
    assert set(re.sub(r"\s", "", offered).split(",")) == set(FORMATS)
