"""Each submission's own result, as a JSON file ``grades/<assignment>/<student>.json``."""

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from course_utils.grading.marks import Mark

_LONGEST = 200  # bytes of a student's name in a file's name


@dataclass(frozen=True)
class Standing:
    """What the gradebook has of a submission: its score, and what a person still has to look at.

    ``score``: what counts, with the ``penalty`` for lateness taken off.
    ``waiting``: grade id → points that a person gives; ``again``: grade ids of answers that changed
    since a person marked them. ``by_hand``: a hash of what a person has given and written;
    whenever it changes, the student's page is old.
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
    ``score`` is None where there is none. ``questions``: grade id → mark. ``seconds``: of marking.
    ``wall``: the kind of wall around the student's code (namespaces, landlock, none), "" where none
    of it ran. ``cell_seconds``: the limit of one cell then. ``key``: the hash of what the mark
    depends on; "" when the work must be marked again.
    The rest is as in ``Standing``.
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

    def standing_at(self, standing: Standing) -> "Result":
        """This result with the gradebook's present scores."""
        return replace(self, **{f.name: getattr(standing, f.name) for f in fields(standing)})

    def lost(self) -> "Result":
        """This result when its gradebook has gone: no score, and the work is marked again."""
        return replace(
            self.standing_at(Standing(None, self.max_score)),
            questions={},
            key="",
            instructor="marked before, but not in this gradebook: run it again",
        )

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Result":
        """The result of ``dataclasses.asdict``; what it does not know is left out."""
        known = {f.name for f in fields(cls)}
        facts = {name: value for name, value in facts.items() if name in known}
        marks = {name: _mark(mark) for name, mark in facts.get("questions", {}).items()}
        given: dict[str, Any] = facts | {"questions": marks}
        return cls(**given)


def _mark(facts: dict[str, Any]) -> Mark:
    found = (facts.get(key, []) for key in ("misconceptions", "mistakes"))
    return Mark(facts.get("points", 0.0), facts.get("score"), *found)


class ResultStore:
    """The results of one assignment, below ``folder``."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, student: str) -> Path:
        """The file of a student's result; a name that fits no file gets a name of digits."""
        name = student
        if len(os.fsencode(student)) > _LONGEST:
            name = f"long-{hashlib.sha256(os.fsencode(student)).hexdigest()}"
        return self.folder / f"{name}.json"

    def load(self, student: str) -> Result | None:
        """The student's result; None where there is none that can be read."""
        try:
            return _loaded(self.path(student))
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def all(self) -> list[Result]:
        """Every result that is kept and can be read, sorted by file name."""
        found: list[Result] = []
        for path in sorted(self.folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                found.append(_loaded(path))
        return found

    def save(self, result: Result) -> None:
        """Keep ``result``, at once or not at all; any name fits into ASCII's escapes."""
        write_file(self.path(result.student), json.dumps(asdict(result), indent=1).encode())


def _loaded(path: Path) -> Result:
    return Result.from_json(json.loads(path.read_text(encoding="utf-8")))


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    aside.replace(path)
