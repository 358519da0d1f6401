"""The list of a class, from any of the tables that Moodle and Canvas export."""

from datetime import datetime

import pytest

from course_utils.errors import CourseError
from course_utils.grading.exchange_formats.roster import read_roster, same_name


@pytest.fixture
def roster(tmp_path):
    """A function text -> the people in a file with it."""

    def read(text: str, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return read_roster(path)

    return read


def test_canvas_and_its_row_of_points(roster):
    """Is Canvas's gradebook read: names turned round, its second row nobody?"""
    (ada,) = roster(
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Lovelace, Ada",101,S101,ada,A\n'
    )
    assert (ada.student, ada.first_name, ada.last_name) == ("ada", "Ada", "Lovelace")
    assert (ada.number, ada.id_number) == ("101", "S101")


def test_moodles_worksheet_and_its_times(roster, monkeypatch):
    """Is the participant's number read, and the time put into UTC?"""
    monkeypatch.setenv("TZ", "UTC")
    (ada,) = roster(
        'Identifier,"Full name","Email address","Last modified (submission)"\n'
        '"Participant 4200","Ada Lovelace",ada@example.org,"Tuesday, 3 March 2026, 4:05 PM"\n'
    )
    assert (ada.student, ada.participant) == ("ada@example.org", "4200")
    assert ada.handed_in is not None
    assert ada.handed_in.date() == datetime(2026, 3, 3).date()


GERMAN = """\
ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,\
"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)",\
"Feedback als Kommentar"
Teilnehmer/in4200,"Ada Lovelace",ada@example.org,"Zur Bewertung abgegeben",,"12,00",Ja,\
"Dienstag, 3. März 2026, 16:05",-,
Teilnehmer/in4201,"Zoë Ünal",zoe@example.org,"Keine Abgabe",,"12,00",Ja,-,-,
"""


def test_a_worksheet_in_another_language(roster, monkeypatch):
    """Is Moodle's German worksheet read by what is in its columns?"""
    monkeypatch.setenv("TZ", "UTC")
    ada, zoe = roster(GERMAN)
    assert (ada.student, ada.participant, ada.name) == ("ada@example.org", "4200", "ada lovelace")
    assert ada.handed_in == datetime(2026, 3, 3, 16, 5)
    assert (zoe.student, zoe.participant, zoe.handed_in) == ("zoe@example.org", "4201", None)
    assert (ada.odd_time, zoe.odd_time) == ("", "")


def test_a_table_of_ones_own_with_numbered_names_is_no_worksheet(roster):
    """Is a table whose logins end in numbers read by its titles?"""
    (first, _) = roster("Username,Name\ns1234,Ada L\ns2345,Ben M\n")
    assert (first.student, first.participant) == ("s1234", "")


def test_a_date_that_is_not_understood_is_kept_to_be_told(roster):
    """Is the text of such a date with the person, and no time?"""
    (ada,) = roster(
        'Identifier,"Full name","Last modified (submission)"\n'
        '"Participant 4200","Ada Lovelace","3/4/2026, 16:05"\n'
    )
    assert (ada.handed_in, ada.odd_time) == (None, "3/4/2026, 16:05")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_table_with_the_same_titles(roster, delimiter):
    """Are a byte order mark and the delimiters of three locales understood?"""
    text = "\ufeffUsername,First name,Last name\nzoe,Zoë,Ünal\n".replace(",", delimiter)
    (zoe,) = roster(text)
    assert (zoe.student, zoe.name) == ("zoe", same_name("zoë  ÜNAL"))


@pytest.mark.parametrize(
    ("text", "encoding", "words"),
    [
        ("Name\nAda\n", "utf-8", "no column that tells people apart"),
        ("Username\nada\nada\n", "utf-8", "has 'ada' more than once"),
        ("Username,Email\n..,\n", "utf-8", "line 2 of the roster .* has no name"),
        ("Username\nZoë\n", "latin-1", "is not in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused(roster, text, encoding, words):
    """Is each kind of bad file one sentence that names it?"""
    with pytest.raises(CourseError, match=words):
        roster(text, encoding)


def test_a_file_that_is_not_there(tmp_path):
    """Is the path named?"""
    with pytest.raises(CourseError, match=r"nowhere\.csv cannot be read"):
        read_roster(tmp_path / "nowhere.csv")


def test_a_long_text_of_a_students_is_no_fault_of_the_list(roster):
    """Is a worksheet read with a text that somebody typed into Moodle, longer than csv's limit?"""
    (ada,) = roster(
        'Identifier,"Full name","Email address","Online text"\n'
        f'"Participant 4200","Ada Lovelace",ada@example.org,"{"x" * 200_000}"\n'
    )
    assert ada.student == "ada@example.org"
