"""Open nbgrader's gradebook, or make one; say what to do where it cannot be used."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nbgrader
from nbgrader.api import Base, Gradebook
from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SAWarning

from course_utils.errors import CourseError
from course_utils.grading.results.own_tables import make_own_tables

_LOCK = 0x636E6E  # the key of our lock among a server's advisory locks
_INDEXED = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
)
_VERSION = Table(  # as alembic makes it, with which nbgrader upgrades a gradebook
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_VERSIONS = Path(nbgrader.__file__).parent / "alembic" / "versions"


@contextmanager
def usable(db_url: str):
    """In a ``with``: an error of the database becomes a CourseError that says what to do."""
    path = shown_url(db_url)
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, OperationalError) and not db_url.startswith("sqlite"):
            reason = str(error.orig).strip().splitlines()[0]
            raise CourseError(
                f"the database {path} does not answer ({reason}): check that it runs and that you "
                "may log in, then run this again; the marks recorded so far are kept"
            ) from None
        if "locked" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} is locked by another program: close what uses it "
                "(another run, the formgrader, a database browser) and run this again; the marks "
                "recorded so far are kept"
            ) from None
        if "no such column" in str(error.orig) or "no such table" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} was made by another version of nbgrader ({error.orig}): run "
                "`nbgrader db upgrade` in the course's folder, then run this again"
            ) from None
        if "readonly" in str(error.orig) or "unable to open" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} cannot be written ({error.orig}): check that your account "
                "may write there, and that the disk is not full"
            ) from None
        raise CourseError(
            f"the gradebook {path} cannot be used ({error.orig}): restore it from a copy, or "
            "move it away and run this again (marks that a person gave are then lost)"
        ) from None


def open_gradebook(db_url: str) -> Gradebook:
    """nbgrader's gradebook at ``db_url``; it is made where there is none, or only part of one.

    For a new gradebook nbgrader itself runs a command to get the version, which takes seconds and
    must be on the PATH; here the same version is read in this process. Raises CourseError where
    the database is of a kind that cannot be used here.
    """
    try:
        engine = create_engine(db_url)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise CourseError(
            f"c.CourseDirectory.db_url is {shown_url(db_url)}, and {error}: for PostgreSQL "
            "pip install 'cnn-course[postgres]' and write postgresql+psycopg://USER@HOST/NAME"
        ) from None
    try:
        with _alone(engine):
            if not _is_made(engine):
                _make(engine)
            _index(engine)
            make_own_tables(engine)
            # nbgrader adds rows in an order for which SQLAlchemy warns at every new submission
            warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader.api")
            return Gradebook(db_url)  # it adds a row for the course if there is none
    finally:
        engine.dispose()


def is_begun(db_url: str) -> bool:
    """Whether there is a gradebook: SQLite's file exists, or it is on a server (asked later)."""
    return not db_url.startswith("sqlite:///") or Path(shown_url(db_url)).is_file()


def shown_url(db_url: str) -> str:
    """A database's address that may be printed: SQLite's file, or a URL without its password."""
    if db_url.startswith("sqlite:///"):
        return db_url.removeprefix("sqlite:///")
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(an address that cannot be read)"


@contextmanager
def _alone(engine: Engine) -> Generator[None, None, None]:
    """In a ``with``: no other process makes the tables. On PostgreSQL several graders may start."""
    if engine.dialect.name != "postgresql":
        yield  # a class on SQLite has one run at a time (see ``run_lock``)
        return
    with engine.connect() as connection:
        connection.execute(sql("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            yield
        finally:
            connection.execute(sql("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def _index(engine: Engine) -> None:
    """Make indexes, so that every score can be summed up without reading whole tables."""
    there = inspect(engine)
    with engine.begin() as connection:
        for table, column in _INDEXED:
            name = f"course_{table}_{column}"
            if not any(index["name"] == name for index in there.get_indexes(table)):
                connection.execute(sql(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})"))


def _is_made(engine: Engine) -> bool:
    """Whether the gradebook is complete: it has its version, which is written last, or any row.

    A gradebook of an old version of nbgrader has rows and no version.
    """
    there = inspect(engine).get_table_names()
    with engine.connect() as connection:
        if _VERSION.name in there and connection.execute(select(_VERSION)).first():
            return True
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        return any(connection.execute(select(table).limit(1)).first() for table in tables)


def _make(engine: Engine) -> None:
    Base.metadata.create_all(bind=engine)
    with engine.begin() as connection:
        _VERSION.create(connection, checkfirst=True)
        connection.execute(_VERSION.delete())
        connection.execute(_VERSION.insert().values(version_num=_newest_version()))


def _newest_version() -> str:
    """The version of nbgrader's tables that no other follows; to import alembic takes longer."""
    texts = [path.read_text(encoding="utf-8") for path in _VERSIONS.glob("*.py")]
    versions, followed = (
        {found[1] for text in texts if (found := re.search(rf"^{name} = '(\w+)'$", text, re.M))}
        for name in ("revision", "down_revision")
    )
    (newest,) = versions - followed
    return newest
