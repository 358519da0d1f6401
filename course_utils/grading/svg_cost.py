"""Find out whether a browser can draw an SVG quickly: one of a kilobyte can take hours.

A part may be drawn many times (``<use>``, a pattern, a mask), and so may the parts in it, and so
on: ten times at each of eight levels is a hundred million times. And one part may take long: a line
of 50,000 points that cross, a blur, dashes of a thousandth.
"""

import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_MOST_DRAWN = 50_000
_QUICK = 25_000  # a browser draws so many parts, or what costs as much, in a few seconds
# what makes one part slow, in the name of an element or attribute, or in a style
_SLOW = re.compile(r"filter|mask|blend|marker|animat|pathlength|foreignobject|path\(|/\*|\\", re.I)
_DASHES = re.compile(r"dasharray\s*:\s*([^;]*)", re.I)
_NUMBER = re.compile(r"\d*\.?\d+(?:e[+-]?\d+)?", re.I)
_NO_SIZE = re.compile(r"dasharray[^;]*|#[\w-]+")  # a colour or a name may look like 1e99
_OF_A_KIND = {"circle": 4, "ellipse": 4, "pattern": 20}
_OF_A_LAYER, _OF_A_LEAF = 20, 5  # what is mixed with, or cut out of, what lies below it
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_BLOCK = re.compile(r"\{[^{}]*\}")
_SLOW_SELECTOR = re.compile(r"[~+>:\[(]")  # it looks at other parts for each part
_MOST_MATCHED = 1_000_000  # rules of style sheets, for each part
_INNER = re.compile(r"\s*data:(?!image/(?:png|jpe?g|gif|webp)[;,])", re.I)
_OTHER_ENCODING = re.compile(r"\s*<\?xml[^>]*encoding\s*=\s*['\"](?!utf-8['\"])", re.I)


def is_dear(svg: str) -> bool:
    """Whether ``svg`` draws more than 50,000 parts, or hides how many, or is no SVG at all."""
    hides = "<!ENTITY" in svg or "<?xml-stylesheet" in svg or _OTHER_ENCODING.match(svg)
    if svg.count("<") > 2 * _MOST_DRAWN or hides:
        return True
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError):
        return True
    named: dict[str, Element] = {}
    for part in root.iter():
        named.setdefault(part.get("id", ""), part)
        if _hides(part):
            return True
    return _drawn(root, named) > _MOST_DRAWN


def is_quick(svg: str) -> bool:
    """Whether ``svg``, which is not dear, is surely drawn in a few seconds.

    A plot of Matplotlib's is, and so is a graph of Graphviz's.
    """
    root = ElementTree.fromstring(svg)
    named: dict[str, Element] = {}
    parts = rules = 0
    for part in root.iter():
        named.setdefault(part.get("id", ""), part)
        sheet = _sheet(part)
        words = [_name(part), sheet, part.get("style", ""), *part.attrib]
        if _name(part) == "set" or "dasharray" in sheet or any(map(_SLOW.search, words)):
            return False
        parts, rules = parts + 1, rules + sheet.count("{")
        if _SLOW_SELECTOR.search(_BLOCK.sub("", sheet)):
            return False
    return parts * rules <= _MOST_MATCHED and _drawn(root, named, slow=True) <= _QUICK


def _slowness(part: Element) -> float:
    """What drawing the part alone costs: about as much as so many small parts.

    The lines of one shape may cross, so their time grows also with the square of their number.
    """
    shape = len(part.get("d", "")) + len(part.get("points", ""))
    cost = _OF_A_KIND.get(_name(part), 1) + shape / 60 + (shape / 500) ** 2 + _dashes(part) / 300
    cost += (len(part.text or "") + len(part.tail or "")) / 20
    is_layer = "opacity" in part.attrib or re.search(r"(?<!-)opacity", part.get("style", ""))
    is_cut = _name(part) == "clipPath" and [_name(each) for each in part] != ["rect"]
    layer = _OF_A_LAYER if len(part) else _OF_A_LEAF
    return cost + (layer if is_layer or is_cut else 0)


def _dashes(part: Element) -> float:
    """At most how many dashes the part has; an infinite number where that cannot be told."""
    found = _DASHES.search(part.get("style", ""))
    text = found[1] if found else part.get("stroke-dasharray", "")
    if text.strip() in ("", "none"):
        return 0.0
    values = " ".join(value for name, value in part.attrib.items() if "dasharray" not in name)
    numbers = [float(number) for number in _NUMBER.findall(_NO_SIZE.sub("", values))]
    lengths = [float(number) for number in _NUMBER.findall(text)]
    plain = re.fullmatch(r"[\d.,\s]*", text) and "%" not in values
    of_others = len(part) or _name(part) in ("text", "use")  # these take over the dashes
    if not plain or of_others or not sum(lengths):
        return math.inf
    return max(numbers, default=0.0) * len(numbers) / sum(lengths)


def _hides(part: Element) -> bool:
    """Whether ``part`` may name other parts in a way that is not looked at here.

    That is in a style sheet, by escapes, or in a picture within the picture.
    """
    sheet = _sheet(part)
    if "url" in sheet or "\\" in sheet or "@" in sheet:
        return True
    values = list(part.attrib.values())
    inner = any(_INNER.match(value) for value in values)  # a picture, a page or a style sheet
    return inner or any("\\" in value and "(" in value for value in values)


def _sheet(part: Element) -> str:
    """The style sheet that ``part`` is, also behind elements in it; "" for any other part."""
    return "".join(part.itertext()) if _name(part) == "style" else ""


def _drawn(root: Element, named: dict[str, Element], slow: bool = False) -> float:
    """How many parts are drawn in all; a number over the limit where a part is within itself.

    ``slow``: count a slow part as several.
    """
    costs: dict[Element, float] = {}
    within: set[Element] = set()
    waiting = [(root, False)]
    while waiting:
        part, is_done = waiting.pop()
        if is_done:
            within.discard(part)
            own = _slowness(part) if slow else 1
            costs[part] = own + sum(costs[each] for each in _below(part, named))
            if costs[part] > _MOST_DRAWN:
                return costs[part]
        elif part in within:
            return _MOST_DRAWN + 1
        elif part not in costs:
            within.add(part)
            waiting.append((part, True))
            waiting += [(each, False) for each in _below(part, named) if each not in costs]
    return costs[root]


def _below(part: Element, named: dict[str, Element]) -> Iterator[Element]:
    """The parts that are drawn with ``part``: those in it, and those that it names."""
    yield from part
    for key, value in part.attrib.items():
        names = _REFERENCE.findall(value)
        if key.rpartition("}")[2] == "href" and _name(part) != "a":
            names.append(value.strip().removeprefix("#"))
        yield from (named[name] for name in names if name and name in named)


def _name(part: Element) -> str:
    """The kind of element, without its namespace."""
    return part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
