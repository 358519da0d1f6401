"""Feedback pages: nbgrader's own, for those whose marks are newer than their page.

``nbgrader_config.py`` takes ``safe_markdown`` and ``code`` for every page that nbgrader makes, the
formgrader's included: what a student wrote is shown, nothing in it runs, and none of it takes long.
"""

import contextlib
import html
import logging
import re
import shutil
from pathlib import Path

import nh3
from jinja2 import pass_context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.apps import NbGraderApp
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from course_utils.grading.course_paths import Course
from course_utils.grading.results.store import Result, ResultStore

_WITHOUT_A_MARK = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}: no mark</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
</style>
<h1>{0}</h1>
<p><strong>There is no mark yet.</strong> {1}</p>
</html>
"""
# nbgrader's page lets a figure be wider than a phone, and hides that a hint unfolds
_STYLE = "<style>img { max-width: 100%; height: auto } summary { display: list-item }</style>"
_SCHEMES = {"http", "https", "mailto", "data"}
# more of these in one cell than anybody writes; "" counts every character
_MOST = {"": 50_000, "<": 500, "[": 1000, "\\begin": 200, "|": 5000}
_CUT = 10_000
_MOST_CODE = 300_000  # characters in a notebook; colouring takes a second for each 80,000
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "id"}}


def write_feedback(course: Course, assignment: str, results: list[Result]) -> list[str]:
    """Bring the feedback of every student in ``results`` up to date.

    Who has no mark gets a page that says why. Returns those for whom nbgrader could make no page.
    """
    for result in results:
        if result.score is None:
            _say_why(course.feedback / result.student / assignment, assignment, result)
    scored = [result.student for result in results if result.score is not None]
    old = [student for student in scored if _is_old(course, assignment, student)]
    if not old:
        return []
    coursedir = course.coursedir(assignment)
    log = logging.getLogger("course_utils.grading.nbgrader")
    log.setLevel(logging.ERROR)
    app = NbGraderApp(config=course.config, log=log)
    converter = _Feedback(coursedir=coursedir, parent=app, force=True, log=log)
    converter.students = old
    with contextlib.suppress(NbGraderException):  # one page that fails; the others are made
        converter.start()
    waiting = {result.student: result.waiting for result in results}
    for student in old:
        _finish(course, assignment, student, waiting[student])
        _hand_on_time(course, assignment, student)
    return [student for student in old if _is_old(course, assignment, student)]


def _say_why(folder: Path, assignment: str, result: Result) -> None:
    """The sentence for the student as the only page: an earlier one is of other work."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # a name that fits no file
        folder.mkdir(parents=True)
        page = _WITHOUT_A_MARK.format(html.escape(assignment), html.escape(result.to_student))
        (folder / f"{assignment}.html").write_text(page, encoding="utf-8")


class _Feedback(GenerateFeedback):
    """All pages with one exporter, whose templates are then compiled once."""

    students: list[str] = []  # noqa: RUF012 (set on the one that is made)

    def init_notebooks(self):
        """Those of ``students``; a name is taken as it is, and not as a pattern."""
        self.assignments, self.notebooks = {}, []
        for student in self.students:
            folder = self._format_source(self.coursedir.assignment_id, student)
            found = [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]
            self.assignments |= {folder: found} if found else {}


def _finish(course: Course, assignment: str, student: str, waiting) -> None:
    """In the list of points nbgrader calls each test "Test cell": its name says which one it is.

    Answers that nobody has read yet (``waiting``: their names) have no points there, and not 0.
    """
    for page in (course.feedback / student / assignment).glob("*.html"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r'<a href="#([\w-]+)">Test cell</a>', r'<a href="#\1">\1</a>', text)
        for name in map(re.escape, waiting):
            at = rf'(<a href="#{name}">[\w ]+</a> \(|<a name="{name}"></a>.{{,200}}?)'
            text = re.sub(
                rf"{at}Score: [\d.]+ / ([\d.]+)", r"\1not read yet: up to \2", text, flags=re.S
            )
        page.write_text(text.replace("</head>", f"{_STYLE}</head>", 1), encoding="utf-8")


def _hand_on_time(course: Course, assignment: str, student: str) -> None:
    """When the work was handed in, beside its page: ``nbgrader release_feedback`` asks for it."""
    there = course.submitted / student / assignment / "timestamp.txt"
    page = course.feedback / student / assignment
    if there.is_file() and not there.is_symlink() and there.stat().st_size < 200 and page.is_dir():
        shutil.copyfile(there, page / there.name)


def _is_old(course: Course, assignment: str, student: str) -> bool:
    marked = course.autograded / student / assignment
    kept = ResultStore(course.grades / assignment).path(student)  # newer: marked by hand
    times = [path.stat().st_mtime for path in (*marked.glob("*.ipynb"), kept) if path.exists()]
    pages = [p.stat().st_mtime for p in (course.feedback / student / assignment).glob("*.html")]
    return marked.is_dir() and (not pages or max(times) > min(pages))


@pass_context
def safe_markdown(context, source: str) -> str:
    """Markdown as HTML without scripts; mathematics and attached pictures stay.

    What was made to keep the renderer busy for hours is shown as it was typed.
    """
    if any(source.count(what) > most for what, most in _MOST.items()):
        return f"<pre>{html.escape(source[:_CUT])}</pre>"
    cell = context.get("cell", {})
    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}))
    rendered = MarkdownWithMath(renderer=renderer).render(source)
    return nh3.clean(
        rendered,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=_no_data_but_pictures,
    )


@pass_context
def code(context, source: str, language=None, metadata=None) -> str:
    """Code as HTML, coloured; in a notebook with more of it than anybody writes, plain and cut."""
    cells = context["nb"].cells
    if sum(len(cell.source) for cell in cells if cell.cell_type == "code") <= _MOST_CODE:
        return Highlight2HTML(pygments_lexer="ipython3")(source, language, metadata)
    rest = len(source) - _CUT
    cut = f"\n… {rest} more characters" if rest > 0 else ""
    return f'<div class="highlight"><pre>{html.escape(source[:_CUT])}{cut}</pre></div>'


def _no_data_but_pictures(element: str, attribute: str, value: str) -> str | None:
    if value.strip().lower().startswith("data:"):
        picture = element == "img" and value.startswith(("data:image/png", "data:image/jpeg"))
        return value if picture else None
    return value
