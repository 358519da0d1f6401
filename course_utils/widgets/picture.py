"""Plain SVG for the demos' static pictures: grids of numbers and lines of text."""

from collections.abc import Callable, Sequence
from html import escape

INK, SOFT, LINE = "var(--cd-ink, #1d2733)", "var(--cd-soft, #55606d)", "var(--cd-line, #8a94a0)"
BLUE, ORANGE = "var(--cd-blue, #0a5aa8)", "var(--cd-orange, #a8430a)"


def number(value: float) -> str:
    """Return a number as the demos show it: at most two decimals, a real minus sign."""
    return f"{round(value, 2) + 0:g}".replace("-", "−")


def bracketed(value: float) -> str:
    """Return ``number(value)``, in brackets where a sum or product needs them."""
    return f"({number(value)})" if value < 0 else number(value)


class Picture:
    """Collects shapes; ``svg()`` returns them. Lengths are CSS pixels; its size fits the shapes."""

    def __init__(self, description: str):
        self._description = description
        self._shapes: list[str] = []
        self._width = self._height = 0.0

    def _reach(self, x: float, y: float) -> None:
        self._width, self._height = max(self._width, x), max(self._height, y)

    def text(
        self, x: float, y: float, text: str, size: float = 14, fill=INK, anchor="start", weight=400
    ):
        """Write ``text`` with its baseline at (x, y)."""
        self._shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(text)}</text>'
        )
        self._reach(x + (0.56 * size * len(text) if anchor == "start" else 0), y + size * 0.4)

    def box(self, x: float, y: float, width: float, height: float, stroke=LINE, thick=1.0, **more):
        """Draw a rectangle; ``more`` are SVG attributes, with _ for -."""
        attributes = {"fill": "none", "stroke": stroke, "stroke_width": f"{thick:g}", **more}
        written = " ".join(f'{k.replace("_", "-")}="{v}"' for k, v in attributes.items())
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {written}/>'
        )
        self._reach(x + width + 2, y + height + 2)

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke=LINE, thick=1.0):
        """Draw a straight line."""
        self._shapes.append(
            f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{stroke}" stroke-width="{thick:g}"/>'
        )
        self._reach(max(x1, x2) + 2, max(y1, y2) + 2)

    def pixels(self, x, y, values, wide, tall, largest, ink=False):
        """Draw ``values`` (rows of numbers) as cells of wide by tall, in nine shades.

        ``largest`` gets the full shade; negative numbers are orange, with a stroke through the cell
        where it has room; with ``ink`` numbers are white. There is one path for each shade, since a
        rectangle for each cell would take many more bytes.
        """
        runs: dict[int, str] = {}
        strokes = ""
        for r, row in enumerate(values):
            for c, value in enumerate(row):
                if shade := round(9 * value / (largest or 1)):
                    spot = (
                        f"M{x + c * wide:.2f} {y + r * tall:.2f}h{wide:.2f}v{tall:.2f}h-{wide:.2f}z"
                    )
                    runs[shade] = runs.get(shade, "") + spot
                    if shade < 0 and wide >= 3:
                        low = f"{x + c * wide:.2f} {y + (r + 1) * tall:.2f}"
                        strokes += f"M{low}l{wide:.2f} {-tall:.2f}"
        for shade, path in sorted(runs.items()):
            colour = "#fff" if ink else BLUE if shade > 0 else ORANGE
            self._shapes.append(
                f'<path d="{path}" fill="{colour}" fill-opacity="{abs(shade) / 9:.2f}"/>'
            )
        if strokes:
            look = 'stroke="var(--cd-cell, #fff)" stroke-width="0.8"'
            self._shapes.append(f'<path d="{strokes}" fill="none" {look}/>')
        self._reach(x + wide * len(values[0]), y + tall * len(values))

    def answers(self, x: float, y: float, shares: Sequence[float], longest: float = 130):
        """Draw ten probabilities as bars, one below the other; the largest is in bold."""
        for digit, share in enumerate(shares):
            top = y + digit * 13.6
            bold = 700 if share == max(shares) else 400
            self.text(x, top + 9, str(digit), size=12, weight=bold)
            self.box(x + 14, top, max(1, longest * share), 9, stroke="none", fill=BLUE)
            self.text(x + longest + 22, top + 9, f"{100 * share:.0f} %", size=12, weight=bold)
        self._reach(x + longest + 22 + 46, y)  # bold letters are wider

    def image(
        self, x: float, y: float, width: float, height: float, address: str, look="pixelated"
    ):
        """Draw a small bitmap with sharp cells; with ``look`` "grey" draw a photo in grey."""
        style = "filter:grayscale(1)" if look == "grey" else f"image-rendering:{look}"
        self._shapes.append(
            f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" href="{address}" '
            f'preserveAspectRatio="none" style="{style}"/>'
        )
        self._reach(x + width, y + height)

    def grid(
        self,
        x: float,
        y: float,
        values: Sequence[Sequence[float]],
        cell: float = 30,
        mark: Callable[[int, int], str] = lambda r, c: "",
        dashed: Callable[[int, int], bool] = lambda r, c: False,
        write: Callable[[float], str] = number,
    ) -> tuple[float, float]:
        """Draw ``values`` (rows of numbers) as cells shaded by size; return (width, height).

        ``mark(row, column)`` is the colour of a thick frame round the cell, or "".
        """
        sizes = [abs(v) for row in values for v in row if v == v]  # NaN, a cell to leave blank
        largest = max(sizes, default=0) or 1
        for r, row in enumerate(values):
            for c, value in enumerate(row):
                shade = f"{0.4 * abs(value) / largest:.2f}" if value == value else "0"
                look = {"fill": ORANGE if value < 0 else BLUE, "fill_opacity": shade}
                if dashed(r, c):
                    look["stroke_dasharray"] = "3 3"
                self.box(x + c * cell, y + r * cell, cell, cell, LINE, 1.0, **look)
                middle = (x + (c + 0.5) * cell, y + (r + 0.5) * cell + 0.14 * cell)
                self.text(*middle, write(value), size=0.4 * cell, anchor="middle")
        for r, row in enumerate(values):
            for c, _ in enumerate(row):
                if colour := mark(r, c):
                    spot = (x + c * cell + 1.5, y + r * cell + 1.5, cell - 3, cell - 3)
                    self.box(*spot, stroke=colour, thick=2.5)
        return cell * len(values[0]) if values else 0, cell * len(values)

    def svg(self) -> str:
        """Return the picture as one ``<svg>`` element with its description for screen readers."""
        width, height = self._width + 4, self._height + 4
        label = escape(self._description, quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}" role="img" aria-label="{label}" '
            f'font-family="sans-serif">{"".join(self._shapes)}</svg>'
        )
