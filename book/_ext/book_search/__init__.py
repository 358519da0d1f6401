"""Sphinx extension: the book's own search. It finds numbers, sizes, shapes, misspelt words.

Sphinx's search cuts ``1×1`` and ``(28, 28)`` into pieces and finds no misspelt word; pagefind 1.5
finds neither ``1x1`` nor "ovrfitting", and takes "RGB" for "r". The whole text of this book is
small: one script holds it (``searchindex.js``), and the reader's browser searches it with patterns.
After each build the text is read from the finished pages. The scripts are not modules, so that the
search also works in pages that are opened from a folder.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from sphinx.application import Sphinx

from course_utils.book.contents import pages_in_order

OWN = Path(__file__).parent
INDEX = "searchindex.js"
# A chapter explains; the others only name, or do not teach at all.
WEIGHTS = {"glossary": 0.75, "misconceptions": 0.5, "for_students": 0.7, "09_your_turn": 0.8}
WEIGHTS |= dict.fromkeys(("for_instructors", "threat_model", "references"), 0.3)
LONGEST_TERM = 3  # words; longer bold texts are sentences,
LONGEST_LEAD = 6  # or begin a paragraph and say what it is about
HEADINGS = {"h1", "h2", "h3", "h4", "dt"}
BLOCKS = {"p", "li", "dd", "td", "th", "tr", "pre", "figure", "figcaption", "div", "section"}
BLOCKS |= {"summary"}  # or "A hint" and the hint are one word
# Not searched: folded code that only draws, quizzes (a hit would show an answer), headings' signs.
UNSEARCHED = "script, style, svg, button, .headerlink, .supporting, .cnn-slot, .button-row"
UNSEARCHED += ", details.hide > summary"


@dataclass
class Section:
    """The text between a heading and the next: prose, and separately code and formulas.

    ``terms`` are the words in bold once more, one a line: the book introduces its terms so.
    """

    anchor: str
    heading: str
    terms: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def row(self, page: int) -> list:
        """Return the section's row in the index."""
        texts = (_joined(pieces) for pieces in (self.terms, self.prose, self.code))
        return [page, self.anchor, self.heading, *texts]


def sections(article: Tag) -> list[Section]:
    """The sections of a page in order; a term of the glossary is a section, too."""
    for tag in article.select(UNSEARCHED):
        tag.decompose()
    found = [Section("", "")]
    for kind, tag, text in _pieces(article, "prose"):
        if kind == "heading":
            found.append(Section(_anchor(tag), " ".join(text.split())))
        else:
            getattr(found[-1], kind).append(text)
    return [section for section in found if section.heading]


def _pieces(tag: Tag, kind: str) -> Iterator[tuple[str, Tag, str]]:
    """(kind, tag, text) of each piece, in order; kind: heading, or a field of Section."""
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name in HEADINGS:
                yield "heading", child, child.get_text()
                continue
            if child.name == "strong" and _tells(child):
                yield "terms", child, f"{child.get_text()}\n"
            within = "code" if child.name == "pre" or _is_formula(child) else kind
            yield from _pieces(child, within)
            if child.name in BLOCKS:
                yield within, child, "\n"
        elif type(child) is NavigableString:  # and not a comment, which is a subclass
            yield kind, tag, str(child) if kind == "code" else re.sub(r"\s+", " ", child)


def _tells(bold: Tag) -> bool:
    longest = LONGEST_TERM if bold.previous_sibling else LONGEST_LEAD
    return len(bold.get_text().split()) <= longest


def _is_formula(tag: Tag) -> bool:
    return tag.name == "div" and "math" in (tag.get("class") or ())


def _anchor(heading: Tag) -> str:
    """The id of a heading; "" for the title of the page."""
    if heading.name == "h1":
        return ""
    place: PageElement | None = heading if heading.name == "dt" else heading.parent
    return str(place.get("id", "")) if isinstance(place, Tag) else ""


def _joined(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def index_of(site: Path, names: list[str]) -> dict:
    """The pages of ``names`` below ``site``, each with its title and weight, and their sections."""
    pages, rows = [], []
    for name in names:
        page = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
        found = sections(page.article) if page.article else []
        if not found:
            continue
        rows += [section.row(len(pages)) for section in found]
        pages.append([f"{name}.html", found[0].heading, WEIGHTS.get(name, 1)])
    return {"pages": pages, "sections": rows}


def _write_index(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    names = [name for name in pages_in_order(Path(app.srcdir).parent) if name in app.env.found_docs]
    text = json.dumps(index_of(site, names), ensure_ascii=False, separators=(",", ":"))
    (site / INDEX).write_text(f'"use strict";\nglobalThis.BOOK = {text};\n', encoding="utf-8")


def _begin(app: Sphinx) -> None:
    """Replace Sphinx's search, and add the scripts."""
    if app.builder.format != "html":
        return
    app.builder.search = False  # type: ignore[attr-defined]
    app.config.html_additional_pages["search"] = "search.html"
    place = Path(app.outdir) / "_static" / "search"
    place.mkdir(parents=True, exist_ok=True)
    for script in OWN.glob("*.js"):
        shutil.copy(script, place)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx; after ``book_theme``, which sets the additional pages."""
    app.connect("builder-inited", _begin)
    app.connect("build-finished", _write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
