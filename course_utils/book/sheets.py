"""Choose how closely each chapter is printed: no page before its last is left half empty."""

from pathlib import Path

import numpy as np

HALF = 0.5  # of the height between the margins
SLIVER = 0.1
FITS = (
    "as-is",
    "close",
    "closer",
    "closest",
    "wide",
    "roomy",
)  # classes, in the order in which they are tried
STYLE = """
.close { line-height: 1.4; --picture: 0.9 }
.closer { line-height: 1.37; --picture: 0.82 }
.closest { line-height: 1.34; --picture: 0.74 }
.wide { --picture: 1.1 }
.as-is { --picture: 1 }
.roomy { --picture: 1 }
:is(figure, .cnn-picture) > svg { zoom: var(--picture) }
:is(.closer, .closest) h2 { margin-top: 1.7em }
:is(.wide, .roomy) .cnn-questions { line-height: 1.6 }
:is(.wide, .roomy) .cnn-questions > ol { columns: 1 }
:is(.wide, .roomy) .cnn-questions > ol > li { margin-block: 0.7em; padding-bottom: 1.6em }
"""
_MARGINS = 20 / 297, 1 - 24 / 297  # as the @page of the print: from its top to its page number
_PALE = 250  # grey values from here on are paper


def fullness(pdf: Path) -> list[float]:
    """For each page, the share of its height between the margins that is above its last ink."""
    from pypdfium2 import PdfDocument

    shares = []
    with PdfDocument(pdf) as document:
        for page in document:
            grey = page.render(grayscale=True).to_numpy()
            top, bottom = (round(len(grey) * margin) for margin in _MARGINS)
            inked = np.flatnonzero((grey[top:bottom] < _PALE).any(axis=1))
            shares.append(float(inked[-1] + 1) / (bottom - top) if len(inked) else 0.0)
    return shares


def emptiest(pages: list[float], begins: dict[str, int]) -> dict[str, float]:
    """{chapter: fullness of its emptiest page}, where 1 is the PDF's first page.

    Its last page counts only where it holds no more than a line or two.
    """
    ends = [*list(begins.values())[1:], len(pages) + 1]
    found = {}
    for (name, begin), end in zip(begins.items(), ends, strict=True):
        *before, last = pages[begin - 1 : end - 1]
        found[name] = min(before + [last] * (last < SLIVER), default=1.0) if before else 1.0
    return found


def settled(tried: list[float]) -> bool:
    """Is a chapter good, or tried in every fit? ``tried``: its emptiest page in each fit so far."""
    return len(tried) == len(FITS) or any(share >= HALF for share in tried)


def next_fit(tried: list[float]) -> str:
    """The fit to print a chapter in now: once it is settled its best, before that the next one."""
    return FITS[tried.index(max(tried)) if settled(tried) else len(tried)]
