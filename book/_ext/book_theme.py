"""The book's own Sphinx theme (``book/_theme``): a page loads what it needs, and no more.

Jupyter Book's theme loads 2 MB of icon script, styles and widgets on each page. This theme loads
one style sheet and one small script; pages with demos also load what the demos need.
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

# Files that Sphinx and MyST-NB put on every page but our pages do not need: ``course.css`` has the
# styles for code and cells, and the search page loads its own scripts.
UNNEEDED = ("mystnb", "pygments.css", "doctools.js", "documentation_options.js", "sphinx_highlight")
FONTS = ("serif.woff2", "sans.woff2", "serif-italic.woff2")  # needed at the top of every page
SUPPORTING = r'(<details class="[^"]*\bhide\b[^"]*)"(>\s*<summary>\s*<p[^>]*>Show the source<)'
BLANK = (
    r'<div class="output stream [^"]*"><div class="highlight">'
    r"<pre><span></span>\s*</pre></div>\s*</div>"
)
PLAIN = re.compile(r'<span class="(?:p|n|o|ow|w|nn|nv|na|nt|vm)">([^<]*)</span>')
DESCRIPTION_LENGTH = 155  # characters; search engines show about as many


def dress_page(app, pagename, templatename, context, doctree):
    """Set the variables of ``layout.html``, and remove files that this page does not use."""
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
    context["base"] = f"{urlsplit(address).path}/"  # for a host's "not found" page
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
    """{label: address} to edit a page and to report a fault, from the repository's address.

    Only for GitHub and GitLab: the addresses of other hosts are not known.
    """
    address = (options.get("repository_url") or "").rstrip("/").removesuffix(".git")
    place = f"edit/{options.get('repository_branch') or 'main'}/book/{docname}.md"
    if address.startswith("https://github.com/"):
        return {"Edit this page": f"{address}/{place}", "Report a fault": f"{address}/issues"}
    if address.startswith("https://gitlab.com/"):
        return {"Edit this page": f"{address}/-/{place}", "Report a fault": f"{address}/-/issues"}
    return {}


def _is_needed(filename):
    """Whether a page keeps this script or style; none from another host is kept."""
    return "://" not in filename and not any(name in filename for name in UNNEEDED)


def _chapters(context):
    """The table of contents as HTML; the present page is marked for screen readers, too."""
    tree = context["toctree"](maxdepth=1, collapse=False, includehidden=True, titles_only=True)
    tree = tree.replace(' role="heading"', "")  # they have no level, and only name a list
    return tree.replace('<a class="current ', '<a aria-current="page" class="current ')


def _page_contents(app, docname):
    """The headings below the title as HTML, or "" when there are fewer than two."""
    toc = TocTree(app.env).get_toc_for(docname, app.builder)
    lists = list(toc.findall(nodes.bullet_list))[1:2]
    if not lists or len(lists[0]) < 2:
        return ""
    return app.builder.render_partial(lists[0])["fragment"]


def _description(pagename, context, doctree):
    """The first paragraph of the page, cut at a word; "" when the page has its own description."""
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
    """Correct the HTML that comes from Sphinx and MyST-NB.

    A wide table gets a box in which it scrolls, so that the page does not. MyST-NB's label of a
    folded cell differs from the words on it, so the label is removed. The role of references is
    deprecated. Folded code that is not an answer (it has the usual prompt) is marked, because it is
    not printed. An empty print leaves no empty block. Names and punctuation in code have no colour
    of their own, so they need no element: these would be a third of all elements of a page.
    """
    body = re.sub(r"<table\b", '<div class="table"><table', body)
    body = body.replace("</table>", "</table></div>")
    body = body.replace(' aria-label="Toggle hidden content"', "")
    body = re.sub(SUPPORTING, r'\1 supporting"\2', body)
    body = re.sub(BLANK, "", body)
    body = PLAIN.sub(r"\1", body)
    return body.replace(' role="doc-biblioentry"', ' role="listitem"')


def _with_sizes(app, body):
    """Give each picture its size, so that the text does not jump when the picture is loaded."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match):
        tag, name = match.group(0), match.group(1)
        size = _size(sources.get(name.rsplit("/", 1)[-1]))
        if size is None or " width=" in tag or "style=" in tag:
            return tag
        return tag.replace("<img", '<img width="{}" height="{}" loading="lazy"'.format(*size), 1)

    return re.sub(r'<img\b[^>]*\bsrc="([^"]+)"[^>]*>', sized, body)


def _size(path):
    """(width, height) of a PNG in pixels; None for anything else."""
    if path is None or not path.is_file() or path.suffix != ".png":
        return None
    with path.open("rb") as stream:
        return struct.unpack(">II", stream.read(24)[16:])


def setup(app):
    """Register the theme and the functions that prepare its pages."""
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it, used or not
    app.add_html_theme("course", str(THEME))
    app.add_js_file("course.js", loading_method="defer")
    app.add_js_file("print.js", loading_method="defer")
    app.config.html_additional_pages = {"404": "404.html"}
    app.connect("html-page-context", dress_page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
