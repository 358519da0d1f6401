"""The limit of one cell follows the author's own run, in steps."""

from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.marking.cell_time import CEILING, FACTOR, FLOOR, RULE, cell_seconds


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_it_leaves_the_factor_between_floor_and_ceiling(one, other):
    """Is it the factor or more up to the ceiling, not under the floor, and never less for more?"""
    limit = cell_seconds(one)
    assert FLOOR <= limit <= CEILING
    assert limit >= min(FACTOR * one, CEILING)
    assert (one <= other) <= (limit <= cell_seconds(other))


def test_the_rule_says_the_numbers():
    """Are milliseconds the floor, half a minute the ceiling, and both in the sentence?"""
    assert (cell_seconds(0.01), cell_seconds(2.0), cell_seconds(30.0)) == (10, 45, 300)
    assert all(f" {number:g} " in f" {RULE} " for number in (FACTOR, FLOOR, CEILING))


def test_a_jitter_of_a_tenth_mostly_changes_nothing():
    """Do seven of ten times stay on their step when they are measured 10 % longer?"""
    times = [0.01 * number for number in range(1, 1001)]
    assert sum(cell_seconds(t) != cell_seconds(1.1 * t) for t in times) <= 300
