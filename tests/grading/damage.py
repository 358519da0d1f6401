"""JSON with a few things changed, as Hypothesis draws them: as a forger writes it."""

import copy
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.integers(-(2**70), 2**70) | st.floats()
TEXT = st.text(max_size=20) | st.sampled_from(
    ["\x00", "\ud800", "../x", "<b>", "%%time", "def double(x:", "double_check", "total", "\r\n"]
)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def _places(part: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys = list(part) if isinstance(part, dict) else range(len(part))
    found = []
    for key in keys if isinstance(part, (dict, list)) else ():
        found.append((part, key))
        found += _places(part[key]) if isinstance(part[key], (dict, list)) else []
    return found


@st.composite
def damaged(draw: Any, whole: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """A copy of ``whole`` with one to four things changed; ``keys``: names that mean something."""
    made = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 4))):
        places = _places(made)
        if not places:
            break
        container, key = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(["value", "gone", "twice", "more", "swapped"])):
            case "value":
                container[key] = draw(JSON)
            case "gone":
                del container[key]
            case "twice" if isinstance(container, list):
                container.insert(key, copy.deepcopy(container[key]))
            case "more" if isinstance(container, dict):
                container[draw(st.sampled_from(keys) | TEXT)] = draw(JSON)
            case "swapped" if isinstance(container, list):
                other = draw(st.integers(0, len(container) - 1))
                container[key], container[other] = container[other], container[key]
    return made
