"""Answers written before anybody looked at the checks, and what a notebook's checks say of each.

``blind/first`` improved the checks; each later set was written by others, measured them, and then
improved them, too. A file holds answers to one question. A heading says whether the answer is right
or wrong, and if wrong, its true cause. The quoted line below it has the words with which a check
names this cause; no check names the cause of an answer without such a line.
"""

import contextlib
import io
import linecache
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from course_utils.checks import CheckError
from tests.conftest import ROOT

FOLDER = Path(__file__).parent / "blind"
SETS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
)
NOTEBOOKS = ("convolution", "pooling", "cnn")

_ANSWER = re.compile(
    r"^## (right|wrong): ([^\n]+)\n+(?:> ([^\n]+)\n+)?```python\n(.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_CELL = re.compile(r"^# %%[^\n]*$", re.MULTILINE)
_GRADE_ID = re.compile(r'"grade_id": "(\w+)"')
_DIAGNOSIS = (
    "That is what comes of",
    "That is with",
    "equals the one with",
    "stops as an answer",
    "is right if it gets",
)
_UNTOLD = ("the values differ", "it stopped with an error")


class Answer(NamedTuple):
    """One student's answer: ``cause`` in a word, and the ``words`` that name it."""

    set: str  # one of SETS
    question: str
    right: bool
    cause: str
    words: str
    code: str

    @property
    def notebook(self) -> str:
        """The assignment that asks the question."""
        return next(name for name in NOTEBOOKS if self.question in _questions(name))


class Verdict(NamedTuple):
    """The result for an answer: "passed", "named", "helpful", "misleading", or "silent"."""

    kind: str
    section: bool  # whether the message leads to a place in the book
    said: str


def answers(question: str | None = None, sets: tuple[str, ...] = SETS) -> list[Answer]:
    """All answers of these sets, or those to one question, in the order of the files."""
    found = []
    for path in sorted(FOLDER.glob("*/*.md"), key=lambda path: (path.parent.name, path.name)):
        text = path.read_text(encoding="utf-8")
        name = text.split("\n", 1)[0].removeprefix("# ").strip()
        if path.parent.name in sets and question in (None, name):
            for kind, *rest in _ANSWER.findall(text):
                found.append(Answer(path.parent.name, name, kind == "right", *rest))
    return found


def _cells(notebook: str) -> Iterator[tuple[str, str]]:
    """(heading, source) of each code cell of an assignment, as its author wrote it."""
    text = (ROOT / "solutions" / notebook / f"{notebook}.py").read_text(encoding="utf-8")
    marks = [*_CELL.finditer(text)]
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        heading = mark.group()
        if "[markdown]" not in heading:
            yield heading, text[mark.end() : after.start() if after else len(text)]


@cache
def _questions(notebook: str) -> set[str]:
    return {name.group(1) for heading, _ in _cells(notebook) if (name := _GRADE_ID.search(heading))}


class Class:
    """A notebook in which the answer to one question at a time is replaced."""

    def __init__(self, notebook: str, until: str | None = None):
        """Run what stands before each question, its author's answers to the others included;
        those from the question ``until`` on are left out.
        """
        self._before: dict[str, dict] = {}
        self._checks: dict[str, list[str]] = {}
        space: dict = {"__name__": "a_student"}
        question = ""
        for heading, source in _cells(notebook):
            name = _GRADE_ID.search(heading)
            if name and '"solution": true' in heading and name.group(1) not in ("settings", "plot"):
                question = name.group(1)
                if question == until:
                    break
                self._before[question], self._checks[question] = dict(space), []
            if name and '"points"' in heading:
                self._checks[question].append(source)
            elif "raises-exception" not in heading:
                _run(source, space, f"{notebook}, {question or 'setup'}")

    @property
    def questions(self) -> list[str]:
        return list(self._checks)

    def verdict(self, answer: Answer, *, every: bool = True) -> Verdict:
        """What the checks say; of a wrong answer the worst of ``every`` cell, or of the first."""
        space = dict(self._before[answer.question])
        if "keras" in space:
            space["keras"].utils.set_random_seed(2016)  # whatever was trained before
        try:
            _run(answer.code, space, f"{answer.question}, {answer.cause}")
        except Exception as error:
            return Verdict("silent", section=False, said=f"{type(error).__name__}: {error}")
        verdicts = []
        for source in self._checks[answer.question]:
            try:
                _run(source, dict(space), "check")
            except CheckError as error:
                verdicts.append(_judged(answer, str(error)))
                if not every:
                    break
        for verdict in verdicts:
            if verdict.kind == "misleading":
                return verdict
        return verdicts[0] if verdicts else Verdict("passed", section=False, said="")


def _run(source: str, space: dict, name: str) -> None:
    """Run a cell as IPython does: its lines are there for a traceback, its output is not."""
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, file, "exec"), space)


def _judged(answer: Answer, message: str) -> Verdict:
    said = " ".join(message.split())
    section = "Read: " in said
    if answer.words and any(words in said for words in answer.words.split(" | ")):
        return Verdict("named", section, message)
    if any(words in said for words in _DIAGNOSIS):
        return Verdict("misleading", section, message)
    silent = any(words in said.split(".")[0] for words in _UNTOLD)
    return Verdict("silent" if silent else "helpful", section, message)
