"""A JupyterHub's folders: an instructor's and two students' homes, and an exchange open to all."""

import os
import pwd
import sys
import traceback
from collections.abc import Callable
from pathlib import Path


class Hub:
    """The homes of three Unix users in ``place``: only root can make them, and be these users.

    ``course`` is the instructor's home; ``ann`` and ``ben`` are those of the students.
    """

    def __init__(self, place: Path, course: Path):
        self.course, self.ann, self.ben = course, place / "ann", place / "ben"
        self.exchange = place / "exchange"
        self.settings = (
            f"\nc.CourseDirectory.course_id = 'cnn'\nc.Exchange.root = '{self.exchange}'\n"
            "c.IncludeHeaderFooter.header = ''\n"
        )
        people = [user for user in pwd.getpwall() if user.pw_uid not in (0, 65534)]
        self._users = dict(zip((course, self.ann, self.ben), people, strict=False))

    def open(self) -> None:
        """Make the exchange, as the instructors' page says, and the students' homes."""
        self.exchange.mkdir()
        self.exchange.chmod(0o1777)
        for home in (self.ann, self.ben):
            home.mkdir()
            (home / "nbgrader_config.py").write_text(f"c = get_config(){self.settings}")
        self.give()

    def name(self, home: Path) -> str:
        """The login name of whose home it is."""
        return self._users[home].pw_name

    def give(self) -> None:
        """Each home to its user: root has written there."""
        for home, user in self._users.items():
            for path in (home, *home.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def ask(self, home: Path, app: type, *words: str) -> None:
        """``nbgrader …`` typed by the user whose home it is; it must succeed."""
        assert self.as_user(home, lambda: app.launch_instance(list(words))) == 0, (app, words)

    def as_user(self, home: Path, act: Callable[[], object]) -> int:
        """Call ``act`` in ``home`` as its user, in a process of its own: 0 if nothing is raised.

        It is a fork, since these users may have no right to start the Python that root runs.
        """
        if child := os.fork():
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        try:
            os.setgroups([])
            os.setgid(self._users[home].pw_gid)
            os.setuid(self._users[home].pw_uid)
            os.chdir(home)
            own = {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / ".jupyter")}
            os.environ |= own | {"JUPYTER_DATA_DIR": str(home / ".data"), "JUPYTER_PATH": ""}
            act()
            os._exit(0)
        except SystemExit as end:
            os._exit(int(end.code or 0))
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    def pages(self, home: Path, name: str) -> list[Path]:
        """The feedback that a student has fetched."""
        return sorted((home / name / "feedback").rglob("*.html"))

    def listed(self, home: Path, folder: Path) -> bool:
        """Whether the user whose home it is may list ``folder``."""
        return self.as_user(home, lambda: list(folder.iterdir())) == 0
