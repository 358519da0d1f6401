"""An SVG that takes a browser long to draw is refused; a plot with many points is not."""

import base64
import io

import pytest

from course_utils.grading.safe_html import safe_html, svg_picture
from course_utils.grading.svg_cost import is_dear

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def nested(levels: int, again: str) -> str:
    """``again`` names the group below, ten times in each of so many levels."""
    groups = [f'<g id="a{n}">{again.format(n - 1) * 10}</g>' for n in range(1, levels)]
    return f'{_HEAD}<defs><rect id="a0"/>{"".join(groups)}</defs>{again.format(levels - 1)}</svg>'


@pytest.mark.parametrize(
    "again",
    [
        '<use href="#a{}"/>',
        '<use xlink:href="#a{}"/>',
        '<rect fill="url(#a{})"/>',
        "<rect style='fill: url(\"#a{}\")'/>",
    ],
)
def test_what_is_drawn_again_and_again_is_counted(again):
    """Is a hundred million parts in a kilobyte too dear, however they are named, and 100 not?"""
    assert is_dear(nested(8, again))
    assert not is_dear(nested(3, again))


@pytest.mark.parametrize(
    "svg",
    [
        _HEAD + '<g id="a"><use href="#a"/></g></svg>',
        _HEAD + "<style>rect { fill: url(#a) }</style></svg>",
        _HEAD + r'<rect style="fill: u\72l(#a)"/></svg>',
        _HEAD + '<image href="data:image/svg+xml;base64,PHN2Zz4="/></svg>',
        f'<!DOCTYPE svg [<!ENTITY a "aaaa">]>{_HEAD}&a;</svg>',
        f'<?xml version="1.0" encoding="utf-16"?>{_HEAD}</svg>',
        _HEAD + "<g/>" * 200_000 + "</svg>",
        _HEAD + "<g>" * 40_000,
        "no picture",
    ],
)
def test_what_cannot_be_counted_is_too_dear(svg):
    """Is one that is drawn within itself, or hides what it names, or is none, shown as words?"""
    assert is_dear(svg)
    assert "takes too long" in svg_picture(svg)
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert "<img" not in safe_html(f'<img src="{address}">')


def test_a_plot_is_a_picture():
    """Does what Matplotlib draws, with 10,000 points, stay?"""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot(title="$x^2$").scatter(range(10_000), range(10_000))
    file = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(file)
    svg = file.getvalue().decode()
    assert svg_picture(svg).startswith("<img")
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert "<img" in safe_html(f'<img src="{address}">')
