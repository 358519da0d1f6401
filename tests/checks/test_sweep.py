"""The checks of the table of settings find claims that training again does not reach."""

import numpy as np
import pytest

from course_utils.checks import (
    check_results,
    check_results_again,
)
from tests.checks.small_networks import SETTINGS, answer, arguments, rows
from tests.checks.telling import told


def returning(value, trained):
    """A validation_accuracy that returns ``value(setting)``, and 0 where the labels are wrong."""

    def validation_accuracy(setting, x_train, y_train, *rest):
        return value(setting) if np.array_equal(y_train, trained[1]) else 0.0

    return validation_accuracy


def test_a_table_is_read():
    """Do four different settings with an accuracy each pass?"""
    check_results(rows(0.5, 0.6, 0.7, 0.8))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "at least four rows, one for each setting, not a list of 0"),
        ("0.9", "not a str"),
        ([{"filters": 1}] * 4, "row 0 has the keys ['filters'], and no"),
        ([{"setting": {"filters": f}, "validation_accuracy": 0.9} for f in (2, 4, 6, 8)], "itself"),
        (rows(0.5, 0.6, 0.7, 97.0), "validation_accuracy of row 3 should be a float"),
        ([{1: 0, "a": 1, "validation_accuracy": 0.9}] * 4, "at least four different settings"),
        ([rows(0.5, 0.6, 0.7, 0.8)[0]] * 4, "at least four different settings"),
    ],
)
def test_what_is_no_table_is_said(table, words):
    """Does the message give the number of the row, and what it lacks?"""
    with told(words):
        check_results(table)


def test_a_claim_is_tried_again(digits):
    """Does an honest best row pass, and a claim that is too high fail?"""
    trained = arguments(digits)[1:]
    honest = rows(*(answer()(setting, *trained) for setting in SETTINGS))
    check_results_again(honest, answer(), *trained, within=0.15)
    untrained = answer(train=False, scale=0.1)
    with told("stands there with 0.990, but trained again"):
        check_results_again(rows(0.1, 0.1, 0.1, 0.99), untrained, *trained, within=0.15)


def test_invented_numbers_are_tried_harder(digits):
    """Does a table of one and the same number get half the margin?"""
    trained = arguments(digits)[1:]
    steady = returning(lambda _: 0.86, trained)
    check_results_again(rows(0.86, 0.85, 0.84, 0.97), steady, *trained, within=0.15)
    with told("stands there with 0.970, but trained again"):
        check_results_again(rows(0.97, 0.97, 0.97, 0.97), steady, *trained, within=0.15)


def test_accuracies_on_other_images_are_found_out(digits):
    """Is a number that no set of so many validation images gives refused, and a rounded one not?"""
    trained = arguments(digits)[1:]
    count = len(trained[2])
    right = [count * 6 // 10, count * 7 // 10, count * 8 // 10, count * 9 // 10]
    shares = [round(k / count, digits) for k, digits in zip(right, (2, 3, 4, 9), strict=True)]
    check_results_again(rows(*shares), returning(lambda _: 0.75, trained), *trained, within=0.5)
    with told("row 3 claims 0.8056, which is no share of the"):
        check_results_again(rows(*shares[:3], 0.80563), None, *trained, within=0.5)


def test_a_table_that_is_off_as_a_whole_is_found_out(digits):
    """Are small gains in all rows noticed, as of a leak, and small losses, as of fewer epochs?"""
    trained = arguments(digits)[1:]
    steady = returning(lambda _: 0.86, trained)
    with told("validation images among those that they were trained on"):
        check_results_again(rows(0.95, 0.94, 0.93, 0.96), steady, *trained, within=0.15)
    with told("fewer epochs than EPOCHS"):
        check_results_again(rows(0.7, 0.75, 0.8, 0.86), steady, *trained, within=0.15)


def test_numbers_in_the_rows_of_other_settings_are_found_out(digits):
    """Are accuracies that were sorted alone told from chance, and from the right order?"""
    trained = arguments(digits)[1:]
    count = len(trained[2])
    low, some, more, high = (round(share * count) / count for share in (0.81, 0.84, 0.87, 0.92))
    reached = dict(zip((1, 2, 3, 4), (low, some, more, high), strict=True))
    by_setting = returning(lambda setting: reached[setting["filters"]], trained)
    check_results_again(rows(low, some, more, high), by_setting, *trained, within=0.15)
    check_results_again(rows(some, low, high, more), by_setting, *trained, within=0.15)
    with told("Does each accuracy stand in the row of its own setting?"):
        check_results_again(rows(high, more, some, low), by_setting, *trained, within=0.15)
    first = iter((low, high, more, some))  # then both of the pair the same
    once = returning(lambda _: next(first, more), trained)
    check_results_again(rows(high, more, some, low), once, *trained, within=0.15)


def test_numbers_of_a_function_that_trains_nothing_are_found_out(digits):
    """Is a table refused whose numbers the function made up, or that no training reached?"""
    trained = arguments(digits)[1:]
    with told("asked to train on wrong labels, each the next digit"):
        check_results_again(rows(*[0.5] * 4), lambda *_: 0.5, *trained, within=0.15)
    with told("Does your validation_accuracy train the model?"):
        check_results_again(rows(*[0.1] * 4), lambda *_: 0.1, *trained, within=0.15)
