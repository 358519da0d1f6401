"""Choose the wall around a submission on this machine: namespaces, else Landlock, else none.

A new kind of wall needs a name here, a file beside ``bubblewrap.py`` and ``landlocked.py``, a
branch in ``launch.py``, a function in ``guest/submission_process.py`` and a word in
``guest/zygote.py``.
"""

import os
import sys
from functools import cache
from typing import Literal

from course_utils.errors import CourseError
from course_utils.grading.guest import landlock, own_user
from course_utils.grading.host.launch import Preloaded, close_connection, connect

Wall = Literal["namespaces", "landlock", "none"]
_STANDING: tuple[Wall, ...] = ("namespaces", "landlock")  # the stronger first
_ADVICE = "what each kind of wall needs is on the page For instructors"


def wall_here() -> Wall:
    """The stronger kind of wall that works on this machine; ``none`` where neither does.

    Raises CourseError when the variable COURSE_WALL has another value than the two kinds.
    """
    for kind in _asked_for():
        if not why_not_of(kind):
            return kind
    return "none"


def _asked_for() -> list[Wall]:
    """The kinds to try: both, or the one that the variable COURSE_WALL names."""
    asked = os.environ.get("COURSE_WALL", "")
    kinds: list[Wall] = [kind for kind in _STANDING if asked in ("", kind)]
    if not kinds:
        raise CourseError(f"COURSE_WALL={asked}: write namespaces or landlock, or leave it out")
    return kinds


def why_not() -> str:
    """Why this machine cannot build a sandbox; "" where it can."""
    if wall_here() != "none":
        return ""
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}"
    reasons = [f"{kind}: {why_not_of(kind)}" for kind in _asked_for()]
    return f"{'; '.join(reasons)}; {_ADVICE}"


def wall_of(walled: bool) -> Wall:
    """The kind of wall for a run that is to be ``walled``, or not. Raises CourseError."""
    if not walled:
        return "none"
    if reason := why_not():
        raise CourseError(f"this machine cannot build a sandbox: {reason}")
    return wall_here()


def described(kind: Wall) -> str:
    """The wall around a submission here, in words."""
    if kind == "landlock":
        version, separate = landlock.version(), own_user.can_become_others()
        user = "a user of its own for each submission" if separate else "all as this user"
        return f"landlock (version {version}, {user}); namespaces are refused here"
    return {"namespaces": "namespaces (bubblewrap)", "none": "no wall"}[kind]


@cache
def why_not_of(kind: Wall) -> str:
    """Why a wall of this ``kind`` does not work here, found by building one; "" where it does."""
    if sys.platform != "linux":
        return f"this is {sys.platform}"
    try:
        probe = Preloaded(kind, [])
    except CourseError as error:
        return str(error)
    try:
        probe.wait()
        close_connection(*connect(probe.address, patience=10))
    except CourseError as error:
        return str(error)
    finally:
        probe.close()
    return ""
