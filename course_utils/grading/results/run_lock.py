"""Let one run at a time write a class's results; say in one sentence what cannot be written.

For runs in one folder the lock is a file in it. For runs of several machines with one gradebook
(then on PostgreSQL) it is a lock of the server. Either lock ends with the process that holds it.
"""
# pyright: reportUnknownMemberType=false

import socket
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy import text as sql

from course_utils.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has no fcntl: there the instructor must not start two runs
    fcntl = None

_RUN = 0x636E72  # the first number of our advisory locks; the second is the assignment's
_TAKE = sql("SELECT pg_try_advisory_lock(:run, :assignment)")
_HOLDER = sql(
    "SELECT application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = :run "
    "AND objid::bigint = :assignment AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def only_run(grades: Path) -> Generator[None, None, None]:
    """In a ``with``: no other run writes below ``grades``.

    Raises CourseError while another run does, and where a file cannot be written (no permission, no
    room left); what was recorded before that is kept.
    """
    try:
        grades.mkdir(parents=True, exist_ok=True)
        with (grades / ".lock").open("a") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise CourseError(
                        f"another run is marking this class ({grades}): wait until it is done, "
                        "then run this again"
                    ) from None
            yield
    except OSError as error:
        where = error.filename or grades
        raise CourseError(
            f"cannot write {where}: {error.strerror}; the marks recorded so far are kept: correct "
            "this, then run the same command again"
        ) from error


@contextmanager
def only_machine(db_url: str, assignment: str) -> Generator[None, None, None]:
    """In a ``with``: no other machine marks ``assignment`` into the gradebook at ``db_url``.

    Raises CourseError, which names the other machine, while one does. SQLite's gradebook lies in
    the course's folder, where ``only_run`` is enough.
    """
    if not db_url.startswith("postgresql"):
        yield
        return
    number = zlib.crc32(assignment.encode("utf-8", "backslashreplace"))
    engine = create_engine(db_url, isolation_level="AUTOCOMMIT")  # leave no transaction open
    try:
        with engine.connect() as connection:
            signed = number - (1 << 32) if number >> 31 else number  # PostgreSQL takes an int4
            name = f"course grade on {socket.gethostname()}"
            connection.execute(sql("SELECT set_config('application_name', :n, false)"), {"n": name})
            if not connection.execute(_TAKE, {"run": _RUN, "assignment": signed}).scalar():
                raise CourseError(
                    f"another run is marking {assignment} into this gradebook "
                    f"({_holder(connection, number)}): wait until it is done, then run this again"
                )
            yield
    finally:
        engine.dispose()  # this ends the connection, and so the lock


def _holder(connection: Connection, number: int) -> str:
    """Who has the lock, as far as the server tells it to this account."""
    found = connection.execute(_HOLDER, {"run": _RUN, "assignment": number}).first()
    if found is None or found.application_name is None:
        return "by another account of the server"
    since = f" since {found.backend_start:%Y-%m-%d %H:%M %Z}" if found.backend_start else ""
    return f"{found.application_name}{since}"
