"""The page's type, cut down to what English pages with formulas need: 5 MB become 130 kB.

The fonts come as packages: Source Serif 4 and Source Sans 3 by Adobe, STIX Two Math by the STIX
project, all under the SIL Open Font License. The licence reserves the original names for the
original files, so ours have other names; copyright and licence stay in each file. Cutting takes
some seconds, so the result is kept in ``_build/fonts``.
"""

import hashlib
import os
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from sphinx.util import logging

logger = logging.getLogger(__name__)

LATIN = (
    "20-7E A0-17F 2010-2015 2018-201F 2020-2022 2026 2030 2032 2033 2039 203A 20AC 2122 2190-2193"
    " 2212 2248 2260 2264 2265"
)
MATH = (  # operators, brackets, Greek, and the slanted and bold letters of formulas
    "20-7E A0 A7 AC B0 B1 B7 D7 F7 302-305 307 308 30C 391-3A9 3B1-3C9 3D1 3D5 3F5 2016 2020 2026"
    " 2032-2034 2061-2064 20D7 210E 2113 2115 211D 2124 2190-2194 21A6 21D2 21D4 2200 2202-2208"
    " 220B 220F 2211-2213 2215-221A 221E 2225-222B 2248 2260-226B 2282-2287 2295-2299 22C5 22C6"
    " 22EE-22F1 2308-230B 23B4 23B5 23DC-23DF 27E8 27E9 1D400-1D467 1D6A4 1D6A5 1D6E2-1D71B"
)
TEXT_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum"]
MATH_FEATURES = ["dtls", "flac", "ccmp"]  # "ssty", the letters of indices, is half of the font


class Face(NamedTuple):
    """One font file: its name, its source, and the axes and characters to keep."""

    name: str
    source: Path
    axes: dict
    characters: str
    features: list


def faces():
    """The four files, in the order in which a page needs them."""
    serif, sans = "Source Serif 4", "Source Sans 3"
    stix = Path(str(files("ziamath"))) / "fonts" / "STIXTwoMath-Regular.ttf"
    size, weights = {"opsz": 14}, {"wght": (400, 700)}
    return [
        Face("serif", fontpkg.path(serif), size | weights, LATIN, TEXT_FEATURES),
        Face(
            "serif-italic",
            fontpkg.path(serif, style="italic"),
            size | {"wght": 400},
            LATIN,
            TEXT_FEATURES,
        ),
        Face("sans", fontpkg.path(sans), weights, LATIN, TEXT_FEATURES),
        Face("math", stix, {}, MATH, MATH_FEATURES),
    ]


def cut(face, target):
    """Write ``face`` as WOFF2 to ``target``."""
    font = TTFont(face.source)
    options = subset.Options()
    options.layout_features = face.features
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # copyright, names, licence
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_codes(face.characters))
    subsetter.subset(font)
    if face.axes:
        font = instancer.instantiateVariableFont(font, face.axes)
    for name_id, text in (
        (1, f"Course {face.name}"),
        (4, f"Course {face.name}"),
        (6, f"Course-{face.name}"),
    ):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font.flavor = "woff2"
    part = target.with_suffix(f".{os.getpid()}")
    font.save(part)
    part.replace(target)


def _codes(ranges):
    codes = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        codes += range(int(first, 16), int(last or first, 16) + 1)
    return codes


def provide(app):
    """Cut the fonts that are not cut yet, and add the folder to the site's static files."""
    if app.builder.format != "html":
        return
    cache = Path(app.outdir).parent / "fonts"
    folder = cache / "site" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for face in faces():
        recipe = f"{face.axes}{face.characters}{face.features}{face.source.stat().st_size}"
        stamp = cache / f"{face.name}.{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
        target = folder / f"{face.name}.woff2"
        if stamp.exists() and target.exists():
            continue
        logger.info("cutting the font %s", face.name)
        cut(face, target)
        stamp.touch()
    app.config.html_static_path.append(str(cache / "site"))


def setup(app):
    """Provide the fonts before pages are written."""
    app.connect("builder-inited", provide)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
