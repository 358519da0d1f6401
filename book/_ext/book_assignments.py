"""The buttons that open an assignment: ``{assignment-links} convolution``, or ``{open-here}``.

Where the site has notebooks for the browser (``course_utils.book.lite``), the first button opens
the assignment there; for an assignment that needs TensorFlow, a sentence says why there is no such
button. The notebook that students receive is copied into the site, to download. Colab and Binder
open it from the repository, so their buttons appear only if ``_config.yml`` has its address.
``{open-here}`` has one button for each assignment that runs in the browser, with its name.
"""

import os
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from course_utils.book.lite.site import FOLDER, runs_in_browser

logger = logging.getLogger(__name__)
GITHUB = "https://github.com/"
OPEN_HERE = "Open here, nothing to install"
KEPT = "Your notebooks in this browser"
NEEDS_TENSORFLOW = "This one needs TensorFlow, which a browser does not have: "
OTHER_WAYS = "work in Colab, or on your own computer"


class AssignmentLinks(SphinxDirective):
    """One argument: the assignment's name, as its folder in ``exercises/`` is called."""

    required_arguments = 1

    def run(self):
        """Return a list of links, or warn that the assignment does not exist."""
        name = self.arguments[0]
        notebook = f"exercises/{name}/{name}.ipynb"
        if not Path(self.env.srcdir).parent.joinpath(notebook).is_file():
            logger.warning(
                "no %s; `make exercises` makes it from solutions/%s",
                notebook,
                name,
                location=self.get_location(),
            )
            return []
        row = nodes.bullet_list(classes=["button-row"])
        text = Path(self.env.srcdir).parent.joinpath(notebook).read_text("utf-8")
        here = in_browser(f"{name}.ipynb", text)
        if here:
            row += _buttons({OPEN_HERE: here, KEPT: f"{FOLDER}/tree/index.html"})
        download = addnodes.download_reference(
            "", "", nodes.Text(f"Download {name}.ipynb"), reftarget=f"../{notebook}"
        )
        row += nodes.list_item("", nodes.paragraph("", "", download))
        row += _buttons(open_with(self.config.html_theme_options, notebook))
        if os.environ.get("COURSE_LITE") and not here:
            ways = nodes.reference("", OTHER_WAYS, refuri="for_students.html#choose-a-way")
            return [
                row,
                nodes.paragraph("", "", nodes.Text(NEEDS_TENSORFLOW), ways, nodes.Text(".")),
            ]
        return [row]


class OpenHere(SphinxDirective):
    """No argument: each assignment that a browser can run, and the list of the reader's work."""

    def run(self):
        """Return a list of links, which is empty where the site has no such notebooks."""
        places = {}
        for notebook in sorted(Path(self.env.srcdir).parent.glob("exercises/*/*.ipynb")):
            if here := in_browser(notebook.name, notebook.read_text("utf-8")):
                places[f"Open {notebook.stem.capitalize()}"] = here
        if not places:
            return []
        row = nodes.bullet_list(classes=["button-row"])
        row += _buttons({**places, KEPT: f"{FOLDER}/tree/index.html"})
        return [row]


def _buttons(places):
    """An item of the row for each {label: address}."""
    links = [nodes.reference("", label, refuri=address) for label, address in places.items()]
    return [nodes.list_item("", nodes.paragraph("", "", link)) for link in links]


def in_browser(name, text):
    """The address, from a page, that opens the notebook ``name`` in the browser, or "".

    ``text``: the notebook's.
    """
    if not os.environ.get("COURSE_LITE") or not runs_in_browser(text):
        return ""
    return f"{FOLDER}/notebooks/index.html?path={quote(name)}"


def open_with(options, notebook):
    """{label: address} of the services that open ``notebook`` from the repository's address.

    Binder takes any Git address; Colab reads from GitHub only.
    """
    address = (options.get("repository_url") or "").rstrip("/").removesuffix(".git")
    branch = options.get("repository_branch") or "main"
    services = {}
    if address.startswith(GITHUB):
        place = address.removeprefix(GITHUB)
        services["Open in Colab"] = (
            f"https://colab.research.google.com/github/{place}/blob/{branch}/{notebook}"
        )
        binder = f"gh/{place}"
    elif address:
        binder = f"git/{quote(address, safe='')}"
    if address:
        path = quote(notebook, safe="")
        services["Open in Binder"] = (
            f"https://mybinder.org/v2/{binder}/{branch}?urlpath=lab%2Ftree%2F{path}"
        )
    return services


def setup(app):
    """Register the directive; ``{only} lite`` is for pages of a site with such notebooks."""
    if os.environ.get("COURSE_LITE"):
        app.tags.add("lite")
    app.add_directive("assignment-links", AssignmentLinks)
    app.add_directive("open-here", OpenHere)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
