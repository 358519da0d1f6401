"""Code cells that a reader edits and runs in the page, and the gaps of "Try it yourself".

Python comes from the notebooks for the browser (``course_utils.book.lite``); it is loaded when the
reader presses Run. A site without these notebooks, and a page that needs TensorFlow, have no such
cells. Here each cell is marked in the page, and the page's code is written beside it as JSON;
``run.js`` does the rest.
"""

import json
import re
import shutil
from pathlib import Path

import jupytext
from book_assignments import in_browser
from book_notebooks import is_notebook
from docutils import nodes

from course_utils import widgets
from course_utils.checks.gaps import GAPS

FILES = ("run.js", "worker.js", "run.css")
GAP = "____"
ASSIGNED = re.compile(r"^(\w+) *=[^=]", re.MULTILINE)
DEMO = re.compile(rf"^({'|'.join(widgets.__all__)})\(", re.MULTILINE)


def mark_cells(app, doctree, docname):
    """Give each cell the class ``py-N`` (N: number of cells before it), and each gap its name.

    A page with such cells keeps the chapter's code as ``code_cells`` for ``equip``.
    """
    sources, number = _sources(app, docname), 0
    if not sources:
        return
    for node in doctree.findall():
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            number = _mark_cell(node, sources, number)
        elif isinstance(node, nodes.literal_block) and GAP in node.astext():
            name = gap_name(node.astext())
            if name not in GAPS:
                raise ValueError(f"{docname}: no gap {name!r} in course_utils/checks/gaps.py")
            node["classes"] += [f"py-{number}", f"gap-{name}"]
    elements = doctree.findall(nodes.Element)
    if any(name.startswith("py-") for each in elements for name in each["classes"]):
        doctree["code_cells"] = sources


def _mark_cell(node, sources, number):
    """Mark the cell, if its code is in the page; return the number of the next cell."""
    blocks = list(node.findall(nodes.literal_block))
    text = blocks[0].astext().strip() if blocks else ""
    if text not in sources[number:]:
        return number  # only its output is shown
    number = sources.index(text, number)
    if not DEMO.search(text):  # a demo is live in the page already
        node["classes"].append(f"py-{number}")
    return number + 1


def gap_name(code):
    """The first name to which the code assigns; "" where there is none."""
    found = ASSIGNED.search(code)
    return found[1] if found else ""


def equip(app, page, template, context, doctree):
    """Add the scripts to the page, and write the page's code beside them."""
    if doctree is None or "code_cells" not in doctree:
        return
    folder = Path(app.outdir, "_static", "run")
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"cells": doctree["code_cells"]}
    (folder / f"{page}.json").write_text(json.dumps(facts), "utf-8")
    app.add_js_file("run/run.js", type="module")
    app.add_css_file("run/run.css")


def _sources(app, page):
    """The code cells of a page that a browser can run; [] for any other page."""
    path = Path(app.env.doc2path(page))
    if (
        app.builder.name != "html"
        or not is_notebook(app, page)
        or not in_browser(page, path.read_text("utf-8"))
    ):
        return []
    cells = jupytext.read(path).cells
    return [cell.source.strip() for cell in cells if cell.cell_type == "code"]


def copy_files(app, exception=None):
    """Put the scripts and their style into the site."""
    if exception is None and app.builder.name == "html":
        folder = Path(app.outdir, "_static", "run")
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(Path(__file__).with_name(name), folder)


def setup(app):
    """Mark cells when a page is resolved; add the scripts when it is written."""
    app.connect("doctree-resolved", mark_cells)
    app.connect("html-page-context", equip)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
