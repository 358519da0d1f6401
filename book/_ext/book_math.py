"""Mathematics as MathML, made while the book is built: no script, and read aloud as it is."""

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

JOINER = "\u2060"  # no line is broken here
logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)


def to_mathml(latex, node, *, display):
    """MathML of ``latex``; a formula that cannot be read is a warning that names its place."""
    try:
        return converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        logger.warning("formula not understood: %s: %s", error, latex, location=node, type="math")
        return ""


def visit_inline(self, node):
    """A formula within a sentence; a bracket before it and a full stop after it stay with it."""
    index = node.parent.index(node)
    before = node.parent[index - 1].astext()[-1:] if index else " "
    after = node.parent[index + 1].astext()[:1] if index + 1 < len(node.parent) else " "
    formula = to_mathml(node.astext(), node, display=False)
    joined = [JOINER if before.strip() else "", formula, JOINER if after.strip() else ""]
    self.body.append("".join(joined))
    raise nodes.SkipNode


def visit_block(self, node):
    """A formula on a line of its own, with its number when it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(to_mathml(node.astext(), node, display=True))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register the renderer; ``_config.yml`` chooses it with ``html_math_renderer: mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
