"""The functions with which a chapter puts numbers into sentences, and drawings on its page.

They are for the chapters of ``book/`` only, and in the package so that a chapter also runs as a
notebook outside of that folder. To import this module sets matplotlib's style.
"""

import html
import io
import re
import zlib
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from IPython.display import HTML, Pretty, display
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

# Matplotlib writes these colours into the SVG; then the page's own colours of text and paper take
# their place, so that a drawing is easy to read in light, in dark and in print.
INK = "#0a0b0c"
PAPER = "#f1f2f3"
_THEME = {INK: "currentColor", PAPER: "var(--paper, Canvas)"}

# Middle tones: a contrast of at least 3:1 to the white page and to the dark page.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#2f7fd1", "#cf6a1e", "#2f9463", "#8d66cf", "#858b94"
_STRIPES = 4  # dots along the side of a negative cell; one of its diagonals is the stripe
WINDOW, OUTPUT = ORANGE, BLUE  # the cells that are read, and the output, as in the demos

plt.rcParams.update(
    {
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE, GREY]),
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "font.size": 12,
        "image.cmap": "gray",
        "image.interpolation": "none",
        "svg.fonttype": "none",  # text, in the page's own type; not the outlines of letters
        "svg.hashsalt": "course",  # the same drawing gives the same bytes
    }
)


def number(name: str, value) -> None:
    """Make ``value`` available to the page's sentences as ``{glue:text}`name```.

    Integers get thousands separators; in text, a per cent sign stays on the line of its number.
    Outside the book's build this does nothing.
    """
    try:
        from myst_nb import glue
    except ImportError:
        return
    text = f"{value:,}" if isinstance(value, int) else str(value).replace(" %", "\u00a0%")
    glue(name, Pretty(f"'{text}'"), display=False)  # MyST-NB reads it as a Python literal


def show(figure, alt: str, caption: str = "") -> None:
    """Put the figure on the page as an inline SVG in the page's colours and type; close it.

    ``alt``: what the drawing shows, in words, for readers who cannot see it.
    """
    for axis in figure.axes:
        for image in axis.images:
            image.set_clip_on(False)  # it fills its axes, so there is nothing to cut off
    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    root = ElementTree.fromstring(stream.getvalue())
    _slim(root)
    box = root.get("viewBox", "")
    width, height = (float(length) * 4 / 3 for length in box.split()[2:])
    style = f"width: {width:.0f}px; max-width: 100%; height: auto; display: block; margin: auto"
    root.tag = "svg"
    root.attrib = {
        "viewBox": box,
        "role": "img",
        "aria-label": alt,
        "style": f"{style}; stroke-linejoin: round; stroke-linecap: butt",
    }
    svg = ElementTree.tostring(root, encoding="unicode")
    unique = f"f{zlib.crc32(alt.encode()):x}-"  # markers and clips of one figure, not another's
    svg = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{unique}", svg)
    for ours, pages in _THEME.items():
        svg = svg.replace(ours, pages)
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    space = f"contain-intrinsic-height: auto {height + 45 * bool(caption):.0f}px"
    display(HTML(f'<figure class="drawing" style="{space}">{svg}{below}</figure>'))


_LONG = re.compile(r"-?\d+\.\d{3,}")  # a length with more decimals than a page shows


def _slim(parent: ElementTree.Element) -> None:
    """Remove the parts of matplotlib's SVG that a page does not need: most of its elements.

    These are groups that only group, invisible backgrounds, the metadata, and a style that would
    apply to the whole page. Lengths are rounded to a hundredth of a point. Text keeps its size and
    place.
    """
    kept = []
    for child in parent:
        _slim(child)
        child.tag, child.tail = child.tag.rpartition("}")[2], None
        child.attrib = {
            name.rpartition("}")[2]: " ".join(value.split())
            for name, value in child.attrib.items()
            if not (name == "id" and child.tag in ("g", "image"))
        }
        for name in {"d", "x", "y"}.intersection(child.attrib):
            child.set(name, _LONG.sub(lambda number: f"{float(number[0]):.2f}", child.attrib[name]))
        if child.tag == "tspan":  # a part of a formula, such as a power on a logarithmic axis
            child.set("style", _without_family(child))
        elif child.tag == "text" and not len(child):
            _anchor(child)
        unseen = child.tag == "path" and child.get("style") == "fill: none"
        if child.tag == "g" and not child.attrib:
            kept += child
        elif not unseen and child.tag not in ("metadata", "style") and (len(child) or child.attrib):
            kept.append(child)
    parent[:] = kept
    if parent.tag.rpartition("}")[2] not in ("text", "tspan"):
        parent.text = None


def _anchor(text: ElementTree.Element) -> None:
    """Let the page set the font of a text, and centre each line of a text with several lines.

    The page's letters are narrower than those with which matplotlib measures. A single line has its
    anchor in the SVG; the lines of a longer text have their left ends, but all of ours are centred.
    """
    style = _without_family(text)
    if start := re.fullmatch(r"translate\((\S+) (\S+)\)", text.get("transform", "")):
        sizes = re.findall(r"font-size: ([\d.]+)px", style)
        size = float(sizes[0])
        font = FontProperties(size=size)
        wide = text_to_path.get_text_width_height_descent(text.text or "", font, ismath=False)[0]
        x, y = float(start[1]) + wide / 2, float(start[2])
        text.attrib = {"x": f"{x:.2f}", "y": f"{y:.2f}"}
        style += "; text-anchor: middle"
    elif "rotate(-0 " in text.get("transform", ""):
        del text.attrib["transform"]
    text.set("style", style)


def _without_family(text: ElementTree.Element) -> str:
    # Matplotlib before 3.9 (Python in the browser has 3.8) writes size and family together
    style = re.sub(r"font: (?:[^;]*? )?([\d.]+)px [^;]*", r"font-size: \1px", text.get("style", ""))
    return re.sub(r"font-family: [^;]*(; |$)", "", style)


def draw_grid(axes, values, *, mark=(), colour=WINDOW, title="", pale=()):
    """Draw a small matrix as a grid of numbers on ``axes``; row 0 on top, cells one unit wide.

    ``mark`` and ``pale`` are sets of (row, column): cells filled with ``colour``, or drawn faintly.
    """
    rows, columns = len(values), len(values[0])
    for row in range(rows):
        for column in range(columns):
            faint = (row, column) in pale
            axes.add_patch(
                Rectangle(
                    (column, row),
                    1,
                    1,
                    facecolor=(colour, 0.35) if (row, column) in mark else "none",
                    edgecolor=GREY,
                    linestyle=":" if faint else "-",
                )
            )
            axes.text(
                column + 0.5,
                row + 0.52,
                f"{values[row][column]:g}".replace("-", "−"),
                ha="center",
                va="center",
                alpha=0.65 if faint else 1,
            )
    axes.set_xlim(-0.05, columns + 0.05)
    axes.set_ylim(rows + 0.05, -0.05)
    axes.set_aspect("equal")
    axes.axis("off")
    if title:
        axes.set_title(title, fontsize=12)


def draw_signed(axes, values, largest=None):
    """Draw a matrix as pixels, as the demos do: blue above zero, orange with stripes below.

    The stripes show the sign also in grey print, and to readers who do not see the colours.
    ``largest``: the number that gets the full shade (default: the largest of ``values``).
    """
    values = np.asarray(values, float)
    shade = (np.abs(values) / (largest or np.abs(values).max() or 1)) ** 0.7
    below = values < 0
    colours = np.where(below[..., None], to_rgb(ORANGE), to_rgb(BLUE))
    pixels = np.concatenate([colours, shade[..., None]], axis=2)
    fine = pixels.repeat(_STRIPES, axis=0).repeat(_STRIPES, axis=1)
    rows, columns = np.indices(fine.shape[:2]) % _STRIPES
    stripes = below.repeat(_STRIPES, axis=0).repeat(_STRIPES, axis=1)
    fine[stripes & (rows + columns == _STRIPES - 1), 3] *= 0.25
    axes.imshow(np.clip(fine, 0, 1), interpolation="none")
