"""Make MathML of formulas while the book is built: no script, and screen readers can read it."""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)


def to_mathml(latex, node, *, display):
    """``latex`` as MathML; for a formula that cannot be read a warning names its place."""
    try:
        return converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        logger.warning("formula not understood: %s: %s", error, latex, location=node, type="math")
        return ""


def join(app, doctree, docname):
    """Join each formula with what touches it: the bracket before it, the full stop after it."""
    for node in doctree.findall(nodes.math):
        index = node.parent.index(node)
        for side, place, pattern in (
            ("before", index - 1, r"\S+$"),
            ("after", index + 1, r"^\S+"),
        ):
            text = node.parent[place] if 0 <= place < len(node.parent) else None
            if isinstance(text, nodes.Text) and (touching := re.search(pattern, text)):
                node[side] = touching[0]
                rest = text[: touching.start()] + text[touching.end() :]
                node.parent[place] = nodes.Text(rest)


def visit_inline(self, node):
    """Write a formula within a sentence, with no line break between it and what touches it.

    (A word joiner should prevent the break, but does not beside MathML in Chromium.)
    """
    before, after = (self.encode(node.get(side, "")) for side in ("before", "after"))
    formula = to_mathml(node.astext(), node, display=False)
    touched = f'<span class="joined">{before}{formula}{after}</span>'
    self.body.append(touched if before or after else formula)
    raise nodes.SkipNode


def visit_block(self, node):
    """Write a formula on a line of its own, with its number if it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(to_mathml(node.astext(), node, display=True))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register the renderer; ``_config.yml`` chooses it with ``html_math_renderer: mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("doctree-resolved", join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
