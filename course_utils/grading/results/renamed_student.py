"""Give a student in the gradebook another id, or give one submission to another student.

All marks and comments stay with it.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment


def rename_in_gradebook(book: Gradebook, old: str, new: str) -> None:
    """Give the student ``old`` the id ``new``, in one step.

    Raises nbgrader's MissingEntry where there is no student ``old``, SQLAlchemy's IntegrityError
    where there already is a student ``new``.
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
    """Give the submission of ``old`` for one assignment to ``new``, who has none for it.

    Does nothing where ``old`` has no such submission, or ``new`` has one. If ``old`` then has no
    submission at all, the student is removed.
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
