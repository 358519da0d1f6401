"""The dates of Moodle's worksheets, in many languages."""

from datetime import datetime

import pytest
from babel.dates import format_date

from course_utils.grading.exchange_formats.worksheet_dates import worksheet_date

AT = datetime(2026, 3, 3, 16, 5)
LANGUAGES = "en de fr es it pt nl pl ru sv da nb fi cs tr el uk hu ro ca ja zh ko"


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday, 3 March 2026, 4:05 PM",
        "Tuesday, March 3, 2026, 4:05 PM",
        "3 March 2026, 16:05",
        "2026-03-03 16:05",
        "2026-03-03 16:05:59",
        "Dienstag, 3. März 2026, 16:05",
        "DIENSTAG, 3. MÄRZ 2026, 16:05",
        "03.03.2026, 16:05",
        "mardi 3 mars 2026, 16:05",
        "mardi 3 mars 2026, 16h05",
        "martes, 3 de marzo de 2026, 16:05",
        "martedì, 3 marzo 2026, 16:05",
        "terça, 3 de março de 2026, 16:05",
        "вторник, 3 марта 2026, 16:05",
        "tiistai 3. maaliskuuta 2026, 16.05",
        "2026年03月3日 星期二 16:05",
        "2026年 03月 3日(火曜日) 16:05",
        "2026년 3월 3일 오후 4:05",
        "dimarts, 3 de març 2026, 4:05 p. m.",
    ],
)
def test_a_date_in_its_language(text):
    """Is the same moment read from each?"""
    assert worksheet_date(text) == AT


@pytest.mark.parametrize("language", LANGUAGES.split())
def test_every_month_of_each_language(language):
    """Is each month as CLDR writes it in a date read as itself, with the weekday beside it?"""
    for month in range(1, 13):
        day = datetime(2026, month, 28)
        text = f"{format_date(day, 'full', language)}, 09:30"
        assert worksheet_date(text) == datetime(2026, month, 28, 9, 30), text


@pytest.mark.parametrize(
    ("text", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 a.m.", 1), ("11:05 pm", 23)]
)
def test_noon_and_midnight(text, hour):
    """Are the hours of the twelve-hour clock read as people mean them?"""
    assert worksheet_date(f"3 March 2026, {text}") == datetime(2026, 3, 3, hour, 5)


@pytest.mark.parametrize(
    "text",
    ["", "-", "never", "3 March 2026", "3/4/2026, 16:05", "31 February 2026, 16:05", "16:05"],
)
def test_what_is_no_certain_date_is_none(text):
    """Is nothing guessed, the order of day and month in numbers with slashes neither?"""
    assert worksheet_date(text) is None
