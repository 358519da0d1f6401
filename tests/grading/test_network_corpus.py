"""Keras models of all kinds, handed in as one class: each gets exactly the points it earned."""

import pytest

from course_utils.grading.class_run import grade_class
from tests.grading.conftest import LIMITS, hand_in, make_course
from tests.grading.corpus import networks

LONGER = LIMITS._replace(cell_seconds=20, submission_seconds=150)


@pytest.fixture(scope="module")
def marked(request, tmp_path_factory):
    """Student → result, with honest students before and after; only those that were asked for."""
    root = make_course(tmp_path_factory.mktemp("networks"), networks)
    honest = networks.work()
    wanted = {
        item.callspec.params["student"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    }
    for student, case in {"a-honest": honest, **networks.CASES, "z-honest": honest}.items():
        if student in wanted or case is honest:
            hand_in(root, student, case, networks)
    results = grade_class(root, networks.NAME, workers=2, limits=LONGER)
    return {result.student: result for result in results}


@pytest.mark.parametrize("student", networks.CASES)
def test_each_model_gets_its_mark_and_status(marked, student):
    """Does this work get exactly the score, status and message it must?"""
    case, result = networks.CASES[student], marked[student]
    assert (result.score, result.status) == (case.score, case.status), result
    assert case.says in result.instructor


@pytest.mark.parametrize("student", ["a-honest", "z-honest"])
def test_honest_neighbours_keep_their_marks(marked, student):
    """Is honest work before and after the rest marked in full?"""
    result = marked[student]
    assert (result.score, result.status) == (networks.FULL, "ok")
