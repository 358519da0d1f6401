"""A zip of hand-ins that is no such zip, or has names in it that must not be taken."""

import zipfile
from pathlib import Path

import pytest

from tests.grading.zips import collect, course, handed_in

__all__ = ["course"]  # the fixture


def test_no_name_in_the_zip_leads_out_of_the_folder(course, tmp_path, capsys):
    """Do climbing paths, links and other programs' files stay out, each named?"""
    file = tmp_path / "all.zip"
    folder = "Ada Lovelace_7_assignsubmission_file"
    link = zipfile.ZipInfo(f"{folder}/link.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(f"{folder}/convolution.ipynb", "ada's")
        made.writestr(f"{folder}/../../../evil.py", "x")
        made.writestr(f"{folder}/./timestamp.txt", "2020-01-01 00:00:00 UTC")
        made.writestr(f"{folder}/Timestamp.TXT", "2020-01-01 00:00:00 UTC")
        made.writestr(link, "/etc/passwd")
        made.writestr("readme.txt", "hello")
        made.writestr("__MACOSX/._x", "x")
    assert collect(course, file) == 0
    assert handed_in(course) == {"ada_lovelace/convolution/convolution.ipynb": "ada's"}
    assert not list(Path(tmp_path).rglob("evil.py"))
    printed = capsys.readouterr().out
    for why in ("leads out", "is a link", "has no participant's number", "a program's own file"):
        assert why in printed


@pytest.mark.parametrize(
    ("names", "roster", "message"),
    [
        (["notes.txt"], None, "no name in this zip has Moodle's or Canvas's form"),
        (None, None, "cannot be read as a zip"),
        (
            ["A B_1_assignsubmission_file/a.ipynb"],
            "a,b\n1,2\n",
            "no column that tells people apart",
        ),
    ],
)
def test_what_cannot_be_collected_is_one_line(course, tmp_path, capsys, names, roster, message):
    """Does a wrong zip or roster end in one sentence that says what to give?"""
    file = tmp_path / "all.zip"
    if names is None:
        file.write_bytes(b"no zip")
    else:
        with zipfile.ZipFile(file, "w") as made:
            for name in names:
                made.writestr(name, "x")
    more = []
    if roster:
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        more = ["--roster", tmp_path / "roster.csv"]
    assert collect(course, file, *more) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
