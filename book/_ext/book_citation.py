"""How to cite (``{how-to-cite}``), and the version in each page's foot: from ``CITATION.cff``."""

from datetime import date
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


def citation(root: Path) -> dict:
    """The contents of ``CITATION.cff`` in ``root``; {} where there is none."""
    path = root / "CITATION.cff"
    return yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}


def version_of(root: Path) -> str:
    """The version and its date in words, as ``Version 0.1.0, 22 November 2026``; or ""."""
    facts = citation(root)
    if not facts:
        return ""
    day = date.fromisoformat(str(facts["date-released"]))
    return f"Version {facts['version']}, {day.day} {day:%B} {day.year}"


def bibtex(facts: dict, address: str) -> str:
    """The BibTeX entry; ``address``: the repository's, or ""."""
    names = (
        each.get("name") or f"{each['family-names']}, {each['given-names']}"
        for each in facts["authors"]
    )
    fields = {
        "title": f"{{{facts['title']}}}",
        "author": " and ".join(f"{{{name}}}" for name in names),
        "year": str(facts["date-released"])[:4],
        "version": facts["version"],
    }
    if address:
        fields["url"] = address
    lines = ",\n".join(f"  {name:<7} = {{{value}}}" for name, value in fields.items())
    return f"@software{{cnn_course,\n{lines}\n}}"


class HowToCite(SphinxDirective):
    """No argument: the BibTeX entry, to copy."""

    def run(self):
        """Return a literal block; nothing where there is no ``CITATION.cff``."""
        root = Path(self.env.srcdir).parent
        self.env.note_dependency(str(root / "CITATION.cff"))
        facts = citation(root)
        if not facts:
            return []
        text = bibtex(facts, self.config.html_theme_options.get("repository_url") or "")
        return [nodes.literal_block(text, text, language="bibtex")]


def setup(app):
    """Register the directive."""
    app.add_directive("how-to-cite", HowToCite)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
