"""Step 6, report: the class as a CSV and as a table that a teacher can act on."""

import csv
import io
import re
from pathlib import Path

from course_utils.grading.status import look_again

FIELDS = ("student", "score", "max_score", "status", "message", "seconds")
_WIDEST = 88  # of the printed message; all of it is in the CSV


def row(result: dict) -> dict:
    """One line of the report from one submission's result (see ``class_run``)."""
    said = [result["instructor"]] if result["instructor"] else []
    if waiting := result.get("waiting"):
        points = sum(waiting.values())
        wait = "1 point waits" if points == 1 else f"{points:g} points wait"
        said.append(f"{', '.join(waiting)}: {wait} for a person")
    if again := look_again(result.get("again", [])):
        said.append(again)
    score = result["score"]
    return {
        "student": _shown(result["student"]),
        "score": "" if score is None else f"{score:g}",
        "max_score": f"{result['max_score']:g}",
        "status": result["status"],
        "message": _shown("; ".join(said)),
        "seconds": f"{result['seconds']:.1f}",
    }


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"), on one line."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
    return f"'{line}" if line.lstrip()[:1] in tuple("=+-@＝＋－＠") else line


def _shown(text: str) -> str:
    """The same for the table on the screen, too: nothing that a terminal obeys."""
    return safe(text if text.isprintable() else ascii(text)[1:-1])


def write_csv(path: Path, results: list[dict]) -> None:
    """All rows, one line each; the score of work that could not be read is empty, never 0."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for result in results:
        writer.writerow(row(result))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def table(results: list[dict]) -> str:
    """The same for a person to read, with the class's mean and what needs a look at its foot."""
    rows = [row(result) for result in results]
    for one in rows:
        one["score"] = f"{one['score'] or '–'} / {one['max_score']}"
        if len(one["message"]) > _WIDEST:
            one["message"] = one["message"][: _WIDEST - 1] + "…"
    shown = ("student", "score", "status", "seconds", "message")
    width = {f: max(len(f), *(len(one[f]) for one in rows)) for f in shown}
    right = ("score", "seconds")

    def line(values):
        parts = (
            f"{values[f]:>{width[f]}}" if f in right else f"{values[f]:<{width[f]}}" for f in shown
        )
        return "  ".join(parts).rstrip()

    lines = [line({f: f for f in shown}), line({f: "-" * width[f] for f in shown})]
    return "\n".join([*lines, *map(line, rows), "", _foot(results)])


def _foot(results: list[dict]) -> str:
    scores = [r["score"] for r in results if r["score"] is not None]
    counts = {
        name: sum(r["status"] == name for r in results)
        for name in dict.fromkeys(r["status"] for r in results)
    }
    students = "1 student" if len(results) == 1 else f"{len(results)} students"
    said = f"{students}: " + ", ".join(f"{n} {name}" for name, n in counts.items())
    if scores:
        said += f"; mean {sum(scores) / len(scores):.1f} of {results[0]['max_score']:g}"
    return said
