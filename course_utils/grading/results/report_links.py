"""From the report to a student's work and feedback: relative links to files that are there."""

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
        """The marked notebook; without a name the first of the student's."""
        return self._link(self._course.autograded, student, notebook, ".ipynb")

    def feedback(self, student: str, notebook: str = "", question: str = "") -> str:
        """The page that the student gets, at the cell ``question`` (a grade id)."""
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
    except (OSError, ValueError):  # a name that fits no file
        return []
