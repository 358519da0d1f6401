"""Remember the first measured time limit of one cell, for every later run and machine.

Two measurements are never quite the same, and work is marked again when its limits change.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from sqlalchemy import select

from course_utils.grading.results.own_tables import CELL_TIME, Session, insert


def remembered(session: Session, basis: str) -> float | None:
    """The limit that was measured for ``basis``, in seconds; None where none was measured.

    ``basis``: a hash of all that the limit depends on.
    """
    found = session.execute(select(CELL_TIME.c.seconds).where(CELL_TIME.c.basis == basis))
    return found.scalar_one_or_none()


def remember(session: Session, basis: str, seconds: float) -> float:
    """Keep the limit, unless another run has kept one already; return the limit that is kept."""
    session.execute(
        insert(session, CELL_TIME).values(basis=basis, seconds=seconds).on_conflict_do_nothing()
    )
    session.commit()
    kept = remembered(session, basis)
    return seconds if kept is None else kept
