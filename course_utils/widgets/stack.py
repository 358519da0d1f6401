"""The demo in which a reader builds a network: shapes, counts and fields, layer by layer."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import traitlets

from course_utils import reference
from course_utils.widgets.base import Demo
from course_utils.widgets.picture import BLUE, LINE, ORANGE, SOFT, Picture

MOST_LAYERS = 40
_AMOUNT, _KERNEL, _CONV_STRIDE, _WINDOW = range(1, 4097), range(1, 12), range(1, 5), range(1, 9)
_PADDING = ("valid", "same")
KINDS = {  # kind of card → for each of its numbers, the values that it may have
    "Conv2D": (_AMOUNT, _KERNEL, _CONV_STRIDE, _PADDING),
    "ReLU": (),
    "MaxPooling2D": (_WINDOW, _WINDOW),
    "AveragePooling2D": (_WINDOW, _WINDOW),
    "Flatten": (),
    "Dense": (_AMOUNT,),
    "GlobalAveragePooling2D": (),
}
CNN = (  # the network of chapter 7
    ("Conv2D", 32, 3), ("ReLU",), ("MaxPooling2D", 2),
    ("Conv2D", 64, 3), ("ReLU",), ("MaxPooling2D", 2),
    ("Conv2D", 64, 3), ("ReLU",), ("Flatten",),
    ("Dense", 64), ("ReLU",), ("Dense", 10),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """The output of one layer of the stack, and what it costs."""

    shape: tuple[int, ...]  # (rows, columns, channels), or (numbers,) once it is one row
    parameters: int
    multiplications: int  # only those by a weight, for one picture
    field: int  # pixels along one side on which one number depends; 0 is the whole picture


class Cards(traitlets.TraitType):
    """A synced trait: up to 40 layers, in order, as a tuple of (kind, numbers…).

    ``("Conv2D", filters, kernel, stride, padding)``, ``("MaxPooling2D", window, stride)``, the same
    for ``"AveragePooling2D"``, ``("Dense", units)``, and ``("ReLU",)``, ``("Flatten",)``,
    ``("GlobalAveragePooling2D",)``. Numbers at the end may be left out: as in Keras, a
    convolution's stride is then 1, its padding "valid", and a pooling layer's stride its window.
    """

    info_text = (
        "up to 40 layers: ('Conv2D', filters, kernel, stride, padding), ('MaxPooling2D', window, "
        "stride), ('AveragePooling2D', window, stride), ('Dense', units), ('ReLU',), ('Flatten',), "
        "('GlobalAveragePooling2D',)"
    )

    limits: ClassVar = {
        "kinds": {
            kind: [list(v) if isinstance(v, tuple) else v[-1] for v in values]
            for kind, values in KINDS.items()
        },
        "many": [0, MOST_LAYERS],
    }

    def __init__(self, default: Any, **kwargs):
        super().__init__(tuple(_full(layer) for layer in default), **kwargs)
        self.tag(sync=True, to_json=lambda value, _widget: [list(layer) for layer in value])

    def validate(self, obj: Any, value: Any) -> tuple[tuple, ...]:
        """Return the layers in their full form. Raises TraitError, which says what was given."""
        asks = f"{type(obj).__name__}.{self.name} takes {self.info_text}"
        if not isinstance(value, list | tuple):
            raise traitlets.TraitError(f"{asks}; got {str(value)[:60]!r}")
        if len(value) > MOST_LAYERS:
            raise traitlets.TraitError(f"{asks}; got {len(value)} layers")
        layers = tuple(_full(layer) for layer in value)
        for given, layer in zip(value, layers, strict=True):
            if not _known(layer):
                raise traitlets.TraitError(f"{asks}; got the layer {str(given)[:60]}")
        return layers


def _full(layer: Any) -> tuple:
    """Return a layer with Keras's default numbers added; anything else is returned as it is."""
    if not isinstance(layer, list | tuple):
        return ()
    if len(layer) in (3, 4) and layer[0] == "Conv2D":
        return (*layer, *(1, "valid")[len(layer) - 3 :])
    if len(layer) == 2 and layer[0] in ("MaxPooling2D", "AveragePooling2D"):
        return (*layer, layer[1])
    return tuple(layer)


def _known(layer: tuple) -> bool:
    """Return whether the kind is known and a card can show each of its numbers."""
    allowed = KINDS.get(layer[0]) if layer and isinstance(layer[0], str) else None
    if allowed is None or len(allowed) != len(layer) - 1:
        return False
    return all(
        isinstance(value, str if values == _PADDING else int)
        and not isinstance(value, bool)
        and value in values
        for value, values in zip(layer[1:], allowed, strict=True)
    )


class Stack(Demo, module="stack"):
    """A network as a stack of cards: add, remove, move and change layers, and see the effect.

    The picture has ``rows`` by ``columns`` pixels of ``channels`` numbers. ``layers`` are written
    as Keras writes them (see ``Cards``); the card number ``chosen`` is open: 0 is the picture, 1
    the first layer, −1 none. It opens on the network of chapter 7. Layers that do not fit are
    allowed: their card says why.
    """

    layers = Cards(CNN)
    rows = traitlets.Int(28, min=1, max=224).tag(sync=True)
    columns = traitlets.Int(28, min=1, max=224).tag(sync=True)
    channels = traitlets.Int(1, min=1, max=3).tag(sync=True)
    chosen = traitlets.Int(1, min=-1, max=MOST_LAYERS).tag(sync=True)

    @property
    def cards(self) -> list[Card]:
        """The output of each layer, from the first on, up to one that does not fit."""
        cards: list[Card] = []
        shape: tuple[int, ...] = (self.rows, self.columns, self.channels)
        slides: list[tuple[int, int]] = []  # kernel and stride of each layer that has them
        for kind, *numbers in self.layers:
            came, field, parameters, multiplications = shape, 0, 0, 0
            if kind == "Conv2D" or kind.endswith("Pooling2D"):
                if len(shape) == 1:
                    break
                try:
                    shape, slide = _slid(kind, numbers, shape)
                except ValueError:  # the window does not fit
                    break
                slides += slide
            elif kind == "Flatten":
                shape = (math.prod(shape),)
            elif kind == "Dense":
                shape = (*shape[:-1], numbers[0])
                parameters = reference.dense_parameters(came[-1], numbers[0])
                multiplications = math.prod(came) * numbers[0]
            if kind == "Conv2D":
                parameters = reference.conv_parameters(came[-1], numbers[0], numbers[1])
                multiplications = math.prod(shape) * numbers[1] ** 2 * came[-1]
            if len(shape) == 3:
                field = reference.receptive_field([(1, 1), *slides])[-1].size
            cards.append(Card(shape, parameters, multiplications, field))
        return cards

    def describe(self) -> str:
        """Return the stack and its counts in one or two sentences."""
        cards = self.cards
        words = (
            f"A stack of {len(self.layers)} layers over a picture of {self.rows}×{self.columns}×"
            f"{self.channels}: {sum(card.parameters for card in cards):,} parameters and "
            f"{sum(card.multiplications for card in cards):,} multiplications in all"
        )
        if len(cards) < len(self.layers):
            kind = self.layers[len(cards)][0]
            words += f", as far as they fit; layer {len(cards) + 1}, {kind}, does not"
        return f"{words}."

    def picture(self) -> str:
        """Return the stack as a table, each layer with its output drawn as sheets."""
        picture = Picture(self.describe())
        cards, pitch = self.cards, 44
        for x, head in ((290, "shape"), (480, "parameters"), (560, "field"), (690, "multiply")):
            anchor = "start" if x == 290 else "end"
            picture.text(x, 12, head, size=12, fill=SOFT, anchor=anchor)
        first = Card((self.rows, self.columns, self.channels), 0, 0, 1)
        for row, card in enumerate([first, *cards]):
            y = 40 + row * pitch
            self._sheets(picture, y, card.shape)
            name, reading = _words(self.layers[row - 1]) if row else ("picture", "")
            picture.text(66, y + (5 if not reading else -2), name, weight=600)
            picture.text(66, y + 14, reading, size=12, fill=SOFT)
            picture.text(290, y + 5, "×".join(f"{n:,}" for n in card.shape))
            for x, count in ((480, card.parameters), (690, card.multiplications)):
                picture.text(x, y + 5, f"{count:,}" if count else "–", anchor="end")
            field = f"{card.field}×{card.field}" if card.field else "all"
            picture.text(560, y + 5, field, anchor="end")
        y = 40 + (len(cards) + 1) * pitch
        if len(cards) < len(self.layers):
            name, reading = _words(self.layers[len(cards)])
            picture.text(66, y + 5, f"{name} {reading} does not fit", fill=ORANGE, weight=600)
            y += pitch
        picture.line(0, y - 20, 692, y - 20)
        picture.text(66, y + 2, "in all", weight=600)
        for x, name in ((480, "parameters"), (690, "multiplications")):
            total = sum(getattr(card, name) for card in cards)
            picture.text(x, y + 2, f"{total:,}", anchor="end", weight=600)
        return picture.svg()

    def _sheets(self, picture: Picture, y: float, shape: tuple[int, ...]) -> None:
        """Draw one output at height ``y``: maps as sheets, large ones larger; a row as a bar."""
        picture.line(0, y + 21, 692, y + 21, stroke=LINE, thick=0.4)
        look: dict[str, Any] = {"stroke": BLUE, "fill": "var(--cd-cell, #fff)"}
        if len(shape) == 1:
            wide = 6 + 4 * math.log2(shape[0] + 1)
            picture.box(28 - wide / 2, y - 4, wide, 8, **look)
            return
        largest = max(self.rows, self.columns)
        tall, wide = (4 + 24 * math.sqrt(n / largest) for n in shape[:2])
        sheets = 1 + round(math.log2(shape[2]) / 2)
        for sheet in reversed(range(sheets)):
            x = 28 - wide / 2 + 3 * (sheet - (sheets - 1) / 2)
            picture.box(x, y - tall / 2 - 2 * sheet + sheets - 1, wide, tall, **look)


def _slid(kind: str, numbers: list, shape: tuple[int, ...]) -> tuple[tuple, list[tuple[int, int]]]:
    """Return the shape after a layer that slides a window, and [(kernel, stride)] of its window."""
    rows, columns, channels = shape
    if kind == "GlobalAveragePooling2D":
        return (channels,), []
    if kind == "Conv2D":
        channels, window, stride, padding = numbers
    else:
        (window, stride), padding = numbers, "valid"
    sides = (reference.output_size(n, window, stride, padding) for n in (rows, columns))
    return (*sides, channels), [(window, stride)]


def _words(layer: tuple) -> tuple[str, str]:
    """Return the kind of a layer, and its numbers in words."""
    kind, *numbers = layer
    if kind == "Dense":
        return kind, f"{numbers[0]:,} unit{'s' * (numbers[0] > 1)}"
    if kind == "Conv2D":
        filters, kernel, stride, padding = numbers
        words = f"{filters:,} filter{'s' * (filters > 1)} {kernel}×{kernel}"
        return kind, f"{words}{f', stride {stride}' * (stride > 1)}{', same' * (padding == 'same')}"
    return kind, f"{numbers[0]}×{numbers[0]}, stride {numbers[1]}" if numbers else ""
