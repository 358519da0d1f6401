"""A JupyterHub's exchange: an instructor and two students, each a Unix user of their own."""

import os
import pwd
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.apps import (
    CollectApp,
    FetchAssignmentApp,
    FetchFeedbackApp,
    GenerateFeedbackApp,
    ReleaseAssignmentApp,
    ReleaseFeedbackApp,
    SubmitApp,
)

from course_utils.cli import main
from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.results.feedback import write_feedback
from course_utils.grading.results.gradebook import open_gradebook
from tests.grading.conftest import make_course
from tests.grading.corpus.assignment import NAME, notebook, released

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users"),
    pytest.mark.usefixtures("kept_pool"),
]


def as_user(user: pwd.struct_passwd, folder: Path, ask: Callable[[], object]) -> int:
    """Call ``ask`` in ``folder`` as ``user``, in a process of its own: 0 where nothing is raised.

    It is a fork, since these users may have no right to start the Python that root runs.
    """
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        os.chdir(folder)
        own = {"HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / ".jupyter")}
        os.environ |= own | {"JUPYTER_DATA_DIR": str(folder / ".data"), "JUPYTER_PATH": ""}
        ask()
        os._exit(0)
    except SystemExit as end:
        os._exit(int(end.code or 0))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def command(app: type, *words: str) -> Callable[[], object]:
    """``nbgrader …`` as a call."""
    return lambda: app.launch_instance(list(words))


@pytest.fixture(scope="module")
def hub():
    """The folder of a hub: a course, the homes of two students, an exchange open to all."""
    users = [user for user in pwd.getpwall() if user.pw_uid not in (0, 65534)][:3]
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    (place / "exchange").mkdir()
    (place / "exchange").chmod(0o777)  # as the instructors' page says
    course, *homes = (place / name for name in ("course", "ann", "ben"))
    for home in (course, *homes):
        home.mkdir()
    settings = (
        f"c.CourseDirectory.course_id = 'cnn'\nc.Exchange.root = '{place}/exchange'\n"
        "c.IncludeHeaderFooter.header = ''\n"
    )
    make_course(course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(settings)
    with open_gradebook(f"sqlite:///{course}/gradebook.db"):
        pass  # made by root: nbgrader starts a program for it, which this user may have no right to
    (course / "exercises" / NAME).mkdir(parents=True)
    nbformat.write(released(), course / "exercises" / NAME / f"{NAME}.ipynb")
    for home in homes:
        (home / "nbgrader_config.py").write_text("c = get_config()\n" + settings)
    made = SimpleNamespace(course=course, ann=homes[0], ben=homes[1], inside=place / "exchange/cnn")
    made.users = dict(zip((course, *homes), users, strict=True))
    give(made)
    yield made
    shutil.rmtree(place)


def give(hub) -> None:
    """Each home to its user: root has written there."""
    for home, user in hub.users.items():
        for path in (home, *home.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def ask(hub, home: Path, app: type, *words: str) -> None:
    """``nbgrader …`` typed by the user whose home it is; it must succeed."""
    assert as_user(hub.users[home], home, command(app, *words)) == 0, (app, words)


def pages(home: Path) -> list[Path]:
    """The feedback that a student has fetched."""
    return sorted((home / NAME / "feedback").rglob("*.html"))


def test_work_and_feedback_cross_the_exchange(hub):
    """Does only the student who handed in get a page, in any order of nbgrader's commands?"""
    ask(hub, hub.course, ReleaseAssignmentApp, NAME)
    for home in (hub.ann, hub.ben):
        ask(hub, home, FetchAssignmentApp, NAME)
    nbformat.write(
        notebook(double="def double(x):\n    return x"), hub.ann / NAME / f"{NAME}.ipynb"
    )
    give(hub)
    ask(hub, hub.ann, SubmitApp, NAME)
    ask(hub, hub.course, CollectApp, NAME)
    ann = hub.users[hub.ann].pw_name
    skipped = hub.course / "submitted" / "skipped"
    skipped.mkdir()  # somebody who has handed in something else
    results = grade_class(hub.course, NAME)
    assert {each.student: each.score for each in results} == {ann: 6.0, "skipped": None}
    assert write_feedback(open_course(hub.course), NAME, results) == []
    give(hub)
    ask(hub, hub.course, ReleaseFeedbackApp, NAME)
    ask(hub, hub.course, GenerateFeedbackApp, NAME, "--force")
    ask(hub, hub.course, ReleaseFeedbackApp, NAME)
    for home in (hub.ann, hub.ben):
        ask(hub, home, FetchFeedbackApp, NAME)
    (page,) = pages(hub.ann)
    assert "not read yet: up to 1.0" in page.read_text("utf-8")
    assert pages(hub.ben) == []
    hidden = hub.inside / "feedback"  # whoever knows a page's name may read it
    assert as_user(hub.users[hub.ben], hub.ben, lambda: list(hidden.iterdir())) == 1
    assert main(["--root", str(hub.course), "delete", ann, "--yes"]) == 0
    left = [path.name for path in hub.inside.rglob("*") if path.is_file()]
    assert left == [f"{NAME}.ipynb"], "what was handed out, and nothing of ann's"
