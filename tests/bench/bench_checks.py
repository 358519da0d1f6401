"""How the checks judge answers written blind: named, helpful, silent, misleading, accepted.

Named: the message says what the answer does, in the words that are noted with the answer in
``tests/checks/blind``. Helpful: it says something that is true of this answer, but no cause.
Silent: only that it is wrong. Misleading: it gives another cause. The last columns must be 0.
There is a table for each set. The checks were improved with all of them, so none is blind now.
"""

import contextlib
import io
import os
from collections import Counter

from tests.checks.blind_answers import NOTEBOOKS, SETS, Answer, Class, Verdict, answers

COLUMNS = ("named", "helpful", "silent", "misleading", "accepted", "refused")
GOAL = 0.9  # the share of wrong answers that shall be named


def main() -> int:
    """Print the tables; return how many of three targets were missed in each set."""
    os.environ["COURSE_MARKING"] = "1"  # the small budget of training
    rooms = {}
    for notebook in NOTEBOOKS:
        with contextlib.redirect_stderr(io.StringIO()):
            rooms[notebook] = Class(notebook)
    return sum(_measured(rooms, which) for which in SETS)


def _measured(rooms: dict[str, Class], which: str) -> int:
    total: Counter[str] = Counter()
    heads = "".join(f"{column:>11}" for column in COLUMNS)
    print(f"{which + ' set':22}{'wrong':>6}{'right':>6}  {heads}")
    for notebook, room in rooms.items():
        for question in room.questions:
            handed_in = answers(question, (which,))
            count = Counter(answer_counts(room, handed_in, notebook != "cnn"))
            total += count
            _row(question, count)
    _row("all", total)
    print(f"{total['section']} of the {total['named']} name a section of the book, too.")
    share = total["named"] / total["wrong"]
    print(f"named: {share:.1%}, at least {GOAL:.0%} asked for")
    return (share < GOAL) + bool(total["misleading"]) + bool(total["accepted"] + total["refused"])


def answer_counts(room: Class, handed_in: list[Answer], every: bool):
    """The columns in which each answer counts."""
    for answer in handed_in:
        verdict = room.verdict(answer, every=every)
        yield "right" if answer.right else "wrong"
        yield from _columns(answer, verdict)


def _columns(answer: Answer, verdict: Verdict):
    if answer.right:
        if verdict.kind != "passed":
            print(f"  refused: {answer.question}, {answer.cause}: {verdict.said}")
            yield "refused"
        return
    kind = "accepted" if verdict.kind == "passed" else verdict.kind
    if kind != "named":
        print(f"  {kind}: {answer.question}, {answer.cause}")
    elif verdict.section:
        yield "section"
    yield kind


def _row(question: str, count: Counter) -> None:
    cells = "".join(f"{count[column]:11}" for column in COLUMNS)
    print(f"{question:22}{count['wrong']:6}{count['right']:6}  {cells}")
