"""The tests as a map: from a module of the grader to the file that asks questions of it."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

GRADER = ROOT / "course_utils" / "grading"
# modules that are asked about together with others, and where
TOGETHER = {
    "command": "test_sample_class",
    "class_run": "test_resumed",
    "class_results": "test_fault",
    "match_cells": "test_reassemble",
    "repairs": "test_reassemble",
    "given_cells": "test_reassemble",
    "nbgrader_steps": "test_two_ways",
    "trial": "test_authoring",
    "own_tables": "test_cell_times",
    "marks": "test_job",
    "cell_task": "test_job",
    "limits": "test_fingerprint",
    "errors": "test_keras_models",
    "model_twin": "test_models",
    "registration": "test_registered_cells",
    "report_links": "test_html_report",
    "page_process": "test_page_maker",
    "renamed_student": "test_rename_student",
    "cut_off_rename": "test_rename_student",
    "traces": "test_delete_student",
    "run_autograder": "test_autograder_zip",
    "assignment_folder": "test_autograder_zip",
    "forms": "test_export",
    "executor": "test_cluster",
    "connect": "test_cluster",
    "on_worker": "test_cluster",
    "workers_report": "test_cluster",
    "reference": "test_own_work",
    "checks": "test_own_work",
    "widgets": "test_walls",
    "system_calls": "test_seccomp",
}
MODULES = sorted(path for path in GRADER.rglob("*.py") if path.stem != "__init__")
TESTS = {path.stem: path for path in (ROOT / "tests").rglob("test_*.py")}
NAMESAKES = {name for name, path in TESTS.items() if path.parent.name in ("grading", "browser")}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(GRADER)))
def test_a_module_has_a_test_that_a_newcomer_finds(module: Path):
    """Is there a test file of the module's name, or of what it is asked about with?"""
    named = f"test_{module.stem}"
    assert named in NAMESAKES or TOGETHER.get(module.stem) in TESTS, (
        f"write tests/grading/{named}.py"
    )
    assert not (named in NAMESAKES and module.stem in TOGETHER), "it has its own now: take it out"


def test_no_line_of_the_list_is_left_over():
    """Is each module of the list above still there?"""
    assert set(TOGETHER) <= {module.stem for module in MODULES}


@pytest.mark.parametrize("path", sorted(TESTS.values()), ids=lambda path: path.stem)
def test_a_test_file_says_what_it_asks(path: Path):
    """Has each test file a first line that says its one purpose, and each test a docstring?"""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), path
    tests = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name[:5] == "test_"]
    silent = [test.name for test in tests if not ast.get_docstring(test)]
    assert not silent, silent
