"""The process that marks one job reports each cell's outcome, and what it cannot mark."""

import socket
import sys
from dataclasses import replace
from functools import partial

import pytest

from course_utils.grading.guest import codec, wire
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.launch import connect
from course_utils.grading.host.pool import Addresses
from course_utils.grading.marking import worker
from course_utils.grading.marking.cell_task import CellOutcome, CellTask
from tests.grading.conftest import LIGHT, LIMITS

SETUP = CellTask(0, "setup", "", "import numpy as np", outside="import numpy as np")
ANSWER = CellTask(1, "student", "f", "def f(x):\n    return 2 * x")
CHECK = CellTask(
    2, "grade", "f_check", "", outside="assert f(3) == 6", points=2, student_names=frozenset({"f"})
)


@pytest.fixture
def mark(light_pool):
    """A function (cells) -> what the process tells, in order."""
    return partial(told_by, light_pool.start(LIGHT))


def told_by(addresses: Addresses, *cells: CellTask, limits: Limits = LIMITS) -> list[dict]:
    """What the process that marks tells of a job with these cells, in order."""
    line, fds = connect(addresses.outside)
    assert len(fds) == 1
    talk = wire.Wire(line)
    facts = {"type": "job", "address": addresses.inside, "files": [], "given": 0}
    talk.send(facts | {"cells": [c.to_json() for c in cells], "limits": limits._asdict()})
    told = []
    try:
        while not told or told[-1]["type"] == "cell":
            told.append(talk.receive()[0])
    finally:
        talk.close()
    return told


def test_each_cell_has_its_outcome_in_order(mark):
    """Does an honest answer get its points, and is the end said?"""
    told = mark(SETUP, ANSWER, CHECK)
    assert [each["type"] for each in told] == ["cell", "cell", "cell", "end"]
    outcome = CellOutcome.from_json(told[2]["outcome"])
    assert (outcome.name, outcome.mark.score, outcome.stop) == ("f_check", 2, None)


def test_what_is_rehearsed_is_ready_in_each_fork():
    """Does it run a cell and read an array here, and leave no name and no shell behind?"""
    codec._facts.cache_clear()
    before = set(sys.modules["__main__"].__dict__)
    worker.rehearse()
    assert codec._facts.cache_info().currsize == 3
    assert set(sys.modules["__main__"].__dict__) == before


def test_an_answer_that_is_stopped_costs_its_question_alone(mark):
    """Is the check of a process that ended 0 with the reason, and the next one marked?"""
    ends = replace(ANSWER, inside="import os\ndef f(x):\n    os._exit(1)\ndef g():\n    return 1")
    other = replace(CHECK, index=3, name="g_check", outside="assert g() == 1")
    told = mark(SETUP, ends, CHECK, replace(other, student_names=frozenset({"g"})))
    first, second = (CellOutcome.from_json(each["outcome"]) for each in told[2:4])
    assert (first.mark.score, first.stop.reason) == (0, "crash")
    assert (second.mark.score, second.stop) == (2, None)


def test_a_function_that_empties_the_authors_list_costs_its_question_alone(mark):
    """Is the list whole for the next cell that sets up, and changed for the check that calls?"""
    empties = replace(ANSWER, inside="def f(x):\n    x.clear()")
    setup = replace(SETUP, outside="values = [[1, 2]]")
    check = replace(CHECK, outside="f(values[0])\nassert values == [[]]")
    later = replace(SETUP, index=3, outside="first = values[0][0]")
    told = mark(setup, empties, check, later, replace(check, index=4))
    assert [each["type"] for each in told] == ["cell"] * 5 + ["end"]
    marks = [CellOutcome.from_json(told[number]["outcome"]).mark.score for number in (2, 4)]
    assert marks == [2, 2]


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        (replace(SETUP, outside="1 / 0"), "author", "the author's cell 0: ZeroDivisionError"),
        (replace(CHECK, outside="assert no_such_name"), "check", "f_check: NameError"),
    ],
)
def test_a_mistake_of_the_authors_is_nobodys_zero(mark, cell, kind, words):
    """Is a set-up or a check that fails by itself told as such, and not as a mark?"""
    told = mark(*([cell] if cell.kind == "setup" else [SETUP, ANSWER, cell]))
    assert told[-1]["type"] == kind
    assert words in told[-1]["message"]


def test_a_client_that_hangs_up_ends_it(light_pool):
    """Does the process end, and the preloaded one go on, when nobody listens any more?"""
    addresses = light_pool.start(LIGHT)
    line, _ = connect(addresses.outside)
    line.shutdown(socket.SHUT_RDWR)
    line.close()
    light_pool.check()
