"""Share the versions of an assignment that were handed out among all machines with one gradebook.

Each machine keeps its own versions in ``released/`` (see ``releases``). A mark depends on them, so
they must be the same everywhere: else machines that share a class would mark each other's work
again and again.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import hashlib
import time
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from course_utils.grading.results.own_tables import VERSION, Session, insert


def shared_versions(
    session: Session, assignment: str, mine: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Add ``mine`` (notebook → versions as text) to those of ``assignment`` in the gradebook.

    Returns all that are there now, in the order in which they came.
    """
    ours = VERSION.c.assignment == assignment
    asked = select(VERSION.c.notebook, VERSION.c.digest).where(ours)
    there = {tuple(row) for row in session.execute(asked)}
    for notebook, versions in mine.items():
        for cells in versions:
            digest = hashlib.sha256(cells.encode("utf-8", "backslashreplace")).hexdigest()
            if (notebook, digest) not in there:
                row = {"assignment": assignment, "notebook": notebook, "digest": digest}
                new = insert(session, VERSION).values(**row, cells=cells, saved=time.time())
                session.execute(new.on_conflict_do_nothing())  # another machine may have added it
    session.commit()
    found: dict[str, list[str]] = {notebook: [] for notebook in mine}
    asked = select(VERSION.c.notebook, VERSION.c.cells).where(ours)
    for notebook, cells in session.execute(asked.order_by(VERSION.c.saved, VERSION.c.digest)):
        found.setdefault(notebook, []).append(cells)
    return found
