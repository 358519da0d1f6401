"""The one status of a submission, with a sentence for the student and one for the instructor."""

import html
import re
from typing import NamedTuple

import nbformat

STATUSES = ("ok", "repaired", "stopped", "unreadable", "missing")
_REASONS = {
    "time": "took too long",
    "memory": "needed too much memory",
    "output": "printed too much",
    "crash": "ended its own process",
}


class Status(NamedTuple):
    """``name``: one of STATUSES. ``student`` and ``instructor``: a sentence each."""

    name: str
    student: str
    instructor: str


def of_unread(submission) -> Status:
    """The status of a submission that could not be read (a ``read.Submission``)."""
    if submission.status == "missing":
        return Status(
            "missing",
            f"There is no notebook to mark: {submission.said}. Hand in the notebook that you "
            "received, under its own name.",
            submission.said,
        )
    return Status(
        "unreadable",
        f"Your notebook could not be read: {submission.said}. Open it in Jupyter, run it, save it, "
        "and hand it in again. Until then it has no mark.",
        submission.said,
    )


def of_fault(fault: str) -> Status:
    """The status of work that the grader itself failed to mark; ``fault``: its last line says why.

    There is no score: a failure of the machine is no mark.
    """
    why = re.sub(r"[^ -~]+", " ", fault.splitlines()[-1])[:300]
    return Status(
        "stopped",
        "The marking of your notebook could not be finished; that is no mark. Your instructor has "
        "been told.",
        f"not marked, the grader itself failed: {why}; run it again, and look at this work if it "
        "fails again",
    )


def of_marked(result: dict, notes=(), walled=True) -> Status:
    """The status of a result of ``mark_submission``; ``notes`` are from reading it."""
    mended = [*notes, *result["repairs"]]
    said = []
    for where, (_, what) in result["stops"].items():
        said.append(f"{where}: {what}")
    told = []
    if result["untouched"]:
        said.append("nothing was filled in")
        told.append(
            "Nothing was filled in here. If that is not the copy that you worked on, hand that one "
            "in."
        )
    if result["stops"]:
        where = ", ".join(
            f"{name} {_REASONS.get(reason, 'was stopped')}"
            for name, (reason, _) in result["stops"].items()
        )
        told.append(
            f"A part of your notebook was stopped ({where}). The points of the other questions "
            "count; run the named cell yourself, from a fresh kernel."
        )
    if result["repairs"]:
        told.append(
            "Given parts of your notebook are not as in the assignment; they were put back "
            f"({'; '.join(result['repairs'])}), and your answers were marked."
        )
    if notes:
        told.append(f"Of what you handed in: {'; '.join(notes)}.")
    name = "stopped" if result["stops"] else "repaired" if mended else "ok"
    said += mended
    if not walled:
        said.append("marked without a sandbox")
    return Status(name, " ".join(told), "; ".join(said))


def look_again(names: list[str]) -> str:
    """The sentence for the instructor on answers that changed since a person marked them."""
    return f"{', '.join(names)}: look again, changed since it was marked by hand" if names else ""


def with_note(notebook: str, said: Status) -> str:
    """The marked notebook (JSON) with the sentence for the student above its first cell."""
    if not said.student:
        return notebook
    made = nbformat.v4.reads(notebook)
    text = f"> **How this was marked.** {html.escape(said.student, quote=False)}"
    made.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="how-marked"))
    return nbformat.v4.writes(made)
