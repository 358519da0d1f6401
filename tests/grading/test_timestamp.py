"""``timestamp.txt`` is a date and nothing else."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.intake.timestamp import read_timestamp

NINE = datetime(2026, 2, 3, 9, 5, 6)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-02-03 09:05:06.789 UTC", NINE),
        ("2026-02-03T09:05:06Z", NINE),
        ("2026-02-03 11:05:06 +0200", NINE),
        ("2026-02-03 04:35:06 -04:30", NINE),
        ("2026-02-03 11:05:06.000001 +02:00 EET", NINE),
        ("2026-02-03", datetime(2026, 2, 3)),
        ("", None),
    ],
)
def test_a_time_is_read_in_utc(tmp_path, text, time):
    """Is each way in which a time is written read, and brought to UTC?"""
    (tmp_path / "timestamp.txt").write_text(text)
    assert read_timestamp(tmp_path) == (time, "")


@given(text=st.text(max_size=60))
def test_anything_else_is_no_time_and_said(tmp_path_factory, text):
    """Is any text a time, nothing, or one sentence, and never an error?"""
    folder = tmp_path_factory.mktemp("any")
    (folder / "timestamp.txt").write_text(text, "utf-8")
    time, odd = read_timestamp(folder)
    assert time is None or isinstance(time, datetime)
    assert time is None or not odd


@pytest.mark.parametrize(
    "text", ["/proc/self/mem", "/etc/passwd", "2026-13-45", "9999-12-31 23:59 -2359"]
)
def test_a_path_or_an_impossible_date_is_named(tmp_path, text):
    """Is the text itself shown, where it is a path, or a date that no year has?"""
    (tmp_path / "timestamp.txt").write_text(text)
    time, odd = read_timestamp(tmp_path)
    assert time is None
    assert "which is not a time" in odd


def test_a_link_is_not_followed_and_a_missing_file_is_no_fault(tmp_path):
    """Is a link to a file of the machine left alone, and nothing said of no file at all?"""
    assert read_timestamp(tmp_path) == (None, "")
    (tmp_path / "timestamp.txt").symlink_to(Path("/etc/hostname"))
    assert read_timestamp(tmp_path) == (None, "")
