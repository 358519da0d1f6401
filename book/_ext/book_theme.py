"""The book's own Sphinx theme (``book/_theme``): what a page needs beside its text, and no more.

The theme that Jupyter Book brings loads 2 MB of icon script, styles and widgets on each page. This
one loads one style sheet and one small script; pages with demos add what the demos need.
"""

import html
import os
import re
import struct
from pathlib import Path
from urllib.parse import urlsplit

from book_assignments import OPEN_HERE, in_browser
from book_citation import version_of
from book_notebooks import is_notebook
from docutils import nodes
from sphinx.environment.adapters.toctree import TocTree

from course_utils.public_address import book_address

THEME = Path(__file__).parent.parent / "_theme"

# What Sphinx and MyST-NB put on every page, and no page of ours needs: ``course.css`` has the code
# and the cells, and the search page loads its scripts itself.
UNNEEDED = ("mystnb", "pygments.css", "doctools.js", "documentation_options.js", "sphinx_highlight")
FONTS = ("serif.woff2", "sans.woff2", "serif-italic.woff2")  # what is seen first on every page
SUPPORTING = r'(<details class="[^"]*\bhide\b[^"]*)"(>\s*<summary>\s*<p[^>]*>Show the source<)'
BLANK = (
    r'<div class="output stream [^"]*"><div class="highlight">'
    r"<pre><span></span>\s*</pre></div>\s*</div>"
)
PLAIN = re.compile(r'<span class="(?:p|n|o|ow|w|nn|nv|na|nt|vm)">([^<]*)</span>')
DESCRIPTION_LENGTH = 155  # what search engines show


def dress_page(app, pagename, templatename, context, doctree):
    """Fill in what ``layout.html`` asks for, and take off what this page does not use."""
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        context[kind] = [asset for asset in context[kind] if _is_needed(str(asset.filename))]
    context["author"] = app.config.author
    context["chapters"] = _chapters(context)
    context["page_contents"] = _page_contents(app, pagename) if doctree else ""
    context["notebook"] = doctree is not None and is_notebook(app, pagename)
    source = Path(app.env.doc2path(pagename)).read_text("utf-8") if context["notebook"] else ""
    context["open_here"] = in_browser(f"{pagename}.ipynb", source) if source else ""
    context["open_here_title"] = OPEN_HERE
    context["description"] = _description(pagename, context, doctree)
    context["summary"] = context["description"] or _given_description(context)
    root = Path(app.srcdir).parent
    address = book_address(root)
    context["share_picture"] = f"{address}/_static/share.png" if address else ""
    context["version_line"] = version_of(root) if doctree else ""
    context["paper"] = "book.pdf" if os.environ.get("COURSE_PDF") else ""
    context["base"] = f"{urlsplit(address).path}/"  # of a host's page for what is not there
    context["preload_fonts"] = FONTS
    options = app.config.html_theme_options
    context["source_links"] = source_links(options, pagename) if doctree else {}
    context["body"] = _with_sizes(app, _mended(body))


def _given_description(context):
    """The page's own description, from its front matter; "" where it has none."""
    found = re.search(r'name="description"[^>]*content="([^"]*)"', context.get("metatags", ""))
    found = found or re.search(
        r'content="([^"]*)"[^>]*name="description"', context.get("metatags", "")
    )
    return html.unescape(" ".join(found[1].split())) if found else ""


def source_links(options, docname):
    """{label: address} to mend a page and to report a fault, from the repository's address.

    For GitHub and GitLab; of other hosts nobody knows how they call these places.
    """
    address = (options.get("repository_url") or "").rstrip("/").removesuffix(".git")
    place = f"edit/{options.get('repository_branch') or 'main'}/book/{docname}.md"
    if address.startswith("https://github.com/"):
        return {"Edit this page": f"{address}/{place}", "Report a fault": f"{address}/issues"}
    if address.startswith("https://gitlab.com/"):
        return {"Edit this page": f"{address}/-/{place}", "Report a fault": f"{address}/-/issues"}
    return {}


def _is_needed(filename):
    """Whether a page keeps this script or style; none is ever fetched from another host."""
    return "://" not in filename and not any(name in filename for name in UNNEEDED)


def _chapters(context):
    """The table of contents as HTML, the present page marked for readers who do not see it."""
    tree = context["toctree"](maxdepth=1, collapse=False, includehidden=True, titles_only=True)
    tree = tree.replace(' role="heading"', "")  # of no level: they only name a list
    return tree.replace('<a class="current ', '<a aria-current="page" class="current ')


def _page_contents(app, docname):
    """The headings below the title as HTML, or nothing when there are fewer than two."""
    toc = TocTree(app.env).get_toc_for(docname, app.builder)
    lists = list(toc.findall(nodes.bullet_list))[1:2]
    if not lists or len(lists[0]) < 2:
        return ""
    return app.builder.render_partial(lists[0])["fragment"]


def _description(pagename, context, doctree):
    """The first paragraph of the page, cut at a word; nothing when the page has its own."""
    if 'name="description"' in context.get("metatags", ""):
        return ""
    name = context.get("title") or ("Search" if pagename == "search" else "Page not found")
    text = f"{name}: {context['docstitle']}, a course to read and to try."
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        words = " ".join(paragraph.astext().split())
        if len(words) > 50:
            text = words
            break
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return text


def _mended(body):
    """Mend the HTML that Sphinx and MyST-NB hand over.

    A wide table scrolls by itself, so that the page does not. MyST-NB names the fold of a hidden
    cell otherwise than the words that one sees on it. The references' role is deprecated. Folded
    code that is not an answer (it has the usual prompt) is marked: paper does without it. A print
    of nothing leaves no empty block. Names and punctuation of code, which have no colour of their
    own, need no element either: they would be a third of a page's.
    """
    body = re.sub(r"<table\b", '<div class="table"><table', body)
    body = body.replace("</table>", "</table></div>")
    body = body.replace(' aria-label="Toggle hidden content"', "")
    body = re.sub(SUPPORTING, r'\1 supporting"\2', body)
    body = re.sub(BLANK, "", body)
    body = PLAIN.sub(r"\1", body)
    return body.replace(' role="doc-biblioentry"', ' role="listitem"')


def _with_sizes(app, body):
    """Give each picture its size, so that the text does not jump when it arrives."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match):
        tag, name = match.group(0), match.group(1)
        size = _size(sources.get(name.rsplit("/", 1)[-1]))
        if size is None or " width=" in tag or "style=" in tag:
            return tag
        return tag.replace("<img", '<img width="{}" height="{}" loading="lazy"'.format(*size), 1)

    return re.sub(r'<img\b[^>]*\bsrc="([^"]+)"[^>]*>', sized, body)


def _size(path):
    """(width, height) in pixels of a PNG; None for anything else."""
    if path is None or not path.is_file() or path.suffix != ".png":
        return None
    with path.open("rb") as stream:
        return struct.unpack(">II", stream.read(24)[16:])


def setup(app):
    """Register the theme and what feeds it."""
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it, used or not
    app.add_html_theme("course", str(THEME))
    app.add_js_file("course.js", loading_method="defer")
    app.add_js_file("print.js", loading_method="defer")
    app.config.html_additional_pages = {"404": "404.html"}
    app.connect("html-page-context", dress_page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
