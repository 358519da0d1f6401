"""Let one run at a time write a class's results; say in one sentence what cannot be written.

For runs in one folder the lock is a file in it. For runs of several machines with one gradebook
(then on PostgreSQL) it is a lock of the server. Either lock ends with the process that holds it.
"""
# pyright: reportUnknownMemberType=false

import contextlib
import socket
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, TextClause, create_engine
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from course_utils.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has no fcntl: there the instructor must not start two runs
    fcntl = None

_RUN = 0x636E72  # the first number of our advisory locks; the second is the assignment's
_CLASS = _RUN + 1  # of the lock that runs share, and that whoever changes students has alone
_TAKE = sql("SELECT pg_try_advisory_lock(:first, :second)")
_SHARE = sql("SELECT pg_try_advisory_lock_shared(:first, :second)")
_HOLDER = sql(
    "SELECT application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = :first "
    "AND objid::bigint = :second AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY backend_start"
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
def only_machine(
    db_url: str, assignment: str, what: str = "course grade"
) -> Generator[None, None, None]:
    """In a ``with``: no other machine marks ``assignment`` into the gradebook at ``db_url``.

    Nor does one extend it, or change students (see ``only_change``). ``what``: what others are told
    of this one. Raises CourseError, which names the other machine, while one does. SQLite's
    gradebook lies in the course's folder, where ``only_run`` is enough.
    """
    number = zlib.crc32(assignment.encode("utf-8", "backslashreplace"))
    with _connected(db_url, what) as connection:
        if connection is not None:
            _take(connection, _SHARE, _CLASS, 0, "a student is being renamed or deleted in")
            _take(connection, _TAKE, _RUN, number, f"another command is at {assignment} in")
        yield


@contextmanager
def only_change(db_url: str) -> Generator[None, None, None]:
    """In a ``with``: no machine marks into the gradebook at ``db_url`` or changes its students.

    Raises CourseError, which names the other machine, while one does.
    """
    with _connected(db_url, "a change of students") as connection:
        if connection is not None:
            _take(connection, _TAKE, _CLASS, 0, "another command is writing into")
        yield


@contextmanager
def _connected(db_url: str, what: str) -> Generator[Connection | None, None, None]:
    """In a ``with``: a connection for locks, under the name of ``what`` and this machine.

    None where the gradebook is on no server.
    """
    if not db_url.startswith("postgresql"):
        yield None
        return
    engine = create_engine(db_url, isolation_level="AUTOCOMMIT")  # leave no transaction open
    try:
        with engine.connect() as connection:
            name = f"{what} on {socket.gethostname()}"
            connection.execute(sql("SELECT set_config('application_name', :n, false)"), {"n": name})
            try:
                yield connection
            finally:  # the server may notice only later that the connection has ended
                with contextlib.suppress(DBAPIError):
                    connection.execute(sql("SELECT pg_advisory_unlock_all()"))
    finally:
        engine.dispose()  # this ends the connection, and so its locks


def _take(connection: Connection, how: TextClause, first: int, second: int, otherwise: str) -> None:
    """Take a lock, or raise CourseError: ``otherwise`` "this gradebook", and who holds it."""
    signed = second - (1 << 32) if second >> 31 else second  # PostgreSQL takes an int4
    if not connection.execute(how, {"first": first, "second": signed}).scalar():
        raise CourseError(
            f"{otherwise} this gradebook ({_holder(connection, first, second)}): wait until it is "
            "done, then run this again"
        )


def _holder(connection: Connection, first: int, second: int) -> str:
    """Who has the lock, as far as the server tells it to this account."""
    found = connection.execute(_HOLDER, {"first": first, "second": second}).first()
    if found is None or found.application_name is None:
        return "by another account of the server"
    since = f" since {found.backend_start:%Y-%m-%d %H:%M %Z}" if found.backend_start else ""
    return f"{found.application_name}{since}"
