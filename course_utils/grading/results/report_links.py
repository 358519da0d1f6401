"""Relative links from the report to a student's work and feedback, where these files exist."""

import os
from pathlib import Path
from urllib.parse import quote

from course_utils.grading.course_paths import Course


class Links:
    """Links of the page ``page`` about ``assignment``; "" where there is no such file."""

    def __init__(self, course: Course, assignment: str, page: Path):
        self._course, self._assignment, self._start = course, assignment, page.parent
        self._found: dict[Path, list[Path]] = {}  # a folder is looked through once

    def work(self, student: str, notebook: str = "") -> str:
        """A link to the student's marked ``notebook``, or to the first one without a name."""
        return self._link(self._course.autograded, student, notebook, ".ipynb")

    def feedback(self, student: str, notebook: str = "", question: str = "") -> str:
        """A link to the student's feedback page, at the cell ``question`` (a grade id)."""
        link = self._link(self._course.feedback, student, notebook, ".html")
        return f"{link}#{quote(question)}" if link and question else link

    def _link(self, place: Path, student: str, notebook: str, suffix: str) -> str:
        folder = place / student / self._assignment
        if folder not in self._found:
            self._found[folder] = _files(folder, suffix)
        there = self._found[folder]
        named = [path for path in there if path.stem == notebook] or there
        return quote(os.path.relpath(named[0], self._start)) if named else ""


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(f"*{suffix}") if path.is_file())
    except (OSError, ValueError):  # the name cannot be a file name
        return []
