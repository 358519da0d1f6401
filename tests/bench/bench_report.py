"""``report.html`` of a large class in Chromium: how soon it is shown, filtered and sorted.

The students are made up. A time ends when the browser has drawn what was asked for.
"""

import os
import random
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import Page, sync_playwright

from course_utils.book.chromium import chromium_flags, find_chromium
from course_utils.grading.marks import Mark
from course_utils.grading.results.author_questions import AuthorQuestion
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import Recorded
from tests.bench.measure import show

STUDENTS = int(os.environ.get("REPORT_CLASS", "5000"))
SHOWN, AT_ONCE = 3.0, 0.2  # seconds
_QUESTIONS, _ROUNDS = 9, 5
_NAMED = ("no-floor", "kernel-flipped", "bias-per-cell", "max-pads-zero", "rows-columns")
_STATUSES = {"ok": 88, "repaired": 7, "stopped": 2, "missing": 2, "unreadable": 1}
_TIMED = """async ([id, value]) => {
  const control = document.getElementById(id) ??
    [...document.querySelectorAll(".list thead button")].find((each) => each.textContent === id);
  const began = performance.now();
  if (value === null) control.click();
  else {
    control.value = value;
    control.dispatchEvent(new Event("input"));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - began) / 1000;
}"""


class _EveryFile:
    """Links as of a class in which everybody has work and feedback."""

    def work(self, student: str, notebook: str = "") -> str:
        """Where the marked notebook would be."""
        return f"../../../autograded/{student}/convolution/convolution.ipynb"

    def feedback(self, student: str, notebook: str = "", question: str = "") -> str:
        """Where the student's page would be."""
        return f"../../../feedback/{student}/convolution/convolution.html#{question}"


def _students(titles: dict[str, AuthorQuestion]) -> list[Recorded]:
    """A class in which a third of the answers lack points, and some of these have a name."""
    chance, made = random.Random(0), []
    for number in range(STUDENTS):
        [status] = chance.choices(list(_STATUSES), list(_STATUSES.values()))
        marks = {}
        for name in titles if status in ("ok", "repaired", "stopped") else ():
            full = chance.random() > 1 / 3
            found = [] if full or chance.random() > 0.3 else [chance.choice(_NAMED)]
            marks[name] = Mark(4, 4.0 if full else chance.choice([0.0, 2.0]), found)
        score = sum(mark.score or 0 for mark in marks.values()) if marks else None
        message = "" if status == "ok" else "a sentence that says what happened"
        seconds = chance.uniform(0.3, 3)
        made.append(Recorded(f"student-{number:05}", score, 72, status, message, seconds, marks))
    return made


def _done(page: Page, control: str, *values: str | None) -> float:
    """The median time until what a control was set to (None: until a click) is drawn."""
    return median(page.evaluate(_TIMED, [control, each]) for each in values * _ROUNDS)


def main() -> int:
    """Print the figures; return how many miss their targets."""
    titles = {
        f"q{number}{part}": AuthorQuestion(f"{number + 1}. A question", "convolution")
        for number in range(_QUESTIONS)
        for part in ("", "_hidden")
    }
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        links: Any = _EveryFile()
        write_report(_students(titles), path, "convolution", {}, titles, links)
        size = path.stat().st_size / 1e6
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
        page = browser.new_page()
        began = perf_counter()
        page.goto(path.as_uri())
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        shown = perf_counter() - began
        filtered = _done(page, "find", "student-04", "happened", "")
        chosen = _done(page, "about", "q3", "m1", "")
        by = {name: _done(page, name, None) for name in ("student", "status", "score", "seconds")}
        browser.close()
    rows = [
        ("its size", f"{size:.1f} MB", "", None),
        ("opened", f"{shown:.1f} s", f"at most {SHOWN:g} s", shown <= SHOWN),
        *(
            (what, f"{seconds * 1e3:.0f} ms", f"under {AT_ONCE * 1e3:.0f} ms", seconds < AT_ONCE)
            for what, seconds in (
                ("filtered by words", filtered),
                ("filtered by a question or a wrong answer", chosen),
                *((f"sorted by {name}", seconds) for name, seconds in by.items()),
            )
        ),
    ]
    return show(f"report.html of {STUDENTS:,} students in Chromium", rows)
