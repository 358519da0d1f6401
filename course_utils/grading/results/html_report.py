"""``report.html``: record page about an assignment that a teacher can read, print and act on.

Self-contained: no script, no other file, no request. Whatever a student could have written (the
name of a folder, a message) is escaped by the template.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import mean, median
from typing import Any

import jinja2

from course_utils.grading.results.records import Recorded
from course_utils.grading.text import points_text

_BINS = 10
_WALLS = {"none": "no wall at all, with your own rights"}
_ORDER = {"failed": 0, "unreadable": 1, "missing": 2, "stopped": 3, "repaired": 4, "ok": 5}


def write_report(
    results: Sequence[Recorded],
    path: Path,
    assignment: str,
    explain: Mapping[str, tuple[str, str, str]] | None = None,
) -> Path:
    """Write the page about ``assignment`` to ``path`` and return it.

    ``explain``: misconception id -> (what is believed, what is true, its address in the book).
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = points_text
    page = environment.get_template("html_report.html").render(
        assignment=assignment,
        day=date.today().isoformat(),
        summary=_summary(results),
        bins=_bins(results),
        questions=_questions(results),
        misconceptions=_misconceptions(results, explain or {}),
        submissions=sorted(
            results, key=lambda record: (_ORDER.get(record.status, 2), record.student)
        ),
        seconds=_seconds(results),
        walls=_walls(results),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _summary(results: Sequence[Recorded]) -> dict[str, Any]:
    """Counts, and mean and median of the scores that there are (as share of the points)."""
    shares = _shares(results)
    return {
        "submissions": len(results),
        "scored": len(shares),
        "max_score": max((record.max_score for record in results), default=0),
        "mean": mean(shares) if shares else None,
        "median": median(shares) if shares else None,
        "look": sum(record.status != "ok" for record in results),
        "waiting": sum(bool(record.waiting) for record in results),
    }


def _shares(results: Sequence[Recorded]) -> list[float]:
    return [
        record.score / record.max_score
        for record in results
        if record.score is not None and record.max_score
    ]


def _bins(results: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Ten classes of the score in per cent; 100 % belongs to the last record."""
    counts = [0] * _BINS
    for share in _shares(results):
        counts[min(int(share * _BINS + 1e-9), _BINS - 1)] += 1
    top = max(counts, default=0)
    width = 100 // _BINS
    return [
        {
            "from": number * width,
            "to": (number + 1) * width,
            "count": count,
            "height": count / top if top else 0,
        }
        for number, count in enumerate(counts)
    ]


def _questions(results: Sequence[Recorded]) -> list[dict[str, Any]]:
    """For each graded cell, in the notebook's order: who had all of it, some, none."""
    found = defaultdict(list)
    for record in results:
        for name, mark in record.marks.items():
            found[name].append(mark)
    rows = []
    for name, marks in found.items():
        points = max(mark.points for mark in marks)
        scores = [mark.score for mark in marks if mark.score is not None]
        rows.append(
            {
                "name": name,
                "points": points,
                "success": mean(scores) / points if scores and points else None,
                "full": sum(score >= points for score in scores),
                "some": sum(0 < score < points for score in scores),
                "none": sum(score <= 0 for score in scores),
                "waiting": len(marks) - len(scores),
            }
        )
    return rows


def _misconceptions(
    results: Sequence[Recorded], explain: Mapping[str, tuple[str, str, str]]
) -> list[dict[str, Any]]:
    """Each misconception that was found, the most frequent first: where, and who had it."""
    who, where = defaultdict(set), defaultdict(set)
    for record in results:
        for name, mark in record.marks.items():
            for found in mark.misconceptions:
                who[found].add(record.student)
                where[found].add(name)
    rows = []
    for found in sorted(who, key=lambda each: (-len(who[each]), each)):
        believed, true, address = explain.get(found, (found.replace("-", " "), "", ""))
        rows.append(
            {
                "believed": believed,
                "true": true,
                "address": address,
                "questions": sorted(where[found]),
                "students": sorted(who[found]),
            }
        )
    return rows


def _walls(results: Sequence[Recorded]) -> str:
    """Which kinds of wall stood around the students' code, and how often; "" where none ran."""
    counts = Counter(record.wall for record in results if record.wall)
    if not counts:
        return ""
    said = ", ".join(f"{_WALLS.get(kind, kind)}: {count}" for kind, count in counts.most_common())
    return f"Students' code ran behind these walls (see For instructors): {said}."


def _seconds(results: Sequence[Recorded]) -> dict[str, Any]:
    """All the marking time, its median, and the slowest submission."""
    timed = [(record.seconds, record) for record in results if record.seconds is not None]
    if not timed:
        return {"total": 0, "median": 0, "slowest": None}
    return {
        "total": sum(seconds for seconds, _ in timed),
        "median": median(seconds for seconds, _ in timed),
        "slowest": max(timed, key=lambda pair: pair[0])[1],
    }
