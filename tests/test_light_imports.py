"""What our processes leave out when they import nbformat, and what still works then."""

import subprocess
import sys

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
    print("refused", "lark" in sys.modules)
"""


def test_notebooks_are_validated_without_a_parser_of_addresses():
    """Is a wrong notebook still refused, and the parsers' library not imported?"""
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused", "False"]
