"""``{dropdown} What you may have found``: text that is closed until the reader opens it.

It is an HTML ``<details>``: it works without a script, and is open on paper.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class reveal(nodes.General, nodes.Element):
    """The contents of ``<details>``; the attribute ``title`` is its title."""


class Dropdown(SphinxDirective):
    """One argument, the title; the content is the text that opens."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        """Return the one node."""
        node = reveal(title=self.arguments[0])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def visit_html(self, node):
    """Open ``<details>``."""
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    self.body.append(f"<summary>{self.encode(node['title'])}</summary>")


def depart_html(self, node):
    """Close ``<details>``."""
    self.body.append("</details>\n")


def setup(app):
    """Register the directive and its node."""
    app.add_node(reveal, html=(visit_html, depart_html))
    app.add_directive("dropdown", Dropdown)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
