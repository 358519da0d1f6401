"""A model's description is checked without Keras building anything from it."""

import pytest

from course_utils.grading.guest.errors import CodecError
from course_utils.grading.guest.keras_parts import refuse_foreign, refuse_too_much


def constant(value, dtype="float32", kind="__numpy__") -> dict:
    return {"args": [{"class_name": kind, "config": {"value": value, "dtype": dtype}}]}


@pytest.mark.parametrize("kind", ["__numpy__", "__tensor__"])
def test_numbers_in_the_graph_are_taken(kind):
    """May a network hold an array of its own, such as the weights of a grey picture?"""
    refuse_foreign(constant([[[0.3, 0.6, 0.1]]], kind=kind))
    refuse_foreign(constant(2, "int32", kind))
    refuse_foreign(constant([True, False], "bool", kind))


@pytest.mark.parametrize(
    ("value", "dtype", "says"),
    [
        ([[0.0] * 1000] * 101, "float32", "more than 100,000 numbers"),
        (["text"], "float32", "not an array of numbers"),
        ([{"class_name": "Lambda"}], "float32", "not an array of numbers"),
        ([1.0], "object", "dtype 'object'"),
        ([1.0], ["float32"], "dtype"),
        (None, "float32", "not an array of numbers"),
    ],
)
def test_what_is_no_small_array_of_numbers_is_refused(value, dtype, says):
    """Is an array that is too large, or holds something else, told as what it is?"""
    with pytest.raises(CodecError, match=says):
        refuse_foreign(constant(value, dtype))


def test_functions_are_no_classes():
    """Can a configuration name one of Keras's functions that unpack things as if it were a loss?"""
    named = {"module": "keras.losses", "registered_name": None, "config": {}}
    refuse_foreign(named | {"class_name": "MeanSquaredError"})
    for name in ("deserialize", "get", "NoSuchLoss"):
        with pytest.raises(CodecError, match=name):
            refuse_foreign(named | {"class_name": name})


def test_a_schedule_of_a_million_steps_is_refused():
    """Is a list that Keras goes through in Python bounded?"""
    refuse_foreign({"boundaries": list(range(1000))})
    with pytest.raises(CodecError, match="1,001 boundaries"):
        refuse_foreign({"boundaries": list(range(1001))})


def test_metrics_make_no_tables_of_gigabytes():
    """Are the sides of a metric's tables bounded, and how many metrics there are?"""
    metric = {"module": "keras.metrics", "class_name": "AUC", "registered_name": None}
    for side in ("num_classes", "num_thresholds", "num_labels"):
        refuse_foreign(metric | {"config": {side: 1000}})
        with pytest.raises(CodecError, match=f"{side}=1,001"):
            refuse_foreign(metric | {"config": {side: 1001}})
    compiled = {"compile_config": {"metrics": [[metric] * 10, metric], "weighted_metrics": []}}
    refuse_too_much(compiled)
    compiled["compile_config"]["weighted_metrics"] = [metric] * 10
    with pytest.raises(CodecError, match="with 21 metrics"):
        refuse_too_much(compiled)


def test_a_description_of_millions_of_numbers_is_refused():
    """Are lists bounded that Keras goes through in Python, whatever they are called?"""
    refuse_too_much({"compile_config": {"loss_weights": [1.0] * 499_000}})
    for many in ([1.0] * 2_000_000, [[1.0] * 1000] * 2000, {str(n): 1 for n in range(600_000)}):
        with pytest.raises(CodecError, match="more than 500,000 parts"):
            refuse_too_much({"compile_config": {"loss_weights": many}})
