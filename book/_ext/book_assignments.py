"""``{assignment-links} convolution``: the buttons that open an assignment.

The notebook students receive is copied into the site, to download. Colab and Binder open it from
the repository, so their buttons appear once ``_config.yml`` names its address.
"""

from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
GITHUB = "https://github.com/"


class AssignmentLinks(SphinxDirective):
    """One argument: the assignment's name, as its folder in ``exercises/`` is called."""

    required_arguments = 1

    def run(self):
        """Return a list of links, or warn of an assignment that is not there."""
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
        download = addnodes.download_reference(
            "", "", nodes.Text(f"Download {name}.ipynb"), reftarget=f"../{notebook}"
        )
        row += nodes.list_item("", nodes.paragraph("", "", download))
        for label, address in open_with(self.config.html_theme_options, notebook).items():
            link = nodes.reference("", label, refuri=address)
            row += nodes.list_item("", nodes.paragraph("", "", link))
        return [row]


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
    """Register the directive."""
    app.add_directive("assignment-links", AssignmentLinks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
