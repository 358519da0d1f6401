"""Marks as files, read back as strictly as a spreadsheet, Canvas, Moodle and the others do."""

import re

import pytest

from course_utils.cli import main
from course_utils.grading.exchange_formats.export import FORMATS, export_grades
from tests.grading.marked_class import course, export, gradebook_file
from tests.grading.system_readers import (
    blackboard_reads,
    brightspace_reads,
    canvas_reads,
    moodle_reads,
)

__all__ = ["course", "gradebook_file"]  # fixtures


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
    """Does Canvas's own importer find the assignment, its maximum, everybody and their marks?"""
    header, _points, *rows = export(course, "canvas", "--column", "Convolution (1234)")
    read = canvas_reads(course / "out.csv")
    assert (read.title, read.most) == ("Convolution (1234)", 12)
    assert (read.of["ann"], read.of["bob"], read.of["dan"]) == (7.5, None, None)
    by_login = {row[3]: row for row in rows}
    assert by_login["ann"] == ["Ünal;x, Zoë", "42", "", "ann", "", "7.5"]
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


@pytest.mark.parametrize("title", ["Final Score", "My Current Points", "Override Grade"])
def test_a_title_that_canvas_ignores_is_refused(course, capsys, title):
    """Is no file written whose marks Canvas would leave out without a word?"""
    words = ["export", "convolution", "--format", "canvas", "--column", title]
    assert main(["--root", str(course), *words]) == 2
    assert f"Canvas takes no marks from a column called {title!r}" in capsys.readouterr().err


def test_moodle_meets_what_its_importer_asks(course):
    """Is each line as long as the header, each grade a number or Moodle's own "-" for none?"""
    header, *rows = export(course, "moodle")
    read = moodle_reads(course / "out.csv")
    assert header[:5] == ["Username", "First name", "Last name", "Email address", "ID number"]
    assert {row[5] for row in rows if row[0] in ("bob", "dan")} == {"-"}
    assert (read.of["ann"], read.of["bob"]) == (7.5, None)
    assert read.of["eve"] == pytest.approx(1 / 3, abs=1e-4)


def test_brightspace_meets_its_documentation(course):
    """Username, "<item> Points Grade" and a sign at each line's end, as it asks?"""
    export(course, "brightspace", "--column", "Week 2")
    read = brightspace_reads(course / "out.csv")
    assert (read.title, read.most) == ("Week 2", 12)
    assert (read.of["ann"], read.of["bob"], read.of["dan"]) == (7.5, None, None)
    own = "Week 2 Points Grade <Numeric MaxPoints:12 Weight:10>"
    assert export(course, "brightspace", "--column", own)[0][1] == own


def test_blackboard_meets_its_documentation(course):
    """Is everybody found by a username, and a column of the gradebook by its own title?"""
    export(course, "blackboard")
    read = blackboard_reads(course / "out.csv")
    assert (read.title, read.most) == ("convolution", 12)
    assert (read.of["ann"], read.of["bob"]) == (7.5, None)
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


def test_what_is_printed_names_everybody_who_needs_a_look(course, capsys):
    """Are students without a score, and written answers that wait, named on the screen?"""
    export_grades(course, "convolution", "canvas")
    printed = capsys.readouterr().out
    assert "_build/exports/convolution.canvas.csv  (5 students, 3 with a score)" in printed
    assert "bob: unreadable: the file is empty" in printed
    assert "dan: missing" in printed
    assert "to be marked by a person: eve" in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["convolution", "--format", "excel"], "choose from"),
        (["convolution", "--format", "moodle-worksheet"], "go together"),
        (["convolution", "--worksheet", "x.csv"], "go together"),
        (["poling", "--format", "csv"], "marked: convolution"),
        (["convolution", "--format", "csv", "--sample"], "nothing is marked yet"),
        (["convolution", "--format", "csv", "--output", "/proc/no/out.csv"], "--output FILE"),
    ],
)
def test_what_cannot_be_exported_is_one_line(course, capsys, words, message):
    """Is an unknown format, assignment, class or folder one line with the next step, and code 2?"""
    try:
        code = main(["--root", str(course), "export", *words])
    except SystemExit as end:
        code = end.code
    err = capsys.readouterr().err
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_the_command_offers_every_format(capsys):
    """Is each format that can be written one that ``course export`` takes, and no other?"""
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    offered = re.search(r"--format \{([^}]*)\}", capsys.readouterr().out)[1]
    assert set(re.sub(r"\s", "", offered).split(",")) == set(FORMATS)
