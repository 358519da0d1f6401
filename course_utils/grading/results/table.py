"""The results of the class as a CSV file, and as a table on the screen."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

from course_utils.grading.results.status import FOLDER_GONE, look_again
from course_utils.grading.results.store import Result
from course_utils.grading.text import is_showable, points_text, taken_off

FIELDS = ("student", "score", "max_score", "status", "message", "seconds")
_WIDEST = 88  # characters of the printed message; all of it is in the CSV


def row(result: Result) -> dict[str, str]:
    """The row of one submission."""
    message = [result.instructor] if result.instructor else []
    if result.waiting:
        points = sum(result.waiting.values())
        wait = "1 point waits" if points == 1 else f"{points_text(points)} points wait"
        message.append(f"{', '.join(result.waiting)}: {wait} for a person")
    if late := taken_off(result.penalty):
        message.append(late)
    if again := look_again(result.again):
        message.append(again)
    if not result.is_there:
        message.append(FOLDER_GONE)
    return {
        "student": _shown(result.student),
        "score": points_text(result.score),
        "max_score": points_text(result.max_score),
        "status": result.status,
        "message": _shown("; ".join(message)),
        "seconds": f"{result.seconds:.1f}",
    }


def safe(text: str) -> str:
    """``text`` on one line, so that no spreadsheet takes it for a formula.

    Source: OWASP, "CSV Injection".
    """
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
    return f"'{line}" if line.lstrip()[:1] in tuple("=+-@＝＋－＠") else line


def _shown(text: str) -> str:
    """``safe`` text for the screen: without characters that control a terminal."""
    return safe(text if is_showable(text) else ascii(text)[1:-1])


def write_csv(path: Path, results: list[Result]) -> None:
    """Write one line for each result; the score of work that could not be read is empty, not 0."""
    text = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(text, list(FIELDS), lineterminator="\n")
    writer.writeheader()
    for result in results:
        writer.writerow(row(result))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def head(results: list[Result], rule: str) -> str:
    """A line: the time limit of one cell in these results, and its ``rule``; "" without results."""
    limits = sorted({result.cell_seconds for result in results if result.cell_seconds})
    if not limits:
        return ""
    between = f"{limits[0]:g} to {limits[-1]:g}" if len(limits) > 1 else f"{limits[0]:g}"
    return f"one cell may take {between} s ({rule})"


def table(results: list[Result]) -> str:
    """The table for a person to read; below it the counts of each status, and the class's mean."""
    first = sorted(results, key=lambda result: result.status != "failed")
    rows = [row(result) for result in first]
    for values in rows:
        values["score"] = f"{values['score'] or '–'} / {values['max_score']}"
        if len(values["message"]) > _WIDEST:
            values["message"] = values["message"][: _WIDEST - 1] + "…"
    shown = ("student", "score", "status", "seconds", "message")
    width = {f: max(len(f), *(len(values[f]) for values in rows)) for f in shown}
    right = ("score", "seconds")

    def line(values: dict[str, str]) -> str:
        parts = (
            f"{values[f]:>{width[f]}}" if f in right else f"{values[f]:<{width[f]}}" for f in shown
        )
        return "  ".join(parts).rstrip()

    lines = [line({f: f for f in shown}), line({f: "-" * width[f] for f in shown})]
    return "\n".join([*lines, *map(line, rows), "", _foot(results)])


def _foot(results: list[Result]) -> str:
    scores = [result.score for result in results if result.score is not None]
    counts = Counter(result.status for result in results)
    students = "1 student" if len(results) == 1 else f"{len(results)} students"
    foot = f"{students}: " + ", ".join(f"{n} {name}" for name, n in counts.items())
    if scores:
        mean = sum(scores) / len(scores)
        foot += f"; mean {mean:.1f} of {points_text(results[0].max_score)}"
    return foot
