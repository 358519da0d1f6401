"""How a fork becomes one submission's process: behind namespaces, behind Landlock, or neither.

There is one function for each of the three. It takes the client's connection, runs in a fresh fork
of the preloaded process, and returns when the submission is over and nothing of it is left.
"""

import json
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from course_utils.grading.guest import landlock, own_user, seccomp, walls
from course_utils.grading.guest.guard import (
    BUSY,
    Streams,
    end_family,
    fork,
    guard,
    wait_for_children,
)
from course_utils.grading.guest.remove_tree import remove_tree

_DEVICES = ("/dev/urandom", "/dev/random")
# the facts about the machine that TensorFlow reads
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")
# the facts about the process itself: beside them /proc tells the machine's connections and mounts
_OWN_FACTS = ("cmdline", "fd", "fdinfo", "limits", "maps", "smaps", "smaps_rollup")
_OWN_FACTS += ("stat", "statm", "status")


@dataclass(frozen=True)
class Shown:
    """What a submission behind Landlock may read, and where it lives.

    ``read``: files and folders that may be read, with all below them. ``list``: folders in which
    only names may be listed, also in the folders below. ``homes``: the folder in which each
    submission gets its own folder. ``users``: the first and the last user number that a submission
    may get, where the grader is root. ``abi``: the version of Landlock to use.
    """

    read: tuple[str, ...]
    list: tuple[str, ...]
    homes: str
    users: tuple[int, int] = (own_user.FIRST, own_user.LAST)
    abi: int = 1

    def to_json(self) -> str:
        """As text; ``from_json`` takes it back."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Shown":
        """What ``to_json`` wrote."""
        facts: dict[str, Any] = json.loads(text)
        tuples: dict[str, Any] = {name: tuple(facts[name]) for name in ("read", "list", "users")}
        return cls(**facts | tuples)


def in_namespaces(connection: socket.socket) -> None:
    """Make process 1 of fresh namespaces the guard: when it ends, the kernel kills all in them.

    This process returns at once; process 1 goes on alone.
    """
    streams = Streams()
    walls.enter_namespaces()
    try:
        first = os.fork()
    except OSError:  # no room for a process; these namespaces can have none any more
        connection.send(BUSY)
        return
    if first:
        streams.hand_over(connection, first)
        return
    streams.close_read()
    os.setsid()  # before the filter, which makes this call do nothing
    walls.hide_files(megabytes=256)
    walls.drop_privileges()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)  # without a handler, process 1 ignores the signal
    guard(connection, streams, partial(_answer, home=walls.HOME))


def in_landlock(shown: Shown) -> Callable[[socket.socket], None]:
    """The function that runs a submission behind Landlock.

    Where the grader is root, each submission becomes a user of its own; else it stays this user.
    """
    separate = own_user.can_become_others()
    # Python may lie in a folder that others may not enter: a submission must pass through it
    barred = own_user.holds(walls.READ_ANYWHERE) and own_user.is_barred([*shown.read, shown.homes])

    def start(connection: socket.socket) -> None:
        user = own_user.OwnUser(range(shown.users[0], shown.users[1] + 1)) if separate else None
        others = 0 if user else walls.tasks_of_this_user()

        def serve(line: socket.socket, home: Path) -> None:
            if user:
                os.chown(home, user.number, user.number)
                user.become(keep_reading=barred)
                walls.die_with_parent()  # changing the user clears it
            _wall_in(shown, home, [walls.READ_ANYWHERE] if barred else [])
            _answer(line, home, others)

        def end_all() -> None:
            with suppress(BlockingIOError):  # no room for the process that ends the others
                if user:
                    user.end_processes()
                    wait_for_children()
            end_family()

        _stand_by(connection, serve, end_all, Path(shown.homes))

    return start


def _wall_in(shown: Shown, home: Path, capabilities: list[int]) -> None:
    """Put Landlock and the filter around this process; it keeps only these ``capabilities``."""
    walls.preloaded_bytes()
    walls.keep_capabilities(capabilities)
    walls.forbid_new_privileges()
    rules = landlock.Rules(shown.abi)
    own = Path("/proc", str(os.getpid()))
    for path in (*shown.read, *_DEVICES, *_FACTS, *(own / name for name in _OWN_FACTS)):
        rules.read(path)
    for path in (*shown.list, own / "task"):
        rules.list(path)
    rules.read_and_write("/dev/null")
    rules.read_and_write(home)
    rules.enforce()
    os.environ |= {"HOME": str(home), "TMPDIR": str(home)}
    tempfile.tempdir = None  # else it would still use the folder that it found before
    seccomp.refuse_calls(
        seccomp.Shared(
            pid=os.getpid(),
            signals=shown.abi >= landlock.SIGNALS,
            truncation=shown.abi >= landlock.TRUNCATION,
        )
    )


def without_walls(connection: socket.socket) -> None:
    """Run a submission with ``--no-sandbox``: with limits and a fresh folder, and no wall."""
    others = walls.tasks_of_this_user()
    serve = partial(_answer, others=others)
    _stand_by(connection, serve, end_family, Path(os.environ["HOME"]))  # removed after the run


def _stand_by(
    connection: socket.socket,
    serve: Callable[[socket.socket, Path], None],
    end_all: Callable[[], None],
    homes: Path,
) -> None:
    """Run the submission, and clean up after it; its guard may be killed at any moment.

    ``serve`` gets the connection and the submission's own folder, which lies in ``homes`` and is
    named after the guard's process id.
    """
    walls.adopt_orphans()
    streams = Streams()
    first = fork()
    if first == 0:
        home = homes / str(os.getpid())
        home.mkdir(mode=0o700)
        streams.close_read()
        walls.adopt_orphans()  # so that the watch outside finds them below the guard
        walls.die_with_parent()
        os.setsid()
        guard(connection, streams, lambda line: serve(line, home))
        return
    fds = streams.hand_over(connection, first)
    for fd in [connection.detach(), *fds, streams.out, streams.err, streams.status]:
        os.close(fd)  # while it is open here, the client cannot see that the submission hung up
    with suppress(ChildProcessError):
        os.waitpid(first, 0)
    end_all()
    remove_tree(homes / str(first))


def _answer(connection: socket.socket, home: Path, others: int = 0) -> None:
    """The submission's own process, walled in or not: answer the client until it hangs up."""
    os.chdir(home)
    from course_utils.grading.guest.answer import serve

    serve(connection, home, others)
