"""The functions of figures.py: what they draw and say. A chapter's figures: test_chapters.py."""

import re
import sys

import matplotlib.pyplot as plt
import myst_nb
import numpy as np
import pytest
from bs4 import BeautifulSoup

from course_utils.book import figures
from tests.conftest import ROOT


@pytest.fixture
def shown(monkeypatch):
    """What ``show`` displays, as HTML, newest last."""
    seen = []
    monkeypatch.setattr(figures, "display", lambda output: seen.append(output.data))
    return seen


def drawing(colour=figures.INK):
    figure, axis = plt.subplots(figsize=(2, 2))
    axis.plot([0, 1], [1, 0], color=colour, marker="o")
    axis.set_title("a title")
    return figure


def test_a_drawing_takes_the_colours_of_its_page(shown):
    """Do text, lines and paper follow the page's theme, and no white sheet lie behind them?"""
    figures.show(drawing(), alt="A line that falls from 1 to 0.")
    assert "currentColor" in shown[0]
    assert figures.INK not in shown[0]
    assert figures.PAPER not in shown[0]
    assert "#ffffff" not in shown[0]


def test_a_drawing_says_what_it_shows(shown):
    """Does the alternative text reach the page whole, quotes and angle brackets included?"""
    figures.show(drawing(), alt='A "line" with 1 < 2.', caption="One < two.")
    found = BeautifulSoup(shown[0], "html.parser")
    assert found.svg["role"] == "img"
    assert found.svg["aria-label"] == 'A "line" with 1 < 2.'
    assert found.figcaption.get_text() == "One < two."


def test_the_powers_of_a_logarithmic_axis_stay(shown):
    """Are formulas, which matplotlib writes in pieces, kept with their text, in the page's type?"""
    figure, axis = plt.subplots(figsize=(2, 2))
    axis.semilogy([1, 0.1, 0.01])
    figures.show(figure, alt="A line that falls.")
    texts = BeautifulSoup(shown[0], "html.parser").find_all("text")
    said = [text.get_text("", strip=True) for text in texts]
    assert (
        sum(each.startswith("10") and each[2:].strip("−-") in ("0", "1", "2") for each in said) >= 3
    )
    assert "font-family" not in shown[0]
    assert "font-size" in shown[0]


def test_two_drawings_share_no_id(shown):
    """Can two drawings stand on one page without one borrowing the other's markers?"""
    figures.show(drawing(), alt="The first line.")
    figures.show(drawing(), alt="The second line.")
    ids = [set(re.findall(r'\bid="([^"]+)"', markup)) for markup in shown]
    assert all(ids)
    assert not ids[0] & ids[1]
    for markup, own in zip(shown, ids, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', markup)) <= own


def test_the_same_drawing_gives_the_same_bytes(shown):
    """Does a page that is built again stay as it is?"""
    for _ in range(2):
        figures.show(drawing(), alt="A line.")
    assert shown[0] == shown[1]


def test_a_drawing_carries_nothing_for_nothing(shown):
    """Is text kept as text in the page's font, without styles, groups or clips of no effect?"""
    figure = drawing()
    figure.axes[0].imshow([[0, 1], [2, 3]])
    figures.show(figure, alt="A line over four cells.")
    svg = BeautifulSoup(shown[0], "html.parser").svg
    title = svg.find("text", string="a title")
    assert "font-family" not in title["style"]
    assert "font-size" in title["style"]
    assert svg.find(["style", "metadata"]) is None
    assert all(group.attrs for group in svg.find_all("g"))
    assert svg.image.parent is svg
    assert len(re.findall(r"\d\.\d{3,}", svg.find("path", style=re.compile("stroke"))["d"])) == 0


def test_lines_of_one_title_keep_their_middle(shown):
    """Do two lines of a title stay centred over each other in whatever type the page has?"""
    figure, axis = plt.subplots()
    axis.set_title("the answer, long\nis 5")
    figures.show(figure, alt="A title of two lines.")
    texts = BeautifulSoup(shown[0], "html.parser").find_all("text")
    first, second = (text for text in texts if text.string in ("the answer, long", "is 5"))
    assert "text-anchor: middle" in first["style"]
    assert "text-anchor: middle" in second["style"]
    assert float(first["x"]) == pytest.approx(float(second["x"]), abs=0.02)


def test_figures_are_closed(shown):
    """Does a long chapter keep no figures open?"""
    figures.show(drawing(), alt="A line.")
    assert plt.get_fignums() == []


def test_numbers_outside_the_book_do_no_harm(monkeypatch):
    """Does a chapter run where the book's tools are not installed?"""
    monkeypatch.setitem(sys.modules, "myst_nb", None)
    assert figures.number("total", 93322) is None


@pytest.mark.parametrize(
    "colour", [figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE, figures.GREY]
)
def test_the_palette_shows_in_light_and_dark(colour):
    """Has each colour a contrast of at least 3:1 to the pages' light and dark paper?"""

    def luminance(text):
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(p * weight for p, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))

    for paper in ("#fdfcf9", "#14181d"):
        light, dark = sorted((luminance(colour) + 0.05, luminance(paper) + 0.05), reverse=True)
        assert light / dark >= 3


def test_a_number_reaches_the_page_as_it_is_read(monkeypatch):
    """Does an integer get its separators, and does a per cent sign stay beside its number?"""
    glued = {}
    monkeypatch.setattr(myst_nb, "glue", lambda name, value, display: glued.update({name: value}))
    figures.number("total", 93322)
    figures.number("share", "99.2 %")
    assert {name: value.data for name, value in glued.items()} == {
        "total": "'93,322'",
        "share": "'99.2\u00a0%'",
    }


def test_a_browsers_older_matplotlib_writes_size_and_family_as_one():
    """Is the size kept and the family left to the page in both of Matplotlib's spellings?"""
    from xml.etree import ElementTree

    from course_utils.book.figures import _without_family

    for style in (
        "font-size: 12px; font-family: 'DejaVu Sans', serif; text-anchor: middle",
        "font: 12px 'DejaVu Sans', serif; text-anchor: middle",
        "font: italic 700 12px 'DejaVu Sans', serif; text-anchor: middle",
    ):
        text = ElementTree.Element("text", {"style": style})
        assert _without_family(text) == "font-size: 12px; text-anchor: middle"


def test_a_sign_is_seen_without_colour():
    """Are negative cells striped and positive ones plain, each shaded by its size?"""
    figure, axes = plt.subplots()
    figures.draw_signed(axes, [[2, -2], [0, 1]])
    drawn = axes.images[0].get_array()
    plt.close(figure)
    shade = drawn[..., 3].reshape(2, 4, 2, 4).swapaxes(1, 2)  # [row, column] -> 4×4 dots
    assert np.ptp(shade[0, 0]) == 0
    assert shade[0, 0].max() == shade[0, 1].max() == 1
    assert (shade[0, 1] < 0.3).sum() == 4
    assert shade[1, 0].max() == 0
    assert shade[1, 1].max() == pytest.approx(0.5**0.7)


def test_figures_and_demos_have_the_same_shades():
    """Is a number above or below zero in a figure the blue or orange of the demos' maps?"""
    text = (ROOT / "course_utils" / "widgets" / "pixels.js").read_text("utf-8")
    for name, colour in (("BLUE", figures.BLUE), ("ORANGE", figures.ORANGE)):
        numbers = re.search(rf"const {name} = \[(\d+), (\d+), (\d+)\]", text).groups()
        assert "#" + "".join(f"{int(number):02x}" for number in numbers) == colour
