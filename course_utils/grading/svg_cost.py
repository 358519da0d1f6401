"""Find out whether a browser can draw an SVG quickly: one of a kilobyte can take hours.

A part may be drawn many times (``<use>``, a pattern, a mask), and so may the parts in it, and so
on: ten times at each of eight levels is a hundred million times.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_MOST_DRAWN = 50_000
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_OTHER_ENCODING = re.compile(r"\s*<\?xml[^>]*encoding\s*=\s*['\"](?!utf-8['\"])", re.I)


def is_dear(svg: str) -> bool:
    """Whether ``svg`` draws more than 50,000 parts, or hides how many, or is no SVG at all."""
    if svg.count("<") > 2 * _MOST_DRAWN or "<!ENTITY" in svg or _OTHER_ENCODING.match(svg):
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


def _hides(part: Element) -> bool:
    """Whether ``part`` may name other parts in a way that is not looked at here.

    That is in a style sheet, by escapes, or in a picture within the picture.
    """
    words = [part.text or ""] if _name(part) == "style" else []
    if any("url" in text or "\\" in text or "@" in text for text in words):
        return True
    values = list(part.attrib.values())
    inner = any(value.strip().lower().startswith("data:image/svg") for value in values)
    return inner or any("\\" in value and "(" in value for value in values)


def _drawn(root: Element, named: dict[str, Element]) -> int:
    """How many parts are drawn in all; a number over the limit where a part is within itself."""
    costs: dict[Element, int] = {}
    within: set[Element] = set()
    waiting = [(root, False)]
    while waiting:
        part, is_done = waiting.pop()
        if is_done:
            within.discard(part)
            costs[part] = 1 + sum(costs[each] for each in _below(part, named))
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
