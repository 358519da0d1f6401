"""A term becomes one file, and the file the same folder again."""

import os
import shutil
import sqlite3
import tarfile

import pytest

from course_utils.cli import main
from course_utils.grading.class_run import grade_class
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import FULL, NAME, code
from tests.grading.test_paths_below import nested

pytestmark = pytest.mark.usefixtures("kept_pool")


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A class of one, marked."""
    root = make_course(tmp_path_factory.mktemp("term"))
    hand_in(root, "ann", code())
    (result,) = grade_class(root, NAME, workers=1)
    assert result.score == FULL
    return root


def contents(root) -> dict[str, bytes]:
    """Every file below ``root`` but locks, with its bytes; of a gradebook its marks."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.name not in (".lock", "term.tar.gz"):
            found[str(path.relative_to(root))] = path.read_bytes()
    with sqlite3.connect(root / "gradebook.db") as book:
        rows = book.execute("select auto_score from grade order by id").fetchall()
    return found | {"gradebook.db": repr(rows).encode()}


def test_a_term_comes_back_as_it_was(term, tmp_path, capsys):
    """Are all files and all marks there again, and does the next run find nothing to do?"""
    file, again = tmp_path / "term.tar.gz", tmp_path / "again"
    assert main(["--root", str(term), "archive", "--output", str(file)]) == 0
    assert "course restore term.tar.gz --root NEW_FOLDER" in capsys.readouterr().out
    assert main(["--root", str(again), "restore", str(file)]) == 0
    assert contents(again) == contents(term)
    (result,) = grade_class(again, NAME, workers=1)
    assert (result.score, result.seconds) != (None, 0)
    assert result.score == FULL


def test_nothing_is_written_over(term, tmp_path, capsys):
    """Are a file that is there, and a folder that is not empty, refused?"""
    file = tmp_path / "term.tar.gz"
    file.write_bytes(b"precious")
    assert main(["--root", str(term), "archive", "--output", str(file)]) == 2
    assert file.read_bytes() == b"precious"
    assert main(["--root", str(tmp_path), "restore", str(file)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_file_that_is_no_archive_is_refused(tmp_path, capsys):
    """Are a damaged file, another tar and a missing one a sentence each, with nothing unpacked?"""
    bad, other, new = tmp_path / "bad.tar.gz", tmp_path / "other.tar.gz", tmp_path / "new"
    bad.write_bytes(b"nothing")
    with tarfile.open(other, "w:gz") as made:
        made.add(bad, "somewhere/bad")
    for file in (bad, other, tmp_path / "nowhere.tar.gz"):
        assert main(["--root", str(new), "restore", str(file)]) == 2
        assert file.name in capsys.readouterr().err
        assert not new.exists()


def test_a_gradebook_on_a_server_is_dumped_there(tmp_path, capsys):
    """Is the way named for a gradebook that is no file, without its password?"""
    root = make_course(tmp_path)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.db_url = 'postgresql+psycopg://me:secret@host/db'\n")
    assert main(["--root", str(root), "archive"]) == 2
    printed = capsys.readouterr().err
    assert "pg_dump" in printed
    assert "secret" not in printed


def test_what_a_student_put_there_keeps_no_term_from_coming_back(term, tmp_path, capsys):
    """Are links, pipes and depths left out and told, and the rest of the term restored?"""
    root, file, again = tmp_path / "root", tmp_path / "term.tar.gz", tmp_path / "again"
    shutil.copytree(term, root)
    eve = root / "submitted" / "eve" / NAME
    eve.mkdir(parents=True)
    (eve / "link").symlink_to("/etc/passwd")
    (eve / "up").symlink_to("../../../../..")
    os.mkfifo(eve / "pipe")
    os.link(root / "submitted" / "ann" / NAME / f"{NAME}.ipynb", eve / "twin.ipynb")
    expected = {
        name: data
        for name, data in contents(root).items()
        if not name.endswith(("/link", "/up", "/pipe"))
    }
    with nested(eve, 3000):
        assert main(["--root", str(root), "archive", "--output", str(file)]) == 0
        assert main(["--root", str(root), "delete", "eve", "--yes"]) == 0
        assert not (root / "submitted" / "eve").exists()
    printed = capsys.readouterr().out
    assert f"lie too deep: submitted/eve/{NAME}/link, submitted/eve/{NAME}/pipe" in printed
    assert len(printed) < 1000
    assert main(["--root", str(again), "restore", str(file)]) == 0
    assert contents(again) == expected


def test_an_archive_with_links_in_it_is_unpacked_without_them(term, tmp_path):
    """Does an archive of an earlier version, or one that somebody changed, write only inside?"""
    file, again = tmp_path / "term.tar.gz", tmp_path / "again"
    with tarfile.open(file, "w:gz") as made:
        made.add(term / "nbgrader_config.py", "nbgrader_config.py")
        for name, to in (("out", str(tmp_path)), ("submitted/eve", "../..")):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, to
            made.addfile(link)
            made.add(term / "nbgrader_config.py", f"{name}/evil.py")
    assert main(["--root", str(again), "restore", str(file)]) == 0
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.py"))
    assert found == ["again/nbgrader_config.py", "again/out/evil.py", "again/submitted/eve/evil.py"]


@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_a_damaged_archive_is_not_unpacked(term, tmp_path, capsys, harm):
    """Is a file that was cut short, or whose bytes changed, one sentence, with nothing unpacked?"""
    file, new = tmp_path / "term.tar.gz", tmp_path / "new"
    assert main(["--root", str(term), "archive", "--output", str(file)]) == 0
    data = bytearray(file.read_bytes())
    if harm == "cut":
        del data[-9:]
    else:
        data[-8] ^= 1  # the checksum of the whole
    file.write_bytes(data)
    assert main(["--root", str(new), "restore", str(file)]) == 2
    assert "cannot be unpacked into" in capsys.readouterr().err
    assert not new.exists()
