"""Write each chapter into the site as a notebook without outputs, to open and run anywhere.

What only Sphinx understands becomes plain Markdown: boxes, references to the glossary and to the
literature, links to other chapters, and the numbers inside sentences, which are the same as on the
pages. Code that a page does not show (for example a quiz with its answers) is folded.
"""

import ast
import json
import re
from importlib.metadata import version
from pathlib import Path

import jupytext
from pybtex.database import parse_file
from sphinx.util import logging

from course_utils.public_address import book_address
from course_utils.requirement import notebook_requirement, wheel_requirement

BLOCK = re.compile(r"^(`{3,})\{([\w-]+)\}[ \t]*([^\n]*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
OPTIONS = re.compile(r"\A(?::[\w-]+:.*\n)+\n?")
ROLE = re.compile(r"\{(glue:text|term|cite)\}`([^`]+)`")
TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\((?:(\w+)\.md)?(#[\w-]+)?\)")
FOLDED = {  # tag: the part of the cell that is folded in JupyterLab
    "hide-input": ("source_hidden",),
    "remove-input": ("source_hidden",),
    "remove-cell": ("source_hidden", "outputs_hidden"),
    "hide-cell": ("source_hidden", "outputs_hidden"),
}
IF_MISSING = "# In Colab, or wherever the course is not installed: take away the # and run"
BESIDE = """\
# Where the course is not installed (in Colab, for one): put the file that your instructor gave you
# beside this notebook, take away the # of the next line and run it"""
log = logging.getLogger(__name__)


def is_notebook(app, docname):
    """Whether the page is a MyST Markdown notebook: its front matter names a kernel."""
    path = Path(app.env.doc2path(docname))
    return path.suffix == ".md" and "kernelspec:" in path.read_text().partition("\n---")[0]


def write_notebooks(app, exception):
    """Put each chapter into the site as a notebook."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir, "notebooks")
    folder.mkdir(exist_ok=True)
    address = app.config.html_theme_options.get("repository_url")
    sources = {k: v for name in _bibliographies(app) for k, v in parse_file(name).entries.items()}
    pages = book_address(Path(app.srcdir).parent)
    for docname in app.env.found_docs:
        if not is_notebook(app, docname):
            continue
        notebook = jupytext.read(app.env.doc2path(docname))
        words = {"glue:text": _numbers(app, docname), "cite": sources}
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = plain(cell.source, words, pages, docname)
            else:
                _fold(cell)
        text = jupytext.writes(notebook, "ipynb")
        if address:
            cell = _install_cell(IF_MISSING, notebook_requirement(address, text))
        else:
            cell = _install_cell(BESIDE, wheel_requirement(version("cnn-course"), text))
        notebook.cells.insert(0, cell)
        jupytext.write(notebook, folder / f"{docname}.ipynb", fmt="ipynb")


def plain(text, words, pages, docname):
    """MyST Markdown → Markdown that any notebook program can show.

    ``words``: for the roles ``glue:text`` and ``cite``, name → the text in its place. ``pages``:
    the book's address, "" if it has none (then only the words of a link stay).
    """

    def role(found):
        kind, name = found.groups()
        if kind == "term":
            return name.partition(" <")[0]
        if name not in words[kind]:
            log.warning("no %s for the notebook of this page", name, location=docname)
            return name
        return words[kind][name] if kind == "glue:text" else _short(words[kind][name])

    def link(found):
        label, page, anchor = found.groups()
        # A link to a misconception has only a target, and may be on any page.
        here = "misconceptions" if anchor and anchor.startswith("#m-") else docname
        return f"[{label}]({pages}/{page or here}.html{anchor or ''})" if pages else label

    text = TARGET.sub("", BLOCK.sub(_block, text))
    return LINK.sub(link, ROLE.sub(role, text))


def _block(found):
    _, kind, title, body = found.groups()
    body = OPTIONS.sub("", body).strip()
    if kind == "dropdown":
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
    if kind == "code-block":
        return f"```{title}\n{body}\n```"
    lines = [f"**{title}**", "", *body.splitlines()] if title else body.splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _short(entry):
    """(Goodfellow et al., 2016)."""
    last = [" ".join(person.last_names) for person in entry.persons["author"]]
    names = " and ".join(last) if len(last) < 3 else f"{last[0]} et al."
    return f"({names}, {entry.fields['year']})"


def _bibliographies(app):
    return [Path(app.srcdir, name) for name in getattr(app.config, "bibtex_bibfiles", None) or []]


def _numbers(app, docname):
    """{name: text} of the numbers that the executed page put into its sentences (glue)."""
    path = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.glue.json"
    glued = json.loads(path.read_text()) if path.is_file() else {}
    return {name: ast.literal_eval(o["data"]["text/plain"]) for name, o in glued.items()}


def _fold(cell):
    tags = cell.metadata.get("tags", [])
    parts = {part for tag in tags for part in FOLDED.get(tag, ())}
    if parts:
        cell.metadata["jupyter"] = dict.fromkeys(sorted(parts), True)
    if "Quiz([" in cell.source:  # its code holds the answers; this folds it in Colab
        cell.source = f"# @title Quiz\n{cell.source}"
        cell.metadata["cellView"] = "form"


def _install_cell(when, needed):
    from nbformat.v4 import new_code_cell

    return new_code_cell(f'{when}\n# %pip install -q "{needed}"')


def setup(app):
    """Write the notebooks when the pages are done."""
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
