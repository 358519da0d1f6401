"""Feedback zips, read as Moodle's and Canvas's own importers read them."""

import re
import zipfile

import pytest

from course_utils.cli import main
from tests.grading.zips import canvas_zip, collect, course, moodle_zip

__all__ = ["course"]  # the fixture


def moodle_reads(path, participants):
    """Participant → {file: text}, by the rules of ``assignfeedback_file_zip_importer``."""
    found = {}
    with zipfile.ZipFile(path) as file:
        for entry in file.namelist():
            parts = entry.split("/")
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in participants:
                    continue
                assert (info[2], info[3]) == ("assignsubmission", "file")
                rest = "/".join([*info[4:], *parts])
                found.setdefault(int(info[1]), {})[rest] = file.read(entry).decode()
                break
    return found


def canvas_reads(path, attachments):
    """User → text, by ``infer_comment_context_from_filename``: the first two bare numbers."""
    found = {}
    with zipfile.ZipFile(path) as file:
        for entry in file.namelist():
            numbers = [
                part for part in entry.split("/")[-1].split("_") if re.fullmatch(r"\d+", part)
            ]
            user, attachment = map(int, numbers[:2])
            assert attachments[attachment] == user, (
                "the file must be one that this person handed in"
            )
            found[user] = file.read(entry).decode()
    return found


def write_page(course, student):
    folder = course / "feedback" / student / "convolution"
    folder.mkdir(parents=True)
    (folder / "convolution.html").write_text(f"page of {student}", encoding="utf-8")


@pytest.mark.parametrize("old", [False, True])
def test_moodle_finds_everybody(course, tmp_path, capsys, old):
    """Does each page reach its own participant, and is somebody without a page named?"""
    file = moodle_zip(
        tmp_path / "all.zip",
        ("Ada Lovelace", 4200, "convolution.ipynb", "a"),
        ("Zoë Ünal", 4201, "my work (2).ipynb", "z"),
        ("Ben Late", 4202, "convolution.ipynb", "b"),
        old=old,
    )
    collect(course, file)
    write_page(course, "ada_lovelace")
    write_page(course, "zoë_ünal")
    write_page(course, "by-mail")
    assert main(["--root", str(course), "give-back", "convolution"]) == 1
    printed = capsys.readouterr().out
    made = course / "_build" / "exports" / "convolution.feedback.moodle.zip"
    assert moodle_reads(made, {4200, 4201, 4202}) == {
        4200: {"convolution.html": "page of ada_lovelace"},
        4201: {"convolution.html": "page of zoë_ünal"},
    }
    assert "no page    ben_late" in printed
    assert "left out, because their work was not collected from a zip: by-mail" in printed


def test_canvas_finds_everybody(course, tmp_path):
    """Does each page name its person and a file that this person handed in, whatever its name?"""
    file = canvas_zip(
        tmp_path / "all.zip",
        ("Lovelace, Ada", True, 101, 9001, "convolution.ipynb", "a"),
        ("Lovelace, Ada", True, 101, 9000, "notes_7_8.txt", "n"),
        ("Ünal, Zoë", False, 102, 9002, "My_3_work.ipynb", "z"),
        ("Ünal, Ana", False, 103, 9003, "convolution-4.ipynb", "z"),
    )
    collect(course, file)
    for student in ("lovelaceada", "ünalzoë", "ünalana"):
        write_page(course, student)
    assert main(["--root", str(course), "give-back", "convolution"]) == 0
    made = course / "_build" / "exports" / "convolution.feedback.canvas.zip"
    assert canvas_reads(made, {9000: 101, 9001: 101, 9002: 102, 9003: 103}) == {
        101: "page of lovelaceada",
        102: "page of ünalzoë",
        103: "page of ünalana",
    }


def test_nothing_collected_is_one_line(course, capsys):
    """If work was not collected from a zip, does the message say what to do?"""
    assert main(["--root", str(course), "give-back", "convolution"]) == 2
    assert "send the pages of feedback/ yourself" in capsys.readouterr().err


def test_a_hand_in_without_a_file_or_an_ending_stops_nobody(course, tmp_path, capsys):
    """Does everybody else get a page beside a hand-in whose files have no name for it?"""
    file = canvas_zip(
        tmp_path / "all.zip",
        ("Lovelace, Ada", False, 101, 9001, "convolution.ipynb", "a"),
        ("Eve", False, 102, 9002, "timestamp.txt", "e"),
        ("Mallory", False, 103, 9003, "convolution", "m"),
    )
    collect(course, file)
    for student in ("lovelaceada", "eve", "mallory"):
        write_page(course, student)
    assert main(["--root", str(course), "give-back", "convolution"]) == 1
    made = course / "_build" / "exports" / "convolution.feedback.canvas.zip"
    pages = {101: "page of lovelaceada", 103: "page of mallory"}
    assert canvas_reads(made, {9001: 101, 9003: 103}) == pages
    assert "no page    eve" in capsys.readouterr().out
