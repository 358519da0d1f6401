"""Print the built pages as one PDF, with contents, page numbers and bookmarks."""

import html
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from course_utils.book.chromium import chromium_flags, find_chromium
from course_utils.book.contents import pages_in_order
from course_utils.book.cover import STYLE as COVER_STYLE
from course_utils.book.cover import cover
from course_utils.book.sheets import STYLE as FIT_STYLE
from course_utils.book.sheets import emptiest, fullness, next_fit, settled
from course_utils.errors import CourseError

PDF = Path("_build/pdf/book.pdf")
STYLE = """
@page { margin: 20mm 22mm 24mm; @bottom-center { content: counter(page); font: 9pt sans-serif } }
@page :first { @bottom-center { content: none } }
.contents-name, .chapter { break-before: page }
.contents-name { font-size: 20pt; font-weight: 600 }
.list { padding: 0; list-style: none; font-family: var(--sans) }
.list li { display: flex; align-items: baseline; gap: 0.5em; padding: 0.25em 0 }
.list li::after { content: attr(data-page); order: 3 }
.list li::before { content: ""; flex: 1; order: 2; border-bottom: 1px dotted #999 }
.list a { color: inherit; text-decoration: none }
"""


def print_book(root: Path) -> Path:
    """Print the built pages, in the order of the contents, to ``_build/pdf/book.pdf``; return it.

    Demos appear as their pictures, hints and answers stand at the end of their chapter, and links
    between pages become links within the file. Raises CourseError without Chromium, or when
    Chromium does not print.
    """
    browser = find_chromium()
    if browser is None:
        raise CourseError("no Chromium to print with: on Debian, apt-get install chromium")
    site, pdf = root / "_build" / "html", root / PDF
    pdf.parent.mkdir(exist_ok=True)
    names = pages_in_order(root)
    chapters = {name: _chapter(site / f"{name}.html", names) for name in names}
    merged = pdf.with_suffix(".html")
    facts = _facts(root / "CITATION.cff")
    numbers: dict[str, int] = {}
    tried: dict[str, list[float]] = {name: [] for name in names}
    while True:  # the last print but one shows on which page each chapter begins
        last = all(settled(shares) for shares in tried.values())
        fits = {name: next_fit(shares) for name, shares in tried.items()}
        merged.write_text(_document(site, chapters, fits, numbers, facts))
        _print(browser, merged, pdf)
        if last:
            break
        numbers = _page_numbers(pdf, names)
        for name, share in emptiest(fullness(pdf), numbers).items():
            if not settled(tried[name]):
                tried[name].append(share)
    merged.unlink()
    return pdf


def _chapter(path: Path, names: Iterable[str]) -> str:
    """The article of a page; its anchors and addresses become those of the whole book."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    page = soup.article
    if page is None:
        raise CourseError(f"{path} is not a page of the book: run `course book` again")
    for tag in page.select("script, button, .headerlink, .button-row, .supporting"):
        tag.decompose()
    for tag in page.find_all("img"):
        tag["src"] = f"../html/{tag['src']}"
        tag.attrs.pop("loading", None)
    for tag in page.find_all(id=True):
        if tag.find_parent("svg") is None and tag.name != "svg":
            tag["id"] = f"{path.stem}--{tag['id']}"
    for tag in page.find_all("a", href=True):
        file, _, anchor = str(tag["href"]).partition("#")
        name = Path(file).stem if file else path.stem
        if "://" not in file and name in names:
            tag["href"] = f"#{name}--{anchor}" if anchor else f"#{name}"
    for word in page.select("td code .pre"):  # Chromium prints all smaller if one table is too wide
        first, *rest = re.split("(?<=[/_])", word.text)
        word.string = first
        for part in rest:
            word.extend([soup.new_tag("wbr"), part])
    page.name = "section"
    page["id"], page["class"] = path.stem, "chapter"
    return str(page)


def _document(
    site: Path,
    chapters: dict[str, str],
    fits: dict[str, str],
    numbers: dict[str, int],
    facts: dict,
) -> str:
    """The whole book. ``fits``: how close a chapter is printed; ``numbers``: where it begins."""
    first, *rest = chapters
    items = "".join(
        f'<li data-page="{numbers.get(name, "")}">'
        f'<a href="#{name}">{_title(chapters[name])}</a></li>'
        for name in rest
    )
    # A page on the screen may be shown before its fonts are loaded; a print may not.
    style = (site / "_static" / "course.css").read_text().replace("font-display: optional", "")
    style = style.replace('url("fonts/', 'url("../html/_static/fonts/')
    demos = site / "_static" / "demos" / "demo.css"
    style += demos.read_text() if demos.is_file() else ""
    script = (site / "_static" / "print.js").read_text()  # it moves the answers to the end
    title = _title(chapters[first])
    front = cover(title, facts)
    body = "".join(f'<div class="{fits[name]}">{text}</div>' for name, text in chapters.items())
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" data-paper><meta charset="utf-8">'
        f"<title>{title}</title><style>{style}{STYLE}{FIT_STYLE}{COVER_STYLE}</style><main><article>"
        f"{front}"
        f'<p class="contents-name">Contents</p><ol class="list">{items}</ol>'
        f"{body}</article></main><script>{script}</script></html>"
    )


def _facts(path: Path) -> dict:
    """The contents of ``CITATION.cff``; {} where there is none."""
    import yaml

    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _title(chapter: str) -> str:
    headings = re.findall(r"<h1>(.*?)</h1>", chapter, re.DOTALL)
    heading = headings[0] if headings else ""
    return html.escape(html.unescape(re.sub(r"<[^>]+>", "", heading)).strip())


def _print(browser: str, page: Path, pdf: Path) -> None:
    command = [browser, "--headless", *chromium_flags()]
    command += ["--allow-file-access-from-files", "--no-pdf-header-footer"]
    command += ["--generate-pdf-document-outline", "--virtual-time-budget=20000"]
    pdf.unlink(missing_ok=True)
    done = subprocess.run(
        [*command, f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()],
        capture_output=True,
        text=True,
    )
    if not pdf.is_file():
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(f"{Path(browser).name} did not print {page}: {told}")


def _page_numbers(pdf: Path, names: Iterable[str]) -> dict[str, int]:
    """{chapter: page on which it begins}, counted from 1."""
    from pypdf import PdfReader

    reader = PdfReader(pdf)
    headings = [entry for entry in reader.outline if not isinstance(entry, list)]
    pages = [reader.get_destination_page_number(heading) for heading in headings]
    return {name: page + 1 for name, page in zip(names, pages, strict=True) if page is not None}
