"""Marking on a real dask cluster on loopback gives the marks of threads, even if workers die."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psutil
import pytest

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.cluster.connect import connected
from course_utils.grading.cluster.executor import ClusterExecutor, worker_table
from course_utils.grading.host.wall import wall_here
from tests.conftest import ROOT
from tests.grading.conftest import hand_in, make_course, results_of
from tests.grading.corpus.assignment import FULL, NAME, code

DASK = [sys.executable, "-m", "dask"]
WORK = {
    "ann": code(),
    "bob": code(score=FULL - 2, total="def total(values):\n    return 0"),
    "cid": code("import time\ntime.sleep(1)"),
    "dora": code(score=FULL - 2, mean="raise ValueError('no')"),
    "eve": code("import time\ntime.sleep(1)"),
}
MARKS = {student: case.score for student, case in WORK.items()}


def _wait(ready, what: str, seconds=60.0):
    end = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < end, f"waited {seconds:g} s: {what}"
        time.sleep(0.1)
    return found


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path):
        self.folder, self.running = folder, []
        (folder / "no_course" / "course_utils").mkdir(parents=True)
        broken = "raise ImportError('no course on this machine')"
        (folder / "no_course/course_utils/__init__.py").write_text(broken)
        self.file = folder / "scheduler.json"
        self.scheduler = self._start(
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
            ["--scheduler-file", str(self.file)],
            PYTHONPATH=str(folder / "no_course"),  # a scheduler needs no course
        )
        _wait(self.file.is_file, "the scheduler")

    def _start(self, *words, **variables):
        log = (self.folder / f"log{len(self.running)}").open("wb")
        process = subprocess.Popen(
            [*DASK, *(word for part in words for word in part)],
            env=os.environ | {"TMPDIR": str(self.folder)} | variables,
            stdout=log,
            stderr=log,
            cwd=self.folder,
        )
        self.running.append(process)
        return process

    def worker(self, name: str, threads=1, path=ROOT):
        """A worker that imports the course from ``path``."""
        place = self.folder / name
        place.mkdir()
        return self._start(
            ["worker", "--scheduler-file", str(self.file), "--no-nanny", "--no-dashboard"],
            ["--nthreads", str(threads), "--name", name, "--local-directory", str(place)],
            PYTHONPATH=str(path),
            TMPDIR=str(place),
        )

    @contextmanager
    def client(self, workers: int):
        """A connected client that has seen so many workers."""
        with connected(f"scheduler-file:{self.file}") as client:
            client.wait_for_workers(workers, timeout=60)
            yield client

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "dask").mkdir()
    made = Cluster(tmp_path / "dask")
    yield made
    made.close()


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course").mkdir()
    root = make_course(tmp_path / "course")
    for student, case in WORK.items():
        hand_in(root, student, case)
    return root


def _scores(results) -> dict:
    return {result.student: result.score for result in results}


def _when_one_is_recorded(course: Path, process: subprocess.Popen) -> Thread:
    """A thread that kills the process once a first result is recorded."""

    def kill() -> None:
        _wait(lambda: results_of(course), "a first result")
        process.kill()

    thread = Thread(target=kill)
    thread.start()
    return thread


def test_other_versions_refuse_and_a_killed_worker_costs_nobody_a_mark(cluster, course, tmp_path):
    """Are the marks those of threads, beside a worker of another version and one that dies?"""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "course_utils", other / "course_utils")
    with (other / "course_utils/reference.py").open("a") as file:
        file.write("\n# another version\n")
    cluster.worker("other", path=other)
    cluster.worker("bare", path=cluster.folder / "no_course")
    dies = cluster.worker("dies")
    cluster.worker("stays", threads=4)
    told = []
    with cluster.client(4) as client:
        table = worker_table(client)
        reasons = sorted(facts["unfit"] for facts in table.values())
        assert reasons[:2] == ["", ""]
        walls = {facts["wall"] for facts in table.values() if not facts["unfit"]}
        assert walls == {wall_here()}
        assert reasons[2].startswith("its course is another version")
        assert reasons[3].startswith("the course is not installed there")
        with ClusterExecutor(client, tell=told.append) as executor:
            kill = _when_one_is_recorded(course, dies)
            results = grade_class(course, NAME, executor=executor)
            kill.join()
    assert _scores(results) == MARKS, [result.instructor for result in results]
    assert sum("does not mark" in sentence for sentence in told) == 2, told


def test_a_lost_scheduler_is_one_line_and_the_next_run_goes_on(cluster, course):
    """When the scheduler is killed, is the error clear, and has each student a mark at the end?"""
    cluster.worker("one")
    with cluster.client(1) as client, ClusterExecutor(client) as executor:
        kill = _when_one_is_recorded(course, cluster.scheduler)
        with pytest.raises(CourseError, match="scheduler of the cluster is gone") as error:
            grade_class(course, NAME, executor=executor)
        kill.join()
    assert "\n" not in str(error.value)
    assert results_of(course), "what was recorded stays"
    assert _scores(grade_class(course, NAME)) == MARKS


def test_a_worker_of_four_threads_starts_one_set_and_leaves_nothing(cluster, course):
    """Is each preloaded process there once, and everything gone after SIGTERM?"""
    worker = cluster.worker("four", threads=4)
    with cluster.client(1) as client, ClusterExecutor(client) as executor:
        assert _scores(grade_class(course, NAME, executor=executor)) == MARKS
        started = [child.cmdline() for child in psutil.Process(worker.pid).children()]
        assert sum("marks" in command for command in started) == 1, started
        assert len(started) == 2, started
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=60)
    left = [path for path in (cluster.folder / "four").iterdir() if "course-run" in path.name]
    assert not left


def test_the_command_killed_and_given_again_marks_everybody_once(cluster, course):
    """After SIGKILL of ``course grade --on``, does the same command complete the class?"""
    cluster.worker("one")
    where = f"scheduler-file:{cluster.file}"
    command = [sys.executable, "-m", "course_utils.cli", "--root", str(course), "grade", NAME]
    command += ["--on", where]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait(lambda: results_of(course), "a first result")
    first.kill()
    first.wait()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines() if "/" in line}
    assert {s: float(rows[s]) for s in MARKS} == MARKS


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("tcp://192.0.2.1:8786", "use tls://"),
        ("local:none", "local:4"),
        ("somewhere", "tls://HOST:PORT"),
        ("scheduler-file:/nowhere.json", "there is no file"),
        ("/nowhere.py", "no such file"),
    ],
)
def test_a_cluster_that_cannot_be_meant_is_one_clear_line(where, says):
    """Does one sentence say what was asked, what came, and the next step?"""
    with pytest.raises(CourseError, match=says) as error, connected(where):
        pass
    assert "\n" not in str(error.value)


def _doors() -> set:
    """The addresses at which this process listens."""
    sockets = psutil.Process().net_connections("inet")
    return {each.laddr for each in sockets if each.status == psutil.CONN_LISTEN}


def test_a_cluster_to_try_it_listens_to_nobody(course):
    """Are the marks those of threads, and is no port open that another user could work with?"""
    before = _doors()
    with connected("local:2") as client, ClusterExecutor(client) as executor:
        assert client.scheduler.address.startswith("inproc://")
        assert len(client.scheduler_info(n_workers=-1)["workers"]) == 2
        doors = _doors() - before
        assert {door.ip for door in doors} <= {"127.0.0.1"}
        for door in doors:  # dask opens them for pages; there are none
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"http://{door.ip}:{door.port}/health", timeout=60)
        assert _scores(grade_class(course, NAME, executor=executor)) == MARKS
