"""The content of a feedback page: the marks of the gradebook, and the student's text made safe.

``nbgrader_config.py`` names the classes here, so that ``nbgrader generate_feedback`` and the
formgrader make the same pages as ``course grade``. A page shows what a student wrote; nothing in it
runs, and text that takes long to format is shown plain. ``page_maker`` gives each page a time
limit.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
import html
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbgrader
from jinja2 import pass_context
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, GradeCell, TaskCell
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import select
from traitlets import Bool
from traitlets.config import Config

from course_utils.grading.picture_size import Pixels
from course_utils.grading.safe_html import framed, safe_html
from course_utils.grading.text import composed, few_marks

_TEMPLATES = (
    Path(__file__).with_name("templates"),
    Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates",
)
# the most of these in one cell, more than any student writes; "" stands for every character
_MOST = {"": 50_000, "<": 500, "[": 1000, "\\begin": 200, "|": 5000}
_GAP = re.compile(r"\s{1000}")  # the renderer looks at white space again and again
_CUT = 10_000
_MOST_CODE = 300_000  # characters in a notebook; colouring takes a second for each 80,000
_MOST_LINES = 5000  # in a notebook; nbconvert takes a time that grows with the square of them
_ENDINGS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_MOST_PICTURE = 8 * 2**20  # bytes


class FeedbackPage(HTMLExporter):
    """nbgrader's page, made with the child template ``course_feedback``."""

    def __init__(self, config: Any = None, **more: Any):
        own = Config(config or {})
        own.FeedbackPage.template_name = "course_feedback"
        own.FeedbackPage.optimistic_validation = True  # once, and not after each step
        folders = [str(folder) for folder in _TEMPLATES]
        own.FeedbackPage.extra_template_basedirs = folders
        styles = own.HTMLExporter.get("extra_template_paths", [])  # nbgrader's, for its Bootstrap
        own.FeedbackPage.extra_template_paths = [*folders, *styles]
        super().__init__(config=own, **more)

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **more: Any
    ) -> tuple[str, Any]:
        """As HTMLExporter's, but without parsing the whole page again to add text to pictures.

        That took a third of a page's time; ``MarksOfCells`` gives the pictures their text instead.
        """
        resources = self._init_resources(resources)
        data_type = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", data_type)
        return TemplateExporter.from_notebook_node(self, nb, resources, **more)


class MarksOfCells(NbGraderPreprocessor):
    """Put the gradebook's marks and comments into the cells, as nbgrader's GetGrades does.

    Each cell's ``nbgrader`` metadata gets ``score``, ``points`` and ``comment``, and ``waiting``:
    whether a person still has to read the answer. A query reads all marks of a notebook.
    """

    plain = Bool(False, help="no colours and long text cut: what takes no time").tag(config=True)

    _open: tuple[str, Gradebook] | None = None

    def _gradebook(self, db_url: str) -> Gradebook:
        """The gradebook; it stays open, so that a query is compiled once and not for each page."""
        if self._open is None or self._open[0] != db_url:
            self._open = db_url, Gradebook(db_url)
        return self._open[1]

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        gradebook = self._gradebook(names["db_url"])
        try:
            book: Any = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            penalty = book.late_submission_penalty or 0.0
            names["score"] = max(0.0, book.score - penalty)
            names["max_score"], names["late_penalty"] = book.max_score, penalty
            grades, comments = _grades(gradebook.db, book), _comments(gradebook.db, book)
        finally:
            gradebook.db.remove()  # the next page reads anew, and nobody waits for this one
        names["marks"] = []
        for cell in nb.cells:
            cell.metadata.setdefault("alt", "a picture that this cell made")
            marks = cell.metadata.get("nbgrader", {})
            name = marks.get("grade_id")
            marks.update(grades.get(name, {}))
            marks.pop("comment", None)
            if comments.get(name):
                marks["comment"] = comments[name]
            if name:
                names["marks"].append(marks)
        names["plain"] = self.plain
        if self.plain:
            for cell in nb.cells:
                cell.outputs = [_plain_output(out) for out in cell.get("outputs", [])]
        return nb, resources


def _grades(session: Any, book: Any) -> dict[str, dict[str, Any]]:
    """Grade id → ``score``, ``points`` and ``waiting``, of one submitted notebook."""
    points: dict[str, float] = {}
    for kind in (GradeCell, TaskCell):
        worth = select(kind.id, kind.max_score).where(kind.notebook_id == book.notebook_id)
        points |= dict(session.execute(worth).all())
    by_hand, needs = Grade.manual_score, Grade.needs_manual_grade
    found = select(BaseCell.name, Grade.cell_id, Grade.score, by_hand, needs).join(BaseCell)
    return {
        name: {"score": score, "points": points[cell], "waiting": needed and hand is None}
        for name, cell, score, hand, needed in session.execute(
            found.where(Grade.notebook_id == book.id)
        )
    }


def _comments(session: Any, book: Any) -> dict[str, str | None]:
    """The name of each answer → the comment on it, of one submitted notebook."""
    found = select(BaseCell.name, Comment.comment).join(BaseCell)
    return dict(session.execute(found.where(Comment.notebook_id == book.id)).all())


def _plain_output(output: NotebookNode) -> NotebookNode:
    """The output with its pictures; its text is cut and has no colours."""
    made: Any = {name: value for name, value in output.items() if name != "metadata"}
    if "text" in made:
        made["text"] = _plain_text(made["text"])
    if "traceback" in made:
        made["traceback"] = [_plain_text("\n".join(made["traceback"]))]
    if "data" in made:
        pictures = {k: v for k, v in made["data"].items() if k.startswith("image/")}
        text = made["data"].get("text/plain", "[what takes too long to show]")
        made |= {"data": pictures or {"text/plain": _plain_text(text)}, "metadata": {}}
    return NotebookNode(made)


def _plain_text(text: str) -> str:
    return text[:_CUT].replace("\x1b", "") + ("\n…" if len(text) > _CUT else "")


def _is_plain(context: Any) -> bool:
    """Whether this page must be made without colours."""
    return bool(context.get("resources", {}).get("nbgrader", {}).get("plain"))


@pass_context
def safe_markdown(context: Any, source: str) -> str:
    """Markdown as HTML in which nothing runs and nothing is loaded from elsewhere.

    Mathematics and the work's own pictures stay. Text that would keep the renderer busy for hours
    is shown as it was typed.
    """
    dear = any(source.count(what) > most for what, most in _MOST.items())
    if dear or _GAP.search(source) or _is_plain(context):
        return f"<pre>{html.escape(source[:_CUT])}</pre>"
    if "![" not in source and "<im" not in source.lower():  # no picture (HTML also knows <image>)
        return _formatted(source)
    cell = context.get("cell") or {}
    resources = context.get("resources", {})
    folder = resources.get("metadata", {}).get("path", "")
    find = partial(picture_of, cell.get("attachments", {}), Path(folder) if folder else None)
    pixels = resources.setdefault("pixels", Pixels())  # of all cells of this page
    return framed(safe_html(_rendered(source), find, pixels))


@lru_cache(maxsize=200)  # the author's cells, which are on the page of every student
def _formatted(source: str) -> str:
    return framed(safe_html(_rendered(source)))


def _rendered(source: str) -> str:
    renderer = _Renderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, but ``safe_html`` finds the pictures: a missing one is no error."""

    def _embed_image_or_attachment(self, src: str) -> str:
        return src


def picture_of(attachments: Mapping[str, Any], folder: Path | None, address: str) -> str | None:
    """The picture at ``address`` as a ``data:`` address, if it came with the work; else None.

    ``attachments``: those of the cell; ``folder``: the notebook's, for a picture beside it.
    """
    name = composed(unquote(address.removeprefix("attachment:")))
    if address.startswith("attachment:"):
        found = {composed(str(key)): value for key, value in attachments.items()}
        for mime, data in found.get(name, {}).items():
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
    """Code as coloured HTML; plain and cut in a notebook with more code than any student writes."""
    source, cells = few_marks(source), context["nb"].cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    lines = sum(source.count("\n") for source in sources)
    few = sum(map(len, sources)) <= _MOST_CODE and lines <= _MOST_LINES
    if few and not _is_plain(context):
        if len(source) <= _CUT and "magics_language" not in (metadata or {}):
            return _coloured(source, language)
        return Highlight2HTML(pygments_lexer="ipython3")(source, language, metadata)
    rest = len(source) - _CUT
    cut = f"\n… {rest} more characters" if rest > 0 else ""
    return f'<div class="highlight"><pre>{html.escape(source[:_CUT])}{cut}</pre></div>'


@lru_cache(maxsize=500)  # the author's cells, which are on the page of every student
def _coloured(source: str, language: str | None) -> str:
    return Highlight2HTML(pygments_lexer="ipython3")(source, language)
