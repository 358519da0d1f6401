"""The gradebook on a real PostgreSQL server: the same marks as on SQLite, with several graders."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.results.gradebook import open_gradebook, shown_url
from course_utils.grading.results.records import recorded
from course_utils.grading.results.run_lock import only_change, only_machine
from course_utils.grading.term.delete_student import delete_student
from course_utils.grading.term.extension import extend
from course_utils.grading.term.rename_student import rename_student
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course
from tests.grading.corpus.assignment import FULL, NAME, Case, code
from tests.grading.zips import collect, moodle_zip

_BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_MAKE = """
import sys
from course_utils.grading.guest.limits import Limits
from course_utils.grading.results.gradebook import open_gradebook
for address in sys.argv[1:]:
    open_gradebook(address).close()
"""
_HOLD = """
import sys
from course_utils.grading.results.run_lock import only_machine
with only_machine(*sys.argv[1:]):
    print("held", flush=True)
    sys.stdin.read()
"""


def _as_postgres(*command: object) -> list[str]:
    """The server refuses to run as root: Debian's own user starts it then."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A fresh server on loopback: a function that makes a database and returns its address."""
    if not _BIN:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql", pytrace=False)
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path("/tmp", f"course-postgres-{os.getpid()}")
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    data = folder / "data"
    subprocess.run(
        _as_postgres(_BIN[-1] / "initdb", "-D", data, "-A", "trust", "-U", "me"), **quiet
    )
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
    start = (_BIN[-1] / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    subprocess.run(_as_postgres(*start), **quiet)

    def database(name: str) -> str:
        address = f"postgresql+psycopg://me:secret@127.0.0.1:{port}"
        engine = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return f"{address}/{name}"

    yield database
    stop = (_BIN[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    subprocess.run(_as_postgres(*stop), **quiet)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_class_is_marked_as_on_sqlite_and_again(server, tmp_path):
    """Are the marks those of SQLite, manual ones kept, and is nothing marked twice?"""
    root = make_course(tmp_path)
    url = server("marks")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    hand_in(root, "ann", code())
    hand_in(root, "bob", code(total="def total(values):\n    return 0"))
    assert [result.score for result in grade_class(root, NAME)] == [FULL, FULL - 2]
    with open_gradebook(url) as gradebook:
        gradebook.find_grade("why", NAME, NAME, "ann").manual_score = 1.0
        gradebook.db.commit()
    before = {path: path.stat().st_mtime_ns for path in (root / "autograded").rglob("*.ipynb")}
    assert [result.score for result in grade_class(root, NAME)] == [FULL + 1, FULL - 2]
    after = {path: path.stat().st_mtime_ns for path in (root / "autograded").rglob("*.ipynb")}
    assert after == before


def _machine(folder: Path, url: str) -> Path:
    """A course's folder of its own on the gradebook at ``url``."""
    folder.mkdir()
    root = make_course(folder)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    return root


def test_two_machines_know_each_others_results(server, tmp_path):
    """Has each machine's export everybody's status, and is an unchanged answer not to look at?"""
    url = server("machines")
    first, second = (_machine(tmp_path / name, url) for name in ("first", "second"))
    hand_in(first, "ann", code())
    hand_in(second, "bob", code(total="def total(values):\n    return 0"))
    hand_in(second, "cut", Case({f"{NAME}.ipynb": b"{"}))
    (second / "submitted" / "ann").mkdir()  # ann's work of this assignment lies on the first
    assert [result.status for result in grade_class(first, NAME)] == ["ok"]
    grade_class(second, NAME)
    statuses = {"ann": ("ok", FULL), "bob": ("ok", FULL - 2), "cut": ("unreadable", None)}
    for root in (first, second):
        found = recorded(open_course(root), NAME)
        assert {each.student: (each.status, each.score) for each in found} == statuses
        grade_class(root, NAME)
        rows = (root / "_build/grades" / f"{NAME}.csv").read_text().splitlines()[1:]
        assert [row.split(",")[0] for row in rows] == list(statuses)
    with open_gradebook(url) as gradebook:
        given = gradebook.find_grade("why", NAME, NAME, "ann")
        given.manual_score, given.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    (second / "submitted" / "ann").rmdir()
    work = hand_in(second, "ann", code()) / f"{NAME}.ipynb"  # there is no autograded/ann there
    [ann, *_] = grade_class(second, NAME)
    assert (ann.score, ann.again) == (FULL + 1, [])
    work.write_text(work.read_text().replace("Because it is so.", "Because it is not."))
    [ann, *_] = grade_class(second, NAME)
    assert (ann.score, ann.again) == (FULL + 1, ["why"])


def test_several_graders_may_make_it_at_once(server):
    """Do four processes that find empty databases make each once, with one version?"""
    urls = [server(f"made{turn}") for turn in range(5)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _MAKE, *urls], env=environment, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    errors = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    for url in urls:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert len(connection.execute(text("SELECT * FROM alembic_version")).fetchall()) == 1
        engine.dispose()


def test_the_second_of_two_machines_is_told_who_is_at_it(server, tmp_path):
    """Is an assignment marked by one machine at a time, another's meanwhile, and again after?"""
    url = server("one_at_a_time")
    root = _machine(tmp_path / "second", url)
    hand_in(root, "cut", Case({f"{NAME}.ipynb": b"{"}))  # nothing is run
    command = [sys.executable, "-c", _HOLD, url, NAME]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as other:
        assert other.stdout.readline() == "held\n"
        at_it = rf"at {NAME} in this gradebook \(course grade on {socket.gethostname()} since"
        with pytest.raises(CourseError, match=at_it) as told:
            grade_class(root, NAME)
        assert "secret" not in str(told.value)
        assert not (root / "autograded").exists()
        for another in ("other", "x" * 99, "naïve"):  # numbers of both signs
            with only_machine(url, another):
                pass
        other.kill()
    end = time.monotonic() + 60
    while True:  # until the server has noticed that it is gone
        try:
            [cut] = grade_class(root, NAME, limits=Limits())
            break
        except CourseError:
            assert time.monotonic() < end, "the lock outlived its holder"
            time.sleep(0.1)
    assert cut.status == "unreadable"


def test_a_student_is_not_renamed_while_another_machine_marks(server, tmp_path):
    """Do renaming and deleting wait for every run, and a run for them, on whatever machine?"""
    url = server("renaming")
    root = _machine(tmp_path / "second", url)
    hand_in(root, "cut", Case({f"{NAME}.ipynb": b"{"}))  # nothing is run
    grade_class(root, NAME, limits=Limits())
    on = rf"\({{}} on {socket.gethostname()} since"
    with only_machine(url, "another assignment"):
        for change in (
            lambda: rename_student(root, "cut", "new"),
            lambda: delete_student(root, "cut", yes=True),
        ):
            with pytest.raises(CourseError, match=on.format("course grade")) as told:
                change()
            assert "secret" not in str(told.value)
        assert (root / "submitted" / "cut").is_dir()
        with only_machine(url, NAME):  # two assignments at once, as ever
            pass
    with (
        only_change(url),
        pytest.raises(CourseError, match=f"or deleted .*{on.format('a change of students')}"),
    ):
        grade_class(root, NAME, limits=Limits())
    assert rename_student(root, "cut", "new") == 0
    assert (root / "submitted" / "new").is_dir()


def test_no_time_is_given_while_another_machine_marks(server, tmp_path):
    """Does an extension wait for a run of its assignment, and a run for it, on whatever machine?"""
    url = server("extending")
    root = _machine(tmp_path / "second", url)
    hand_in(root, "cut", Case({f"{NAME}.ipynb": b"{"}))  # nothing is run
    grade_class(root, NAME, limits=Limits())
    with open_gradebook(url) as book:
        book.update_or_create_assignment(NAME, **{"duedate": "2026-03-05 12:00 UTC"})
    on = rf"at {NAME} in this gradebook \({{}} on {socket.gethostname()} since"
    with (
        only_machine(url, NAME),
        pytest.raises(CourseError, match=on.format("course grade")),
    ):
        extend(root, NAME, "cut", days=1)
    with (
        only_machine(url, NAME, "course extend"),
        pytest.raises(CourseError, match=on.format("course extend")),
    ):
        grade_class(root, NAME, limits=Limits())
    with only_machine(url, "another assignment"):
        assert extend(root, NAME, "cut", days=1) == 0
    with open_gradebook(url) as book:
        assert f"{book.find_submission(NAME, 'cut').duedate}" == "2026-03-06 12:00:00"


def test_no_message_shows_the_password(tmp_path):
    """Is a server that is away, or a driver that is missing, one sentence without the secret?"""
    root = make_course(tmp_path)
    hand_in(root, "ann", code())
    config = (root / "nbgrader_config.py").read_text()
    for url, says in {
        "postgresql+psycopg://me:secret@127.0.0.1:9/x": "does not answer",
        "postgresql+none://me:secret@127.0.0.1/x": r"cnn-course\[postgres\]",
    }.items():
        (root / "nbgrader_config.py").write_text(f"{config}\nc.CourseDirectory.db_url = {url!r}\n")
        with pytest.raises(CourseError, match=says) as error:
            grade_class(root, NAME)
        assert "secret" not in str(error.value)
        assert "\n" not in str(error.value)
    assert shown_url("postgresql+psycopg://me:secret@h/x") == "postgresql+psycopg://me:***@h/x"


def test_no_name_stops_a_class(server, tmp_path):
    """Has everybody a status beside names that are too long, or look like SQL or a form?"""
    root = _machine(tmp_path / "only", server("names"))
    cut = Case({f"{NAME}.ipynb": b"{"})  # nothing is run
    names = [
        "Robert'); DROP TABLE student;--",
        "%s",
        ":x",
        "$1",
        "\\x00",
        "é",
        "e\u0301",
        "ß",
        "ss",
    ]
    for name in ["a" * 128, *names]:
        hand_in(root, name, cut)
    hand_in(root, "b" * 129, code())
    hand_in(root, "ann", code())
    (root / "submitted" / os.fsdecode(b"\xff" * 250)).mkdir()
    results = {result.student: result for result in grade_class(root, NAME)}
    assert results["ann"].score == FULL
    assert "longer than 128 letters" in results["b" * 129].instructor
    assert {each.status for name, each in results.items() if name != "ann"} == {"unreadable"}
    assert len(results) == len(recorded(open_course(root), NAME)) == 13


def test_a_long_name_in_a_class_list_stops_no_collecting(server, tmp_path):
    """Is everybody's work taken, and what the gradebook has no room for cut?"""
    root = _machine(tmp_path / "only", server("roster"))
    roster = tmp_path / "roster.csv"
    lines = ["Identifier,Full name,Email address", "Participant 1,Ada L,ada@x.org"]
    roster.write_text("\n".join([*lines, f"Participant 2,{'e' * 150}\0 Eve,eve@x.org"]))
    work = [("Ada L", 1, f"{NAME}.ipynb", "{}"), ("Eve", 2, f"{NAME}.ipynb", "{}")]
    file = moodle_zip(tmp_path / "all.zip", *work)
    assert collect(root, file, "--roster", roster, assignment=NAME) == 0
    with open_gradebook(open_course(root).db_url) as book:
        assert book.find_student("eve@x.org").first_name == "e" * 128
        assert book.find_student("ada@x.org").last_name == "L"
