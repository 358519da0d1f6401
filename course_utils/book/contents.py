"""The pages of the book in their order, as ``_toc.yml`` names them."""

from pathlib import Path


def pages_in_order(root: Path) -> list[str]:
    """The pages that ``_toc.yml`` below ``root`` names, the first page first."""
    import yaml  # here: it comes with the extra [book], which a student has not

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [contents["root"], *files]
