"""Read JSON that came from a student's process, in a time that grows with its length alone.

A dict takes a time that grows with the square of its size where its keys are chosen for that. Both
sides of the wall have the same seed for hashes, so that an author's set-up gives the same on both:
a student's code can choose such keys, and nothing can interrupt the reading.
"""

import json
import re
from typing import Any

_MOST_KEYS = 20_000  # different ones: at worst they take about a second
# a text, and the colon that makes it a key; one that does not end goes to the end, or each quote in
# it would be tried again
_TEXT = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s*:)?)?', re.DOTALL)


def read_json(text: str) -> Any:
    """What ``text`` says. Raises ValueError where it is no JSON, or has too many different keys."""
    if text.count(":") > _MOST_KEYS:
        keys: set[str] = set()
        for found in _TEXT.finditer(text):
            if found[2]:
                keys.add(found[1])
                if len(keys) > _MOST_KEYS:
                    raise ValueError(f"more than {_MOST_KEYS:,} different keys")
    return json.loads(text)
