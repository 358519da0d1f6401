"""The grader's marks for every synthetic submission, and what its feedback says."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_utils.catalogue import CATALOGUE, CHAPTERS
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.intake.notebook_file import student_cell
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.mark_submission import mark_submission
from tests.exercises import misconceptions, synthetic
from tests.exercises.submissions import Wrong, author_text, notebook, points


def _job(assignment: str, answers: dict[str, str]) -> Job:
    """One submission for the grader's unit of work: no gradebook, no files."""
    cells = [student_cell(cell) for cell in notebook(assignment, answers)["cells"]]
    return Job(author_text(assignment), cells, (), Limits(cell_seconds=240))


@pytest.fixture(scope="module")
def marked():
    """A function (assignment, answers) → the result; the misconceptions are marked side by side."""
    preloaded = Pool()
    done = {}

    def key(assignment, answers):
        return assignment, json.dumps(answers, sort_keys=True)

    def mark(assignment, answers):
        return mark_submission(_job(assignment, answers), preloaded)

    def result(assignment, answers):
        if key(assignment, answers) not in done:
            done[key(assignment, answers)] = mark(assignment, answers)
        return done[key(assignment, answers)]

    for assignment in synthetic.ASSIGNMENTS:
        result(assignment, {})  # starts what is to be preloaded, before the threads need it
    wrong = [(w.assignment, synthetic.mistaken(w).answers) for w in misconceptions.ALL]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each, made in zip(wrong, pool.map(lambda w: mark(*w), wrong), strict=True):
            done[key(*each)] = made
    yield result
    preloaded.close()


def scores(result: Outcome) -> dict[str, float]:
    return {name: mark.score for name, mark in result.marks.items()}


def feedback(result: Outcome, grade_id: str) -> str:
    """What the student reads below a graded cell."""
    for cell in json.loads(result.notebook)["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            parts = [line for out in cell["outputs"] for line in out.get("traceback", ())]
            return "\n".join(parts)
    raise KeyError(grade_id)


@pytest.mark.parametrize("assignment", synthetic.ASSIGNMENTS)
def test_the_author_gets_everything(marked, assignment):
    """Does the author's own solution get every point, with no repair and no stop?"""
    work = synthetic.author(assignment)
    result = marked(assignment, work.answers)
    assert scores(result) == work.marks
    assert not result.repairs
    assert not result.stops


@pytest.mark.parametrize("assignment", synthetic.ASSIGNMENTS)
def test_an_untouched_notebook_gets_nothing_and_is_told_so_kindly(marked, assignment):
    """Does every check say what is not written yet, without a misconception?"""
    work = synthetic.untouched(assignment)
    result = marked(assignment, work.answers)
    assert scores(result) == work.marks
    assert not any(mark.misconceptions for mark in result.marks.values())
    assert not result.stops
    page_text = feedback(result, next(iter(points(assignment))))
    assert "is not written yet" in page_text
    assert "Traceback" not in page_text


@pytest.mark.parametrize("assignment", synthetic.ASSIGNMENTS)
def test_half_of_the_work_gets_its_own_points(marked, assignment):
    """Does leaving questions out cost their points and no others?"""
    work = synthetic.half(assignment)
    assert scores(marked(assignment, work.answers)) == work.marks


@pytest.mark.parametrize(
    "wrong", misconceptions.ALL, ids=lambda w: f"{w.assignment}:{w.misconception}"
)
def test_a_misconception_costs_its_points_and_is_named(marked, wrong: Wrong):
    """Does each misconception lose just the cells it spoils, and does the feedback name it?"""
    work, lost = synthetic.mistaken(wrong), wrong.lost.split()
    result = marked(wrong.assignment, work.answers)
    assert scores(result) == work.marks
    told = [n for n in lost if wrong.misconception in result.marks[n].misconceptions]
    assert told, {n: result.marks[n].misconceptions for n in lost}
    entry = CATALOGUE[wrong.misconception]
    page_text = feedback(result, told[0])
    assert entry.right in " ".join(page_text.split())
    assert f"Read: {CHAPTERS[entry.chapter]}" in page_text


def test_every_misconception_of_the_catalogue_has_a_submission():
    """Is there no entry that these submissions leave out?"""
    assert {wrong.misconception for wrong in misconceptions.ALL} == set(CATALOGUE)
