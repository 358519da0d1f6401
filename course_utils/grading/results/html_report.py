"""``report.html``: a page about an assignment that a teacher can read, print and act on.

The page is one file: it loads nothing, and its links lead to the class's own files. Its one script
filters and sorts the list of submissions; all can be read without it. The template escapes whatever
a student could have written (the name of a folder, a message), and the page's policy allows no
other script.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import mean, median
from typing import Any

import jinja2

from course_utils.grading.marks import Mark
from course_utils.grading.results.author_questions import AuthorQuestion
from course_utils.grading.results.records import Recorded
from course_utils.grading.results.report_links import Links
from course_utils.grading.text import points_text

_BINS = 10
_FIRST = 200  # rows of the list that the script shows at first
_NAMED = 500  # the most students named beside one question; the list of submissions has all
_WALLS = {"none": "no wall at all, with your own rights"}
_ORDER = ("failed", "unreadable", "missing", "stopped", "repaired", "ok")  # what to look at first


def write_report(
    results: Sequence[Recorded],
    path: Path,
    assignment: str,
    explain: Mapping[str, tuple[str, str, str]] | None = None,
    questions: Mapping[str, AuthorQuestion] | None = None,
    links: Links | None = None,
) -> Path:
    """Write the page about ``assignment`` to ``path`` and return it.

    ``explain``: misconception id -> (what is believed, what is true, its address in the book).
    ``questions``: grade id -> what its author calls it. ``links``: to work and feedback.
    """
    titles = questions or {}
    script = (Path(__file__).parent / "html_report.js").read_text(encoding="utf-8")
    asked, mistakes = _questions(results, titles, links), _mistakes(results, titles, explain or {})
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
        questions=asked,
        mistakes=mistakes,
        about=_about(asked, mistakes),
        statuses=_statuses(results),
        titles={name: each.title for name, each in titles.items()},
        links=links,
        submissions=sorted(results, key=lambda record: (_order(record.status), record.student)),
        seconds=_seconds(results),
        walls=_walls(results),
        first=_FIRST,
        most=_NAMED,
        order=_order,
        script=script,
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _order(status: str) -> int:
    """The place of ``status`` in the order; work marked by stock nbgrader, without one, is last."""
    return _ORDER.index(status) if status in _ORDER else len(_ORDER)


def _statuses(results: Sequence[Recorded]) -> list[tuple[str, int]]:
    """Each status that occurs, and how often; those that need a look come first."""
    counts = Counter(record.status for record in results if record.status)
    return sorted(counts.items(), key=lambda pair: _order(pair[0]))


def _about(
    questions: Sequence[dict[str, Any]], mistakes: Sequence[dict[str, Any]]
) -> dict[str, str]:
    """Student → the words by which the page's script finds the row.

    "q1": the student lacks points in the first question; "m2": gave the second wrong answer.
    """
    about: dict[str, list[str]] = defaultdict(list)
    for number, question in enumerate(questions, 1):
        for each in question["failed"]:
            about[each["student"]].append(f"q{number}")
    for number, mistake in enumerate(mistakes, 1):
        for student in mistake["students"]:
            about[student].append(f"m{number}")
    return defaultdict(str, {student: " ".join(found) for student, found in about.items()})


def _summary(results: Sequence[Recorded]) -> dict[str, Any]:
    """Counts, and mean and median of the scores as shares of the points, where there is a score."""
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
    """Ten classes of the score in per cent; 100 % belongs to the last class."""
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


def _questions(
    results: Sequence[Recorded], titles: Mapping[str, AuthorQuestion], links: Links | None
) -> list[dict[str, Any]]:
    """For each question, in the notebook's order: how many had all of its points, some, none.

    The graded cells below one heading are one question; each cell's share of points is given, too.
    """
    cells: dict[AuthorQuestion, list[str]] = defaultdict(list)
    for name in dict.fromkeys(name for record in results for name in record.marks):
        cells[titles.get(name, AuthorQuestion(name, ""))].append(name)
    rows = []
    for question, names in cells.items():
        asked = [(each, [each.marks[n] for n in names if n in each.marks]) for each in results]
        asked = [(record, marks) for record, marks in asked if marks]
        points = max(sum(mark.points for mark in marks) for _, marks in asked)
        done = [pair for pair in asked if all(mark.score is not None for mark in pair[1])]
        scores = [sum(mark.score or 0 for mark in marks) for _, marks in done]
        below = [record for record, _ in asked if _lost(record, names)]
        rows.append(
            {
                "title": question.title,
                "cells": [
                    (n, _success([r.marks[n] for r, _ in asked if n in r.marks])) for n in names
                ],
                "points": points,
                "success": mean(scores) / points if scores and points else None,
                "full": sum(score >= points for score in scores),
                "some": sum(0 < score < points for score in scores),
                "none": sum(score <= 0 for score in scores),
                "waiting": len(asked) - len(done),
                "failed": [_linked(each, question.notebook, names, links) for each in below],
            }
        )
    return rows


def _success(marks: Sequence[Mark]) -> float | None:
    """The mean share of the points, over the marks that have a score; None without any."""
    shares = [mark.score / mark.points for mark in marks if mark.score is not None and mark.points]
    return mean(shares) if shares else None


def _lost(record: Recorded, names: Sequence[str]) -> list[str]:
    """The cells among ``names`` that lack points."""
    marks = ((name, record.marks.get(name)) for name in names)
    return [n for n, mark in marks if mark and mark.score is not None and mark.score < mark.points]


def _linked(
    record: Recorded, notebook: str, names: Sequence[str], links: Links | None
) -> dict[str, str]:
    """A student with the links to the first cell that lacks points, and to the work."""
    first = _lost(record, names)[0]
    return {
        "student": record.student,
        "feedback": links.feedback(record.student, notebook, first) if links else "",
        "work": links.work(record.student, notebook) if links else "",
    }


def _mistakes(
    results: Sequence[Recorded],
    titles: Mapping[str, AuthorQuestion],
    explain: Mapping[str, tuple[str, str, str]],
) -> list[dict[str, Any]]:
    """Each wrong answer that has a name, the most frequent first: where it was found, and whose.

    A misconception counts once, over all questions; a mistake that only the author's test names
    counts for its question.
    """
    who, where = defaultdict(set), defaultdict(set)
    for record in results:
        for name, mark in record.marks.items():
            title = titles[name].title if name in titles else name
            known = [(each, "") for each in mark.misconceptions]
            for found in [*known, *((each, title) for each in mark.mistakes)]:
                who[found].add(record.student)
                where[found].add(title)
    rows = []
    for found in sorted(who, key=lambda each: (-len(who[each]), each)):
        named = found[0] if found[1] else found[0].replace("-", " ")
        believed, true, address = (named, "", "")
        if not found[1]:
            believed, true, address = explain.get(found[0], (named, "", ""))
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
    """A sentence: the kinds of wall around the students' code, and how often; "" if none ran."""
    counts = Counter(record.wall for record in results if record.wall)
    if not counts:
        return ""
    said = ", ".join(f"{_WALLS.get(kind, kind)}: {count}" for kind, count in counts.most_common())
    return f"Students' code ran behind these walls (see For instructors): {said}."


def _seconds(results: Sequence[Recorded]) -> dict[str, Any]:
    """The seconds of all marking, their median, and the slowest submission."""
    timed = [(record.seconds, record) for record in results if record.seconds is not None]
    if not timed:
        return {"total": 0, "median": 0, "slowest": None}
    return {
        "total": sum(seconds for seconds, _ in timed),
        "median": median(seconds for seconds, _ in timed),
        "slowest": max(timed, key=lambda pair: pair[0])[1],
    }
