"""A notebook of another assignment is recognised, and a changed one of this assignment is not."""

import pytest

from course_utils.grading.intake.notebook_file import StudentCell
from course_utils.grading.intake.other_assignment import other_assignment

IDS = {
    "convolution": frozenset({"setup", "output_size", "zero_pad", "conv2d"}),
    "pooling": frozenset({"setup", "max_pool", "average_pool", "receptive_field"}),
}


@pytest.mark.parametrize(
    ("names", "other"),
    [
        (["setup", "max_pool", "average_pool"], "pooling"),
        (["setup", "max_pool"], None),  # one name is not enough
        (["setup", "max_pool", "average_pool", "conv2d"], None),  # copied into the right one
        (["setup", "output_size"], None),
        (["setup"], None),
        ([], None),
        ([None, "", "mine"], None),
    ],
)
def test_whose_notebook_it_is(names, other):
    """Is it the other assignment's only when two of its names are there and none of ours?"""
    cells = [StudentCell("code", "", nbgrader={"grade_id": name}) for name in names]
    assert other_assignment(cells, "convolution", IDS) == other


def test_without_other_assignments_nothing_is_said():
    """Is a course with one assignment none that could be mixed up?"""
    cells = [StudentCell("code", "", nbgrader={"grade_id": name}) for name in IDS["pooling"]]
    assert other_assignment(cells, "convolution", {}) is None
