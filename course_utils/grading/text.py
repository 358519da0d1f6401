"""How text and points are written in every file, page and table of the grader."""


def storable(text: object) -> str:
    """``text`` for a UTF-8 file (half surrogate pairs become "?"); "" for what is not a str."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def is_showable(text: str) -> bool:
    """Whether a table can show ``text``: no line end, no terminal command, no half character.

    Joiners of zero width count as letters: Persian and Hindi are written with them.
    """
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()


def points_text(points: float | None) -> str:
    """Points with at most four decimals (7.5, 10, 3.3333); "" for None."""
    return "" if points is None else f"{points:.4f}".rstrip("0").rstrip(".")


def taken_off(penalty: float) -> str:
    """That so many points were taken off for lateness; "" where none were."""
    points = "1 point" if penalty == 1 else f"{points_text(penalty)} points"
    return f"{points} taken off for lateness" if penalty else ""
