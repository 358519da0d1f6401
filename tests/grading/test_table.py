"""The table and the CSV: readable for a teacher, and harmless for a terminal or a spreadsheet."""

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.results.store import Result
from course_utils.grading.results.table import head, row, safe, table, write_csv

ANN = Result("ann", "small", "ok", score=7.5, max_score=8.0, seconds=1.25)
BOB = Result("bob", "small", "unreadable", instructor="the file is empty", max_score=8.0)
CID = Result("cid", "small", "failed", instructor="the check itself failed", max_score=8.0)


def test_the_table_reads_as_a_teacher_would():
    """Do failed ones come first? Is a missing score a dash, and left out of the mean?"""
    lines = table([ANN, BOB, CID]).splitlines()
    assert lines[2].split()[0] == "cid"
    assert lines[3].split()[:4] == ["ann", "7.5", "/", "8"]
    assert "– / 8" in lines[4]
    assert lines[-1] == "3 students: 1 ok, 1 unreadable, 1 failed; mean 7.5 of 8"
    assert table([BOB]).splitlines()[-1] == "1 student: 1 unreadable"


def test_the_limit_stands_above_the_table():
    """Is it one number, or the least and the most of them, and nothing where nothing ran?"""
    ten, sixty = replace(ANN, cell_seconds=10.0), replace(ANN, cell_seconds=60.0)
    assert head([ten, ten, BOB], "why") == "one cell may take 10 s (why)"
    assert head([sixty, ten], "why") == "one cell may take 10 to 60 s (why)"
    assert head([BOB], "why") == ""


def test_what_waits_and_what_was_taken_off_is_in_the_message():
    """Are points that wait, a penalty and a changed answer told, in words that fit the number?"""
    told = row(
        Result("ann", "small", "ok", waiting={"why": 1.0}, penalty=2.0, again=["why"], score=1.0)
    )["message"]
    assert "why: 1 point waits for a person" in told
    assert "2 points taken off for lateness" in told
    assert "look again" in told


def test_the_csv_has_everybody_and_no_score_where_there_is_none(tmp_path):
    """Is work that could not be read an empty score, never 0?"""
    write_csv(tmp_path / "a" / "small.csv", [ANN, BOB])
    with (tmp_path / "a" / "small.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["student"], r["score"], r["status"]) for r in rows] == [
        ("ann", "7.5", "ok"),
        ("bob", "", "unreadable"),
    ]


@given(st.text(max_size=40))
def test_no_cell_is_a_formula_or_more_than_a_line(text):
    """Is any text one line that begins with nothing a spreadsheet calculates?"""
    shown = safe(text)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert shown.lstrip()[:1] not in tuple("=+-@＝＋－＠")


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
