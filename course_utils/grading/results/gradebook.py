"""nbgrader's gradebook: made where there is none; what to do where it cannot be used."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nbgrader
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from sqlalchemy import Engine, create_engine, inspect, make_url, select
from sqlalchemy import text as sql
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SAWarning

from course_utils.errors import CourseError
from course_utils.grading.results.own_tables import make_own_tables

_LOCK = 0x636E6E  # of ours alone among a server's advisory locks
_INDEXED = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
)
_VERSION = sql("SELECT version_num FROM alembic_version")


@contextmanager
def usable(db_url: str):
    """In a ``with``: what the database refuses becomes a CourseError that says what to do."""
    path = shown_url(db_url)
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, OperationalError) and not db_url.startswith("sqlite"):
            reason = str(error.orig).strip().splitlines()[0]
            raise CourseError(
                f"the database {path} does not answer ({reason}): see that it runs and lets you "
                "in, then run this again; what is recorded stays"
            ) from None
        if "locked" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} is locked by another program: close what uses it "
                "(another run, the formgrader, a database browser) and run this again; what is "
                "recorded stays"
            ) from None
        if "no such column" in str(error.orig) or "no such table" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} is of another version of nbgrader ({error.orig}): run "
                "`nbgrader db upgrade` in the course's folder, then this again"
            ) from None
        if "readonly" in str(error.orig) or "unable to open" in str(error.orig):
            raise CourseError(
                f"the gradebook {path} cannot be written ({error.orig}): may your account write "
                "there, and is the disk not full?"
            ) from None
        raise CourseError(
            f"the gradebook {path} cannot be used ({error.orig}): put a copy of it back, or "
            "move it away and run this again (marks that a person gave are then lost)"
        ) from None


def open_gradebook(db_url: str) -> Gradebook:
    """nbgrader's gradebook; made where there is none, or one whose making was cut short.

    nbgrader itself asks a command for the version of a new one, which takes seconds and must be on
    the PATH; here the same version is read in this process.
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
            # it adds rows in an order that SQLAlchemy remarks on, at every new submission
            warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader.api")
            return Gradebook(db_url)  # which adds the row of the course where there is none
    finally:
        engine.dispose()


def is_begun(db_url: str) -> bool:
    """Whether there is a gradebook: SQLite's file, or a server, which is asked later."""
    return not db_url.startswith("sqlite:///") or Path(shown_url(db_url)).is_file()


def shown_url(db_url: str) -> str:
    """A database's address as it may be printed: SQLite's file, or a URL without its password."""
    if db_url.startswith("sqlite:///"):
        return db_url.removeprefix("sqlite:///")
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(an address that cannot be read)"


@contextmanager
def _alone(engine: Engine) -> Generator[None, None, None]:
    """Nobody else makes the tables meanwhile: several graders may start at once on PostgreSQL."""
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
    """What every score is summed up from, found without reading whole tables."""
    there = inspect(engine)
    with engine.begin() as connection:
        for table, column in _INDEXED:
            name = f"course_{table}_{column}"
            if not any(index["name"] == name for index in there.get_indexes(table)):
                connection.execute(sql(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})"))


def _is_made(engine: Engine) -> bool:
    """Whether it has its version, which is written last, or holds anything (older than that)."""
    there = inspect(engine).get_table_names()
    with engine.connect() as connection:
        if "alembic_version" in there and connection.execute(_VERSION).first():
            return True
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        return any(connection.execute(select(table).limit(1)).first() for table in tables)


def _make(engine: Engine) -> None:
    Base.metadata.create_all(bind=engine)
    scripts = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic"))
    with engine.begin() as connection:
        MigrationContext.configure(connection).stamp(scripts, "head")
