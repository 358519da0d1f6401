"""The demo of receptive fields: which inputs one unit of a stack of layers sees."""

from typing import Any, ClassVar

import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo
from course_utils.widgets.picture import BLUE, LINE, ORANGE, SOFT, Picture

_SEPARATE = 48  # a level with at most so many units is drawn with a box for each
MOST = {"layers": 14, "kernel": 7, "stride": 4, "dilation": 3}


class Layers(traitlets.TraitType):
    """A synced trait: 1 to 14 layers, from the lowest up, as (kind, kernel, stride, dilation).

    Takes ``(kernel, stride)`` and ``(kernel, stride, dilation)`` as ``reference.receptive_field``
    does, also with ``"conv"`` or ``"pool"`` before them.
    """

    info_text = (
        "1 to 14 layers, each (kernel, stride), (kernel, stride, dilation) or ('pool', window, "
        "stride), with kernel 1 to 7, stride 1 to 4, dilation 1 to 3 (pooling has none)"
    )

    limits: ClassVar = {
        "kinds": {
            "conv": [MOST["kernel"], MOST["stride"], MOST["dilation"]],
            "pool": [MOST["kernel"], MOST["stride"], 1],
        },
        "many": [1, MOST["layers"]],
    }

    def __init__(self, default: Any, **kwargs):
        super().__init__(default, **kwargs)
        self.tag(sync=True, to_json=lambda value, _widget: [list(layer) for layer in value])

    def validate(self, obj: Any, value: Any) -> tuple[tuple[str, int, int, int], ...]:
        """Return the layers in their full form. Raises TraitError, which says what was given."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST["layers"]:
            came = f"{len(value)} layers" if isinstance(value, list | tuple) else repr(value)
            raise traitlets.TraitError(f"{self._asks(obj)}; got {came[:60]}")
        return tuple(self._layer(obj, layer) for layer in value)

    def _layer(self, obj: Any, layer: Any) -> tuple[str, int, int, int]:
        given = list(layer) if isinstance(layer, list | tuple) else []
        kind = given.pop(0) if given and isinstance(given[0], str) else "conv"
        if len(given) == 2:
            given.append(1)
        fits = kind in ("conv", "pool") and len(given) == 3
        for number, name in zip(given, ("kernel", "stride", "dilation"), strict=False):
            most = 1 if (kind, name) == ("pool", "dilation") else MOST[name]
            whole = isinstance(number, int) and not isinstance(number, bool)
            fits = fits and whole and 1 <= number <= most
        if not fits:
            raise traitlets.TraitError(f"{self._asks(obj)}; got the layer {str(layer)[:60]}")
        return (kind, *given)

    def _asks(self, obj: Any) -> str:
        return f"{type(obj).__name__}.{self.name} takes {self.info_text}"


class ReceptiveField(Demo, module="receptive_field"):
    """A stack of layers: point at a unit, and see which units of the layers below it sees.

    ``layers``: from the lowest to the highest, without padding, over ``inputs`` cells; with
    ``plane`` in two dimensions, over ``inputs`` × ``inputs``. The chosen unit is number ``column``
    (and ``row``) of ``level``, all counted from 0; level 0 is the input. Without ``strides`` the
    table offers only kernels, for readers who have not met strides, pooling and dilation; it offers
    pooling if a layer pools when the demo opens. Layers that leave no room for a window are
    allowed: the demo says so.
    """

    layers = Layers((("conv", 3, 1, 1), ("pool", 2, 2, 1), ("conv", 3, 1, 1)))
    inputs = traitlets.Int(12, min=4, max=224).tag(sync=True)
    level = traitlets.Int(3, min=0, max=MOST["layers"]).tag(sync=True)
    row = traitlets.Int(1, min=0, max=223).tag(sync=True)
    column = traitlets.Int(1, min=0, max=223).tag(sync=True)
    plane = traitlets.Bool(False).tag(sync=True)
    strides = traitlets.Bool(True).tag(sync=True)

    @property
    def fields(self) -> list[reference.Field]:
        """Size, jump and centre of the field after each layer, computed by the reference."""
        return reference.receptive_field([layer[1:] for layer in self.layers])

    @property
    def units(self) -> list[int]:
        """The number of units along one side, for the input and each layer, while there are any."""
        units = [self.inputs]
        for _, kernel, stride, dilation in self.layers:
            try:
                units.append(reference.output_size(units[-1], kernel, stride, 0, dilation))
            except ValueError:
                break
        return units

    @property
    def chosen(self) -> tuple[int, int]:
        """Level and column of the chosen unit; moved to the nearest unit where there is none."""
        level = min(self.level, len(self.units) - 1)
        return level, min(self.column, self.units[level] - 1)

    def describe(self) -> str:
        """Return what the chosen unit sees in one sentence."""
        level, column = self.chosen
        field = [reference.Field(1, 1, 0.0), *self.fields][level]
        first = column * field.jump
        return (
            f"A stack of {len(self.layers)} layers over {self.inputs} inputs: unit {column} of "
            f"layer {level} (counted from 0) sees inputs {first} to {first + field.size - 1}, "
            f"{field.size} in all; its neighbour's field begins {field.jump} further."
        )

    @staticmethod
    def _bar(picture: Picture, middle: Any, level: int, count: int, pitch: float) -> None:
        """Draw all units of a level as one bar."""
        x, y = middle(level, 0)
        picture.box(x - pitch / 2, y - 6, count * pitch, 12, fill="var(--cd-cell, #fff)")

    def picture(self) -> str:
        """Return the stack in one dimension with the connections below the chosen unit."""
        picture = Picture(self.describe())
        units, (top, column) = self.units, self.chosen
        fields = [reference.Field(1, 1, 0.0), *self.fields]
        left, cell, pitch = 64, min(34.0, 640 / self.inputs), 46

        def middle(level: int, unit: int) -> tuple[float, float]:
            x = left + cell * (fields[level].centre + unit * fields[level].jump + 0.5)
            return x, pitch * (len(units) - level - 1) + 14

        seen = {top: {column}}
        for level in range(top, 0, -1):
            _, kernel, stride, dilation = self.layers[level - 1]
            seen[level - 1] = set()
            for unit in seen[level]:
                for at in (unit * stride + tap * dilation for tap in range(kernel)):
                    picture.line(*middle(level, unit), *middle(level - 1, at), stroke=ORANGE)
                    seen[level - 1].add(at)
        for level, count in enumerate(units):
            picture.text(0, middle(level, 0)[1] + 5, f"layer {level}" if level else "input")
            lit = seen.get(level, set())
            if count > _SEPARATE:  # too many to be drawn one by one
                self._bar(picture, middle, level, count, cell * fields[level].jump)
                units_drawn = sorted(lit)
            else:
                units_drawn = range(count)
            for unit in units_drawn:
                x, y = middle(level, unit)
                shown = unit in lit
                colour = BLUE if (level, unit) == (top, column) else ORANGE if shown else LINE
                wide = min(20.0, max(cell - 4, 0.7 * cell))
                tall = max(wide, 12)
                spot = (x - wide / 2, y - tall / 2, wide, tall)
                picture.box(*spot, fill="var(--cd-cell, #fff)")
                picture.box(*spot, stroke=colour, thick=2 if shown else 1, fill=colour,
                            fill_opacity=0.4 if shown else 0)  # fmt: skip
        start = left + column * fields[top].jump * cell
        y = middle(0, 0)[1] + 20
        picture.line(start, y, start + fields[top].size * cell, y, stroke=ORANGE, thick=3)
        picture.text(start, y + 18, f"sees {fields[top].size}", size=13, fill=SOFT)
        return picture.svg()
