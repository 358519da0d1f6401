"""Text on small and large screens: none is cut, and what goes on sideways shows that it does."""

import pytest

from tests.browser.test_pages import read_to_the_end

WIDTHS = [360, 768, 1280]
CUT = """() => {
  const shown = (element) => element.getClientRects().length > 0 && element.textContent.trim();
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const { overflowX, visibility } = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(overflowX) && element.clientWidth > 2;
    if (hides && visibility === "visible" && shown(element))
      if (element.scrollWidth > element.clientWidth + 1) found.push(element);
  }
  for (const text of document.querySelectorAll("svg text")) {
    const [own, all] = [text, text.ownerSVGElement].map((part) => part.getBoundingClientRect());
    const { overflow } = getComputedStyle(text.ownerSVGElement);
    const beyond = own.right > all.right + 1 || own.left < all.left - 1;
    if (own.width && overflow !== "visible")
      if (beyond || own.bottom > all.bottom + 1 || own.top < all.top - 1) found.push(text);
  }
  return found.map((element) => `${element.tagName} ${element.textContent.trim().slice(0, 50)}`);
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_cut(open_page, names, width):
    """Is all text of the pages, their bar, demos and drawings within its box, at this width?"""
    wrong = []
    for name in names:
        page = open_page(name, size={"width": width, "height": 800})
        read_to_the_end(page)
        wrong += [f"{name}: {cut}" for cut in page.evaluate(CUT)]
        page.context.close()
    assert not wrong, "\n".join(wrong)


def test_what_goes_on_sideways_has_a_shadow(open_page, names):
    """Has each formula and table that does not fit on a phone a background that shows it?"""
    wide = 0
    for name in names:
        page = open_page(name, size={"width": 360, "height": 800})
        shadows = page.locator("article :is(div.math, .table)").evaluate_all(
            """all => all.filter((part) => part.scrollWidth > part.clientWidth + 1)
              .map((part) => getComputedStyle(part).backgroundImage)"""
        )
        assert "none" not in shadows, name
        wide += len(shadows)
        page.context.close()
    assert wide > 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_shadow_is_only_where_there_is_more(open_page, theme):
    """Is the right edge of a wide table darker or lighter before it is scrolled to its end?"""
    page = open_page("for_students.html", theme, {"width": 360, "height": 800})
    table = page.locator(".table").first
    begin = table.screenshot()
    table.evaluate("part => part.scrollTo(part.scrollWidth, 0)")
    end = table.screenshot()

    def edge(picture):
        """The mean grey of the rightmost columns, computed by the browser."""
        return page.evaluate(
            """async (bytes) => {
              const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
              const canvas = new OffscreenCanvas(3, image.height);
              const pen = canvas.getContext("2d");
              pen.drawImage(image, image.width - 3, 0, 3, image.height, 0, 0, 3, image.height);
              const { data } = pen.getImageData(0, 0, 3, image.height);
              return data.reduce((sum, value, i) => sum + (i % 4 < 3 ? value : 0), 0) / data.length;
            }""",
            list(picture),
        )

    assert abs(edge(begin) - edge(end)) > 10


def test_code_fits_beside_the_contents(open_page, names):
    """Does no line of shown code or output go on sideways on a desk?"""
    wrong = []
    for name in names:
        page = open_page(name, size={"width": 1280, "height": 800})
        wide = page.locator("article pre:visible").evaluate_all(
            """all => all.filter((code) => code.scrollWidth > code.clientWidth + 1)
              .map((code) => code.textContent.trim().slice(0, 60))"""
        )
        wrong += [f"{name}: {line}" for line in wide]
        page.context.close()
    assert not wrong, "\n".join(wrong)
