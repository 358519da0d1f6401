"""Feedback pages: nbgrader's own, for those whose marks are newer than their page."""

import logging

from nbgrader.apps import NbGraderApp
from nbgrader.converters import GenerateFeedback

from course_utils.grading.course_paths import Course


def write_feedback(course: Course, assignment: str, results: list[dict]) -> None:
    """Bring the feedback of every marked student in ``results`` up to date."""
    for result in results:
        marked = course.autograded / result["student"] / assignment
        page = course.feedback / result["student"] / assignment
        kept = course.grades / assignment / f"{result['student']}.json"  # newer: marked by hand
        times = [path.stat().st_mtime for path in (*marked.glob("*.ipynb"), kept) if path.exists()]
        pages = [path.stat().st_mtime for path in page.glob("*.html")]
        if marked.is_dir() and (not pages or max(times) > min(pages)):
            _convert(course, assignment, result["student"])


def _convert(course: Course, assignment: str, student: str) -> None:
    coursedir = course.coursedir(assignment)
    coursedir.student_id = student
    log = logging.getLogger("course_utils.grading.nbgrader")
    log.setLevel(logging.ERROR)
    app = NbGraderApp(config=course.config, log=log)
    GenerateFeedback(coursedir=coursedir, parent=app, force=True, log=log).start()
