"""An SVG that takes a browser long to draw is refused; a plot with many points is not."""

import base64
import io
import random

import pytest

from course_utils.grading.safe_html import safe_html, svg_picture
from course_utils.grading.svg_cost import is_dear, is_quick

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
        _HEAD + "<style><g/>rect { fill: url(#a) }</style></svg>",
        '<?xml-stylesheet href="data:text/css,rect{fill:red}"?>' + _HEAD + "</svg>",
        _HEAD + '<link rel="stylesheet" href=" data:text/css,rect{fill:red}"/></svg>',
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
    """Is an SVG shown as words if it draws itself, hides what it names, or is no SVG?"""
    assert is_dear(svg)
    assert "takes too long" in svg_picture(svg)
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert "<img" not in safe_html(f'<img src="{address}">')


_LINE = "".join(f"L{random.Random(n).randrange(999)} {n % 999}" for n in range(20_000))
_LONG = '<path d="M0 0 L900000 9" stroke-dasharray="1"/>'


@pytest.mark.parametrize(
    "parts",
    [
        f'<path d="M0 0{_LINE}"/>',
        f'<polyline points="{_LINE.replace("L", " ")}"/>',
        '<filter id="f"><feMorphology radius="900"/></filter><rect filter="url(#f)"/>',
        '<rect style="filter: blur(900px)"/>',
        '<g style="mix-blend-mode: difference"><rect/></g>',
        '<g opacity=".9">' * 1300 + "</g>" * 1300,
        '<clipPath id="c"><text>a</text></clipPath>' + '<g clip-path="url(#c)"/>' * 1200,
        _LONG * 10,
        f'<g stroke-dasharray="1">{_LONG.replace("stroke-dash", "no-")}</g>',
        _LONG.replace('stroke-dasharray="1"', 'style="stroke-dasharray/**/: 1"'),
        _LONG.replace("L900000", "L9e5").replace('="1"', '="1%"'),
        '<rect><animate attributeName="x" values="1;2" dur="1s"/></rect>',
        f"<text>{'@' * 600_000}</text>",
        '<circle r="3000"/>' * 8000,
        "<style>q ~ g { fill: red }</style>",  # for each part all before it are looked at
        "<style><q/>g:has(q) { fill: red }</style>",
        "<style>" + "g { fill: red }\n" * 900 + "</style>" + "<g/>" * 2000,
        "<path style=\"d: path('M0 0L9 9')\"/>",
    ],
)
def test_what_may_take_long_is_shown_when_asked_for(parts):
    """Is the picture folded away, in an output and in Markdown, though its parts are few?"""
    svg = f"{_HEAD}{parts}</svg>"
    assert not is_dear(svg)
    assert not is_quick(svg)
    assert svg_picture(svg).startswith("<details><summary>SVG picture that may take long")
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert safe_html(f'a <img src="{address}"> b').startswith("a <details>")


def test_a_plot_is_a_picture():
    """Does what Matplotlib draws stay: small plots, a long line, dashes, text, images, shades?"""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    drawn = random.Random(1)
    figure = Figure()
    for place in figure.subplots(3, 3).flat:
        place.scatter(range(200), range(200))
        place.plot([drawn.random() for _ in range(1000)], label="loss $x^2$")
        place.imshow([[0, 1], [1, 0]], alpha=0.5)
        place.set_title("Accuracy and loss")
        place.grid(ls="--")
        place.legend()
    file = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(file)
    svg = file.getvalue().decode()
    assert svg_picture(svg).startswith("<img")
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert safe_html(f'<img src="{address}">').startswith("<img")


def test_a_plot_of_many_points_can_be_seen():
    """Is a plot of 10,000 points there, for who asks for it?"""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().scatter(range(10_000), range(10_000))
    file = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(file)
    assert "<img" in svg_picture(file.getvalue().decode())
