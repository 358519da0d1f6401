"""Sphinx extension: where lines end. Not within 99.2 % or --force; in a long path after a /."""

import re

from docutils import nodes

GAP = re.compile(r"(?<=\d) (?=(?:%|[kMG]B|s|px)(?![^\W_]))")
VERBATIM = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)
OPTION = re.compile(r'<span class="pre">(?=--?[a-z][\w-]*<)')  # Sphinx's span of one word of code
LONG_PATH = re.compile(r'(?<=<span class="pre">)[^<&]*/[^<&]*(?=</span>)')
LONG = 16  # letters; shorter paths stay whole


def join(app, doctree, docname):
    """Put a no-break space between each number and its unit, code and formulas left out."""
    for text in list(doctree.findall(nodes.Text)):
        joined = GAP.sub("\N{NO-BREAK SPACE}", text)
        if joined != text and not isinstance(text.parent, VERBATIM):
            text.parent.replace(text, nodes.Text(joined))


def mark_code(app, pagename, templatename, context, doctree):
    """Keep an option whole, and let a long path go on after a slash or an underscore."""
    if "body" in context:
        body = OPTION.sub('<span class="pre option">', context["body"])
        context["body"] = LONG_PATH.sub(_parted, body)


def _parted(path):
    text = path[0]
    return re.sub(r"(?<=[/_])(?=\w)", "<wbr>", text) if len(text) > LONG else text


def setup(app):
    """Join numbers once those that a page computes are in its sentences."""
    app.connect("doctree-resolved", join)
    app.connect("html-page-context", mark_code)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
