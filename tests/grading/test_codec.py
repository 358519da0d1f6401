"""Values that cross the wall arrive equal, and nothing else crosses it."""

import contextlib
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_dtypes, array_shapes, arrays, scalar_dtypes

from course_utils.grading.guest.codec import MAX_KEYS, MAX_MODELS, CodecError, decode, encode

_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(st.integers())
    ),
    max_leaves=12,
)


def _over(value):
    """Through the codec as it goes over the wire: the tree as JSON text."""
    tree, parts = encode(value)
    return decode(json.loads(json.dumps(tree)), parts)


@given(_PLAIN)
@settings(max_examples=60, deadline=None)
def test_plain_data_come_over_equal_and_of_the_same_type(value):
    """Does plain data survive the way, types of containers included?"""
    came = _over(value)
    assert came == value
    assert type(came) is type(value)


@given(
    arrays(
        st.sampled_from(["?", "u1", "i4", "i8", "f4", "f8", "c16", "U3", "S4"]),
        array_shapes(min_side=0),
    )
)
@settings(max_examples=40, deadline=None)
def test_arrays_come_over_with_shape_dtype_and_bytes(array):
    """Does an array of numbers or text keep its shape, dtype and every bit?"""
    for layout in (array, np.asfortranarray(array)):
        came = _over(layout)
        assert (came.shape, came.dtype) == (layout.shape, layout.dtype)
        assert came.tobytes() == layout.tobytes()
        assert came.flags.writeable


@pytest.mark.parametrize("value", [np.float32(1.5), np.int64(-3), np.bool_(True), range(1, 9, 2)])
def test_scalars_and_ranges_keep_their_type(value):
    """Does a NumPy scalar stay one, so that a check on types means the same outside?"""
    came = _over(value)
    assert came == value
    assert type(came) is type(value)


def _cyclic():
    value = []
    value.append({"inside": value})
    return value


def _deep():
    value = 1
    for _ in range(1000):
        value = (value,)
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (_cyclic(), "contains itself"),
        (_deep(), "nested deeper"),
        (np.array([object()]), "dtype object"),
        (np.zeros(2, dtype=[("a", "i4")]), "dtype"),
        (object(), "type object"),
        (list(range(2_000_001)), "more than 2,000,000 items"),
        (len, "type builtin_function_or_method"),
    ],
)
def test_what_cannot_cross_is_said(value, says):
    """Is a value that cannot come over refused with its reason, instead of coming over half?"""
    with pytest.raises(CodecError, match=says):
        encode(value)


def test_a_value_of_too_many_bytes_is_refused_before_it_is_copied():
    """Is the limit on bytes kept by the sender?"""
    with pytest.raises(CodecError, match="MB"):
        encode(np.zeros(2_000_000), most_bytes=1_000_000)


def _npy(array, change=lambda text: text) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return change(file.getvalue())


@pytest.mark.parametrize(
    ("tree", "parts"),
    [
        ({"array": 0}, [_npy(np.array([{"a": 1}], dtype=object))]),  # a pickle
        ({"array": 0}, [_npy(np.zeros(3), lambda b: b.replace(b"(3,)", b"(9,)"))]),
        ({"array": 0}, [_npy(np.zeros(3), lambda b: b.replace(b"(3,)", b"(-1)"))]),
        ({"array": 0}, [_npy(np.zeros(3))[:-1]]),
        ({"array": 0}, [b""]),
        ({"array": 0}, []),
        ({"array": -1}, [_npy(np.zeros(3))]),
        ({"array": True}, [_npy(np.zeros(3))]),
        ({"array": "0"}, [_npy(np.zeros(3))]),
        ({"tuple": 5}, []),
        ({"dict": [[[1], 2]]}, []),  # a list is no key
        ({"dict": [1, 2]}, []),
        ({"complex": ["x", 1]}, []),
        ({"range": [1, 2, 0]}, []),
        ({"remote": {"id": 1}}, []),
        ({"__reduce__": "os.system"}, []),
        ({"a": 1, "b": 2}, []),
        ({"model": ["{}", []]}, []),
        ({"model": ["not json", []]}, []),
    ],
)
def test_bytes_that_are_no_value_are_refused(tree, parts):
    """Is every damaged or hostile message a CodecError, and nothing worse?"""
    with pytest.raises(CodecError):
        decode(tree, parts)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "array",
                        "scalar",
                        "tuple",
                        "dict",
                        "set",
                        "bytes",
                        "range",
                        "slice",
                        "model",
                        "history",
                    ]
                ),
                inner,
            )
        ),
    ),
    st.lists(st.binary(max_size=200), max_size=2),
)
@settings(max_examples=200, deadline=None)
def test_random_messages_are_values_or_refused(tree, parts):
    """Does no message at all make the decoder raise anything but its own error?"""
    with contextlib.suppress(CodecError):
        decode(tree, parts)


@given(arrays(scalar_dtypes() | array_dtypes(allow_subarrays=False), array_shapes(max_side=2)))
@settings(max_examples=40, deadline=None)
def test_any_dtype_comes_over_or_is_refused(array):
    """Is a dtype that could carry more than numbers and text always refused?"""
    try:
        came = _over(array)
    except CodecError:
        return
    assert came.dtype.kind in "biufcUS"


def test_a_range_without_end_is_refused():
    """Is a range refused over which a check would loop for hours, and an ordinary one accepted?"""
    assert decode({"range": [0, 10, 3]}, []) == range(0, 10, 3)
    for held in ([0, 10**15, 1], [0, -(10**4000), -1]):
        with pytest.raises(CodecError, match=r"range"):
            decode({"range": held}, [])


@pytest.mark.parametrize("kind", ["set", "frozenset", "dict"])
def test_what_would_keep_a_set_busy_is_no_value(kind):
    """Are values refused if all have the same hash, and accepted if only a few have?"""
    for many, says in ((MAX_KEYS, "the same hash"), (MAX_KEYS + 1, "20,001 items")):
        alike = [number * (2**61 - 1) for number in range(many)]
        tree = {kind: [[number, 0] for number in alike] if kind == "dict" else alike}
        with pytest.raises(CodecError, match=says):
            decode(tree, [])
    with pytest.raises(CodecError, match="20,001 items"):
        encode(dict.fromkeys(range(MAX_KEYS + 1)) if kind == "dict" else set(range(MAX_KEYS + 1)))
    grid = {(x, y, z) for x in range(-9, 9) for y in range(-9, 9) for z in range(-9, 9)}
    value = dict.fromkeys(grid, 1) if kind == "dict" else grid
    assert decode(*encode(value)) == value  # of -1 and -2 the hash is the same


def test_few_models_come_over_in_one_value():
    """Is the 21st model of a value refused before anything is made of it?"""
    made = []

    def make(*model):
        made.append(model)
        return len(made)

    model = {"model": ["{}", []]}
    assert decode([model] * MAX_MODELS, [], make_model=make) == list(range(1, MAX_MODELS + 1))
    made.clear()
    with pytest.raises(CodecError, match="more than 20 Keras models"):
        decode([[model] * 100_000], [], make_model=make)
    assert len(made) == MAX_MODELS
