"""Sphinx extension: no line ends between a number and its unit, as in 99.2 % or 40 MB."""

import re

from docutils import nodes

GAP = re.compile(r"(?<=\d) (?=(?:%|[kMG]B|s|px)(?![^\W_]))")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


def join(app, doctree, docname):
    """Put a no-break space between each number and its unit, code and formulas left out."""
    for text in list(doctree.findall(nodes.Text)):
        joined = GAP.sub("\N{NO-BREAK SPACE}", text)
        if joined != text and not isinstance(text.parent, VERBATIM):
            text.parent.replace(text, nodes.Text(joined))


def setup(app):
    """Join them once the numbers that a page computes are in its sentences."""
    app.connect("doctree-resolved", join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
