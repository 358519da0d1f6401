"""What a chapter puts on its page: numbers inside sentences, and drawings that follow the theme.

For the chapters of ``book/`` only. It is in the package so that a chapter also runs as a notebook
far from that folder. Importing it sets matplotlib's style.
"""

import html
import io
import re
import zlib

import matplotlib.pyplot as plt
from IPython.display import HTML, Pretty, display

# Written into the SVG by matplotlib, then replaced by the page's own colour of text and paper, so
# that one drawing reads well in light, in dark and on paper.
INK = "#0a0b0c"
PAPER = "#f1f2f3"
_THEME = {INK: "currentColor", PAPER: "var(--pst-color-background, Canvas)"}

# Middle tones: at least 3:1 against the white page and against the dark one.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#2f7fd1", "#cf6a1e", "#2f9463", "#8d66cf", "#858b94"

plt.rcParams.update(
    {
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, GREEN, PURPLE, GREY]),
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "font.size": 12,
        "image.cmap": "gray",
        "image.interpolation": "none",
        "svg.hashsalt": "course",  # the same drawing gives the same bytes
    }
)


def number(name: str, value) -> None:
    """Make ``value`` available to the page's sentences as ``{glue:text}`name```.

    Integers get thousands separators; in text, a per cent sign stays with its number. Outside the
    book's build, where nothing reads it, this does nothing.
    """
    try:
        from myst_nb import glue
    except ImportError:
        return
    text = f"{value:,}" if isinstance(value, int) else str(value).replace(" %", "\u00a0%")
    glue(name, Pretty(f"'{text}'"), display=False)  # MyST-NB reads it as a Python literal


def show(figure, alt: str, caption: str = "") -> None:
    """Put the figure on the page as an inline SVG whose text takes the page's colour; close it.

    ``alt`` says in words what the drawing shows, for readers who do not see it.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    for ours, pages in _THEME.items():
        svg = svg.replace(ours, pages)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # group names repeat from figure to figure
    unique = f"f{zlib.crc32(alt.encode()):x}-"  # markers and clips of one figure, not another's
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{unique}", svg)
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg).group(1)) * 4 / 3
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    label = html.escape(alt, quote=True)
    style = f"width: {width:.0f}px; max-width: 100%; height: auto; display: block; margin: auto"
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{label}" style="{style}"', 1)
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    display(HTML(f'<figure class="drawing">{svg}{below}</figure>'))


def draw_grid(axes, values, *, mark=(), colour=BLUE, form="{:g}", title="", pale=()):
    """Draw a small matrix as a grid of numbers on ``axes``; row 0 on top, cells one unit wide.

    ``mark`` and ``pale`` are sets of (row, column): filled with ``colour``, or drawn faintly.
    """
    rows, columns = len(values), len(values[0])
    for row in range(rows):
        for column in range(columns):
            marked, faint = (row, column) in mark, (row, column) in pale
            axes.add_patch(
                plt.Rectangle(
                    (column, row),
                    1,
                    1,
                    facecolor=colour if marked else "none",
                    alpha=0.35 if marked else 1,
                    linewidth=0,
                )
            )
            axes.add_patch(
                plt.Rectangle(
                    (column, row),
                    1,
                    1,
                    fill=False,
                    edgecolor=GREY,
                    linewidth=1,
                    linestyle=":" if faint else "-",
                )
            )
            axes.text(
                column + 0.5,
                row + 0.52,
                form.format(values[row][column]).replace("-", "−"),
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
