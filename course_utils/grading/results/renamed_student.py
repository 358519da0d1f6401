"""A student of the gradebook under another id, or one submission under another student's.

All marks and comments go along.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment


def rename_in_gradebook(book: Gradebook, old: str, new: str) -> None:
    """Give the student ``old`` the id ``new``, which nobody has; all at once or not at all.

    Raises nbgrader's MissingEntry where there is no ``old``, SQLAlchemy's IntegrityError where
    there is a ``new``.
    """
    session: Any = book.db
    known: Any = book.find_student(old)
    columns = [column.name for column in Student.__table__.columns if column.name != "id"]
    facts = {name: getattr(known, name) for name in columns}
    try:
        session.add(Student(id=new, **facts))
        session.flush()
        mine = session.query(SubmittedAssignment).filter_by(student_id=old)
        mine.update({"student_id": new}, synchronize_session=False)
        session.expire_all()
        session.query(Student).filter_by(id=old).delete(synchronize_session=False)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    session.expire_all()


def move_submission(book: Gradebook, assignment: str, old: str, new: str) -> None:
    """Make what ``old`` handed in for one assignment ``new``'s, who has handed in nothing for it.

    Does nothing where there is no such submission, or one of ``new``'s. A student who is left
    without any goes.
    """
    session: Any = book.db
    try:
        mine: Any = book.find_submission(assignment, old)
    except MissingEntry:
        return
    book.update_or_create_student(new)
    there = session.query(SubmittedAssignment).filter_by(
        assignment_id=mine.assignment_id, student_id=new
    )
    if there.first() is not None:
        return
    mine.student_id = new
    session.commit()
    session.expire_all()
    if not list(book.find_student(old).submissions):
        book.remove_student(old)
