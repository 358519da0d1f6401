"""Several commits become one, at the end of a ``with``; an error undoes all of them."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, event, select
from sqlalchemy.orm import scoped_session, sessionmaker

from course_utils.grading.results.one_commit import commit_now, one_commit

NUMBERS = Table("numbers", MetaData(), Column("value", Integer, primary_key=True))


@pytest.fixture
def commits():
    """How often the database was asked to commit."""
    return []


@pytest.fixture
def session(tmp_path, commits):
    """A registry of sessions, as nbgrader has one, on an empty table."""
    engine = create_engine(f"sqlite:///{tmp_path}/numbers.db", future=True)
    NUMBERS.create(engine)
    event.listen(engine, "commit", commits.append)
    made = scoped_session(sessionmaker(bind=engine, future=True))
    yield made
    made.remove()
    engine.dispose()


def add(session, value):
    """One step that ends in a commit."""
    session.execute(NUMBERS.insert().values(value=value))
    session.commit()


def add_and_raise(session, value, error):
    """The same, and then an error before the end."""
    add(session, value)
    raise error


def kept(session):
    """What another connection sees."""
    with session.get_bind().connect() as other:
        return sorted(other.execute(select(NUMBERS.c.value)).scalars())


def test_several_commits_are_one(session, commits):
    """Is nothing seen before the end, all of it after it, and is a later step its own again?"""
    with one_commit(session):
        add(session, 1)
        add(session, 2)
        assert kept(session) == []
    assert (kept(session), len(commits)) == ([1, 2], 1)
    add(session, 3)
    assert (kept(session), len(commits)) == ([1, 2, 3], 2)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_takes_all_of_it_back(session, error):
    """Does nothing stay of what came before an error or a Ctrl+C, and does the next step count?"""
    with pytest.raises(error), one_commit(session):
        add_and_raise(session, 1, error)
    assert kept(session) == []
    add(session, 2)
    assert kept(session) == [2]


def test_what_must_be_seen_is_kept_before_the_end(session):
    """Does ``commit_now`` keep what came before at once, and the end keep the rest?"""
    with one_commit(session):
        add(session, 1)
        commit_now(session)
        assert kept(session) == [1]
        add(session, 2)
        assert kept(session) == [1]
    assert kept(session) == [1, 2]
