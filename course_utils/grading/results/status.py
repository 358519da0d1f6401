"""The one status of a submission, with a sentence for the student and one for the instructor."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nbformat

from course_utils.grading.marks import Stop

# A new status also needs: a line in the tables of book/09_your_turn.md and book/for_instructors.md,
# a colour in html_report.html, a place in the order of html_report.py and, if it has no score, in
# UNSCORED of records.py.
STATUSES = ("ok", "repaired", "stopped", "unreadable", "missing", "failed")
NOTHING = "nothing was handed in"
FOLDER_GONE = "its folder is no longer in submitted/"
_REASONS = {
    "time": "took too long",
    "memory": "needed too much memory",
    "output": "printed too much",
    "crash": "ended its own process",
}


@dataclass(frozen=True)
class Status:
    """``name``: one of STATUSES. ``student`` and ``instructor``: a sentence each."""

    name: str
    student: str
    instructor: str


def of_unread(status: str, message: str) -> Status:
    """The status of a submission that could not be read; ``message`` says why."""
    if status == "missing":
        return Status(
            "missing",
            f"There is no notebook to mark: {message}. Hand in the notebook that you "
            "received, under its own name.",
            message,
        )
    return Status(
        "unreadable",
        f"Your notebook could not be read: {message}. Open it in Jupyter, run it, save it, "
        "and hand it in again. Until then it has no mark.",
        message,
    )


def of_fault(fault: str) -> Status:
    """The status of work that the grader itself failed to mark: no score.

    ``fault``: a text; its last line says why.
    """
    why = re.sub(r"[^ -~]+", " ", fault.splitlines()[-1])[:300]
    return Status(
        "failed",
        "Your notebook is not marked yet: marking it failed, which is not your fault. Your "
        "instructor can see this.",
        f"not marked, the grader itself failed: {why}; run it again, and look at this work if it "
        "fails again",
    )


def of_failed_check(message: str) -> Status:
    """The status of work whose marking met a mistake in the author's own test: no score."""
    return Status(
        "failed",
        "Your notebook is not marked yet: one of its tests has a mistake, which is not yours. Your "
        "instructor can see this.",
        f"not marked, a test of the assignment itself failed: {message}; correct it in solutions/, "
        "then run this again",
    )


def of_marked(
    repairs: Sequence[str],
    stops: Mapping[str, Stop],
    notes: Sequence[str] = (),
    untouched: bool = False,
    wall: str = "",
) -> Status:
    """The status of marked work.

    ``repairs``: sentences on what was put right; ``stops``: where → why a part was stopped;
    ``notes``: sentences from reading it; ``untouched``: the student filled nothing in; ``wall``:
    the kind of wall around the student's code.
    """
    instructor = [f"{where}: {stop.message}" for where, stop in stops.items()]
    student: list[str] = []
    if untouched:
        instructor.append("nothing was filled in")
        student.append(
            "Nothing was filled in here. If that is not the copy that you worked on, hand that one "
            "in."
        )
    if stops:
        where = ", ".join(
            f"{name} {_REASONS.get(stop.reason, 'was stopped')}" for name, stop in stops.items()
        )
        student.append(
            f"A part of your notebook was stopped ({where}). The points of the other questions "
            "count; run the named cell yourself, from a fresh kernel."
        )
    if repairs:
        student.append(
            "Parts of the notebook that you were given have changed; they were put back "
            f"({'; '.join(repairs)}), and your answers were marked."
        )
    if notes:
        student.append(f"About what you handed in: {'; '.join(notes)}.")
    instructor += [*notes, *repairs]
    if wall == "none":
        instructor.append("marked without a sandbox")
    name = "stopped" if stops else "repaired" if notes or repairs else "ok"
    return Status(name, " ".join(student), "; ".join(instructor))


def look_again(names: list[str]) -> str:
    """The sentence for the instructor on answers that changed after a person marked them."""
    return f"{', '.join(names)}: look again, changed since it was marked by hand" if names else ""


def _as_written(text: str) -> str:
    """``text`` as Markdown that shows it unchanged: it may hold the names of a student's files."""
    return re.sub(r"[^\w\s.,;:'()%-]|[_\n]", lambda found: f"&#{ord(found[0])};", text)


def with_note(notebook: str, to_student: str) -> str:
    """The marked notebook (JSON) with the sentence for the student above its first cell."""
    if not to_student:
        return notebook
    made = nbformat.v4.reads(notebook)
    text = f"> **How this was marked.** {_as_written(to_student)}"
    made.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="how-marked"))
    return nbformat.v4.writes(made)
