"""The author's code is stopped when it takes too long, and only then."""

import contextlib
import time

import pytest

from course_utils.grading.marking.alarm import TooLong, alarm


def test_code_that_never_ends_is_stopped_whatever_it_catches():
    """Does TooLong come through ``except Exception``?"""
    with pytest.raises(TooLong), alarm(0.05, lambda: 0.0):
        _sleep_through_errors()


def _sleep_through_errors() -> None:
    while True:
        with contextlib.suppress(Exception):
            time.sleep(60)


def test_time_spent_waiting_for_a_processor_does_not_count():
    """May code run longer by what it waited, and is it not stopped after its end?"""
    begun = time.monotonic()
    with alarm(0.2, lambda: time.monotonic() - begun):  # all of it was waiting
        time.sleep(0.3)
    time.sleep(0.5)
