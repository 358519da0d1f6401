"""Feedback pages: nbgrader's own, for those whose marks are newer than their page.

``nbgrader_config.py`` takes ``safe_markdown`` and ``code`` for every page that nbgrader makes, the
formgrader's included: what a student wrote is shown, nothing in it runs, and none of it takes long.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
import contextlib
import html
import logging
import re
import shutil
import time
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import pass_context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.apps import NbGraderApp
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from course_utils.grading.course_paths import Course
from course_utils.grading.results.store import Result, ResultStore
from course_utils.grading.safe_html import safe_html

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
# more of these in one cell than anybody writes; "" counts every character
_MOST = {"": 50_000, "<": 500, "[": 1000, "\\begin": 200, "|": 5000}
_GAP = re.compile(r"\s{1000}")  # the renderer looks at white space again and again
_CUT = 10_000
_FUTURE = 60  # seconds
_MOST_CODE = 300_000  # characters in a notebook; colouring takes a second for each 80,000
_MOST_LINES = 5000  # in a notebook; nbconvert numbers them in a time that grows with their square
_ENDINGS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_MOST_PICTURE = 8 * 2**20  # bytes
# the second line of defence, should a script get past the cleaning: it can send nothing anywhere
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline' https:; font-src data: https:; "
    "script-src 'unsafe-inline' https://cdnjs.cloudflare.com; base-uri 'none'; form-action 'none'"
)


def write_feedback(course: Course, assignment: str, results: list[Result]) -> list[str]:
    """Bring the feedback of every student in ``results`` up to date.

    Who has no mark gets a page that says why. Returns those for whom nbgrader could make no page.
    """
    for result in results:
        handed_in = course.submitted / result.student / assignment
        if result.status == "missing" and not handed_in.is_dir():
            # a page without a time and a secret would stop `nbgrader release_feedback` for all
            shutil.rmtree(course.feedback / result.student / assignment, ignore_errors=True)
        elif result.score is None:
            _say_why(course.feedback / result.student / assignment, assignment, result)
            with contextlib.suppress(OSError):
                _hand_on(course, assignment, result.student)
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
        try:
            _finish(course, assignment, student, waiting[student])
            _hand_on(course, assignment, student)
        except (OSError, ValueError):  # this page's alone; it is named below
            shutil.rmtree(course.feedback / student / assignment, ignore_errors=True)
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

    coursedir: Any
    students: list[str] = []  # noqa: RUF012 (set on the one that is made)

    def init_notebooks(self):
        """Those of ``students``; a name is taken as it is, and not as a pattern."""
        self.assignments, self.notebooks = {}, []
        for student in self.students:
            folder = self._format_source(self.coursedir.assignment_id, student)
            found = [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]
            self.assignments |= {folder: found} if found else {}


def _finish(course: Course, assignment: str, student: str, waiting: Iterable[str]) -> None:
    """In the list of points nbgrader calls each test "Test cell": its name says which one it is.

    Answers that nobody has read yet (``waiting``: their names) have no points there, and not 0.
    """
    folder = course.feedback / student / assignment
    marked = course.autograded / student / assignment
    own = {f"{path.stem}.html" for path in marked.glob("*.ipynb")}
    for path in folder.iterdir():  # nbgrader copies what was handed in beside the notebook
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in own:
            path.unlink()
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r'<a href="#([\w-]+)">Test cell</a>', r'<a href="#\1">\1</a>', text)
        for name in map(re.escape, waiting):
            at = rf'(<a href="#{name}">[\w ]+</a> \(|<a name="{name}"></a>.{{,200}}?)'
            text = re.sub(
                rf"{at}Score: [\d.]+ / ([\d.]+)", r"\1not read yet: up to \2", text, flags=re.S
            )
        head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        text = text.replace("<head>", f"<head>{head}", 1)
        page.write_text(text.replace("</head>", f"{_STYLE}</head>", 1), encoding="utf-8")


def _hand_on(course: Course, assignment: str, student: str) -> None:
    """What ``nbgrader release_feedback`` asks for beside a page: when it came, and its secret."""
    page = course.feedback / student / assignment
    for name in ("timestamp.txt", "submission_secret.txt"):
        there = course.submitted / student / assignment / name
        small = there.is_file() and not there.is_symlink() and there.stat().st_size < 1000
        if small and page.is_dir():
            shutil.copyfile(there, page / name)


def _is_old(course: Course, assignment: str, student: str) -> bool:
    marked = course.autograded / student / assignment
    kept = ResultStore(course.grades / assignment).path(student)  # newer: marked by hand
    times = [path.stat().st_mtime for path in (*marked.glob("*.ipynb"), kept) if path.exists()]
    pages = [p.stat().st_mtime for p in (course.feedback / student / assignment).glob("*.html")]
    if any(page > time.time() + _FUTURE for page in pages):
        return True  # a clock that was wrong once: such a page would never be made again
    return marked.is_dir() and (not pages or max(times) > min(pages))


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """Markdown as HTML in which nothing runs or is fetched; mathematics and own pictures stay.

    What was made to keep the renderer busy for hours is shown as it was typed.
    """
    if any(source.count(what) > most for what, most in _MOST.items()) or _GAP.search(source):
        return f"<pre>{html.escape(source[:_CUT])}</pre>"
    cell = context.get("cell") or {}
    folder = context.get("resources", {}).get("metadata", {}).get("path", "")
    find = partial(picture_of, cell.get("attachments", {}), Path(folder) if folder else None)
    renderer = _Renderer(escape=False, exclude_anchor_links=True)
    return safe_html(MarkdownWithMath(renderer=renderer).render(source), find)


class _Renderer(IPythonRenderer):
    """nbconvert's, which leaves pictures for ``safe_html`` to find: a lost one ends no page."""

    def _embed_image_or_attachment(self, src: str) -> str:
        return src


def picture_of(attachments: Mapping[str, Any], folder: Path | None, address: str) -> str | None:
    """The ``data:`` address of a picture that came with the work, or None.

    ``attachments``: the cell's; ``folder``: where the notebook lies, for a picture beside it.
    """
    name = unicodedata.normalize("NFC", unquote(address.removeprefix("attachment:")))
    if address.startswith("attachment:"):
        composed = {
            unicodedata.normalize("NFC", str(key)): value for key, value in attachments.items()
        }
        for mime, data in composed.get(name, {}).items():
            return f"data:{mime};base64,{''.join(str(data).split())}"
        return None
    kind = _ENDINGS.get(Path(name).suffix.lower())
    if folder is None or kind is None or ":" in name or name.startswith(("/", "\\")):
        return None
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or path.is_symlink() or not path.is_file():
            return None
        if path.stat().st_size > _MOST_PICTURE:
            return None
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    except (OSError, ValueError):
        return None


@pass_context
def code(context: Any, source: str, language: Any = None, metadata: Any = None) -> str:
    """Code as HTML, coloured; in a notebook with more of it than anybody writes, plain and cut."""
    cells = context["nb"].cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    lines = sum(source.count("\n") for source in sources)
    if sum(map(len, sources)) <= _MOST_CODE and lines <= _MOST_LINES:
        return Highlight2HTML(pygments_lexer="ipython3")(source, language, metadata)
    rest = len(source) - _CUT
    cut = f"\n… {rest} more characters" if rest > 0 else ""
    return f'<div class="highlight"><pre>{html.escape(source[:_CUT])}{cut}</pre></div>'
