"""The Landlock wall, set up from outside: a preloaded process's folder, and what may be read.

It needs no namespace and no privilege. The preloaded process itself has no wall, as it runs no
student code; each of its forks puts up its own wall first (``guest.submission_process``).
"""

import os
import re
import shutil
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.guest import landlock, own_user, seccomp
from course_utils.grading.guest.submission_process import Shown
from course_utils.grading.host.shown import (
    SYSTEM,
    course_files,
    environment,
    hidden_folders,
    package_folders,
    python_folders,
    search_path,
)

HOMES = "homes"  # in the preloaded process's folder: one folder for each submission


def prepared(folder: Path, marked: Path | None = None) -> dict[str, str]:
    """Prepare ``folder`` for a preloaded process; return the environment variables for it.

    ``marked``: the course that is marked, which no submission may see. Raises CourseError where
    Landlock cannot be used.
    """
    if reason := cannot_stand():
        raise CourseError(reason)
    course, homes = folder / "course", folder / HOMES
    for place in (course, homes):
        place.mkdir()
    for source, name in course_files():
        target = course / "course_utils" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for path in (folder, homes):
        path.chmod(0o711)  # another user may pass through, but lists nothing
    for path in (course, *course.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    hidden = hidden_folders(marked)
    shown = Shown(
        read=(*_around(hidden, [*SYSTEM, *python_folders()]), str(course)),
        list=tuple(_listed(hidden)),
        homes=str(homes),
        users=_users(),
        abi=_version(),
    )
    own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(homes)}
    own |= {"PYTHONPATH": search_path(course), "COURSE_SHOWN": shown.to_json()}
    return environment() | own


def home_of(address: str, guard: int) -> Path | None:
    """The folder of the submission whose guard is process ``guard``; None for other kinds of wall.

    ``address``: the path of the preloaded process's socket.
    """
    homes = Path(address).with_name(HOMES)
    return homes / str(guard) if homes.is_dir() else None


def cannot_stand() -> str:
    """Why this machine cannot put Landlock around a submission, or ""."""
    if landlock.version() < 1:
        return "this kernel has no Landlock (it needs Linux 5.13, and Landlock switched on)"
    if not seccomp.supported():
        return f"the system calls of {os.uname().machine} are not known"
    return ""


def _version() -> int:
    """The version of Landlock to use; with COURSE_LANDLOCK a lower one, as an older kernel has."""
    return min(landlock.version(), int(os.environ.get("COURSE_LANDLOCK", "99")))


def _users() -> tuple[int, int]:
    """The numbers of the users that submissions become where the grader is root."""
    text = os.environ.get("COURSE_USERS", f"{own_user.FIRST}-{own_user.LAST}")
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    if not found or not 0 < int(found[1]) <= int(found[2]):
        raise CourseError(
            f"COURSE_USERS={text}: write the first and the last user number, as in "
            f"{own_user.FIRST}-{own_user.LAST}"
        )
    return int(found[1]), int(found[2])


def _around(hidden: list[Path], folders: list[str]) -> list[str]:
    """The ``folders``; in place of one that holds something hidden, all else that lies in it."""
    found: set[str] = set()
    waiting = [Path(folder).resolve() for folder in folders]
    while waiting:
        path = waiting.pop()
        if not any(other.is_relative_to(path) for other in hidden):
            found.add(str(path))
        elif path.is_dir() and path not in hidden:
            for below in path.iterdir():
                if not below.is_symlink():
                    waiting.append(below)
                elif _is_open(below.resolve(), hidden):
                    found.add(str(below))
    return sorted(found)


def _is_open(target: Path, hidden: list[Path]) -> bool:
    """Whether ``target`` neither is hidden, nor lies in or holds something hidden."""
    return not any(target.is_relative_to(h) or h.is_relative_to(target) for h in hidden)


def _listed(hidden: list[Path]) -> list[str]:
    """The package folders with something hidden in them: Python must list them to import."""
    around = [folder.parent for folder in hidden]
    return [path for path in package_folders() if Path(path).resolve() in around]
