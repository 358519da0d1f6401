"""Our own tables in the gradebook's database, beside nbgrader's: they move with it.

``course_cell_time``: the limit of one cell that was measured for an author's notebooks (``basis``:
the hash of these and of the code that marks). ``course_result``: each submission's result as JSON
(``facts``, see ``store``), the machine that keeps it (``place``), when it was ``saved``, and the
hashes of the answers that were marked last. ``course_version``: each version of an assignment's
notebooks that was handed out (``cells``: JSON, see ``releases``), and when it was ``saved``.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import importlib
from typing import Any

from sqlalchemy import Column, Engine, Float, MetaData, String, Table, Text, inspect

_OURS = MetaData()
CELL_TIME = Table(
    "course_cell_time",
    _OURS,
    Column("basis", String(64), primary_key=True),
    Column("seconds", Float, nullable=False),
)
RESULT = Table(
    "course_result",
    _OURS,
    Column("assignment", Text, primary_key=True),
    Column("student", Text, primary_key=True),
    Column("facts", Text),
    Column("place", Text),
    Column("saved", Float),
    Column("answers", Text),
)
VERSION = Table(
    "course_version",
    _OURS,
    Column("assignment", Text, primary_key=True),
    Column("notebook", Text, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("cells", Text, nullable=False),
    Column("saved", Float, nullable=False),
)
Session = Any  # a session of SQLAlchemy's, as nbgrader's ``Gradebook.db`` is


def make_own_tables(engine: Engine) -> None:
    """Make those of our tables that are not there yet."""
    there = set(inspect(engine).get_table_names())
    missing = [table for table in _OURS.sorted_tables if table.name not in there]
    if missing:
        _OURS.create_all(engine, tables=missing)


def insert(session: Session, table: Table) -> Any:
    """An INSERT with ON CONFLICT, which each kind of database has in its own form."""
    dialect = session.get_bind().dialect.name
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
