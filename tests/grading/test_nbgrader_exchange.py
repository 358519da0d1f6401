"""The exchange of a JupyterHub, where students may put what they like into their own folders."""

import logging
import shutil
import zipfile
from pathlib import Path

import pytest
from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.exchange_factory import ExchangeFactory
from traitlets.config import Config

from course_utils.grading.course_paths import open_course
from course_utils.grading.intake.copy_folder import owner_name
from course_utils.grading.nbgrader_exchange import Collect, Extract, ReleaseFeedback
from tests.conftest import ROOT

REGEXP = ".*/(?P<student_id>[^_/]+)_.*(?P<file_id>small)"  # as the instructors' page has it
TIME = "2026-03-03 10:00:00.000000 UTC"


class Exchange:
    """An exchange folder below ``place``, and the course's folder beside it."""

    def __init__(self, place: Path):
        self.root, self.course = place / "hub", place / "course"
        self.inbound = self.root / "cnn" / "inbound"
        self.inbound.mkdir(parents=True)
        self.root.chmod(0o1777)
        self.course.mkdir()
        self.me = str(owner_name(self.inbound))

    def hand_in(self, student: str, text: str, time: str = TIME) -> Path:
        """A folder as ``nbgrader submit`` makes it, with one notebook."""
        folder = self.inbound / f"{student}+small+{time}+x1Y"
        folder.mkdir()
        (folder / "small.ipynb").write_text(text)
        (folder / "timestamp.txt").write_text(time)
        (folder / "submission_secret.txt").write_text("secret")
        return folder

    def made(self, kind: type, **more):
        """One of our classes, set up as nbgrader does it."""
        settings = Config({"Exchange": {"root": str(self.root)}})
        directory = CourseDirectory(
            root=str(self.course), course_id="cnn", assignment_id="small", config=settings
        )
        log = logging.getLogger("exchange")
        return kind(coursedir=directory, config=settings, log=log, **more)

    def collect(self, **more) -> dict[str, str]:
        """``nbgrader collect small``: path below ``submitted`` → text."""
        self.made(Collect, **more).start()
        place = self.course / "submitted"
        files = (path for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(place)): path.read_text() for path in files}


@pytest.fixture
def exchange(tmp_path) -> Exchange:
    """An exchange without any hand-in."""
    return Exchange(tmp_path)


def test_the_course_sets_these_classes():
    """Does nbgrader take them from this course's own configuration?"""
    config = open_course(ROOT).config
    assert config.ExchangeFactory.collect.endswith("nbgrader_exchange.Collect")
    factory = ExchangeFactory(config=config)
    assert (factory.collect, factory.release_feedback) == (Collect, ReleaseFeedback)


def test_one_students_odd_folders_stop_nobody(exchange, caplog):
    """Is honest work collected beside names, links and files that are no hand-in?"""
    exchange.hand_in(exchange.me, "honest")
    (exchange.inbound / "eve+small+garbage").mkdir()
    (exchange.inbound / f"eve+small+{TIME}+a").touch()
    (exchange.inbound / f"eve+small+{TIME}+b").symlink_to(exchange.course)
    (exchange.inbound / f"..+small+{TIME}+c").mkdir()
    (exchange.inbound / f"+small+{TIME}+d").mkdir()
    (exchange.inbound / "nothing").mkdir()
    there = exchange.collect()
    assert {path.split("/")[0] for path in there} == {exchange.me}
    assert there[f"{exchange.me}/small/small.ipynb"] == "honest"
    for why in ("holds no time", "it is no folder", "holds no student"):
        assert why in caplog.text


def test_nobody_hands_in_for_another(exchange, caplog):
    """Is a folder with another student's name left out, unless all users are one Unix user?"""
    exchange.hand_in(exchange.me, "honest")
    forged = exchange.hand_in("ada", "eve's, in ada's name")
    assert {path.split("/")[0] for path in exchange.collect()} == {exchange.me}
    assert f"it belongs to {exchange.me}" in caplog.text
    assert "ada/small/small.ipynb" in exchange.collect(check_owner=False)
    shutil.rmtree(forged)


def test_no_file_of_the_teachers_is_copied(exchange, tmp_path, caplog):
    """Does a link in a hand-in give the student nothing that the instructor may read?"""
    (tmp_path / "hidden.ipynb").write_text("hidden tests")
    folder = exchange.hand_in(exchange.me, "honest")
    (folder / "data.txt").symlink_to(tmp_path / "hidden.ipynb")
    there = exchange.collect()
    assert "hidden tests" not in there.values()
    assert there[f"{exchange.me}/small/submission_secret.txt"] == "secret"
    assert f"Of {exchange.me} was left out: data.txt" in caplog.text


def test_the_newest_counts_by_the_time_in_its_name(exchange, caplog):
    """Is newer work taken with update only, and is a student's own timestamp.txt not believed?"""
    folder = exchange.hand_in(exchange.me, "first")
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").mkdir()
    work, stamp = (f"{exchange.me}/small/{name}" for name in ("small.ipynb", "timestamp.txt"))
    assert exchange.collect()[stamp] == TIME
    assert "but was changed at" in caplog.text, "made long after the time in its name"
    exchange.hand_in(exchange.me, "second", "2026-03-04 11:00:00 CET").joinpath(
        "timestamp.txt"
    ).write_text("no time")
    assert exchange.collect()[work] == "first"
    there = exchange.collect(update=True)
    assert (there[work], there[stamp]) == ("second", "2026-03-04 10:00:00.000000 UTC")
    assert exchange.collect(update=True) == there


def test_a_root_that_anybody_may_rearrange_is_told(exchange, caplog):
    """Does the instructor read how to keep others from moving the course's folder away?"""
    exchange.collect()
    assert "chmod +t" not in caplog.text
    exchange.root.chmod(0o777)
    exchange.collect()
    assert f"chmod +t {exchange.root}" in caplog.text
    shutil.rmtree(exchange.root)
    with pytest.raises(ExchangeError):
        exchange.collect()


def test_a_student_without_a_secret_keeps_no_page_from_the_others(exchange, caplog):
    """Do the others get their pages beside one that nbgrader cannot name?"""
    for student in ("ann", "eve", "[x]", "nil"):
        folder = exchange.course / "feedback" / student / "small"
        folder.mkdir(parents=True)
        (folder / "small.html").write_text(f"page of {student}")
        (folder / "timestamp.txt").write_text(TIME)
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
    (exchange.course / "feedback" / "ann" / "small" / "submission_secret.txt").unlink()
    (exchange.course / "feedback" / "eve" / "small" / "timestamp.txt").write_bytes(b"\xff")
    (exchange.course / "feedback" / "nil" / "small" / "submission_secret.txt").write_text("")
    exchange.made(ReleaseFeedback).start()
    pages = (exchange.root / "cnn" / "feedback").glob("*.html")
    assert [page.read_text() for page in pages] == ["page of [x]"]
    assert caplog.text.count("No feedback goes back from") == 3


def test_zip_collect_unpacks_no_archive_of_a_students(tmp_path, monkeypatch):
    """Does a zip that eve hands in give ada a file, or unpack itself for ever?"""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    archive = tmp_path / "downloaded" / "small" / "archive"
    archive.mkdir(parents=True)
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("ada_9_9_small.ipynb", "eve's, in ada's name")
    with zipfile.ZipFile(archive / "all.zip", "w") as made:
        made.writestr("ada_1_1_small.ipynb", "ada's")
        made.writestr("sub/eve_2_2_small.ipynb", "eve's")
        made.write(inner, "eve_2_3_small.zip")
    (archive / "ben_4_4_small.ipynb").write_text("ben's")
    monkeypatch.chdir(tmp_path)
    app = ZipCollectApp(config=open_course(tmp_path).config)
    app.initialize(["small", "--force", f"--FileNameCollectorPlugin.named_regexp={REGEXP}"])
    assert app.extractor_plugin is Extract
    app.start()
    submitted = (tmp_path / "submitted").rglob("*.ipynb")
    assert {path.parts[-3]: path.read_text() for path in submitted} == {
        "ada": "ada's",
        "ben": "ben's",
        "eve": "eve's",
    }
