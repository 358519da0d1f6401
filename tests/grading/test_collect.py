"""``course collect``: what is in a zip from Moodle or Canvas is sorted into submitted/."""

import pytest
from nbgrader.api import Gradebook

from course_utils.grading.results.run_lock import only_run
from tests.grading.zips import canvas_zip, collect, course, handed_in, moodle_zip

__all__ = ["course"]  # the fixture

WORKSHEET = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4200","Ada Lovelace",ada@example.org,Submitted,,12.00,Yes,\
"Tuesday, 3 March 2026, 4:05 PM",-,
"Participant 4201","Zoë Ünal",zoe@example.org,Submitted,,12.00,Yes,-,-,
"Participant 4202","Zoë Ünal",zoe2@example.org,Submitted,,12.00,Yes,-,-,
"Participant 4203","Ben Silent",ben@example.org,"No submission",,12.00,Yes,-,-,
"""
CANVAS_ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Final Score
    Points Possible,,,,,
"Lovelace, Ada",101,S101,ada,A,
"Ünal, Zoë",102,S102,zoe,A,
"""


@pytest.mark.parametrize("old", [False, True])
def test_moodles_worksheet_tells_namesakes_apart(course, tmp_path, monkeypatch, capsys, old):
    """Has each participant of the zip their own folder, with the time and the extra files?"""
    monkeypatch.setenv("TZ", "UTC")
    roster = tmp_path / "worksheet.csv"
    roster.write_text(WORKSHEET, encoding="utf-8-sig")
    file = moodle_zip(
        tmp_path / "all.zip",
        ("Ada Lovelace", 4200, "convolution.ipynb", "ada's"),
        ("Ada Lovelace", 4200, "figures/edge.txt", "an extra file"),
        ("Ada Lovelace", 4200, "timestamp.txt", "2020-01-01 00:00:00 UTC"),
        ("Zoë Ünal", 4201, "my work (2).ipynb", "one"),
        ("Zoë Ünal", 4202, "convolution.ipynb", "two"),
        ("Zoë Ünal", 4202, "onlinetext.html", "typed"),
        old=old,
    )
    assert collect(course, file, "--roster", roster) == 0
    there = handed_in(course)
    assert there["ada@example.org/convolution/convolution.ipynb"] == "ada's"
    assert there["ada@example.org/convolution/figures/edge.txt"] == "an extra file"
    assert there["zoe@example.org/convolution/my work (2).ipynb"] == "one"
    assert there["zoe2@example.org/convolution/convolution.ipynb"] == "two"
    assert there["ada@example.org/convolution/timestamp.txt"].startswith("2026-03-03 ")
    printed = capsys.readouterr().out
    assert "timestamp.txt: a student's own" in printed
    assert "onlinetext.html: it was typed into Moodle" in printed
    assert "nothing    ben@example.org" in printed
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_student("zoe2@example.org").last_name == "Ünal"
        assert book.find_student("ben@example.org").first_name == "Ben"


def test_a_person_keeps_the_folder_over_renames_and_the_newest_counts(course, tmp_path, capsys):
    """Does Canvas's number meet the same folder, the newest file, and never go back to an older?"""
    first = canvas_zip(
        tmp_path / "1.zip", ("Lovelace, Ada", False, 101, 9001, "convolution.ipynb", "first")
    )
    second = canvas_zip(
        tmp_path / "2.zip",
        ("King, Ada", True, 101, 9011, "convolution-2.ipynb", "third"),
        ("King, Ada", True, 101, 9007, "convolution-1.ipynb", "second"),
        ("King, Ada", True, 101, 9012, "sketch-1.ipynb", "kept as it is called"),
        ("King, Ada", True, 101, 9008, "helper_1_2.py", "x = 1"),
        ("Ünal, Zoë", False, 102, 0, "text.html", "typed"),
        ("Ünal, Ana", False, 103, 9100, "convolution.ipynb", "ana's"),
    )
    assert collect(course, first) == 0
    assert collect(course, second) == 0
    now = {
        "lovelaceada/convolution/convolution.ipynb": "third",
        "lovelaceada/convolution/helper_1_2.py": "x = 1",
        "lovelaceada/convolution/sketch-1.ipynb": "kept as it is called",
        "ünalana/convolution/convolution.ipynb": "ana's",
    }
    assert handed_in(course) == now
    printed = capsys.readouterr().out
    assert "newer      lovelaceada  (handed in late, says Canvas)" in printed
    assert "ünalzoë_102_text.html: it was handed in as text" in printed
    assert "convolution-1.ipynb: the same student handed in a newer file" in printed
    assert collect(course, first) == 0
    assert collect(course, second) == 0
    assert handed_in(course) == now
    printed = capsys.readouterr().out
    assert "older      lovelaceada" in printed
    assert "same       lovelaceada" in printed


def test_canvas_roster_gives_logins_and_tells_the_gradebook(course, tmp_path, capsys):
    """Do folders get the name of the login, and is a person who is not in the roster named?"""
    roster = tmp_path / "grades.csv"
    roster.write_text(CANVAS_ROSTER, encoding="utf-8")
    file = canvas_zip(
        tmp_path / "all.zip",
        ("Lovelace, Ada", False, 101, 9001, "convolution.ipynb", "ada's"),
        ("Guest, A", False, 999, 9002, "convolution.ipynb", "a guest's"),
    )
    assert collect(course, file, "--roster", roster) == 1
    assert handed_in(course) == {"ada/convolution/convolution.ipynb": "ada's"}
    printed = capsys.readouterr().out
    assert "NOT TAKEN  guesta (999): nobody in the roster has the ID 999" in printed
    assert "nothing    zoe" in printed
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_student("ada").lms_user_id == "101"


def test_a_time_that_is_not_understood_is_told(course, tmp_path, capsys):
    """Does the instructor read that lateness is unknown, and for whom?"""
    roster = tmp_path / "worksheet.csv"
    text = WORKSHEET.replace("Tuesday, 3 March 2026, 4:05 PM", "3/4/2026, 16:05")
    roster.write_text(text, encoding="utf-8")
    file = moodle_zip(tmp_path / "all.zip", ("Ada Lovelace", 4200, "convolution.ipynb", "ada's"))
    assert collect(course, file, "--roster", roster) == 0
    printed = capsys.readouterr().out
    assert (
        "no time    ada@example.org: '3/4/2026, 16:05' in the roster cannot be read as a date"
        in printed
    )


def test_it_waits_for_a_run_that_is_marking(course, tmp_path, capsys):
    """Is nobody's folder exchanged while a run may be reading it?"""
    file = moodle_zip(tmp_path / "all.zip", ("Ada Lovelace", 4200, "convolution.ipynb", "ada's"))
    with only_run(course / "_build" / "grades"):
        assert collect(course, file) == 2
    assert "another run is marking this class" in capsys.readouterr().err
    assert not handed_in(course)
    assert collect(course, file) == 0
