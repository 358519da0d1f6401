"""JSON from a student's process is read quickly, whatever is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest.read_json import read_json

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON, st.booleans())
def test_ordinary_json_is_read_as_it_is(value, ascii_only):
    """Does it read what Python's own reader reads?"""
    assert read_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@pytest.mark.parametrize("colon", [":", " :", "\n\t :"])
@pytest.mark.parametrize("key", ["{}", '\\"{}:', "\\\\{}"])
def test_too_many_different_keys_are_refused(colon, key):
    """Is a dict of 30,000 keys refused, also where each key is in a dict of its own?"""
    keys = [f'"{key.format(number)}"{colon}0' for number in range(30_000)]
    assert len(read_json("{" + ",".join(keys[:20_000]) + "}")) == 20_000
    for text in ("{" + ",".join(keys) + "}", "[" + ",".join(f"{{{key}}}" for key in keys) + "]"):
        with pytest.raises(ValueError, match="different keys"):
            read_json(text)


def test_colons_in_texts_and_the_same_key_again_are_no_keys():
    """Are a log with many colons, and a long list of small dicts, read?"""
    log = "\n".join(f'"{number}": done \\' for number in range(40_000))
    assert read_json(json.dumps({"text": log})) == {"text": log}
    scalars = [{"scalar": number} for number in range(40_000)]
    assert read_json(json.dumps(scalars)) == scalars


# the last is one text that never ends, with ten million quotes in it at which it could begin again
_NO_JSON = ["", "{", '{"a":' * 30_000, '"' * 30_001 + ":" * 30_000]
_NO_JSON.append("[" + '{"a":1},' * 20_001 + '"' + '\\"' * 10_000_000)


@pytest.mark.parametrize("text", _NO_JSON, ids=range(5))
def test_what_is_no_json_is_refused(text):
    """Does it raise ValueError, or RecursionError where it is too deep?"""
    with pytest.raises((ValueError, RecursionError)):
        read_json(text)
