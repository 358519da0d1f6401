"""Keep all that is recorded of one student in one commit; nbgrader commits after each of its steps.

Each commit waits for the disk, and a run that is killed between two commits would leave half of it.
"""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.orm import Session as OneSession

from course_utils.grading.results.own_tables import Session


@contextmanager
def one_commit(session: Session) -> Generator[None, None, None]:
    """In a ``with``: commits take effect together at its end; after an error none does."""
    mine: OneSession = session()  # nbgrader's session is a registry: one session for each thread
    mine.commit = mine.flush  # only in this session; the class still has the real method
    try:
        yield
    except BaseException:
        del mine.commit
        mine.rollback()
        raise
    del mine.commit
    mine.commit()


def commit_now(session: Session) -> None:
    """Commit at once, also within ``one_commit``: code on another connection must read it."""
    OneSession.commit(session())
