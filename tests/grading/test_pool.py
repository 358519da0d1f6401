"""The preloaded processes of a run: started once, again after a death, and closed together."""

import os
import signal

import pytest

from course_utils.errors import CourseError
from course_utils.grading.host.pool import Pool, Preload
from tests.grading.conftest import LIGHT


@pytest.fixture
def pool():
    made = Pool(walled=False)
    yield made
    made.close()


def test_jobs_of_one_need_share_their_processes(pool):
    """Do two jobs with the same modules get the same addresses, and one with others its own?"""
    first, second = pool.start(LIGHT), pool.start(LIGHT)
    assert first == second
    other = pool.start(Preload((*LIGHT.inside, "json"), LIGHT.outside, LIGHT.worker))
    assert other.inside != first.inside
    assert other.outside == first.outside


def test_one_that_died_is_named_and_started_again(pool):
    """Does ``check`` say that a process ended by itself, and does the next job get a new one?"""
    before = pool.start(LIGHT)
    pool.require(LIGHT)
    pool.check()
    dead = next(iter(pool._running.values()))
    os.kill(dead._process.pid, signal.SIGKILL)
    dead._process.wait()
    with pytest.raises(CourseError, match="preloaded process ended"):
        pool.check()
    dead.close()
    assert pool.start(LIGHT).inside != before.inside
    pool.require(LIGHT)


def test_a_module_that_is_nowhere_is_the_notebooks_own_matter(pool):
    """Is no job refused for a module that only its notebook's cell will miss?"""
    pool.require(Preload((*LIGHT.inside, "no_such_module"), LIGHT.outside, LIGHT.worker))


def test_only_tensorflow_makes_a_job_heavy():
    """Is a job heavy when TensorFlow is preloaded inside, and not otherwise?"""
    assert not LIGHT.heavy
    assert Preload((*LIGHT.inside, "tensorflow"), (), "").heavy
