"""Both kinds of wall, as root and as an ordinary user, are attacked from inside.

The corpus behind namespaces is in ``test_corpus``; here its families that reach for a wall are
marked where namespaces are refused, as in a container's default profile.
"""

import json
import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest

from course_utils.grading.host.shown import PACKAGE
from tests.conftest import ROOT
from tests.grading.conftest import LIMITS, corpus, hand_in, make_course
from tests.grading.corpus import crashes, memory, reach, strain, talk
from tests.grading.corpus.assignment import FULL, NAME, Case, code

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")

HONEST = {name: code() for name in ("a-honest", "honest", "z-honest")}
WALLS_ONLY: dict[str, Case] = reach.CASES | HONEST
CASES: dict[str, Case] = WALLS_ONLY | crashes.CASES | strain.CASES | memory.CASES | talk.CASES
# user, wall → the cases that are marked so; the ordinary user's Landlock is the weakest wall
MARKED = {("root", "landlock"): WALLS_ONLY, ("ordinary", "landlock"): CASES}
if os.environ.get("WHOLE_CORPUS"):  # make corpus: all of it, behind every wall
    WHOLE = {**HONEST, **corpus()}
    MARKED = dict.fromkeys([*MARKED, ("ordinary", "namespaces")], WHOLE)
    # to the kernel that ordinary user is root, whose processes it does not count
    bombs = ("fork-bomb", "fork-bomb-doubling")
    MARKED["ordinary", "namespaces"] = {n: case for n, case in WHOLE.items() if n not in bombs}
_MARK = """
import json, sys, os
from pathlib import Path
from course_utils.grading.class_run import grade_class
from course_utils.grading.guest.limits import Limits
limits = Limits(**json.loads(sys.argv[2]))
for result in grade_class(Path(sys.argv[1]), "small", workers=2, limits=limits):
    print(json.dumps([result.student, result.score, result.status, result.instructor, result.wall]))
"""


# an ordinary user, that may read this checkout wherever it lies (in root's home, say)
_AS_ORDINARY = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"]
_AS_ORDINARY += ["--bounding-set=-all,+dac_read_search", "--inh-caps=-all,+dac_read_search"]
_AS_ORDINARY += ["--ambient-caps=-all,+dac_read_search"]


def mark(root: Path, user: str, *, refused: bool = True, **variables: str):
    """Mark the class in ``root`` in a process of its own: student → (score, status, words, wall).

    ``user``: "root" or "ordinary". ``refused``: whether new namespaces are.
    """
    command = [sys.executable, "-c", _MARK, str(root), json.dumps(LIMITS._asdict())]
    if refused:
        command = [sys.executable, "-m", "tests.grading.refuse_namespaces", *command]
    temporary = root / "temporary"
    temporary.mkdir(exist_ok=True)
    if user == "ordinary" and os.geteuid() == 0 and not refused:
        command = ["unshare", "--user", "--map-user=1234", "--map-group=1234", *command]
    elif user == "ordinary" and os.geteuid() == 0:
        command = [*_AS_ORDINARY, *command]
        for path in (root, *root.rglob("*")):
            os.chown(path, 1234, 1234, follow_symlinks=False)
    own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "COURSE_SECRET": "x"} | variables
    done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert not list(temporary.iterdir()), "a run leaves nothing in the temporary folder"
    return {name: tuple(facts) for name, *facts in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A function (user, wall) → the results of its cases, which are marked once, as one class."""

    @cache
    def of(user: str, wall: str):
        if user == "root" and os.geteuid() != 0:
            pytest.skip("these tests do not run as root")
        root = make_course(tmp_path_factory.mktemp("walls"))
        with socket.create_server(("127.0.0.1", 0)) as server:
            places = {"root": root, "package": PACKAGE, "port": server.getsockname()[1]}
            for student, case in MARKED[user, wall].items():
                hand_in(root, student, case, **places)
            return mark(root, user, refused=wall == "landlock")

    return of


@pytest.mark.parametrize(
    ("user", "wall", "student"), [(*behind, name) for behind in MARKED for name in MARKED[behind]]
)
def test_each_gets_its_mark_and_status(marked, user, wall, student):
    """Does the submission get its score and status, behind that wall as that user?"""
    score, status, words, stood = marked(user, wall)[student]
    case = MARKED[user, wall][student]
    assert (score, status) == (case.score, case.status), words
    assert case.says in words
    assert stood == ("" if status in ("unreadable", "missing") else wall)


@pytest.mark.parametrize("refused", [False, True], ids=["namespaces", "landlock"])
def test_a_course_in_pythons_own_folder_is_hidden(refused):
    """Does a submission see nothing of the course that lies in a folder which it may read?"""
    with TemporaryDirectory(dir=sys.prefix) as place:
        Path(place).chmod(0o755)
        root = make_course(Path(place))
        reached = ("reach-course", "reach-submissions", "reach-gradebook", "reach-author")
        for name in reached:
            hand_in(root, name, reach.CASES[name], root=root)
        (root / "gradebook.db").touch(0o644)
        results = mark(root, "root" if os.geteuid() == 0 else "ordinary", refused=refused)
        assert {name: results[name][:2] for name in reached} == dict.fromkeys(reached, (FULL, "ok"))


_TRIES = """
import ctypes, ctypes.util, mmap, os, pathlib, signal, socket, subprocess, sys, tempfile, time
libc = ctypes.CDLL(None, use_errno=True)
def fails(number, *arguments):
    return libc.syscall(number, *arguments) == -1
def refused(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return True
    return False
def silent(call, *arguments):  # says that it is done, and nothing is
    call(*arguments)
    return True
parent = os.getppid()
victim = "{victim}"
HELD = {{
    "signal the guard": refused(os.kill, parent, 0),
    "signal the marker": refused(os.kill, {marker}, 0),
    "a handle of another process": fails(434, parent, 0),
    "trace another process": fails(101, 16, {marker}, 0, 0),
    "another's environment": refused(open, "/proc/{marker}/environ", "rb"),
    "another's open files": refused(os.listdir, "/proc/{marker}/fd"),
    "the list of processes": refused(os.listdir, "/proc"),
    "through the root link": refused(open, "/proc/self/root" + victim),
    "a file of the course": refused(open, victim),
    "a link to it": refused(lambda: (os.symlink(victim, "way"), open("way"))),
    "a second name of it": refused(os.link, victim, "name"),
    "emptying it": refused(os.truncate, victim, 0),
    "emptying it unread": refused(os.open, victim, os.O_RDONLY | os.O_TRUNC),
    "moving it": refused(os.rename, victim, "moved"),
    "removing it": refused(os.unlink, victim),
    "its rights": silent(os.chmod, victim, 0) if os.getuid() == 1234 else True,
    "its attributes": refused(os.setxattr, victim, "user.x", b"x"),
    "a program of another folder": refused(subprocess.run, ["{victim}.sh"]),
    "the temporary folder of all": refused(open, "{everybodys}/mine", "w"),
    "shared memory": refused(open, "/dev/shm/mine", "w"),
    "shared memory of System V": fails(30, 0, 0, 0),
    "messages of System V": fails(70, 0, 0, 0, 0, 0),
    "a queue of messages": fails(240, b"mine", 64, 0o600, 0),
    "a socket": refused(socket.socket, socket.AF_UNIX),
    "a socket of the Internet": refused(socket.socket, socket.AF_INET),
    "datagrams by a pair": refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM),
    "the processor of another": refused(os.sched_setaffinity, {marker}, {{0}}),
    "the limits of another": fails(302, {marker}, 7, 0, 0),
    "how nice another is": refused(os.setpriority, os.PRIO_PROCESS, {marker}, 5),
    "how nice a user is": refused(os.setpriority, os.PRIO_USER, 0, 5),
    "signals of a pipe": refused(__import__("fcntl").fcntl, os.pipe()[0], 8, {marker}),
    "a lease": refused(__import__("fcntl").fcntl, os.open(os.__file__, os.O_RDONLY), 1024, 0),
    "a device": refused(os.mknod, "zero", 0o20600, os.makedev(1, 5)),
    "the terminal": refused(open, "/dev/tty"),
    "a file by its handle": fails(303, -100, b"/", 0, 0, 0),
    "a new Landlock": fails(444, 0, 0, 1),
    "rights of root": refused(os.setuid, 0),
}}
NOT = [what for what, held in HELD.items() if not held]
assert not NOT, NOT
ORDINARY = []  # and what honest work does
pathlib.Path("a/b").mkdir(parents=True)
pathlib.Path("a/b/c.txt").write_text("x")
__import__("shutil").copy2("a/b/c.txt", "d.txt")
__import__("shutil").move("d.txt", "a/d.txt")  # the oldest Landlock has no renaming across folders
with tempfile.NamedTemporaryFile("w") as file:
    file.write("x")
left, right = socket.socketpair()
left.sendall(b"x")
assert right.recv(1) == b"x"
assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
assert __import__("threading").Thread(target=print).start() is None
signal.raise_signal(signal.SIGCONT)
"""


@pytest.mark.parametrize(
    ("user", "version"),
    [("root", ""), ("ordinary", ""), ("ordinary", "1")],
    ids=["root", "ordinary", "ordinary-oldest-landlock"],
)
def test_nothing_of_the_machine_is_reached_behind_landlock(tmp_path, user, version):
    """Is each of forty ways out refused, with the oldest Landlock too, and honest work allowed?

    The cell fails with the names of the ways that were open.
    """
    if user == "root" and os.geteuid() != 0:
        pytest.skip("these tests do not run as root")
    root = make_course(tmp_path)
    victim = root / "marks.csv"
    victim.write_text("ann,8\n")
    program = root / "marks.csv.sh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    everybodys = root / "everybodys"
    everybodys.mkdir(mode=0o1777)
    tries = _TRIES.format(victim=victim, everybodys=everybodys, marker=os.getpid())
    hand_in(root, "tries", code(tries))
    variables = {"COURSE_LANDLOCK": version} if version else {}
    before = victim.stat()
    score, status, words, wall = mark(root, user, **variables)["tries"]
    notebook = nbformat.read(root / "autograded" / "tries" / NAME / f"{NAME}.ipynb", 4)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    wrong = [f"{out.ename}: {out.evalue}" for out in outputs if out.output_type == "error"]
    assert not wrong
    assert (score, status, wall) == (FULL, "ok", "landlock"), words
    assert victim.read_text() == "ann,8\n"
    assert (victim.stat().st_mode, victim.stat().st_mtime) == (before.st_mode, before.st_mtime)


def test_the_stronger_wall_is_chosen_where_it_stands(tmp_path):
    """Are namespaces used where they are allowed, and is the kind in the result?"""
    hand_in(make_course(tmp_path), "ann", code())
    user = "root" if os.geteuid() == 0 else "ordinary"
    assert mark(tmp_path, user, refused=False) == {"ann": (FULL, "ok", "", "namespaces")}
