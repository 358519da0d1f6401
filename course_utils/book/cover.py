"""The cover of the PDF: a digit made of pixels, a kernel on it, and its feature map."""

import html

import numpy as np

# a 7 on 14×14 pixels, each from 0 (paper) to 9 (ink)
SEVEN = (
    "00000000000000",
    "00000000000000",
    "00279999999720",
    "00599999999950",
    "00035555579980",
    "00000000069970",
    "00000000289940",
    "00000000799800",
    "00000004999200",
    "00000009997000",
    "00000049993000",
    "00000099980000",
    "00000049930000",
    "00000000000000",
)
KERNEL = np.array([[1, 0, -1]] * 3)  # finds left and right edges of the ink
PLACE = (5, 8)  # row and column of the window that is drawn

STYLE = """
@page :first { margin: 0 }
.cover { position: relative; height: 297mm; padding: 30mm 24mm 0; overflow: hidden;
  background: #0e2a38; color: #f4efe4; font-family: var(--sans); print-color-adjust: exact }
.cover p { margin: 0 }
.cover .name { margin: 5mm 0 6mm; font: 600 46pt/1.05 var(--serif); letter-spacing: -0.02em }
.cover .what { max-width: 120mm; font-size: 15pt; line-height: 1.4; color: #cfdde3 }
.cover svg { position: absolute; left: 24mm; top: 118mm; width: 162mm; height: auto }
.cover .facts { position: absolute; left: 24mm; bottom: 18mm; font-size: 11pt; color: #cfdde3 }
"""


def cover(title: str, facts: dict) -> str:
    """Return the cover's HTML; ``facts``: the contents of ``CITATION.cff``, or {}."""
    authors = ", ".join(author.get("name", "") for author in facts.get("authors", ()))
    version = f"Version {facts['version']}, {facts['date-released']}" if facts else ""
    lines = [html.escape(line) for line in (authors, version) if line]
    return (
        f'<div class="cover"><p class="name">{title}</p>'
        '<p class="what">A course to read, to try and to be marked on. In its live edition each '
        "picture of a demonstration here answers to your hand.</p>"
        f'{drawing()}<p class="facts">{"<br>".join(lines)}</p></div>'
    )


def found() -> np.ndarray:
    """Return the feature map of ``KERNEL`` on ``SEVEN``."""
    pixels = np.array([[int(cell) for cell in row] for row in SEVEN])
    windows = np.lib.stride_tricks.sliding_window_view(pixels, KERNEL.shape)
    return (windows * KERNEL).sum(axis=(2, 3))


def drawing() -> str:
    """Return the digit, the window on it and the feature map as an SVG, 162 units wide."""
    cell, gap = 7, 0.5
    right = len(SEVEN) * cell + 6  # where the map begins
    small = (162 - right) / found().shape[1]
    parts = [
        _square(column * cell, row * cell, cell - gap, "#f4efe4", int(ink) / 9)
        for row, line in enumerate(SEVEN)
        for column, ink in enumerate(line)
    ]
    most = np.abs(found()).max()
    top = (len(SEVEN) * cell - found().shape[0] * small) / 2
    for (row, column), answer in np.ndenumerate(found()):
        colour = "#5cc3e8" if answer > 0 else "#f0a35e"
        x, y = right + column * small, top + row * small
        parts.append(_square(x, y, small - gap, colour, abs(answer) / most))
    row, column = PLACE
    x, y, side = column * cell - gap / 2, row * cell - gap / 2, 3 * cell
    to_x, to_y = right + column * small, top + row * small
    for dy, to_dy in ((0, 0), (side, small)):
        parts.append(
            f'<path d="M{x + side} {y + dy}L{to_x:.2f} {to_y + to_dy:.2f}" stroke="#f0a35e" '
            'stroke-width="0.4" stroke-dasharray="1.4 1.2"/>'
        )
    for left, above, width in ((x, y, side), (to_x - gap / 2, to_y - gap / 2, small)):
        parts.append(
            f'<rect x="{left:.2f}" y="{above:.2f}" width="{width:.2f}" height="{width:.2f}" '
            'fill="none" stroke="#f0a35e" stroke-width="0.9"/>'
        )
    return (
        f'<svg viewBox="0 0 162 {len(SEVEN) * cell}" role="img" aria-label="A 7 of pixels, a '
        f'kernel upon it, and the feature map that it makes.">{"".join(parts)}</svg>'
    )


def _square(x: float, y: float, side: float, colour: str, share: float) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{side:.2f}" height="{side:.2f}" fill="{colour}" '
        f'fill-opacity="{0.06 + 0.94 * share:.2f}"/>'
    )
