"""How text and points are written in every file, page and table of the grader."""

import re
import unicodedata

_MOST_MARKS = 50
_VIRAMA = 9  # the class of the signs that put a letter below another, as in Burmese
_BECOME_MARKS = "\uff9e\uff9f"  # halfwidth kana, in the form NFKC


def storable(text: object) -> str:
    """``text`` for a UTF-8 file (half surrogate pairs become "?"); "" for what is not a str."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def few_marks(text: str) -> str:
    """``text`` with at most 50 combining marks on a letter, and letters below it.

    With 200,000 of them on one letter a reader's browser is busy for minutes, and so is Python
    where it puts them in order: for names in code (NFKC) and in file names (NFC).
    """
    if text.isascii():
        return text
    marks = {letter: _is_mark(letter) for letter in set(text)}  # few letters, in long texts
    is_mark = bytearray(map(marks.__getitem__, text))
    for virama in {letter for letter in marks if unicodedata.combining(letter) == _VIRAMA}:
        for found in re.finditer(virama + ".", text):  # the letter behind it stands below it
            is_mark[found.start() + 1] = True
    if b"\1" * (_MOST_MARKS + 1) not in is_mark:
        return text
    kept: list[str] = []
    row = 0
    for letter, mark in zip(text, is_mark, strict=True):
        row = row + 1 if mark else 0
        if row <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M" or letter in _BECOME_MARKS


def composed(name: str) -> str:
    """A name in Unicode's composed form (NFC), however it was typed."""
    return unicodedata.normalize("NFC", few_marks(name))


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
