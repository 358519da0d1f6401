"""All that is recorded of one student is kept at once: nbgrader commits after each of its steps.

Each commit waits for the disk, and a run that is killed between two of them leaves a half.
"""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.orm import Session as OneSession

from course_utils.grading.results.own_tables import Session


@contextmanager
def one_commit(session: Session) -> Generator[None, None, None]:
    """In a ``with``: what is committed is kept at its end, or nothing of it after an error."""
    mine: OneSession = session()  # nbgrader's is a registry of them, one a thread
    mine.commit = mine.flush  # in this session alone; the class still has the real one
    try:
        yield
    except BaseException:
        del mine.commit
        mine.rollback()
        raise
    del mine.commit
    mine.commit()


def commit_now(session: Session) -> None:
    """Commit also within ``one_commit``: what follows reads on a connection of its own."""
    OneSession.commit(session())
