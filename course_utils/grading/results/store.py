"""Each submission's own result, in the gradebook's database beside the marks.

So every machine that uses the gradebook knows every status. An older version kept the results in
files (``grades/<assignment>/<student>.json``); these are moved into the database when first found.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import contextlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update

from course_utils.grading.course_paths import Course
from course_utils.grading.marks import Mark
from course_utils.grading.results.own_tables import RESULT, Session, insert


@dataclass(frozen=True)
class Standing:
    """A submission in the gradebook: its score, and what a person still has to look at.

    ``score``: the score that counts, after the ``penalty`` for lateness was taken off. ``waiting``:
    grade id → points that a person gives; ``again``: grade ids of answers that changed after a
    person marked them. ``by_hand``: a hash of the marks and comments of a person; when it changes,
    the student's page is old.
    """

    score: float | None
    max_score: float
    waiting: dict[str, float] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    by_hand: str = ""
    penalty: float = 0.0


@dataclass(frozen=True)
class Result:
    """One submission's result.

    ``status``: a name of ``status.STATUSES``; ``to_student`` and ``instructor``: a sentence each.
    ``score`` is None where there is no score. ``questions``: grade id → mark. ``seconds``: how long
    marking took. ``wall``: the kind of wall around the student's code (namespaces, landlock, none),
    "" where no code ran. ``cell_seconds``: the limit of one cell when it was marked. ``key``: the
    hash of all that the mark depends on; "" when the work must be marked again. ``place`` and
    ``saved``: the machine that keeps the result (see ``place_of``), and when it did (a time stamp).
    ``is_there``: whether the student has a folder in ``submitted/``; it is not kept. The other
    fields are as in ``Standing``.
    """

    student: str
    assignment: str
    status: str
    to_student: str = ""
    instructor: str = ""
    score: float | None = None
    max_score: float = 0.0
    waiting: dict[str, float] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    by_hand: str = ""
    penalty: float = 0.0
    questions: dict[str, Mark] = field(default_factory=dict)
    seconds: float = 0.0
    wall: str = ""
    cell_seconds: float = 0.0
    key: str = ""
    place: str = field(default="", compare=False)
    saved: float = field(default=0.0, compare=False)
    is_there: bool = field(default=True, compare=False)

    def standing_at(self, standing: Standing) -> "Result":
        """This result with the gradebook's present scores."""
        return replace(self, **{f.name: getattr(standing, f.name) for f in fields(standing)})

    def lost(self) -> "Result":
        """This result after its gradebook is gone: without a score; the work is marked again."""
        return replace(
            self.standing_at(Standing(None, self.max_score)),
            questions={},
            key="",
            instructor="marked before, but not in this gradebook: run it again",
        )

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Result":
        """The result from the dict of ``dataclasses.asdict``; unknown keys are left out."""
        known = {f.name for f in fields(cls)}
        facts = {name: value for name, value in facts.items() if name in known}
        marks = {name: _mark(mark) for name, mark in facts.get("questions", {}).items()}
        given: dict[str, Any] = facts | {"questions": marks}
        return cls(**given)


def _mark(facts: dict[str, Any]) -> Mark:
    found = (facts.get(key, []) for key in ("misconceptions", "mistakes"))
    return Mark(facts.get("points", 0.0), facts.get("score"), *found)


class ResultStore:
    """The results of one assignment. ``session``: the gradebook's; ``place``: this machine."""

    def __init__(self, session: Session, assignment: str, place: str = ""):
        self._session, self._assignment, self._place = session, assignment, place

    def load(self, student: str) -> Result | None:
        """The student's result; None where there is none, or it cannot be read."""
        row = self._session.execute(self._rows().where(RESULT.c.student == _name(student))).first()
        return None if row is None else _loaded(row)

    def all(self) -> list[Result]:
        """Every result that is kept and can be read, sorted by student."""
        rows = self._session.execute(self._rows().order_by(RESULT.c.student))
        return [result for result in map(_loaded, rows) if result is not None]

    def current(self, submitted: Path, people: Iterable[str]) -> list[Result]:
        """``all``, without this machine's students who are neither in ``submitted`` nor ``people``.

        ``people``: everybody in the gradebook. If one of them has no folder (any more),
        ``is_there`` is False; what was recorded stays.
        """
        found: list[Result] = []
        known = frozenset(people)
        for result in self.all():
            if result.place != self._place or (submitted / result.student).is_dir():
                found.append(result)
            elif result.student in known:
                found.append(replace(result, is_there=False))
        return found

    def of_another_place(self, student: str) -> Result | None:
        """The student's result, if another machine keeps it; else None."""
        result = self.load(student)
        return None if result is None or result.place == self._place else result

    def save(self, result: Result) -> Result:
        """Keep ``result`` in one step; return it with ``place`` and ``saved`` set."""
        kept = replace(result, place=self._place, saved=time.time())
        self._write(kept.student, **_columns(kept))
        self._session.commit()
        return kept

    def answers(self, student: str) -> dict[str, str] | None:
        """Name (notebook/grade id) → hash of the answer that was marked last, or None."""
        rows = select(RESULT.c.answers).where(*self._of(student))
        text = self._session.execute(rows).scalar_one_or_none()
        return None if text is None else json.loads(text)

    def keep_answers(self, student: str, answers: Mapping[str, str]) -> None:
        """Keep these hashes in place of the earlier ones."""
        self._write(student, answers=json.dumps(dict(answers)))
        self._session.commit()

    def adopt(self, folder: Path) -> None:
        """Move the results from an older version's files in here; a result in here has priority."""
        adopted: list[Path] = []
        for path in sorted(folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                facts = json.loads(path.read_text(encoding="utf-8"))
                result = replace(Result.from_json(facts), saved=path.stat().st_mtime)
                columns = _columns(replace(result, place=self._place))
                key = {"assignment": self._assignment, "student": _name(result.student)}
                new = insert(self._session, RESULT).values(**key, **columns)
                self._session.execute(new.on_conflict_do_nothing())
                adopted.append(path)
        if adopted:
            self._session.commit()
        for path in adopted:
            path.unlink(missing_ok=True)

    def _rows(self) -> Any:
        columns = (RESULT.c.facts, RESULT.c.place, RESULT.c.saved)
        return select(*columns).where(RESULT.c.assignment == self._assignment)

    def _of(self, student: str) -> tuple[Any, Any]:
        return (RESULT.c.assignment == self._assignment, RESULT.c.student == _name(student))

    def _write(self, student: str, **columns: Any) -> None:
        key = {"assignment": self._assignment, "student": _name(student)}
        new = insert(self._session, RESULT).values(**key, **columns)
        index = [RESULT.c.assignment, RESULT.c.student]
        self._session.execute(new.on_conflict_do_update(index_elements=index, set_=columns))


def open_results(course: Course, session: Session, assignment: str) -> ResultStore:
    """The results of ``assignment``, also those that an older version kept in files."""
    store = ResultStore(session, assignment, place_of(course))
    store.adopt(course.grades / assignment)
    return store


def assignments_of(session: Session, student: str) -> list[str]:
    """The assignments for which a result of ``student`` is kept here, sorted."""
    rows = select(RESULT.c.assignment).where(RESULT.c.student == _name(student))
    return sorted(session.execute(rows).scalars())


def rename_results(session: Session, old: str, new: str) -> None:
    """Move all results of the student ``old`` to the name ``new``, in one step."""
    mine = RESULT.c.student == _name(old)
    for row in session.execute(select(RESULT.c.assignment, RESULT.c.facts).where(mine)).all():
        try:
            facts = json.dumps(json.loads(row.facts) | {"student": new})
        except (ValueError, TypeError):  # it cannot be read: the next run makes it again
            facts = None
        this = update(RESULT).where(mine, RESULT.c.assignment == row.assignment)
        session.execute(this.values(student=_name(new), facts=facts))
    session.commit()


def forget(session: Session, student: str, assignment: str | None = None) -> None:
    """Remove all results of ``student``, or only that of one ``assignment``."""
    theirs = delete(RESULT).where(RESULT.c.student == _name(student))
    if assignment is not None:
        theirs = theirs.where(RESULT.c.assignment == assignment)
    session.execute(theirs)
    session.commit()


def place_of(course: Course) -> str:
    """This machine's name among those that share the gradebook on a server: random, kept in a file.

    "" where the gradebook is a file: then there is one place.
    """
    if course.db_url.startswith("sqlite"):
        return ""
    path = course.grades / ".place"
    if not path.is_file():
        write_file(path, uuid4().hex.encode())
    return path.read_text(encoding="ascii").strip()


def _name(student: str) -> str:
    """A student's name for the database: bytes that are not UTF-8 are escaped."""
    return student.encode("utf-8", "backslashreplace").decode()


def _columns(result: Result) -> dict[str, Any]:
    facts = {k: v for k, v in asdict(result).items() if k not in ("place", "saved", "is_there")}
    return {"facts": json.dumps(facts), "place": result.place, "saved": result.saved}


def _loaded(row: Any) -> Result | None:
    try:
        result = Result.from_json(json.loads(row.facts))
    except (ValueError, TypeError, AttributeError):  # no result is there, or a damaged one
        return None
    return replace(result, place=row.place, saved=row.saved)


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    aside.replace(path)
