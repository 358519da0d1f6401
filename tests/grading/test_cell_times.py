"""The limit of one cell that was measured first is kept, for all who use the same database."""

import pytest

from course_utils.grading.results.cell_times import remember, remembered
from course_utils.grading.results.gradebook import open_gradebook


def test_the_first_measurement_stays(tmp_path):
    """Does a second run get the first run's limit, and None for what was not measured?"""
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        assert remembered(book.db, "a") is None
        assert remember(book.db, "a", 10.0) == 10.0
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        assert remember(book.db, "a", 300.0) == 10.0
        assert remember(book.db, "b", 45.0) == 45.0
        assert remembered(book.db, "a") == pytest.approx(10.0)
