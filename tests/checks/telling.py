"""Expect a check to fail and to say something, wherever its lines are broken."""

from contextlib import contextmanager

import pytest

from course_utils.checks import CheckError


@contextmanager
def told(said: str):
    """``with told("is not compiled") as caught: check(…)``; ``caught.value`` is the CheckError."""
    with pytest.raises(CheckError) as caught:
        yield caught
    assert said in " ".join(str(caught.value).split())
