"""nbgrader's gradebook: made where there is none; what to do where it cannot be used."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import warnings
from contextlib import contextmanager
from pathlib import Path

import nbgrader
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from sqlalchemy import Engine, create_engine, inspect, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, SAWarning

from course_utils.errors import CourseError

_VERSION = sql("SELECT version_num FROM alembic_version")


@contextmanager
def usable(db_url: str):
    """In a ``with``: what the database refuses becomes a CourseError that says what to do."""
    path = db_url.removeprefix("sqlite:///")
    try:
        yield
    except DBAPIError as error:
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
    engine = create_engine(db_url)
    try:
        if not _is_made(engine):
            _make(engine)
    finally:
        engine.dispose()
    # it adds rows in an order that SQLAlchemy remarks on, at every new submission
    warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader.api")
    return Gradebook(db_url)


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
