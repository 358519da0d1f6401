"""A check refuses an answer that calls the course's own solution, at home as when it is marked."""

import json
import subprocess
import sys

import pytest

_CELLS = {
    "by module": "from course_utils import reference\n"
    "def output_size(n, kernel, stride=1, padding=0, dilation=1):\n"
    "    return reference.output_size(n, kernel, stride, padding, dilation)",
    "taken as it is": "from course_utils.reference import output_size",
    "by a helper": "from course_utils.reference import output_size as theirs\n"
    "def helper(*arguments):\n    return theirs(*arguments)\n"
    "def output_size(n, kernel, stride=1, padding=0, dilation=1):\n"
    "    return helper(n, kernel, stride, padding, dilation)",
    "imported inside": "def output_size(n, kernel, stride=1, padding=0, dilation=1):\n"
    "    from course_utils.reference import output_size as f\n"
    "    return f(n, kernel, stride, padding, dilation)",
    "own, and compared": "from course_utils import reference\n"
    "def output_size(n, kernel, stride=1, padding=0, dilation=1):\n"
    "    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1\n"
    "assert output_size(7, 3) == reference.output_size(7, 3)",
}
_EACH = """
import json, sys
from course_utils.checks import CheckError, check_output_size
told = {}
for name, cell in json.load(sys.stdin).items():
    globals().pop("output_size", None)
    exec(cell)
    try:
        check_output_size(output_size)
        told[name] = ""
    except CheckError as error:
        told[name] = " ".join(str(error).split())
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told():
    """Each answer → what the check says, in a process whose __main__ is as a notebook's."""
    done = subprocess.run(
        [sys.executable, "-c", _EACH], input=json.dumps(_CELLS), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("way", [way for way in _CELLS if way != "own, and compared"])
def test_every_way_to_the_reference_is_named(told, way):
    """Is the reference found as a module, a function, behind a helper, and imported inside?"""
    assert "calls the course's own solution" in told[way]


def test_an_answer_of_ones_own_passes_with_the_reference_beside_it(told):
    """Is an answer right although its cell compares with the reference?"""
    assert told["own, and compared"] == ""
