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
        (["notes.txt"], None, "few names in this zip have Moodle's or Canvas's form"),
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


def test_one_persons_odd_names_and_damage_stop_nobody(course, tmp_path, capsys):
    """Is everybody else's work taken beside names that no folder can have, and damaged bytes?"""
    file = tmp_path / "all.zip"
    eve = "Eve_8_assignsubmission_file"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Ada_7_assignsubmission_file/convolution.ipynb", "ada's")
        for name in ("timestamp.txt/x", "a", "a/b", "convolution.ipynb/c", "d/" * 800 + "e"):
            made.writestr(f"{eve}/{name}", "eve's")
        made.writestr(f"{eve}_../convolution/f", "eve's")  # files without folders, by old rules
        made.writestr(f"{'ΐ' * 86}_9_assignsubmission_file/convolution.ipynb", "long")
        made.writestr("Ben_5_assignsubmission_file/convolution.ipynb", "ben's" * 9)
        made.writestr("Zoë_6_assignsubmission_file/convolution.ipynb", "zoë's")
    data = file.read_bytes()
    start = data.index(b"Ben_5_assignsubmission_file/convolution.ipynb") + 45
    file.write_bytes(data[:start] + b"\xff\xff" + data[start + 2 :])
    ben = course / "submitted" / "ben" / "convolution" / "convolution.ipynb"
    ben.parent.mkdir(parents=True)
    ben.write_text("what ben handed in before", "utf-8")
    known = course / "downloaded" / "identities.json"
    known.parent.mkdir()
    known.write_text('{"moodle:convolution:5": "ben"}', "utf-8")
    assert collect(course, file) == 1, "ben's work cannot be unpacked"
    there = handed_in(course)
    assert {
        name: there.pop(f"{name}/convolution/convolution.ipynb") for name in ("ada", "zoë")
    } == {
        "ada": "ada's",
        "zoë": "zoë's",
    }
    assert there.pop("ben/convolution/convolution.ipynb") == "what ben handed in before"
    assert sorted(there.values()) == ["eve's", "eve's", "long"]
    printed = capsys.readouterr().out
    for words in ("damaged    ben", "ben/convolution.ipynb: it cannot be unpacked", "too long"):
        assert words in printed


def canvas_names(path, *names):
    """A zip with these files, each with its name as its text."""
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, name)
    return path


def test_a_name_on_canvas_that_holds_numbers_is_nobody_elses(course, tmp_path, capsys):
    """Does a student called "x_!101!_!9999" hand in for nobody else, nor change the system?"""
    taken = {
        "lovelaceada_101_9001_convolution.ipynb": "lovelaceada",
        "xbea_104_9005_conv_2026_03_05.ipynb": "xbea",  # not a person's number and a file's
    }
    forged = (
        "x_101_9999_103_9003_convolution.ipynb",
        "x_5_assignsubmission_file__103_9004_convolution.ipynb",
    )
    assert collect(course, canvas_names(tmp_path / "1.zip", *taken, *forged)) == 0
    there = {text: path.split("/")[0] for path, text in handed_in(course).items()}
    assert {text: there[text] for text in taken} == taken
    assert forged[0] not in there
    assert "it may be of person 101 or of " in capsys.readouterr().out
    newer = "lovelaceada_101_9010_convolution.ipynb"
    assert collect(course, canvas_names(tmp_path / "2.zip", newer)) == 0
    assert handed_in(course)["lovelaceada/convolution/convolution.ipynb"] == newer


def test_a_zip_of_another_system_is_not_taken_for_one(course, tmp_path, capsys):
    """Is one file with a name as on Canvas no reason to leave out the other students in silence?"""
    others = [f"convolution_{name}_attempt_2026-03-03_conv.ipynb" for name in ("ada", "ben", "zoë")]
    names = (*others, "convolution_eve_attempt_1_2_x.ipynb")
    assert collect(course, canvas_names(tmp_path / "1.zip", *names)) == 2
    assert "few names in this zip have" in capsys.readouterr().err
