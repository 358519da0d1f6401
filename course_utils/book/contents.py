"""The pages of the book in the order of ``_toc.yml``."""

from pathlib import Path


def pages_in_order(root: Path) -> list[str]:
    """The pages that ``_toc.yml`` below ``root`` names, the first page first."""
    import yaml  # not at the top: it comes with the extra [book], which students do not install

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [contents["root"], *files]
