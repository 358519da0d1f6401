"""What our processes leave out or import later, and what still works then."""

import gc
import subprocess
import sys

import pytest

from course_utils.light_imports import without_collecting

READ = """
import sys
import course_utils.light_imports
import nbformat
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
nbformat.validate(notebook)
notebook.cells[0]["cell_type"] = "riddle"
try:
    nbformat.validate(notebook)
except nbformat.ValidationError:
    print("refused", "lark" in sys.modules, "arrow" in sys.modules)
"""


def test_notebooks_are_validated_without_a_parser_of_addresses():
    """Is a wrong notebook still refused, and no library of parsers and calendars imported?"""
    assert _printed(READ) == ["refused", "False", "False"]


LATER = """
import pathlib, sys, tempfile, zipfile
import course_utils.light_imports
import nbgrader.utils
print("setuptools" in sys.modules)
with tempfile.TemporaryDirectory() as folder:
    with zipfile.ZipFile(f"{folder}/a.zip", "w") as file:
        file.writestr("inside.txt", "found")
    nbgrader.utils.unzip(f"{folder}/a.zip", folder)
    print(pathlib.Path(folder, "inside.txt").read_text())
"""


def test_what_nbgrader_seldom_needs_is_imported_when_it_is_used():
    """Is setuptools not imported with nbgrader, and does it work when asked?"""
    assert _printed(LATER) == ["False", "found"]


@without_collecting()
def _failing_import() -> None:
    assert not gc.isenabled()
    raise ModuleNotFoundError


def test_garbage_is_collected_again_after_the_imports():
    """Is Python's search for garbage off in between only, also where an import fails?"""
    with pytest.raises(ModuleNotFoundError):
        _failing_import()
    assert gc.isenabled()


def _printed(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()
